"""Getting the embedded language model ready beside the open window: its file is fetched, its runtime is compiled.

The runtime has no ready-made package. Compiling all of it takes 16 CPU-minutes; what is left out here is not used, and
what remains takes 5 (3 minutes on two cores). The tools for it come and go with a temporary folder.
"""

import importlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from filelock import FileLock, Timeout

from index.cores import count_usable_cores
from index.errors import DatelineError, LanguageModelError
from index.fetching import fetch
from index.weights import Weights, WeightsStatus, weights_status
from rag.local_model import is_runtime_installed

_PIP = (sys.executable, "-P", "-m", "pip")
_NICENESS = 10
_POLL_SECONDS = 0.2
_C_COMPILERS = ("cc", "gcc", "clang")
_CPP_COMPILERS = ("c++", "g++", "clang++")
_STEP = re.compile(rb"\s*\[(\d+)/(\d+)\] ")
_FETCHING = "Fetching the language model"
_CHECKING = "Checking the language model"
_WAITING = "Waiting for another window that prepares the language model"
_BUILDING = "Building the language model's runtime (about 5 minutes)"
# The runtime's own build file turns the "common" library on by force, but only in the cache; a variable of the same
# name in llama.cpp's scope wins over that. Without it a third of the code need not be compiled.
_LEAN = "set(LLAMA_BUILD_COMMON OFF)\n"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the preparation ended; `reason` is a sentence for the person unless the model `is_ready`."""

    is_ready: bool
    reason: str | None = None


class ModelPreparation:
    """Prepares the embedded language model in the background, once; every failure is an outcome, not an error."""

    def __init__(
        self,
        weights: Weights,
        folder: Path,
        requirements: Path,
        *,
        log_path: Path | None = None,
        pip: Sequence[str] = _PIP,
        is_installed: Callable[[], bool] = is_runtime_installed,
    ) -> None:
        """Start nothing yet.

        Args:
            weights: the language model's file.
            folder: the folder of all weights.
            requirements: the folder of the lock files llm-build.txt and llm.txt.
            log_path: what the build prints; beside the weights when not given.
            pip: the command that installs packages into the environment of this program.
            is_installed: whether the runtime is there.
        """
        self._weights = weights
        self._folder = folder
        self._requirements = requirements
        self._log_path = log_path or folder / "runtime-build.log"
        self._pip = tuple(pip)
        self._is_installed = is_installed
        self._progress: str | None = None
        self._outcome: Outcome | None = None
        self._cancelled = threading.Event()
        self._installing: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="prepare language model", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def progress(self) -> str | None:
        """What is being done now, without a full stop; None before the start and after the end."""
        return self._progress

    @property
    def outcome(self) -> Outcome | None:
        """How it ended; None as long as it has not."""
        return self._outcome

    def failure(self) -> str | None:
        """Why it failed, a sentence for the person; None as long as it has not."""
        return self._outcome.reason if self._outcome is not None else None

    def wait(self, seconds: float | None = None) -> Outcome | None:
        """Wait for the end, at most so long, and give the outcome."""
        self._thread.join(seconds)
        return self._outcome

    def cancel(self) -> None:
        """End the work and the processes it started; what was fetched is kept for the next time."""
        self._cancelled.set()
        installing = self._installing
        if installing is not None:
            _end_family(installing)
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        try:
            self._prepare()
        except DatelineError as error:
            self._outcome = Outcome(is_ready=False, reason=str(error))
        except OSError as error:
            self._outcome = Outcome(is_ready=False, reason=_could_not(f"{error.strerror}; see {self._log_path}"))
        else:
            self._outcome = Outcome(is_ready=True)
        finally:
            self._progress = None

    def _prepare(self) -> None:
        """What can be known to fail is found out before a gigabyte is downloaded."""
        if not self._is_installed():
            _require_compilers()
            _require_lock_files(self._requirements)
        if weights_status(self._weights, self._folder) is not WeightsStatus.VERIFIED:
            self._progress = _CHECKING
            fetch(self._weights, self._folder, self._report_fetched, self._cancelled)
        if not self._is_installed():
            self._progress = _WAITING
            with self._only_builder():
                if not self._is_installed():  # another window may have built it meanwhile
                    self._build()

    def _report_fetched(self, done: int, size: int) -> None:
        self._progress = f"{_FETCHING}: {done // 1_000_000:,} of {size // 1_000_000:,} MB"

    @contextmanager
    def _only_builder(self) -> Iterator[None]:
        lock = FileLock(Path(sys.prefix) / "dateline-runtime.lock")
        while not lock.is_locked:
            self._stop_if_cancelled()
            with suppress(Timeout):
                lock.acquire(timeout=_POLL_SECONDS)
        try:
            yield
        finally:
            lock.release()

    def _build(self) -> None:
        self._progress = _BUILDING
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="dateline-build-") as scratch, self._log_path.open("wb") as log:
            tools, lean = Path(scratch, "tools"), Path(scratch, "lean.cmake")
            lean.write_text(_LEAN, encoding="utf-8")
            locked = ["install", "--no-input", "--disable-pip-version-check", "--require-hashes"]
            tools_lock, runtime_lock = (str(self._requirements / name) for name in _LOCK_FILES)
            self._install([*locked, "--target", str(tools), "-r", tools_lock], {}, log)
            # Without isolation, so that the pinned tools are used; verbose, because only so it tells the steps.
            command = [*locked, "--no-build-isolation", "--verbose", "-r", runtime_lock]
            self._install(command, _build_environment(tools, lean), log)
        importlib.invalidate_caches()
        if not self._is_installed():
            raise LanguageModelError(_could_not(f"see {self._log_path}"))

    def _install(self, arguments: Sequence[str], environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._stop_if_cancelled()
        with subprocess.Popen(  # noqa: S603 - our own interpreter, and packages whose hashes are pinned
            [*self._pip, *arguments],
            env={**os.environ, **environment},  # noqa: TID251 - handed on, not read
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            self._installing = process
            try:
                _be_nice(process)
                self._follow(process, log)
            finally:
                _end_family(process)
                self._installing = None
        self._stop_if_cancelled()
        if process.returncode != 0:
            raise LanguageModelError(_could_not(f"see {self._log_path}"))

    def _follow(self, process: subprocess.Popen[bytes], log: IO[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        if self._cancelled.is_set():
            _end_family(process)
        for line in process.stdout:
            log.write(line)
            step = _STEP.match(line)
            if step:
                self._progress = f"{_BUILDING}: step {int(step[1])} of {int(step[2])}"

    def _stop_if_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise LanguageModelError("Preparing the language model was stopped; it goes on at the next start.")


_LOCK_FILES = ("llm-build.txt", "llm.txt")


def _could_not(remedy: str) -> str:
    return f"The language model's runtime could not be built, so answers come from evidence alone; {remedy}."


def _require_compilers() -> None:
    # On Windows the compiler is not on the path; CMake finds it by itself, or says so.
    is_found = os.name == "nt" or all(
        any(shutil.which(compiler) for compiler in compilers) for compilers in (_C_COMPILERS, _CPP_COMPILERS)
    )
    if not is_found:
        raise LanguageModelError(
            "No C++ compiler was found, so answers come from evidence alone; install g++ and start again."
        )


def _require_lock_files(folder: Path) -> None:
    for name in _LOCK_FILES:
        if not (folder / name).is_file():
            raise LanguageModelError(
                f"{folder / name} is missing, so answers come from evidence alone; restore it and start again."
            )


def _build_environment(tools: Path, lean: Path) -> dict[str, str]:
    return {
        "PYTHONPATH": str(tools),
        "SKBUILD_CMAKE_ARGS": f"-DLLAVA_BUILD=OFF;-DCMAKE_PROJECT_llama.cpp_INCLUDE={lean.as_posix()}",
        "CMAKE_BUILD_PARALLEL_LEVEL": str(count_usable_cores()),
    }


def _be_nice(process: subprocess.Popen[bytes]) -> None:
    """Let the window go first; the compilers inherit it."""
    if hasattr(os, "setpriority"):
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)


def _end_family(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it started; nothing to do when it has ended by itself."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
