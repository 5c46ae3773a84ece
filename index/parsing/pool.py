"""Many files read at once, each in a confined process, their articles handed over in the order of the files."""

import base64
import threading
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index.articles import Article
from index.cores import count_usable_cores
from index.errors import ArticleUnreadableError, DatelineError
from index.parsing.article_json import found_from_json
from index.parsing.feed_json import feed_from_json
from index.parsing.limits import CRASHED, DEFAULT_LIMITS, Limits
from index.parsing.mailbox import Mailbox
from index.parsing.worker_process import WORKER_COMMAND, WorkerFailedError, WorkerProcess
from index.reading.drafts import Unreadable
from index.reading.feed import Feed

# Files asked for before the first of them is handed over: enough for the workers while the ledger writes.
_WINDOW_PER_WORKER = 8
# Chunks of one file that wait to be taken; its worker pauses meanwhile.
_ROOM = 2


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A file to read: where it lies, its name inside its source, and which columns of a table mean what."""

    path: Path
    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was found in a file, or in a part of one of many articles; `failure` is why the rest could not be read."""

    request: ReadRequest
    found: tuple[Article | Unreadable, ...]
    is_last: bool
    failure: str | None


class ParserPool:
    """Workers, one for each usable core, started when there is something to read. Close it, or use it as a context.

    Args:
        limits: what reading one file may cost.
        workers: how many processes; the usable cores by default.
        command: what starts a worker; tests bring tasks of their own.
    """

    def __init__(
        self,
        limits: Limits = DEFAULT_LIMITS,
        workers: int | None = None,
        command: Sequence[str] = WORKER_COMMAND,
    ) -> None:
        self._limits = limits
        self._count = workers or count_usable_cores()
        self._command = command
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="reading")
        self._turn = threading.Lock()
        self._every: set[WorkerProcess] = set()
        self._idle: list[WorkerProcess] = []
        self._mailboxes: weakref.WeakSet[Mailbox[Parsed]] = weakref.WeakSet()
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every worker, also those that are reading; files under way fail."""
        with self._turn:
            self._is_closed = True
            ended, abandoned = list(self._every), list(self._mailboxes)
        for mailbox in abandoned:
            mailbox.abandon()
        for worker in ended:
            worker.end()
        self._threads.shutdown()

    def read_files(self, requests: Iterable[ReadRequest]) -> Iterator[Parsed]:
        """Read files in parallel; what is in them comes in the order of the requests, large files in several chunks.

        Requests are taken as they are needed, in the caller's thread. A file that cannot be read is a failure in its
        last `Parsed`, after the chunks that could.

        Raises:
            DatelineError: no worker starts.
        """
        source = iter(requests)
        under_way: deque[tuple[Mailbox[Parsed], Future[None]]] = deque()
        try:
            while True:
                for request in islice(source, self._count * _WINDOW_PER_WORKER - len(under_way)):
                    under_way.append(self._start_reading(request))
                if not under_way:
                    return
                mailbox, reading = under_way[0]
                yield from mailbox.take_all(reading)
                self._require_open()
                under_way.popleft()
        finally:
            for mailbox, _ in under_way:
                mailbox.abandon()

    def read_feed(self, data: bytes, address: str) -> Feed:
        """Read a feed that was fetched from `address`.

        Raises:
            ArticleUnreadableError: it is no feed, or costs too much to read.
            DatelineError: no worker starts.
        """
        asked = {"task": "feed", "data": base64.b64encode(data).decode("ascii"), "address": address}
        with self._borrow() as worker:
            try:
                reply = worker.ask(asked)
                items = list(reply["items"])
                while not reply["is_last"]:
                    reply = worker.ask_for_more()
                    items += reply["items"]
                if reply["failure"] is not None:
                    raise ArticleUnreadableError(reply["failure"])
                return feed_from_json(items)
            except WorkerFailedError as error:
                raise ArticleUnreadableError(str(error)) from error
            except ValueError as error:
                worker.end()
                raise ArticleUnreadableError(CRASHED) from error

    def _start_reading(self, request: ReadRequest) -> tuple[Mailbox[Parsed], Future[None]]:
        mailbox = Mailbox[Parsed](_ROOM)
        with self._turn:
            self._require_open()
            # Kept only while somebody takes from it or puts into it.
            self._mailboxes.add(mailbox)
            return mailbox, self._threads.submit(self._read, request, mailbox)

    def _require_open(self) -> None:
        if self._is_closed:
            raise DatelineError("Reading was stopped before it was done; start it again.")

    def _read(self, request: ReadRequest, mailbox: Mailbox[Parsed]) -> None:
        if mailbox.is_abandoned:
            return
        # A worker stands in its private folder.
        path = str(request.path.absolute())
        asked = {"task": "articles", "path": path, "name": request.name, "fields": dict(request.fields)}
        with self._borrow() as worker:
            try:
                reply = worker.ask(asked)
                while mailbox.put(_to_parsed(request, reply)) and not reply["is_last"]:
                    reply = worker.ask_for_more()
            except WorkerFailedError as error:
                mailbox.put(Parsed(request, (), True, str(error)))
            except ValueError:
                worker.end()
                mailbox.put(Parsed(request, (), True, CRASHED))

    @contextmanager
    def _borrow(self) -> Iterator[WorkerProcess]:
        worker = self._take_idle() or self._start()
        try:
            yield worker
        finally:
            with self._turn:
                is_kept = worker.is_fit and not self._is_closed
                if is_kept:
                    self._idle.append(worker)
                else:
                    self._every.discard(worker)
            if not is_kept:
                worker.end()

    def _take_idle(self) -> WorkerProcess | None:
        with self._turn:
            return self._idle.pop() if self._idle else None

    def _start(self) -> WorkerProcess:
        worker = WorkerProcess(self._command, self._limits)
        with self._turn:
            self._every.add(worker)
            is_late = self._is_closed
        if is_late:
            worker.end()
        return worker


def _to_parsed(request: ReadRequest, reply: Mapping[str, Any]) -> Parsed:
    found = tuple(found_from_json(item) for item in reply["items"])
    return Parsed(request, found, reply["is_last"], reply["failure"])
