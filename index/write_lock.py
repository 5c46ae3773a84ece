"""One writer at a time: a lock on the library that names its owner."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import LibraryLockedError, StorageError


@contextmanager
def hold_write_lock(library: Path, *, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the library's write lock; the operating system frees it when the process ends, however it ends.

    Raises:
        LibraryLockedError: another process writes; the sentence names it.
        StorageError: the folder cannot be written.
    """
    owner = library / "write.owner.json"
    try:
        library.mkdir(parents=True, exist_ok=True)
        lock = FileLock(library / "write.lock")
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise LibraryLockedError(
            f"{_describe_owner(owner)} is writing to this library; wait until it is done, or stop it, then try again."
        ) from error
    except OSError as error:
        raise StorageError(
            f"The library folder {library} cannot be written ({error.strerror or error}); check its permissions."
        ) from error
    try:
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        with suppress(OSError):  # a courtesy: on a full disk the lock holds without it
            owner.write_text(json.dumps({"process": os.getpid(), "host": socket.gethostname(), "since": now}))
        yield
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def _describe_owner(owner: Path) -> str:
    try:
        facts = json.loads(owner.read_text())
        return f"Process {facts['process']} on {facts['host']} (since {facts['since']})"
    except (OSError, ValueError, KeyError):
        return "Another process"
