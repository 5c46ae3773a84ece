"""Make the library equal to a source on disk: what is new is added, what changed replaced, what is gone removed."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from index.ledger import FileRecord
from index.ledger_writing import WritableLedger
from index.listing import THE_FOLDER, list_files
from index.parsing.limits import CRASHED
from index.parsing.pool import Parsed, ReadRequest
from index.shelving import Shelf
from index.sources import Source, SourceKind
from index.uploads import read_names

Progress = Callable[[str, int, int], None]

# A file changed within the clock's resolution of its last reading may look unchanged: it is read again.
_RACY_NS = 2_000_000_000
_HASH_BLOCK = 1 << 20
# So many articles, or so many seconds of them, are committed together: a commit waits for the disk.
_ARTICLES_A_COMMIT = 100
_SECONDS_A_COMMIT = 1.0


class FileReader(Protocol):
    """Reads files: in processes of their own (`ParserPool`), or in this one (`InProcessReader`)."""

    def read_files(self, requests: Iterable[ReadRequest]) -> Iterator[Parsed]:
        """The articles of each file, in the order of the requests, a large file in several parts."""
        ...


@dataclass(frozen=True, slots=True)
class _Task:
    """A file that has to be read, with what will be known of it afterwards."""

    record: FileRecord
    location: Path


def sync_disk(
    shelf: Shelf, ledger: WritableLedger, reader: FileReader, *, on_progress: Progress, rereads: bool = False
) -> bool:
    """Bring one folder or file into the ledger: searchable by keyword when this returns; False when it is not there.

    `on_progress(what, done, total)` is called as it goes. With `rereads` files are read though they did not change.

    Raises:
        StorageError: the disk is full; what was written before is kept.
    """
    source = shelf.source
    if not _is_there(source.folder):
        return False
    listing = list_files(source)
    for path, reason in {**listing.failures, **{f"{name}/": why for name, why in listing.unlisted.items()}}.items():
        shelf.fail(path, reason)
    # Only what was listed in full may lose articles: a subfolder that cannot be opened is not an empty one.
    gone = [
        path
        for path in sorted(set(shelf.known) - set(listing.files) - set(listing.failures))
        if not any(closed == THE_FOLDER or path.startswith(f"{closed}/") for closed in listing.unlisted)
    ]
    tasks = _find_changes(shelf, ledger, listing.files, gone, on_progress, rereads=rereads)
    _read(shelf, ledger, reader, tasks, source, on_progress)
    shelf.remove(gone)
    shelf.forget_failures([*listing.files, *listing.failures, *(f"{name}/" for name in listing.unlisted)])
    return True


def _is_there(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:  # a folder on the way cannot be opened
        return False


def _find_changes(
    shelf: Shelf,
    ledger: WritableLedger,
    files: dict[str, os.stat_result],
    gone: list[str],
    on_progress: Progress,
    *,
    rereads: bool,
) -> list[_Task]:
    """The files that have to be read; renamed ones are moved, and leave `gone`."""
    base = shelf.source.folder
    names = read_names(base) if shelf.source.kind is SourceKind.UPLOADS else {}
    vanished = {shelf.known[path].digest: path for path in reversed(gone) if shelf.known[path].digest}
    tasks = []
    with ledger.transaction():
        for done, (path, status) in enumerate(sorted(files.items())):
            on_progress("Looking for changes", done, len(files))
            known = shelf.known.get(path)
            has_its_name = known is not None and known.name == names.get(path, "")
            if known and has_its_name and not rereads and _is_untouched(known, status):
                shelf.leave(known)
                continue
            now = time.time_ns()
            try:
                digest = _digest(base / path)
            except OSError as error:
                shelf.fail(path, f"it cannot be opened ({error.strerror}); check its permissions.")
                continue
            record = FileRecord(path, digest, status.st_size, status.st_mtime_ns, now, name=names.get(path, ""))
            if known and known.digest == digest and not rereads:
                shelf.touch(replace(record, articles=known.articles))
            elif known is None and digest in vanished:
                old = vanished.pop(digest)
                gone.remove(old)
                shelf.rename(old, path, replace(record, articles=shelf.known[old].articles))
            else:
                tasks.append(_Task(record, base / path))
        on_progress("Looking for changes", len(files), len(files))
    return tasks


def _read(
    shelf: Shelf,
    ledger: WritableLedger,
    reader: FileReader,
    tasks: list[_Task],
    source: Source,
    on_progress: Progress,
) -> None:
    by_name = {task.record.path: task for task in tasks}
    requests = (ReadRequest(task.location, task.record.path, source.fields) for task in tasks)
    done = 0
    for parts in _gather(reader.read_files(requests)):
        with ledger.transaction():
            for part in parts:
                record = by_name[part.request.name].record
                if part.is_last and not _is_as_listed(by_name[part.request.name]):
                    # What was read may be another file than the one that the digest is of: the next sync reads it again.
                    record = replace(record, digest="", checked_ns=0)
                if part.found or part.failure is None:
                    shelf.put(record, part.found, is_last=part.is_last and part.failure is None)
                if part.failure is not None:
                    # A reader that crashed may have lacked room on the disk: it is tried again at every sync.
                    shelf.fail(record.path, part.failure, None if part.failure == CRASHED else record)
                done += part.is_last
        on_progress("Reading articles", done, len(tasks))


def _is_as_listed(task: _Task) -> bool:
    try:
        status = task.location.stat()
    except OSError:
        return False
    return (task.record.size, task.record.modified_ns) == (status.st_size, status.st_mtime_ns)


def _gather(parts: Iterator[Parsed]) -> Iterator[list[Parsed]]:
    """Parts in groups that are worth a commit each."""
    group: list[Parsed] = []
    count, since = 0, time.monotonic()
    for part in parts:
        group.append(part)
        count += max(1, len(part.found))
        if count >= _ARTICLES_A_COMMIT or time.monotonic() - since > _SECONDS_A_COMMIT:
            yield group
            group, count, since = [], 0, time.monotonic()
    if group:
        yield group


def _is_untouched(record: FileRecord, status: os.stat_result) -> bool:
    is_same = (record.size, record.modified_ns) == (status.st_size, status.st_mtime_ns)
    return is_same and record.checked_ns - record.modified_ns > _RACY_NS


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_HASH_BLOCK):
            digest.update(block)
    return digest.hexdigest()
