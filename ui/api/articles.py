"""GET /api/v1/articles: which articles there are, one of them whole, and where they come from."""

from contextlib import closing
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from index.ledger import Ledger
from index.source_list import list_sources as sources_of
from ui.api.article_page import show_article
from ui.api.service import Service
from ui.api.shapes import (
    ArticleGiven,
    ArticlesGiven,
    ListedArticle,
    SourceGiven,
    SourcesGiven,
    give_article,
)
from ui.article_query import ArticleQuery, find_articles

_FURTHEST = 10_000_000


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
                    kind=listed.source.kind.value,
                    place=listed.source.place,
                    articles=listed.articles,
                    failed=listed.failed,
                    include=list(listed.source.include),
                    exclude=list(listed.source.exclude),
                )
                for listed in sources_of(ledger)
            ]
        )


def _route_list(router: APIRouter, service: Service) -> None:
    @router.get("/articles")
    def articles(query: Annotated[ArticleQuery, Query()]) -> ArticlesGiven:
        """The articles that meet all filters, newest first unless told otherwise; what is not stated of one comes last."""
        with closing(Ledger(service.library)) as ledger:
            total, found = find_articles(ledger, query)
        articles = [ListedArticle.model_validate(article) for article in found]
        return ArticlesGiven(total=total, offset=query.offset, articles=articles)
