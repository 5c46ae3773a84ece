"""GET /api/v1/articles: which articles there are, one of them whole, and where they come from."""

from contextlib import closing
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from index.article_list import ArticleFilter, list_articles
from index.ledger import Ledger
from ui.api.article_page import show_article
from ui.api.service import Service
from ui.api.shapes import (
    MOST_LISTED,
    ArticleGiven,
    ArticlesGiven,
    ListedArticle,
    SourceGiven,
    SourcesGiven,
    give_article,
)

_FURTHEST = 10_000_000
_MOST_FILTER_CHARACTERS = 500


def route_articles(service: Service) -> APIRouter:
    """The addresses of articles and sources."""
    router = APIRouter(tags=["Articles"])
    _route_list(router, service)

    @router.get("/articles/{article_id}")
    def article(article_id: str) -> ArticleGiven:
        """An article whole, with its versions; an earlier version too, by its own id."""
        return give_article(service.dateline.article(article_id), service.dateline.versions(article_id))

    @router.get("/articles/{article_id}/page", response_class=HTMLResponse)
    def page(
        article_id: str,
        start: Annotated[int, Query(ge=0, le=_FURTHEST)] = 0,
        end: Annotated[int, Query(ge=0, le=_FURTHEST)] = 0,
    ) -> HTMLResponse:
        """The article as a page to read, marked from character `start` to `end`: what links of citations open."""
        return show_article(service.dateline.article(article_id), start, end)

    @router.get("/sources")
    def sources() -> SourcesGiven:
        """Where the articles come from, with how many are there and how many could not be read."""
        return list_sources(service)

    return router


def list_sources(service: Service) -> SourcesGiven:
    """The sources of the library.

    Raises:
        LibraryNotFoundError: there is no library.
    """
    with closing(Ledger(service.library)) as ledger:
        return SourcesGiven(
            sources=[
                SourceGiven(
                    kind=source.kind.value,
                    place=source.place,
                    articles=sum(record.articles for record in ledger.files(source).values()),
                    failed=len(ledger.failures(source)),
                    include=list(source.include),
                    exclude=list(source.exclude),
                )
                for source in ledger.sources()
            ]
        )


def _route_list(router: APIRouter, service: Service) -> None:
    @router.get("/articles")
    def articles(
        text: Annotated[str, Query(max_length=_MOST_FILTER_CHARACTERS, description="Words that all stand in it.")] = "",
        outlet: Annotated[str | None, Query(max_length=_MOST_FILTER_CHARACTERS)] = None,
        since: Annotated[date | None, Query(description="Published on this day or later.")] = None,
        until: Annotated[date | None, Query(description="Published on this day or earlier.")] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 50,
        offset: Annotated[int, Query(ge=0, le=_FURTHEST)] = 0,
    ) -> ArticlesGiven:
        """The articles that meet all filters, newest first."""
        with closing(Ledger(service.library)) as ledger:
            wanted = ArticleFilter(text, outlet, since, until)
            total, found = list_articles(ledger, wanted, limit=limit, offset=offset)
        articles = [ListedArticle.model_validate(article) for article in found]
        return ArticlesGiven(total=total, offset=offset, articles=articles)
