"""One whole update of a library: lock it, sync its folders, make vectors, seal."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from index.articles import Article, Passage
from index.embedding import Embedder
from index.errors import DatelineError
from index.ledger import Ledger
from index.reading.structure import READER_VERSION
from index.syncing import READER_KEY, Progress, Splitter, SyncReport, embed_missing, seal_if_needed, sync_folder
from index.write_lock import hold_write_lock


def update_library(
    library: Path,
    folders: Sequence[Path],
    embedder: Embedder,
    make_splitter: Callable[[], Splitter],
    *,
    on_progress: Progress,
    allow_removal: bool = False,
) -> dict[Path, SyncReport]:
    """Bring the given folders, or all that the library knows when none is given, into the library at `library`.

    `make_splitter` is called when the first article has to be split: what it imports takes seconds, which an update
    without changes does not pay.

    Raises:
        LibraryLockedError: another process is writing.
        DatelineError: a folder does not exist.
        StorageError: the disk is full or refuses the write; what was written before is kept.
    """
    splitters: list[Splitter] = []

    def split(article: Article) -> Sequence[Passage]:
        if not splitters:
            splitters.append(make_splitter())
        return splitters[0](article)

    with hold_write_lock(library):
        ledger = Ledger(library, create=True)
        try:
            reports = {}
            for folder in [path.resolve() for path in folders] or ledger.sources():
                # A folder that is known but not there is a disk that is not mounted; one that was just named is a mistake.
                if not folders and not folder.is_dir():
                    reports[folder] = SyncReport(is_missing=True)
                    continue
                reports[folder] = sync_folder(
                    folder, ledger, split, on_progress=on_progress, allow_removal=allow_removal
                )
            if set(reports) == set(ledger.sources()):
                ledger.set_meta(READER_KEY, str(READER_VERSION))
            embed_missing(ledger, embedder, on_progress=on_progress)
            seal_if_needed(library, ledger, embedder)
            return reports
        finally:
            ledger.close()


def forget_folder(library: Path, folder: Path) -> int:
    """Take a folder and the articles in it out of the library; returns how many files were forgotten.

    Raises:
        LibraryNotFoundError: there is no library.
        DatelineError: the library does not know the folder.
        LibraryLockedError: another process is writing.
    """
    with closing(Ledger(library)) as ledger, hold_write_lock(library):
        source = folder.resolve()
        if source not in ledger.sources():
            known = ", ".join(str(each) for each in ledger.sources()) or "none"
            raise DatelineError(f"The library does not know the folder {source}; it knows {known}.")
        paths = list(ledger.files(source))
        for path in paths:
            ledger.remove_file(source, path)
        ledger.remove_source(source)
        return len(paths)


def is_present(ledger: Ledger, article_id: str) -> bool:
    """Whether an article may still be quoted: a file that holds it is there.

    When a whole source folder is gone, a disk is not mounted rather than every article deleted: then it may.
    """
    return any(_may_exist(folder, path) for folder, path in ledger.places_of(article_id))


def _may_exist(folder: Path, path: str) -> bool:
    try:
        return (folder / path).exists() or not folder.is_dir()
    except OSError:  # a folder on the way cannot be opened: not deleted
        return True
