"""A worker as its pool sees it: started, asked, watched by the clock, and killed with whatever it started."""

import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from index.errors import DatelineError
from index.parsing.frames import decode, encode, read_frame, write_frame
from index.parsing.limits import CRASHED, OUT_OF_MEMORY_STATUS, Limits

WORKER_COMMAND = (sys.executable, "-P", "-m", "index.parsing.worker")

_DOES_NOT_START = (
    "The process that reads articles does not start ({}); run `dateline doctor`, or install Dateline again."
)
_START_SECONDS = 60
# Where the interpreter and its libraries lie; everything else, secrets above all, stays here.
_PASSED_ON = ("SYSTEMROOT", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class WorkerFailedError(Exception):
    """The worker is dead; the text is the reason why what it read failed."""


class WorkerProcess:
    """One worker. Used by one thread at a time, except `end`.

    Raises:
        DatelineError: it does not start.
    """

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self._limits = limits
        self._files = 0
        self._growth = 0
        self._is_in_answer = False
        self._folder = Path(tempfile.mkdtemp(prefix="dateline-reading-"))
        self._process = _start(command, self._folder)
        assert self._process.stdin is not None  # noqa: S101 - both are pipes
        assert self._process.stdout is not None  # noqa: S101
        self._requests = self._process.stdin
        self._wanted: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._came: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        # A thread waits for the pipe, since a clock cannot stop a reading thread, and a child that got away may hold it.
        threading.Thread(target=_follow, args=(self._process.stdout, self._wanted, self._came), daemon=True).start()
        try:
            self._exchange(encode({"limits": asdict(limits), "folder": str(self._folder)}), _START_SECONDS)
        except WorkerFailedError as error:
            raise DatelineError(_DOES_NOT_START.format(f"exit status {self._process.returncode}")) from error

    @property
    def is_fit(self) -> bool:
        """Whether it may read another file: alive, between two answers, neither old nor bloated."""
        is_young = self._files < self._limits.max_files and self._growth < self._limits.max_growth_bytes
        return is_young and not self._is_in_answer and self._process.poll() is None

    def ask(self, request: Mapping[str, object]) -> dict[str, Any]:
        """The first chunk of the answer to a request: {"items": [...], "is_last": ..., "failure": ...}.

        Raises:
            WorkerFailedError: it exceeded its limits, died or said something else; it is ended.
        """
        self._files += 1
        return self._ask_for_chunk(request)

    def ask_for_more(self) -> dict[str, Any]:
        """The next chunk of an answer that was not at its last.

        Raises:
            WorkerFailedError: as above.
        """
        return self._ask_for_chunk({})

    def end(self) -> None:
        """Kill it and what it started, and remove its folder; ending twice is no harm."""
        # Not yet waited for, so the number is still its own.
        if sys.platform != "win32" and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        self._wanted.put(False)
        with suppress(OSError):
            self._requests.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _ask_for_chunk(self, request: Mapping[str, object]) -> dict[str, Any]:
        self._is_in_answer = True
        reply = self._exchange(encode(request), self._limits.wall_seconds)
        is_last, failure, growth = reply.get("is_last"), reply.get("failure"), reply.get("growth")
        if not (
            isinstance(is_last, bool)
            and isinstance(failure, str | None)
            and isinstance(growth, int)
            and isinstance(reply.get("items"), list)
        ):
            self.end()
            raise WorkerFailedError(CRASHED)
        self._is_in_answer = not is_last
        self._growth = growth
        return reply

    def _exchange(self, message: bytes, seconds: float) -> dict[str, Any]:
        is_late = False
        try:
            self._wanted.put(True)
            write_frame(self._requests, message)
            return decode(self._came.get(timeout=seconds) or b"")
        except queue.Empty:
            is_late = True
        except (OSError, ValueError):
            pass  # it is gone, or what it says is no answer
        self.end()
        raise WorkerFailedError(self._limits.too_slow if is_late else self._explain_death())

    def _explain_death(self) -> str:
        if self._process.returncode == OUT_OF_MEMORY_STATUS:
            return self._limits.too_large
        used_up = sys.platform != "win32" and self._process.returncode == -signal.SIGXCPU
        return self._limits.too_laborious if used_up else CRASHED


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    try:
        # A session of its own: Ctrl-C is for the parent, and its children can be killed with it.
        return subprocess.Popen(  # noqa: S603 - our own interpreter and our own module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
        )
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DatelineError(_DOES_NOT_START.format(error.strerror)) from error


def _follow(stream: IO[bytes], wanted: "queue.SimpleQueue[bool]", came: "queue.SimpleQueue[bytes | None]") -> None:
    """Read one frame each time that one is wanted, so that a worker cannot fill this process with unasked ones."""
    with stream:
        while wanted.get():
            came.put(read_frame(stream))


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}  # noqa: TID251 - handed on, not read
    private = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP"), str(folder))
    # A worker may not start threads, and is one of several; OpenBLAS, under NumPy, would rather die than do without.
    alone = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return kept | private | alone | {"PYTHONUTF8": "1"}
