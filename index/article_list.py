"""Which articles the library holds: filtered, newest first, page by page, without their texts."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from index.ledger import Ledger
from index.storage import say_storage_errors

# Earlier versions of corrected articles lie nowhere any more.
_CURRENT = "exists (select 1 from holdings h where h.article_id = a.id)"
_WITH_WORD = (
    "a.id in (select p.article_id from passages_fts f join passages p on p.number = f.rowid where passages_fts match ?)"
)
_FACTS = "a.id, a.file, a.title, a.outlet, a.published, a.url, a.language, length(a.text) as characters"
_MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """What an article must be: of this outlet, published between these days (both counted), with all words of `text`."""

    text: str = ""
    outlet: str | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ListedArticle:
    """What is known of an article beside its text, and how many characters that has."""

    id: str
    file: str
    title: str | None
    outlet: str | None
    published: date | None
    url: str | None
    language: str | None
    characters: int


def list_articles(
    ledger: Ledger, wanted: ArticleFilter, *, limit: int, offset: int
) -> tuple[int, tuple[ListedArticle, ...]]:
    """How many articles meet the filter, and one page of them, newest first.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    condition, values = _write_condition(wanted)
    with say_storage_errors(), ledger.connect_anew() as connection:
        total = connection.execute(f"select count(*) from articles a where {condition}", values).fetchone()[0]  # noqa: S608 - constants and question marks
        found = connection.execute(
            f"select {_FACTS} from articles a where {condition}"  # noqa: S608 - constants and question marks
            " order by a.published desc nulls last, a.id limit ? offset ?",
            (*values, limit, offset),
        )
        names = [column[0] for column in found.description]
        return total, tuple(_to_listed(dict(zip(names, row, strict=True))) for row in found)


def _to_listed(facts: dict[str, Any]) -> ListedArticle:
    published = facts.pop("published")
    return ListedArticle(**facts, published=date.fromisoformat(published) if published else None)


def _write_condition(wanted: ArticleFilter) -> tuple[str, tuple[Any, ...]]:
    conditions, values = [_CURRENT], []
    for column, value in (
        ("a.outlet = ? collate nocase", wanted.outlet),
        ("a.published >= ?", wanted.since and wanted.since.isoformat()),
        ("a.published <= ?", wanted.until and wanted.until.isoformat()),
    ):
        if value is not None:
            conditions.append(column)
            values.append(value)
    # A NUL ends a text for FTS5, quotation mark or not.
    words = [word for word in wanted.text.replace("\0", " ").split() if any(map(str.isalnum, word))][:_MOST_WORDS]
    conditions += [_WITH_WORD] * len(words)
    values += ['"' + word.replace('"', '""') + '"' for word in words]
    return " and ".join(conditions), tuple(values)
