"""A part of the library: the articles that were named, or those of some outlets and days."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from index.articles import Passage
from index.storage import CURRENT, say_storage_errors

if TYPE_CHECKING:
    from index.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Selection:
    """What an article must be: one of those named, of one of these outlets, published between these days (both counted).

    What is empty or None asks nothing; an article without a date lies between no days, unless it `keeps_undated`.
    """

    article_ids: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    keeps_undated: bool = False

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.article_ids or self.outlets or self.since or self.until)


EVERYTHING = Selection()


def select_articles(ledger: "Ledger", selection: Selection) -> frozenset[str]:
    """The ids of the articles that meet it, earlier versions left out.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    conditions, values = [CURRENT], list[str]()
    if selection.outlets:
        conditions.append(f"a.outlet collate nocase in ({','.join('?' * len(selection.outlets))})")
        values += selection.outlets
    for sign, day in ((">=", selection.since), ("<=", selection.until)):
        if day is not None:
            conditions.append(f"(a.published {sign} ?{' or a.published is null' * selection.keeps_undated})")
            values.append(day.isoformat())
    with say_storage_errors(), ledger.connect_anew() as connection:
        rows = connection.execute(f"select a.id from articles a where {' and '.join(conditions)}", values)  # noqa: S608 - constants and question marks
        found = frozenset(row[0] for row in rows)
    return found & frozenset(selection.article_ids) if selection.article_ids else found


def passages_within(ledger: "Ledger", article_ids: Collection[str], *, at_most: int) -> list[Passage] | None:
    """All passages of these articles, or None when there are more than `at_most`."""
    found: list[Passage] = []
    # An article has a passage at least.
    if len(article_ids) > at_most:
        return None
    for article_id in sorted(article_ids):
        found += ledger.passages_of(article_id)
        if len(found) > at_most:
            return None
    return found
