"""Which articles the library holds: filtered, sorted, page by page, without their texts; and their outlets."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from index.articles import Role
from index.ledger import Ledger
from index.storage import CURRENT, say_storage_errors

_WITH_WORD = (
    "a.id in (select p.article_id from passages_fts f join passages p on p.number = f.rowid where passages_fts match ?)"
)
_HAS_EARLIER = (
    "exists (select 1 from holdings h join versions v on v.source_id = h.source_id and v.path = h.path and v.item = h.item"
    " where h.article_id = a.id)"
)
_IS_COPY = "exists (select 1 from copies c where a.id in (c.article_id, c.other_id))"
_IS_PENDING = (
    "exists (select 1 from passages p where p.article_id = a.id and not exists (select 1 from vectors v"
    " where v.digest = p.digest and v.embedder = (select value from meta where key = 'embedder')))"
)
_UPLOAD = (
    "(select h.path from holdings h join sources s on s.id = h.source_id where h.article_id = a.id and s.kind = 'uploads'"
    " limit 1)"
)
_OPENING_CHARACTERS = 160
# Where an article's own words begin: behind a line that gives its date, say, but with its heading.
_START = (
    "coalesce((select json_extract(value, '$[0]') from json_each(a.sentences)"  # noqa: S608 - constants
    f" where json_extract(value, '$[3]') not in ('{Role.METADATA.value}', '{Role.BOILERPLATE.value}') limit 1), 0)"
)
_OPENING = f"substr(a.text, 1 + {_START}, {_OPENING_CHARACTERS})"
_FACTS = (
    "a.id, a.file, a.title, a.outlet, a.published, a.url, a.language, length(a.text) as characters,"
    f" {_OPENING} as opening, {_HAS_EARLIER} as has_earlier, {_IS_COPY} as is_copy,"
    f" {_IS_PENDING} as is_pending, {_UPLOAD} as upload"
)
_MOST_WORDS = 16


class ArticleSort(StrEnum):
    """What articles are sorted by; what is not known of one comes last."""

    TITLE = "title"
    OUTLET = "outlet"
    PUBLISHED = "published"
    SIZE = "size"
    LANGUAGE = "language"
    STATUS = "status"


class ArticleStatus(StrEnum):
    """What can be said of an article: no more than that it is current, or what else there is to know; some are two of these."""

    CURRENT = "current"
    PENDING = "pending"  # not all of it can be found by meaning yet
    CORRECTED = "corrected"  # there are earlier versions
    COPY = "copy"  # nearly the same words stand in another article


# In the order in which they are told.
_REMARKS = {
    ArticleStatus.PENDING: _IS_PENDING,
    ArticleStatus.CORRECTED: _HAS_EARLIER,
    ArticleStatus.COPY: _IS_COPY,
}
_CONDITIONS = {**_REMARKS, ArticleStatus.CURRENT: " and ".join(f"not {remark}" for remark in _REMARKS.values())}
# By status, what needs attention stands together.
_EXPRESSIONS = {
    ArticleSort.TITLE: f"coalesce(a.title, {_OPENING}) collate nocase",
    ArticleSort.OUTLET: "a.outlet collate nocase",
    ArticleSort.PUBLISHED: "a.published",
    ArticleSort.SIZE: "length(a.text)",
    ArticleSort.LANGUAGE: "a.language",
    ArticleSort.STATUS: f"{_IS_PENDING} * 4 + {_HAS_EARLIER} * 2 + {_IS_COPY}",
}


@dataclass(frozen=True, slots=True)
class ArticleOrder:
    """By what articles are sorted, and which end comes first."""

    by: ArticleSort = ArticleSort.PUBLISHED
    is_descending: bool = True


NEWEST_FIRST = ArticleOrder()


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """What an article must be: of this outlet, published between these days (both counted), with all words of `text`, and of a status."""

    text: str = ""
    outlet: str | None = None
    since: date | None = None
    until: date | None = None
    status: ArticleStatus | None = None


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """What is known of an article beside its text, how many characters that has, and how it begins.

    `is_pending` says that not all of it can be found by meaning yet, `upload` is its path among the uploads.
    """

    id: str
    file: str
    title: str | None
    outlet: str | None
    published: date | None
    url: str | None
    language: str | None
    characters: int
    opening: str
    has_earlier: bool
    is_copy: bool
    is_pending: bool
    upload: str | None


def list_articles(
    ledger: Ledger, wanted: ArticleFilter, *, limit: int, offset: int, order: ArticleOrder = NEWEST_FIRST
) -> tuple[int, tuple[ListedArticle, ...]]:
    """How many articles meet the filter, and one page of them.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    condition, values = _write_condition(wanted)
    ordered = f"{_EXPRESSIONS[order.by]} {'desc' if order.is_descending else 'asc'} nulls last, a.id"
    with say_storage_errors(), ledger.connect_anew() as connection:
        total = connection.execute(f"select count(*) from articles a where {condition}", values).fetchone()[0]  # noqa: S608 - constants and question marks
        ids = f"select a.id from articles a where {condition} order by {ordered} limit ? offset ?"  # noqa: S608 - constants and question marks
        found = connection.execute(
            # What costs a look-up each is asked only of the page that is shown.
            f"select {_FACTS} from articles a where a.id in ({ids}) order by {ordered}",  # noqa: S608 - constants and question marks
            (*values, limit, offset),
        )
        names = [column[0] for column in found.description]
        return total, tuple(_to_listed(dict(zip(names, row, strict=True))) for row in found)


def count_days(ledger: Ledger, wanted: ArticleFilter) -> tuple[tuple[date | None, str | None, int], ...]:
    """How many of the articles that meet a filter appeared on which day in which outlet; those without a day first.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    condition, values = _write_condition(wanted)
    with say_storage_errors(), ledger.connect_anew() as connection:
        rows = connection.execute(
            f"select a.published, min(a.outlet), count(*) from articles a where {condition}"  # noqa: S608 - constants and question marks
            " group by a.published, a.outlet collate nocase order by a.published, a.outlet collate nocase",
            values,
        )
        return tuple((date.fromisoformat(day) if day else None, outlet, count) for day, outlet, count in rows)


def count_outlets(ledger: Ledger) -> tuple[tuple[str, int], ...]:
    """The outlets of the library with the number of their articles, in the order of the alphabet.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    with say_storage_errors(), ledger.connect_anew() as connection:
        rows = connection.execute(
            f"select min(a.outlet), count(*) from articles a where a.outlet is not null and {CURRENT}"  # noqa: S608 - a constant
            " group by a.outlet collate nocase order by a.outlet collate nocase"
        )
        return tuple((row[0], row[1]) for row in rows)


def count_statuses(ledger: Ledger) -> dict[ArticleStatus, int]:
    """How many articles are of which status; those of two are counted with both.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    counts = ", ".join(f"count(*) filter (where {_CONDITIONS[status]})" for status in ArticleStatus)
    with say_storage_errors(), ledger.connect_anew() as connection:
        row = connection.execute(f"select {counts} from articles a where {CURRENT}").fetchone()  # noqa: S608 - constants
        return dict(zip(ArticleStatus, row, strict=True))


def _to_listed(facts: dict[str, Any]) -> ListedArticle:
    published = facts.pop("published")
    for name in ("has_earlier", "is_copy", "is_pending"):
        facts[name] = bool(facts[name])
    return ListedArticle(**facts, published=date.fromisoformat(published) if published else None)


def _write_condition(wanted: ArticleFilter) -> tuple[str, tuple[Any, ...]]:
    conditions, values = [CURRENT], []
    for column, value in (
        ("a.outlet = ? collate nocase", wanted.outlet),
        ("a.published >= ?", wanted.since and wanted.since.isoformat()),
        ("a.published <= ?", wanted.until and wanted.until.isoformat()),
    ):
        if value is not None:
            conditions.append(column)
            values.append(value)
    if wanted.status is not None:
        conditions.append(f"({_CONDITIONS[wanted.status]})")
    # A NUL ends a text for FTS5, quotation mark or not.
    words = [word for word in wanted.text.replace("\0", " ").split() if any(map(str.isalnum, word))][:_MOST_WORDS]
    conditions += [_WITH_WORD] * len(words)
    values += ['"' + word.replace('"', '""') + '"' for word in words]
    return " and ".join(conditions), tuple(values)
