"""One whole update of a library: lock it, sync its folders, make vectors, seal."""

from collections.abc import Callable, Sequence
from pathlib import Path

from index.articles import Article, Passage
from index.embedding import Embedder
from index.ledger import Ledger
from index.syncing import Progress, Splitter, SyncReport, embed_missing, seal_if_needed, sync_folder
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
                reports[folder] = sync_folder(
                    folder, ledger, split, on_progress=on_progress, allow_removal=allow_removal
                )
            embed_missing(ledger, embedder, on_progress=on_progress)
            seal_if_needed(library, ledger, embedder)
            return reports
        finally:
            ledger.close()


def is_present(ledger: Ledger, article_id: str) -> bool:
    """Whether an article may still be quoted: a file that holds it is there.

    When a whole source folder is gone, a disk is not mounted rather than every article deleted: then it may.
    """
    places = ledger.places_of(article_id)
    return any((folder / path).exists() or not folder.is_dir() for folder, path in places)
