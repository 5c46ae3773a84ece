"""Which sources the library has, with how many articles each holds and how much of it could not be read."""

from dataclasses import dataclass

from index.ledger import Ledger
from index.sources import Source
from index.storage import say_storage_errors


@dataclass(frozen=True, slots=True)
class ListedSource:
    """A source, the number of articles that lie in it, and of files or items that could not be read."""

    source: Source
    articles: int
    failed: int


def list_sources(ledger: Ledger) -> tuple[ListedSource, ...]:
    """The sources of the library in the order in which they were added.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    with say_storage_errors(), ledger.connect_anew() as connection:
        rows = connection.execute(
            "select s.place, (select count(*) from holdings h where h.source_id = s.id),"
            " (select count(*) from failures f where f.source_id = s.id) from sources s"
        )
        counts = {place: (articles, failed) for place, articles, failed in rows}
    return tuple(ListedSource(source, *counts.get(source.place, (0, 0))) for source in ledger.sources())
