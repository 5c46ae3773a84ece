"""One at a time: locks on the library that name their owner."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from index.errors import LibraryLockedError, StorageError

Work = Literal["write", "embed", "uploads"]
_DOING = {"write": "writing to", "embed": "making the vectors of", "uploads": "keeping files that were uploaded to"}


@contextmanager
def hold_lock(library: Path, work: Work, *, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the library's lock for a kind of work; the operating system frees it when the process ends, however it ends.

    "write" is held by whoever changes the ledger, "embed" by the one process that makes vectors, which takes "write"
    only for the moments in which it stores them, "uploads" for the moment in which uploaded files come or go.

    Raises:
        LibraryLockedError: another process holds it; the sentence names it.
        StorageError: the folder cannot be written.
    """
    owner = library / f"{work}.owner.json"
    try:
        library.mkdir(parents=True, exist_ok=True)
        lock = FileLock(library / f"{work}.lock")
        lock.acquire(timeout=wait_seconds)
    except Timeout as error:
        raise LibraryLockedError(
            f"{describe_owner(library, work)} is {_DOING[work]} this library; wait until it is done, or stop it, then try"
            " again."
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


def describe_owner(library: Path, work: Work) -> str:
    """Who holds a lock, as the beginning of a sentence; ask only when it is held."""
    try:
        facts = json.loads((library / f"{work}.owner.json").read_text())
        return f"Process {facts['process']} on {facts['host']} (since {facts['since']})"
    except (OSError, ValueError, KeyError):
        return "Another process"


def is_held(library: Path, work: Work) -> bool:
    """Whether a process is at that work now."""
    if not (library / f"{work}.owner.json").exists():
        # Nobody says so; trying the lock would keep it for a moment from someone who wants it.
        return False
    lock = FileLock(library / f"{work}.lock")
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        return True
    lock.release()
    return False
