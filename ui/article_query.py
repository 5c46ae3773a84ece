"""Which articles a page or a program asks for: what they must be, in which order, and which part of the list."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from index.article_list import ArticleFilter, ArticleOrder, ArticleSort, ArticleStatus, ListedArticle, list_articles
from index.ledger import Ledger

MOST_LISTED = 500
_FURTHEST = 10_000_000
_MOST_CHARACTERS = 500


class ArticleQuery(BaseModel):
    """Filters that are all to be met, an order, and a page."""

    text: str = Field(default="", max_length=_MOST_CHARACTERS, description="Words that all stand in it.")
    outlet: str | None = Field(default=None, max_length=_MOST_CHARACTERS)
    since: date | None = Field(default=None, description="Published on this day or later.")
    until: date | None = Field(default=None, description="Published on this day or earlier.")
    status: ArticleStatus | None = Field(
        default=None,
        description="`pending`: not all of it can be found by meaning yet; `corrected`: there are earlier versions; `copy`: "
        "nearly the same words stand in another article; `current`: none of these.",
    )
    sort: ArticleSort = Field(default=ArticleSort.PUBLISHED, description="What they are sorted by.")
    descending: bool = Field(default=True, description="Newest, largest or last of the alphabet first.")
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 50
    offset: Annotated[int, Field(ge=0, le=_FURTHEST)] = 0


def find_articles(ledger: Ledger, query: ArticleQuery) -> tuple[int, tuple[ListedArticle, ...]]:
    """How many articles meet the filters, and the page of them.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    order = ArticleOrder(query.sort, query.descending)
    return list_articles(ledger, filter_of(query), limit=query.limit, offset=query.offset, order=order)


def filter_of(query: ArticleQuery) -> ArticleFilter:
    """What an article must be to be asked for."""
    return ArticleFilter(query.text, query.outlet, query.since, query.until, query.status)
