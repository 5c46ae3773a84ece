"""The life of the child process, with a child that speaks the protocol but has no model."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import AnswerCutOffError, HaltedError, LanguageModelError
from rag.halting import Halt
from rag.language_model import Endpoint, Message, Timeouts
from rag.local_model import LocalModel, WeighingLocalModel, is_runtime_installed
from rag.openai_model import OpenAIChatModel

ASKED = [Message("user", "When?")]
TIMEOUTS = Timeouts(connect=2, first_token=10, idle=5, total=20)

# Says who it is and what it was told; what it does on a question stands in the file that it was given as its model.
CHILD = textwrap.dedent(
    """
    import json, os, sys, threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from pathlib import Path

    told = json.loads(sys.stdin.readline())
    plan = Path(told["model"])
    with plan.with_name("starts").open("a") as starts:
        starts.write(f"{os.getpid()}\\n")
    print("starting", file=sys.stderr, flush=True)
    if plan.read_text() == "die at start":
        sys.exit(3)

    def end_with_parent():
        sys.stdin.buffer.read()
        os._exit(0)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["content-length"]))
            if plan.read_text() == "die once":
                plan.write_text("answer")
                os._exit(1)
            if plan.read_text() == "die always" or self.headers["authorization"] != f"Bearer {told['key']}":
                os._exit(1)
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            if self.path.startswith("/weighing/"):
                odds = "-1.2500" if plan.read_text() == "answer" else "nothing"
                self.say({"delta": {"content": odds}, "finish_reason": "stop"})
                return
            self.say({"delta": {"content": "pid "}, "finish_reason": None})
            if plan.read_text() == "die midway":
                os._exit(1)
            self.say({"delta": {"content": str(os.getpid())}, "finish_reason": "stop"})

        def say(self, choice):
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            self.wfile.write(f"data: {json.dumps(chunk)}\\n\\n".encode())
            self.wfile.flush()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=end_with_parent, daemon=True).start()
    if plan.read_text() != "say nothing":
        print(json.dumps({"port": server.server_address[1]}), flush=True)
    server.serve_forever()
    """
)


def connect(endpoint: Endpoint) -> OpenAIChatModel:
    return OpenAIChatModel(endpoint, timeouts=TIMEOUTS, evidence_tokens=1)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """What the child does; write into it to change its mind."""
    path = tmp_path / "plan"
    path.write_text("answer")
    return path


@pytest.fixture
def model(tmp_path: Path, plan: Path) -> Iterator[WeighingLocalModel]:
    server = tmp_path / "child.py"
    server.write_text(CHILD)
    with closing(
        WeighingLocalModel(plan, tmp_path / "logs" / "child.log", connect, start_seconds=10, server=server)
    ) as model:
        yield model


def starts(plan: Path) -> list[int]:
    path = plan.with_name("starts")
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def ask(model: LocalModel) -> str:
    return "".join(model.stream(ASKED, 10))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not (status.exists() and "State:\tZ" in status.read_text())


def wait_until_gone(pid: int, seconds: float = 5) -> None:
    ends = time.monotonic() + seconds
    while is_running(pid):
        assert time.monotonic() < ends, "the child lives on"
        time.sleep(0.02)


def test_nothing_is_started_before_it_is_needed(model: LocalModel, plan: Path) -> None:
    model.stream(ASKED, 10)

    assert starts(plan) == []


def test_one_child_answers_all_questions_and_logs_to_its_file(model: LocalModel, plan: Path, tmp_path: Path) -> None:
    first, second = ask(model), ask(model)

    assert first == second == f"pid {starts(plan)[0]}"
    assert len(starts(plan)) == 1
    assert (tmp_path / "logs" / "child.log").read_text() == "starting\n"


def test_it_weighs_with_the_same_child_and_starts_a_dead_one_again(model: WeighingLocalModel, plan: Path) -> None:
    assert model.weigh_yes(ASKED) == -1.25
    assert ask(model) == f"pid {starts(plan)[0]}"
    os.kill(starts(plan)[0], signal.SIGTERM)
    wait_until_gone(starts(plan)[0])
    assert model.weigh_yes(ASKED) == -1.25
    assert len(starts(plan)) == 2


def test_a_weight_that_is_no_number_is_said_to_be_none(model: WeighingLocalModel, plan: Path) -> None:
    plan.write_text("answer nonsense")
    with pytest.raises(LanguageModelError, match="weighed nothing"):
        model.weigh_yes(ASKED)


def test_nobody_waits_for_a_weight_that_is_not_wanted(model: WeighingLocalModel) -> None:
    halt = Halt()
    halt.call()
    with pytest.raises(HaltedError):
        model.weigh_yes(ASKED, halt)


def test_warming_starts_it_and_the_first_question_waits_for_that(model: LocalModel, plan: Path) -> None:
    model.warm(ASKED)

    assert ask(model).startswith("pid ")
    assert len(starts(plan)) == 1


def test_a_child_that_died_between_questions_is_started_again(model: LocalModel, plan: Path) -> None:
    ask(model)
    os.kill(starts(plan)[0], signal.SIGKILL)

    assert ask(model) == f"pid {starts(plan)[1]}"


def test_a_child_that_dies_of_a_question_is_started_again_once(model: LocalModel, plan: Path) -> None:
    plan.write_text("die once")
    assert ask(model) == f"pid {starts(plan)[1]}"

    plan.write_text("die always")
    with pytest.raises(LanguageModelError, match=r"^The embedded language model gave no answer: .*child\.log\.$"):
        ask(model)
    assert len(starts(plan)) == 3

    plan.write_text("answer")
    assert ask(model).startswith("pid ")


def test_a_child_that_dies_midway_leaves_what_it_said(model: LocalModel, plan: Path) -> None:
    plan.write_text("die midway")
    pieces: list[str] = []

    with pytest.raises(AnswerCutOffError, match="The embedded language model stopped in the middle"):
        pieces.extend(model.stream(ASKED, 10))

    assert pieces == ["pid "]
    assert len(starts(plan)) == 1


def test_a_child_that_cannot_start_is_not_started_for_ever(model: LocalModel, plan: Path) -> None:
    plan.write_text("die at start")

    for _ in range(3):
        with pytest.raises(LanguageModelError, match=r"did not start; see .*child\.log for the reason"):
            ask(model)

    assert len(starts(plan)) == 2


def test_a_child_that_never_gets_ready_is_ended(tmp_path: Path, plan: Path) -> None:
    server = tmp_path / "child.py"
    server.write_text(CHILD)
    plan.write_text("say nothing")
    with closing(LocalModel(plan, tmp_path / "child.log", connect, start_seconds=1, server=server)) as model:
        with pytest.raises(LanguageModelError, match="did not start"):
            ask(model)

        for pid in starts(plan):
            wait_until_gone(pid)


def test_closing_ends_the_child_and_nothing_starts_it_again(model: LocalModel, plan: Path) -> None:
    ask(model)

    model.close()
    model.close()

    wait_until_gone(starts(plan)[0])
    with pytest.raises(LanguageModelError, match="was stopped"):
        ask(model)
    assert len(starts(plan)) == 1


def test_closing_does_not_wait_for_a_child_that_is_starting(model: LocalModel, plan: Path) -> None:
    plan.write_text("say nothing")
    model.warm()
    while not starts(plan):
        time.sleep(0.02)
    started = time.monotonic()

    model.close()

    assert time.monotonic() - started < 5
    wait_until_gone(starts(plan)[0])


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_the_child_does_not_outlive_a_parent_that_was_killed(tmp_path: Path, plan: Path) -> None:
    server = tmp_path / "child.py"
    server.write_text(CHILD)
    parent = textwrap.dedent(
        f"""
        import sys, time
        from pathlib import Path
        sys.path.insert(0, {str(Path.cwd())!r})
        from rag.language_model import ScriptedModel
        from rag.local_model import LocalModel
        model = LocalModel(Path({str(plan)!r}), Path({str(tmp_path / "log")!r}), lambda _: ScriptedModel(["x"]),
                           server=Path({str(server)!r}))
        print("".join(model.stream([], 1)), flush=True)
        time.sleep(60)
        """
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"x\n"
        child = starts(plan)[0]
        assert is_running(child)
        process.kill()

    wait_until_gone(child)


def test_neither_key_nor_model_path_is_on_the_command_line(model: LocalModel, plan: Path) -> None:
    ask(model)
    command = Path(f"/proc/{starts(plan)[0]}/cmdline")
    if not command.exists():
        pytest.skip("no /proc here")

    words = command.read_bytes().rstrip(b"\0").split(b"\0")

    assert len(words) == 3
    assert str(plan).encode() not in words


def test_the_real_child_says_why_it_cannot_load_and_ends(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"not a model")
    with (
        closing(LocalModel(broken, tmp_path / "child.log", connect)) as model,
        pytest.raises(LanguageModelError, match="did not start"),
    ):
        ask(model)

    assert "Error" in (tmp_path / "child.log").read_text()


def test_asking_for_the_runtime_imports_nothing_of_it() -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(Path.cwd())!r}); from rag.local_model import is_runtime_installed; "
        "is_runtime_installed(); print([name for name in ('llama_cpp', 'openai') if name in sys.modules])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(said.stdout) == []
    assert is_runtime_installed() in {True, False}
