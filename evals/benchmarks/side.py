"""One side of a benchmark, measured in a process of its own, so that its memory is its own."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar

_STATUS = Path("/proc/self/status")
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
