"""Runs beside a window, without the window: what is offered, what is refused, what ends when."""

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evals.errors import QuestionSetError, RunError
from evals.recording import read_run
from ui import wording_evals
from ui.evals_as_json import progress_as_json, run_as_json, run_as_row
from ui.evaluating import Evaluating, Progress, Request, command_for
from ui.following_run import RunFollower


@pytest.fixture
def home(tmp_path: Path, read_library: Path) -> Path:
    shutil.copytree(read_library, tmp_path / "library")
    (tmp_path / "evals").mkdir()
    (tmp_path / "evals" / "small.jsonl").write_text(
        "".join(json.dumps({"id": str(n), "question": f"When will talk {n} take place?"}) + "\n" for n in range(3))
    )
    return tmp_path


@pytest.fixture
def evaluating(home: Path) -> Iterator[Evaluating]:
    one = Evaluating(home / "library")
    yield one
    one.close()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def slow_command(request: Request, library: Path) -> list[str]:
    own = command_for(request, library)
    return [sys.executable, "-m", "tests.ui.slow_run", "1.5", *own[own.index("eval") :]]


def test_the_own_sets_are_offered_beside_the_projects_and_a_broken_one_says_why(home: Path) -> None:
    (home / "evals" / "broken.jsonl").write_text("{")
    (home / "evals" / "feedback.jsonl").write_text('{"id": "a", "question": "?"}\n')
    offered = {one.id: one for one in Evaluating(home / "library").sets()}
    assert offered["project/seeds"].cases == 113
    assert offered["own/small"].cases == 3
    assert offered["own/feedback"].name == wording_evals.THUMBS_SET
    assert offered["own/broken"].cases is None
    assert "line 1" in (offered["own/broken"].problem or "")


@pytest.mark.parametrize("id_", ["own/../../secret", "/etc/passwd", "own/none", ""])
def test_nothing_but_an_offered_set_can_be_run(evaluating: Evaluating, id_: str) -> None:
    with pytest.raises(QuestionSetError):
        evaluating.start(id_, is_with_model=False, limit=None)


@pytest.mark.parametrize("name", ["../library/ledger", "none", ""])
def test_nothing_but_a_run_can_be_opened(evaluating: Evaluating, home: Path, name: str) -> None:
    (home / "runs").mkdir()
    for deed in (evaluating.run, evaluating.proceed, lambda name: evaluating.report(name, None)):
        with pytest.raises(RunError):
            deed(name)


def test_the_command_line_itself_makes_the_run(evaluating: Evaluating, home: Path) -> None:
    evaluating.start("own/small", is_with_model=False, limit=2)
    with pytest.raises(RunError, match="one at a time"):
        evaluating.start("own/small", is_with_model=False, limit=2)
    wait_until(lambda: (evaluating.progress() or Progress("", "", "asking", False, 0, 0, 0, None)).state != "asking")
    progress = evaluating.progress()
    assert progress is not None
    assert (progress.state, progress.done, progress.total, progress.problem) == ("finished", 2, 2, None)
    [path] = (home / "runs").glob("small-*.jsonl")
    run = read_run(path)
    assert (run.conditions["model"], run.conditions["cases"], len(run.results)) == ("none", 2, 2)
    assert run_as_row(path.stem, run)["unfinished"] == ""
    json.dumps(run_as_json(path.stem, run), allow_nan=False)


def test_closing_ends_the_run_and_keeps_what_was_asked(home: Path) -> None:
    evaluating = Evaluating(home / "library", slow_command)
    evaluating.start("own/small", is_with_model=False, limit=None)
    wait_until(lambda: (now := evaluating.progress()) is not None and now.done > 0)
    began = time.monotonic()
    evaluating.close()
    assert time.monotonic() - began < 10
    progress = evaluating.progress()
    assert progress is not None
    assert progress.state == "stopped"
    run = evaluating.run(progress.run)
    assert run_as_row(progress.run, run)["unfinished"] == f"stopped after {progress.done} of 3"


def test_a_run_ends_when_its_window_is_killed(home: Path) -> None:
    program = f"""
        import os, signal, time
        from pathlib import Path
        from tests.ui.test_evaluating import slow_command
        from ui.evaluating import Evaluating
        one = Evaluating(Path({str(home / "library")!r}), slow_command)
        one.start("own/small", is_with_model=False, limit=None)
        while not one.progress().done:
            time.sleep(0.05)
        print(one._process.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    pid = int(done.stdout)
    wait_until(lambda: not is_alive(pid))


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state != "Z"


def test_a_process_that_dies_is_told_in_a_sentence(home: Path) -> None:
    evaluating = Evaluating(home / "library", lambda *_: [sys.executable, "-c", "import os; os.abort()"])
    evaluating.start("own/small", is_with_model=False, limit=None)
    wait_until(lambda: (now := evaluating.progress()) is not None and now.state == "failed")
    told = progress_as_json(evaluating.progress())
    assert told is not None
    assert told["said"] == wording_evals.not_asked("small", wording_evals.ENDED_UNEXPECTEDLY)
    evaluating.dismiss()
    assert evaluating.progress() is None


class TestFollowing:
    def test_only_whole_lines_count_and_failed_cases_are_asked_again(self, tmp_path: Path) -> None:
        path = tmp_path / "run.jsonl"
        path.write_text('{"run": {}}\n{"id": "a"}\n{"id": "b", "failure": "no"}\n')
        follower = RunFollower(path, 3)
        assert (follower.done, follower.failed) == (1, 0)
        with path.open("a") as file:
            file.write('{"id": "b"}\n{"id": "c", "fail')
            file.flush()
            follower.look()
            assert (follower.done, follower.seconds_left()) == (2, None)
            file.write('ure": "late"}\n')
        follower.look()
        assert (follower.done, follower.failed) == (3, 1)
        assert follower.seconds_left() == 0

    def test_a_run_that_is_not_there_yet_has_not_begun(self, tmp_path: Path) -> None:
        follower = RunFollower(tmp_path / "run.jsonl", 3)
        assert (follower.is_begun, follower.done) == (False, 0)


def test_the_list_tells_what_failed_and_a_run_without_answers_has_no_figures(tmp_path: Path) -> None:
    line = {"id": "a", "gold": [], "case": {"id": "a", "question": "?"}, "failure": "it took longer than 120 seconds"}
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in [{"run": {"set": "small"}}, line]))
    run = read_run(tmp_path / "a.jsonl")
    shown = run_as_json("a", run)
    assert shown["headline"] == "nothing to judge, 1 failed"
    assert shown["figures"] == []
    assert (shown["cases"][0]["outcome"], shown["cases"][0]["text"]) == ("failed", line["failure"])
