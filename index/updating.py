"""One whole update of a library: lock it, sync its sources."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from pathlib import Path

from index.articles import Article, Passage
from index.errors import DatelineError
from index.gathering import Fetch, WebReader, sync_web
from index.ledger import Ledger
from index.ledger_writing import WritableLedger
from index.reading.structure import READER_VERSION
from index.shelving import Shelf, Splitter, SyncReport
from index.sources import Source, save_sources
from index.storage import say_storage_errors
from index.syncing import Progress, sync_disk
from index.write_lock import hold_lock

READER_KEY = "reader_version"


@dataclass(frozen=True, slots=True)
class SyncTools:
    """What a sync works with: who reads files, who fetches pages, and what makes passages of an article.

    `open_reader` gives a reader for the length of one update, as a context. `make_splitter` is called when the first article has to be split: what it imports takes seconds, which an update
    without changes does not pay.
    """

    open_reader: Callable[[], AbstractContextManager[WebReader]]
    fetch: Fetch
    make_splitter: Callable[[], Splitter]


def update_library(
    library: Path,
    sources: Sequence[Source],
    tools: SyncTools,
    *,
    on_progress: Progress,
    allow_removal: bool = False,
    wait_seconds: float = 0,
) -> dict[str, SyncReport]:
    """Bring these sources, or all that the library knows when none is given, into the library: searchable by keyword.

    The reports come by place. Vectors are the work of `embed_library`. With `allow_removal` any number of articles may go; without it, of a
    source of 12 or more at most a third.

    Raises:
        LibraryLockedError: another process has been writing for `wait_seconds`.
        StorageError: the disk is full or refuses the write; what was written before is kept.
    """
    splitters: list[Splitter] = []

    def split(article: Article) -> Sequence[Passage]:
        if not splitters:
            splitters.append(tools.make_splitter())
        return splitters[0](article)

    with (
        hold_lock(library, "write", wait_seconds=wait_seconds),
        closing(WritableLedger(library, create=True)) as ledger,
        tools.open_reader() as reader,
    ):
        before = {source.place: source.fields for source in ledger.sources()}
        for source in sources:
            ledger.add_source(source)
        with say_storage_errors():
            save_sources(library, ledger.sources())
        rereads = ledger.meta(READER_KEY) not in {None, str(READER_VERSION)}
        reports = {}
        for source in sources or ledger.sources():
            shelf = Shelf(source, ledger, split, allow_removal=allow_removal)
            is_there = True
            if source.is_on_the_web:
                sync_web(shelf, reader, tools.fetch, on_progress=on_progress)
            else:
                # Told to read other columns, a file has to be read again though it is the same.
                is_read_otherwise = before.get(source.place, source.fields) != source.fields
                is_there = sync_disk(
                    shelf, ledger, reader, on_progress=on_progress, rereads=rereads or is_read_otherwise
                )
            reports[source.place] = replace(shelf.report(), is_missing=not is_there)
        if set(reports) == {source.place for source in ledger.sources()}:
            ledger.set_meta(READER_KEY, str(READER_VERSION))
        return reports


def find_source(ledger: Ledger, place: str) -> Source:
    """The source at a path or address, as a person names it.

    Raises:
        DatelineError: the library does not know that place.
    """
    names = {place, str(Path(place).expanduser().absolute()), str(Path(place).expanduser().resolve())}
    known = ledger.sources()
    for source in known:
        if source.place in names:
            return source
    listed = ", ".join(source.place for source in known) or "none"
    raise DatelineError(f"The library does not know the source {place}; it knows {listed}.")


def is_present(ledger: Ledger, article_id: str) -> bool:
    """Whether an article may still be quoted: a file that holds it is there.

    When a whole source folder is gone, a disk is not mounted rather than every article deleted: then it may. What came
    from the web may.
    """
    return any(_may_exist(place.source, place.path) for place in ledger.places_of(article_id))


def _may_exist(source: Source, path: str) -> bool:
    if source.is_on_the_web:
        return True
    try:
        return (source.folder / path).exists() or not source.folder.is_dir()
    except OSError:  # a folder on the way cannot be opened: not deleted
        return True
