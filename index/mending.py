"""Free the space of what was removed; mend a library whose parts disagree, or whose ledger cannot be read."""

import os
import shutil
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from index.embedding import Embedder
from index.embedding_job import seal_if_needed
from index.errors import LibraryDamagedError, LibraryNotFoundError
from index.generations import read_current, remove_generations_but
from index.keyword_search import (
    find_sealed_keywords,
    remove_earlier_keywords,
    remove_sealed_keywords,
    seal_keywords_if_needed,
)
from index.keywords import find_damage
from index.ledger import Ledger
from index.ledger_writing import WritableLedger
from index.removing import forget_removed
from index.sources import Source, read_saved_sources, source_from_options
from index.storage import LEDGER_FILE, say_storage_errors
from index.write_lock import hold_lock


def compact_library(library: Path, embedder: Embedder) -> tuple[int, int]:
    """Leave nothing on disk of what was removed, which cannot be undone then; returns the library's size in bytes before and after.

    Raises:
        LibraryLockedError: another process is writing, or making vectors.
        StorageError: there is no room for the copy that is made meanwhile, or the ledger is being read for too long.
    """
    before = measure_size(library)
    with hold_lock(library, "write"), hold_lock(library, "embed"), closing(WritableLedger(library)) as ledger:
        forget_removed(library)
        ledger.compact()
        seal_if_needed(library, ledger, embedder, is_forced=True)
        current = read_current(library)
        seal_keywords_if_needed(library, ledger, is_forced=True)
        remove_earlier_keywords(library)
        remove_generations_but(library, {current.folder} if current else set())
    return before, measure_size(library)


def mend_library(library: Path, embedder: Embedder) -> list[str]:
    """Make the derived parts of a library agree with its articles; returns what was mended, in words.

    A ledger that cannot be read is moved aside, and its list of sources saved into a new one if that much of it can be
    read: the next sync reads the articles again from where they lie.

    Raises:
        LibraryLockedError: another process is writing, or making vectors.
        LibraryNotFoundError: there is no library.
    """
    if not (library / LEDGER_FILE).is_file():
        raise LibraryNotFoundError(f"There is no library in {library} to repair.")
    with hold_lock(library, "write"), hold_lock(library, "embed"):
        if not _is_readable(library):
            return _start_over(library)
        mended = []
        with closing(WritableLedger(library)) as ledger:
            damage = ledger.find_damage()
            if damage:
                ledger.repair()
                mended.append(f"mended the ledger: {damage}.")
            keywords = find_sealed_keywords(library)
            if keywords and (harm := find_damage(keywords)):
                seal_keywords_if_needed(library, ledger, is_forced=True)
                mended.append(f"made the keyword index anew: {harm}")
            sealed_before = read_current(library)
            seal_if_needed(library, ledger, embedder)
            if read_current(library) != sealed_before:
                mended.append("sealed the vectors anew from those in the ledger.")
        return mended


def begin_anew(library: Path) -> list[str]:
    """Move a ledger that this program cannot read aside and begin another with its sources; says so in words.

    Raises:
        LibraryLockedError: another process is writing, or making vectors.
    """
    with hold_lock(library, "write"), hold_lock(library, "embed"):
        return _start_over(library)


def measure_size(library: Path) -> int:
    """Bytes that a library takes on disk."""
    return sum(path.stat().st_size for path in library.rglob("*") if path.is_file())


def _is_readable(library: Path) -> bool:
    try:
        with closing(Ledger(library)) as ledger:
            return ledger.is_whole()
    except (LibraryDamagedError, LibraryNotFoundError):
        return False


def _start_over(library: Path) -> list[str]:
    sources = _read_sources(library / LEDGER_FILE) or read_saved_sources(library)
    aside = f"{LEDGER_FILE}.damaged-{time.strftime('%Y%m%d-%H%M%S')}"
    fresh = library / "fresh"
    with say_storage_errors():
        shutil.rmtree(fresh, ignore_errors=True)
        # Whole before the other one goes: ended here, the sources are still known.
        with closing(WritableLedger(fresh, create=True)) as ledger:
            for source in sources:
                ledger.add_source(source)
        # What is sealed numbers vectors and passages as the ledger does that it was made of.
        (library / "current.json").unlink(missing_ok=True)
        shutil.rmtree(library / "generations", ignore_errors=True)
        remove_sealed_keywords(library)
        _keep_aside(library / LEDGER_FILE, library / aside)
        for suffix in ("-wal", "-shm"):
            (library / f"{LEDGER_FILE}{suffix}").unlink(missing_ok=True)
        (fresh / LEDGER_FILE).replace(library / LEDGER_FILE)
        shutil.rmtree(fresh, ignore_errors=True)
    found = ", ".join(source.place for source in sources) or "none"
    return [
        f"moved the ledger, which could not be read, aside to {aside}.",
        f"began a new one with the sources that could be saved: {found}. Run  dateline index  to read them again.",
    ]


def _keep_aside(ledger: Path, aside: Path) -> None:
    try:
        # A second name rather than another one: at no moment is there no ledger.
        os.link(ledger, aside)
    except OSError:  # a file system without such names
        ledger.rename(aside)


def _read_sources(ledger: Path) -> list[Source]:
    """The sources named in a ledger of this version or the first, as far as they can be read."""
    with closing(sqlite3.connect(ledger)) as connection:
        for query in ("select kind, place, options from sources", "select 'folder', folder, '{}' from sources"):
            with suppress(sqlite3.Error, ValueError):
                return [source_from_options(*row) for row in connection.execute(query).fetchall()]
    return []
