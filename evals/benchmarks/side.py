"""One side of a benchmark, measured in a process of its own, so that its memory is its own."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

_STATUS = Path("/proc/self/status")
_LOOK_SECONDS = 0.1
_PAGE_BYTES = 4096
P = ParamSpec("P")
T = TypeVar("T")


def run_apart(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The result of a module's function, called in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *args, **kwargs).result()


class MemoryMeter:
    """How much memory this process has come to hold since the meter was made, mapped files included."""

    def __init__(self) -> None:
        self._before = _read_status("VmRSS")

    def read_peak(self) -> float | None:
        """Megabytes at the highest point; None where the system does not say (it does on Linux)."""
        peak = _read_status("VmHWM")
        return None if peak is None or self._before is None else max(0.0, peak - self._before)


def _read_status(name: str) -> float | None:
    if not _STATUS.is_file():
        return None
    kilobytes = {
        line.split(":")[0]: line.split()[1] for line in _STATUS.read_text().splitlines() if line.endswith("kB")
    }
    return int(kilobytes[name]) / 1024


class TreeMemory:
    """The memory of this process and of those that it starts, together, looked at ten times a second while it is open."""

    def __init__(self) -> None:
        self.peak_mb = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            self.peak_mb = max(self.peak_mb, sum(_measure_process(process) for process in _list_tree(os.getpid())))


def _list_tree(process: int) -> Iterator[int]:
    yield process
    for listing in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):  # it has ended
            for child in listing.read_text().split():
                yield from _list_tree(int(child))


def _measure_process(process: int) -> float:
    """Megabytes; what is shared counts in each."""
    with suppress(OSError, ValueError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * _PAGE_BYTES / 1e6
    return 0.0
