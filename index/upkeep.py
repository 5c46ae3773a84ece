"""Keep a library in step with its sources in the background: sync, make vectors, watch for changes."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.embedding import Embedder
from index.embedding_job import embed_library
from index.errors import DatelineError, LibraryLockedError
from index.ledger import Ledger
from index.removing import Removed, bring_back, expire_removed, remove_from_library
from index.shelving import SyncReport
from index.sources import Source, name_source
from index.updating import SyncTools, update_library
from index.watching import watch_sources
from index.web.pages import NotModified

_FEED_SUFFIX = ".xml"
_WAKE_SECONDS = 0.5
_RETRY_SECONDS = 5.0
_LOCK_SECONDS = 5.0
_SYNC_UNDER_WAY = "The library is being read at this moment; try again when that is done, nothing is changed."
_UNEXPECTED = (
    "The upkeep of the library ended unexpectedly, and the details are in the terminal: start Dateline again to go on; what"
    " was indexed is kept."
)


@dataclass(frozen=True, slots=True)
class Watching:
    """Whether changed files are noticed by themselves, and how often pages and feeds are looked at meanwhile (None: never)."""

    is_on: bool = False
    poll_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class UpkeepStatus:
    """What the upkeep is at: `doing` is None when it rests; `problem` is the sentence of what failed last."""

    doing: str | None = None
    done: int = 0
    total: int = 0
    is_watching: bool = False
    reports: Mapping[str, SyncReport] = field(default_factory=dict)
    problem: str | None = None


_NOT_WATCHING = Watching()


class Upkeep:
    """A thread that brings the library in step when asked, when it starts, and while it watches; stop it to end it.

    Args:
        library: the library's folder.
        tools: what a sync works with.
        open_embedder: opens the embedding model when vectors have to be made.
        is_busy: whether a question is being answered: making vectors waits for it.
        watching: whether it begins with noticing changed files by itself.
        on_report: is told what each sync did.
    """

    def __init__(
        self,
        library: Path,
        tools: SyncTools,
        open_embedder: Callable[[], Embedder],
        *,
        is_busy: Callable[[], bool] = lambda: False,
        watching: Watching = _NOT_WATCHING,
        on_report: Callable[[Mapping[str, SyncReport]], None] | None = None,
    ) -> None:
        self._library = library
        self._tools = tools
        self._open_embedder = open_embedder
        self._is_busy = is_busy
        self._poll_seconds = watching.poll_seconds
        self._on_report = on_report
        self._turn = threading.Lock()
        # Held while the ledger is brought in step, so that what is removed is not read again by a sync that was asked for before.
        self._writing = threading.Lock()
        self._removed: set[str] = set()
        self._status = UpkeepStatus(is_watching=watching.is_on)
        self._wanted: tuple[list[Source] | None, bool] | None = None
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._watch_stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin with a sync of every source that the library knows."""
        self.request_sync()
        self._threads = [
            threading.Thread(target=self._run, name="upkeep", daemon=True),
            threading.Thread(target=self._watch, name="watch", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End; what was done is kept, and goes on where it was the next time."""
        self._stop.set()
        self._watch_stop.set()
        self._wake.set()
        for thread in self._threads:
            thread.join(timeout=30)

    def request_sync(self, *sources: Source, allow_removal: bool = False) -> None:
        """Sync these sources soon, or all that are known when none is named."""
        with self._turn:
            earlier = self._wanted
            if not sources or (earlier is not None and earlier[0] is None):
                chosen = None
            else:
                before = earlier[0] if earlier and earlier[0] else []
                chosen = [*before, *(source for source in sources if source not in before)]
            self._wanted = (chosen, allow_removal or bool(earlier and earlier[1]))
        self._wake.set()

    def add_place(self, place: str) -> Source:
        """Make a folder, a file, or the address of a page or feed a source, and read it soon.

        A page or feed is fetched once before, so that a wrong address is told and not kept; which of both it is shows then.

        Raises:
            DatelineError: there is nothing at that path, or the address is not of the web.
            PageNotFetchedError: the page may not or could not be fetched.
        """
        source = name_source(place)
        if source.is_on_the_web:
            page = self._tools.fetch(place)
            if not isinstance(page, NotModified) and page.suffix == _FEED_SUFFIX:
                source = name_source(place, is_feed=True)
        self.add_source(source)
        return source

    def add_source(self, source: Source) -> None:
        """Make this a source, though it may have been removed before, and read it soon."""
        with self._turn:
            self._removed.discard(source.place)
        self.request_sync(source)

    def remove(self, place: str, path: str | None = None) -> Removed:
        """Take a source out of the library, or the one uploaded file at `path` in it; see `remove_from_library`.

        Raises:
            DatelineError: a sync is under way, or the library does not know that place or file.
            LibraryLockedError: another process is writing.
            StorageError: the disk is full.
        """
        with self._alone():
            removed = remove_from_library(self._library, place, path, wait_seconds=_LOCK_SECONDS)
            if path is None:
                with self._turn:
                    self._removed.add(removed.source.place)
                    reports = {key: value for key, value in self._status.reports.items() if key != removed.source.place}
                    self._status = replace(self._status, reports=reports)
        return removed

    def bring_back(self) -> Removed:
        """Undo the last removal, and look what changed there meanwhile.

        Raises:
            DatelineError: a sync is under way, or there is nothing to undo.
            LibraryLockedError: another process is writing.
            StorageError: the disk is full.
        """
        with self._alone():
            removed = bring_back(self._library, wait_seconds=_LOCK_SECONDS)
        self.add_source(removed.source)
        return removed

    def set_watching(self, *, is_watching: bool) -> None:
        """Notice changed files by itself, or no longer."""
        self._change(is_watching=is_watching)
        if is_watching:
            self.request_sync()

    def status(self) -> UpkeepStatus:
        """What it is at."""
        with self._turn:
            return self._status

    def wait(self, seconds: float) -> bool:
        """Wait until it rests; False when it still works after so many seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self._turn:
                is_resting = self._wanted is None and self._status.doing is None
            if is_resting:
                return True
            time.sleep(0.02)
        return False

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._turn:
                wanted, self._wanted = self._wanted, None
                if wanted is not None:
                    self._status = replace(self._status, doing="Looking for changes", done=0, total=0)
            if wanted is None:
                if self._writing.acquire(blocking=False):
                    expire_removed(self._library)
                    self._writing.release()
                self._wake.wait(_WAKE_SECONDS)
                self._wake.clear()
            else:
                self._attempt(*wanted)

    def _attempt(self, sources: list[Source] | None, allow_removal: bool) -> None:
        try:
            self._work(sources, allow_removal)
            self._change(doing=None, problem=None)
        except _Stopped:
            return
        except LibraryLockedError as error:
            # Another process is at it: what it does need not be done here, and is looked at when it is done.
            self._change(doing=None, problem=str(error))
            if not self._stop.wait(_RETRY_SECONDS):
                self.request_sync(*(sources or ()), allow_removal=allow_removal)
        except DatelineError as error:
            self._change(doing=None, problem=str(error))
        except BaseException:
            self._change(doing=None, problem=_UNEXPECTED)
            raise

    def _work(self, sources: list[Source] | None, allow_removal: bool) -> None:
        self._sync(sources, allow_removal)
        embed_library(self._library, self._open_embedder(), on_progress=self._report, pause=self._pause)

    def _watch(self) -> None:
        while not self._stop.is_set():
            if not self.status().is_watching:
                self._stop.wait(_WAKE_SECONDS)
                continue
            for changed in watch_sources(self._sources, self._watch_stop, poll_seconds=self._poll_seconds):
                if changed:
                    self.request_sync(*changed)
                if not self.status().is_watching:
                    break

    def _sources(self) -> list[Source]:
        try:
            with closing(Ledger(self._library)) as ledger:
                return ledger.sources()
        except DatelineError:
            return []

    def _pause(self) -> None:
        """Between two batches: end when told to, look at files first when they changed, let questions go before."""
        while self._is_busy() and not self._stop.is_set():
            time.sleep(0.05)
        if self._stop.is_set():
            raise _Stopped
        with self._turn:
            wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self._sync(*wanted)

    def _sync(self, sources: list[Source] | None, allow_removal: bool) -> None:
        with self._writing:
            if sources is not None:
                with self._turn:
                    sources = [source for source in sources if source.place not in self._removed]
                if not sources:
                    return
            reports = update_library(
                self._library, sources or [], self._tools, on_progress=self._report, allow_removal=allow_removal
            )
        self._change(reports={**self.status().reports, **reports})
        worth_telling = {place: report for place, report in reports.items() if report.has_changes or report.failed}
        if self._on_report and worth_telling:
            self._on_report(worth_telling)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._writing.acquire(timeout=_LOCK_SECONDS):
            raise DatelineError(_SYNC_UNDER_WAY)
        try:
            yield
        finally:
            self._writing.release()

    def _report(self, doing: str, done: int, total: int) -> None:
        if self._stop.is_set():
            raise _Stopped
        self._change(doing=doing, done=done, total=total)

    def _change(self, **changes: object) -> None:
        with self._turn:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]


class _Stopped(Exception):  # noqa: N818 - no error: the way out of work that was told to end
    """The upkeep was told to end."""
