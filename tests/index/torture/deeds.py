"""Run as `python -m tests.index.torture.deeds` by the tests: does what they ask, each deed in a fork that may die of it.

A line {"deed": ..., "arguments": [...]} begins one and is answered with its process; {"wait": process} is answered with
its exit status and what it gave. Statements and files are watched from outside the product: by a trace of each SQLite
connection and by Python's audit events.
"""

import json
import os
import resource
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import chromadb
import chromadb.config
import chromadb.errors  # noqa: F401 - warm

from index.backup import back_up, restore
from index.embedding_job import embed_library, seal_if_needed
from index.errors import DatelineError
from index.ledger import Ledger
from index.mending import compact_library, mend_library
from index.parsing.in_process import InProcessReader
from index.parsing.pool import Parsed, ReadRequest
from index.removing import remove_from_library
from index.sources import name_source
from index.updating import update_library
from index.uploads import keep_upload
from index.vectors import VectorSearch
from index.write_lock import hold_lock
from tests.index.torture import kill_often
from tests.index.torture.judging import EMBEDDER, TOOLS, bring_in, embed_without_sealing, quietly, sync

_PATIENCE = 60.0
_PLUG_PULLED = 137
_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_WRITING_EVENTS = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "shutil.rmtree"}
_REMOVALS = {"os.remove", "os.rmdir"}
_READING_WORDS = ("select", "with", "--", "pragma user_version", "pragma foreign_keys", "pragma quick_check")
NOBODY = 65534


class _Plug:
    """Ends the process before the storage operation numbered `at`, with nothing cleaned up; 0 only counts."""

    def __init__(self, at: int, root: Path, *, counts_removals: bool) -> None:
        self.operations = 0
        self._at = at
        self._root = str(root)
        self._counts_removals = counts_removals

    def watch(self) -> None:
        connect = sqlite3.connect

        def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*arguments, **options)
            connection.set_trace_callback(self._see_statement)
            return connection

        sqlite3.connect = traced  # type: ignore[assignment]
        sys.addaudithook(self._see_event)

    def _see_statement(self, statement: str) -> None:
        # What begins with -- is done by a statement that was counted already.
        if not statement.strip().lower().startswith(_READING_WORDS):
            self._count()

    def _see_event(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, str) and path.startswith(self._root) and (flags or 0) & _WRITING_FLAGS:
                self._count()
        elif event in _WRITING_EVENTS and (self._counts_removals or event not in _REMOVALS):
            self._count()

    def _count(self) -> None:
        self.operations += 1
        if self.operations == self._at:
            os._exit(_PLUG_PULLED)


def _seal(library: Path, _: Path) -> None:
    with hold_lock(library, "write"), hold_lock(library, "embed"), closing(Ledger(library)) as ledger:
        seal_if_needed(library, ledger, EMBEDDER, is_forced=True)


_WORKS: dict[str, Callable[[Path, Path], object]] = {
    "bring_in": lambda library, other: bring_in(library, other),
    "sync": lambda library, other: sync(library, other),
    "sync patiently": lambda library, other: update_library(
        library, [name_source(str(other))], TOOLS, on_progress=quietly, wait_seconds=30
    ),
    "sync all": lambda library, _: sync(library),
    "embed": lambda library, _: embed_without_sealing(library),
    "seal": _seal,
    "compact": lambda library, _: compact_library(library, EMBEDDER),
    "mend": lambda library, _: mend_library(library, EMBEDDER),
    "forget": lambda library, other: remove_from_library(library, str(other)),
    "back_up": back_up,
    "restore": lambda library, other: restore(other, library, replaces=True),
    "upload": lambda library, other: sync(library, keep_upload(library, other.name, other.read_bytes())),
}


def work(name: str, library: str, other: str) -> dict[str, str] | None:
    """One of the works on a library; gives the sentence that it fails with."""
    try:
        _WORKS[name](Path(library), Path(other))
    except DatelineError as error:
        return {"kind": type(error).__name__, "sentence": str(error)}
    return None


def crash(at: int, name: str, library: str, other: str) -> int:
    """The same, ended before its storage operation numbered `at`; gives how many there were if it comes to its end."""
    # A seal that comes to remove the one before takes seconds each time, and what is removed is used no more.
    plug = _Plug(at, Path(library).parent, counts_removals=name != "seal")
    plug.watch()
    _WORKS[name](Path(library), Path(other))
    return plug.operations


def search(library: str, query: str) -> dict[str, Any]:
    """The titles found by meaning and by keyword, and what is wrong with the sealed store."""
    with closing(Ledger(Path(library))) as ledger:
        vectors = VectorSearch(Path(library), ledger, EMBEDDER.name, EMBEDDER.dimension)
        by_meaning = vectors.search(EMBEDDER.embed([query])[0], 3)
        by_keyword = ledger.search_keywords(query.split(), 3)
        return {
            "meaning": [ledger.article(found.passage.article_id).title for found in by_meaning],
            "scores": [found.score for found in by_meaning],
            "keyword": [ledger.article(found.passage.article_id).title for found in by_keyword],
            "problem": vectors.problem,
        }


def search_until(library: str, word: str) -> list[str | None]:
    """Ask for a word until something is found; gives the titles."""
    with closing(Ledger(Path(library))) as ledger:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            found = ledger.search_keywords([word], 3)
            if found:
                return [ledger.article(each.passage.article_id).title for each in found]
            time.sleep(0.01)
    return []


def starve(limit: int, name: str, library: str, other: str) -> dict[str, str] | None:
    """A work of a process that may write no file longer than `limit` bytes."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    return work(name, library, other)


def as_nobody(deed: str, *arguments: Any) -> Any:
    """Another deed, without the rights of root."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    return _DEEDS[deed](*arguments)


class _SlowReader(InProcessReader):
    """Rests before each file, as large ones need it."""

    def __init__(self, rest: float) -> None:
        self._rest = rest

    def read_files(self, requests: Iterable[ReadRequest]) -> Iterator[Parsed]:
        for parsed in super().read_files(requests):
            time.sleep(self._rest)
            yield parsed


def sync_slowly(library: str, folder: str, rest: float) -> dict[str, str] | None:
    """One update, with a rest of so many seconds before each file; gives the sentence that it fails with."""
    try:
        sync(Path(library), Path(folder), tools=replace(TOOLS, open_reader=lambda: nullcontext(_SlowReader(rest))))
    except DatelineError as error:
        return {"kind": type(error).__name__, "sentence": str(error)}
    return None


def update_in_parts(library: str, folder: str) -> None:
    """One whole update, in commits of few articles, of which a kill can hit any."""
    kill_often.update_in_parts(Path(library), Path(folder))


def embed_slowly(library: str) -> int:
    """The embedding job, with a rest before each batch, as a model needs it."""
    return embed_library(Path(library), EMBEDDER, on_progress=quietly, pause=lambda: time.sleep(0.02))


_DEEDS: dict[str, Callable[..., Any]] = {
    deed.__name__: deed
    for deed in (work, crash, search, search_until, starve, as_nobody, sync_slowly, update_in_parts, embed_slowly)
}


def _begin(request: dict[str, Any]) -> tuple[int, int]:
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    os.close(reading)
    status = 1
    try:
        said: object = _DEEDS[request["deed"]](*request["arguments"])
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, it is what the test wants to know
        said = traceback.format_exc()
    with os.fdopen(writing, "w") as pipe:
        json.dump(said, pipe)
    os._exit(status)


def _await(process: int, reading: int) -> list[Any]:
    end = time.monotonic() + _PATIENCE
    # A pipe holds 64 kB: what was said is read while it is waited for.
    os.set_blocking(reading, False)
    said = b""
    while True:
        ended, status = os.waitpid(process, os.WNOHANG)
        try:
            while some := os.read(reading, 65536):
                said += some
        except BlockingIOError:
            pass
        if ended:
            break
        if time.monotonic() > end:
            os.kill(process, signal.SIGKILL)
        time.sleep(0.001)
    os.close(reading)
    code = os.waitstatus_to_exitcode(status)
    return [code, json.loads(said) if said and code in {0, 1} else None]


def main() -> None:
    """Serve until standard input ends."""
    running: dict[int, int] = {}
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            answer: object = _await(request["wait"], running.pop(request["wait"]))
        else:
            process, reading = _begin(request)
            running[process] = reading
            answer = process
        print(json.dumps(answer), flush=True)
    for process in running:
        os.kill(process, signal.SIGKILL)


if __name__ == "__main__":
    main()
