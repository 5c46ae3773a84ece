"""Question sets in the window: which there are, the one run under way, the runs that were made."""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO, Any, Literal, TypeVar

from evals.cases import read_set
from evals.errors import QuestionSetError, RunError
from evals.recording import Run, read_run
from evals.run_files import name_run, runs_folder
from ui import wording_evals
from ui.feedback import feedback_set, own_sets_folder
from ui.following_run import RunFollower

_LOOK_SECONDS = 0.3
_STOP_SECONDS = 10.0
_REPORT_SECONDS = 300.0
_USERS_MISTAKE = 2
Described = TypeVar("Described")
State = Literal["asking", "stopping", "finished", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class OfferedSet:
    """A question set that can be run; `cases` is how many it has, None when `problem` says why it cannot be read."""

    id: str
    name: str
    path: Path
    cases: int | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be run: `limit` of the cases of a set, or all of them, and into which file."""

    set_path: Path
    out: Path
    limit: int | None
    is_with_model: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """A run under way, or how the last one ended; `problem` is a sentence about what went wrong."""

    run: str
    set_name: str
    state: State
    is_open: bool
    done: int
    total: int
    failed: int
    seconds_left: float | None
    problem: str | None = None


def command_for(request: Request, library: Path) -> list[str]:
    """The command line that makes a run."""
    options = ["--set", str(request.set_path), "--out", str(request.out), "--library", str(library)]
    if request.limit is not None:
        options += ["--limit", str(request.limit)]
    if not request.is_with_model:
        options.append("--no-model")
    return [*_own_command("ui.eval_process"), "eval", "run", *options]


def _own_command(module: str) -> list[str]:
    # -P: the folder that a person happens to stand in must not lend its modules.
    return [sys.executable, "-P", "-m", module]


class Evaluating:
    """The runs over one library, one at a time, each in a process of its own so that questions in the chat go first.

    Safe to share between threads.
    """

    def __init__(self, library: Path, make_command: Callable[[Request, Path], Sequence[str]] = command_for) -> None:
        """Run sets over the library in the folder `library` with the command that `make_command` names."""
        self.library = library
        self._make_command = make_command
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._watching: threading.Thread | None = None
        self._progress: Progress | None = None
        self._described: dict[Path, tuple[tuple[int, int], Any]] = {}

    # Sets

    def sets(self) -> list[OfferedSet]:
        """The project's own sets, then those in the folder for a person's own."""
        shipped = Path(str(files("evals").joinpath("sets")))
        folders = {"project": shipped, "own": own_sets_folder(self.library)}
        return [_offer(whose, path, self.library) for whose, folder in folders.items() for path in _list_sets(folder)]

    # The run under way

    def progress(self) -> Progress | None:
        """The run under way, or how the last one ended; None when there was none, or nobody wants to know any more."""
        return self._progress

    def dismiss(self) -> None:
        """Forget how the last run ended."""
        with self._turn:
            if self._process is None:
                self._progress = None

    def start(self, set_id: str, *, is_with_model: bool, limit: int | None) -> None:
        """Begin a new run.

        Raises:
            QuestionSetError: there is no such set, or it is broken.
            RunError: another run is under way.
        """
        offered = next((one for one in self.sets() if one.id == set_id), None)
        if offered is None:
            raise QuestionSetError(wording_evals.set_missing(set_id))
        # An error here says more than the offer does.
        cases = len(read_set(offered.path).cases)
        out = name_run(self.library, offered.path.stem)
        total = min(limit or cases, cases)
        self._begin(Request(offered.path, out, limit, is_with_model), total)

    def proceed(self, name: str) -> None:
        """Go on with a run that was stopped.

        Raises:
            QuestionSetError: its set is not here any more, or is broken.
            RunError: there is no such run, or another one is under way.
        """
        run = self.run(name)
        offered = next((one for one in self.sets() if one.path.stem == run.conditions.get("set")), None)
        if offered is None:
            raise QuestionSetError(wording_evals.set_missing(str(run.conditions.get("set"))))
        total = count_wanted(run)
        request = Request(offered.path, self._path(name), total, run.conditions.get("model") != "none")
        self._begin(request, total)

    def stop(self) -> None:
        """End the run under way; what was asked is kept.

        Raises:
            RunError: there is none.
        """
        with self._turn:
            if self._process is None or self._progress is None:
                raise RunError(wording_evals.NOT_RUNNING)
            self._progress = replace(self._progress, state="stopping")
            _let_go(self._process)

    def close(self) -> None:
        """End the run under way, if there is one, and wait for its end."""
        with suppress(RunError):
            self.stop()
        if self._watching:
            self._watching.join(_STOP_SECONDS * 2)

    def _begin(self, request: Request, total: int) -> None:
        with self._turn:
            if self._process is not None:
                raise RunError(wording_evals.ALREADY_RUNNING)
            follower = RunFollower(request.out, total)
            said = TemporaryFile()  # noqa: SIM115 - closed by the thread that reads it
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                [*self._make_command(request, self.library)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=said,
                # Ctrl-C in the terminal is for the window, which ends its run itself.
                start_new_session=True,
            )
            self._progress = Progress(
                request.out.stem, request.set_path.stem, "asking", follower.is_begun, follower.done, total, 0, None
            )
            self._watching = threading.Thread(
                target=self._watch, args=(self._process, follower, said), name="run", daemon=True
            )
            self._watching.start()

    def _watch(self, process: subprocess.Popen[bytes], follower: RunFollower, said: IO[bytes]) -> None:
        stopped_for = 0.0
        while process.poll() is None:
            self._look(follower)
            if self._progress and self._progress.state == "stopping":
                stopped_for += _LOOK_SECONDS
                if stopped_for > _STOP_SECONDS:
                    process.kill()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_LOOK_SECONDS)
        self._look(follower)
        with said:
            said.seek(0)
            words = said.read().decode("utf-8", "replace")
        with self._turn:
            _let_go(process)
            self._process = None
            if self._progress:
                self._progress = _end(self._progress, process.returncode, words)

    def _look(self, follower: RunFollower) -> None:
        # The process has the last word on what went wrong with its file.
        with suppress(OSError, ValueError):
            follower.look()
        with self._turn:
            if self._progress:
                self._progress = replace(
                    self._progress,
                    is_open=follower.is_begun,
                    done=follower.done,
                    failed=follower.failed,
                    seconds_left=follower.seconds_left(),
                )

    # Runs

    def runs(self, describe: Callable[[str, Run], Described], at_most: int) -> list[Described]:
        """What `describe` makes of the runs that were made and their names, the latest first; what is no run is left out.

        The run under way is not among them.
        """
        now = self._progress.run if self._process is not None and self._progress else None
        paths = [path for path in runs_folder(self.library).glob("*.jsonl") if path.stem != now]
        latest = sorted(paths, key=lambda path: path.stat().st_mtime, reverse=True)[:at_most]
        described = []
        for path in latest:
            with suppress(RunError):
                described.append(self._describe_once(path, describe))
        return described

    def run(self, name: str) -> Run:
        """One of the runs.

        Raises:
            RunError: there is none of that name, or it is damaged.
        """
        return read_run(self._path(name))

    def report(self, name: str, against: str | None) -> str:
        """The page about a run, with what changed since another one.

        Raises:
            RunError: there is no such run, or they were made over different questions.
        """
        paths = [str(self._path(one)) for one in (name, against) if one]
        # In a process of its own: plotting is not made for threads, and would keep questions waiting.
        with TemporaryDirectory() as folder:
            out = Path(folder) / "report.html"
            done = subprocess.run(  # noqa: S603 - our own module, no shell
                [*_own_command("ui.cli"), "eval", "report", *paths, "--out", str(out)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_REPORT_SECONDS,
                check=False,
            )
            if done.returncode:
                said = done.stderr.decode("utf-8", "replace").strip()
                is_sentence = done.returncode == _USERS_MISTAKE
                raise RunError(said if said and is_sentence else wording_evals.REPORT_FAILED)
            return out.read_text(encoding="utf-8")

    def _path(self, name: str) -> Path:
        """The file of a run, which is one of those in the folder whatever was asked for."""
        path = next((path for path in runs_folder(self.library).glob("*.jsonl") if path.stem == name), None)
        if path is None:
            raise RunError(wording_evals.NO_SUCH_RUN)
        return path

    def _describe_once(self, path: Path, describe: Callable[[str, Run], Described]) -> Described:
        """A description, made anew only when the file has changed: some runs are large, what is listed of them is not."""
        state = path.stat()
        version = (state.st_mtime_ns, state.st_size)
        known = self._described.get(path)
        if known is None or known[0] != version:
            known = self._described[path] = (version, describe(path.stem, read_run(path)))
        described: Described = known[1]
        return described


def count_wanted(run: Run) -> int:
    """How many cases a run was begun with; of one that does not tell, those that it has."""
    return int(run.conditions.get("cases") or len(run.results))


def _let_go(process: subprocess.Popen[bytes]) -> None:
    # The run ends when nobody holds the other end of its input.
    if process.stdin and not process.stdin.closed:
        process.stdin.close()


def _end(progress: Progress, code: int, words: str) -> Progress:
    """How a run ended, from how its process did."""
    if code == 0:
        return replace(progress, state="finished", seconds_left=None)
    if progress.state == "stopping":
        return replace(progress, state="stopped", seconds_left=None)
    lines = [line for line in words.splitlines() if line.strip()]
    is_sentence = code == _USERS_MISTAKE and lines
    problem = lines[-1] if is_sentence else wording_evals.ENDED_UNEXPECTEDLY
    return replace(progress, state="failed", seconds_left=None, problem=problem)


def _list_sets(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.jsonl"))


def _offer(whose: str, path: Path, library: Path) -> OfferedSet:
    name = wording_evals.THUMBS_SET if path == feedback_set(library) else path.stem
    try:
        cases, problem = len(read_set(path).cases), None
    except QuestionSetError as error:
        cases, problem = None, str(error)
    return OfferedSet(f"{whose}/{path.stem}", name, path, cases, problem)
