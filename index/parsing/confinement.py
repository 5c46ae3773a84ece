"""A worker gives up what reading needs not: memory, time, network, programs, and files outside its private folder."""

import math
import os
import signal
import sys
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from index.parsing.kernel_walls import build_walls
from index.parsing.limits import Limits

if sys.platform != "win32":
    import resource

_WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_REFUSED = (
    *(
        "socket.",
        "subprocess.",
        "os.exec",
        "os.fork",
        "os.kill",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.system",
    ),
    *("pty.spawn", "winreg.", "_winapi.CreateProcess"),
)
# Libraries name the machine without asking anybody.
_ALLOWED = frozenset({"socket.gethostname"})
# How many of an event's leading arguments are paths that are written.
_WRITTEN_PATHS = {
    "os.chmod": 1,
    "os.chown": 1,
    "os.link": 2,
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.setxattr": 1,
    "os.symlink": 2,
    "os.truncate": 1,
    "os.utime": 1,
    "sqlite3.connect": 1,
}
# The parent keeps time; should it be gone, a worker that hangs still ends.
_ORPHAN_SECONDS = 10


def confine(limits: Limits, folder: Path) -> None:
    """Take this process's powers away for good; it may write below `folder` only. Call before any thread is started."""
    # What may not be written is not tried either.
    sys.dont_write_bytecode = True
    build_walls(folder)
    if sys.platform != "win32":
        _limit_resources(limits)
    sys.addaudithook(partial(_watch, os.path.realpath(folder)))


def start_clock(limits: Limits) -> None:
    """Give what is read next its time to compute, counted from now."""
    if sys.platform != "win32":
        _set_limit(resource.RLIMIT_CPU, math.ceil(time.process_time()) + limits.cpu_seconds, is_final=False)
        signal.alarm(math.ceil(limits.wall_seconds) + _ORPHAN_SECONDS)


def stop_clock() -> None:
    """An idle worker may wait as long as its parent lives."""
    if sys.platform != "win32":
        signal.alarm(0)


def measure_memory() -> int:
    """Bytes of address space that this process holds, which is what its limit counts; 0 where nobody tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


if sys.platform != "win32":

    def _limit_resources(limits: Limits) -> None:
        _set_limit(resource.RLIMIT_AS, measure_memory() + limits.memory_bytes)
        _set_limit(resource.RLIMIT_FSIZE, limits.temporary_bytes)
        # A dump of a crashed reader would hold what it read.
        _set_limit(resource.RLIMIT_CORE, 0)
        # Neither forks nor threads; the kernel excepts root from this.
        _set_limit(resource.RLIMIT_NPROC, 0)

    def _set_limit(name: int, value: int, *, is_final: bool = True) -> None:
        _, most = resource.getrlimit(name)
        value = value if most == resource.RLIM_INFINITY else min(value, most)
        # macOS knows some of the limits by name only.
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (value, value if is_final else most))


def _watch(folder: str, event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse what a reader may not do; an audit hook, so it sees what Python does and not what machine code does."""
    if event == "open":
        path, mode, flags = arguments
        if (flags or 0) & _WRITING_FLAGS or (isinstance(mode, str) and set(mode) & set("wax+")):
            _require_inside(folder, path)
    elif event in _WRITTEN_PATHS:
        for path in arguments[: _WRITTEN_PATHS[event]]:
            _require_inside(folder, path)
    elif event.startswith(_REFUSED) and event not in _ALLOWED:
        raise PermissionError(f"a reader may not do that ({event})")


def _require_inside(folder: str, path: Any) -> None:
    # A number is a file that is open already.
    if isinstance(path, int) or path is None:
        return
    real = os.path.realpath(os.fsdecode(path))
    if real not in {folder, os.devnull} and not real.startswith(folder + os.sep):
        raise PermissionError("a reader may write to its temporary folder only")
