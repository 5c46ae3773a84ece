import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evals.cases import QuestionSet
from evals.conditions import mask_settings
from evals.errors import RunError
from evals.recording import read_run
from evals.running import RunOptions, spread
from rag.assemble import Dateline
from rag.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
RunSeeds = Callable[..., Any]
# The day of the earlier of the two articles; none is today.
DAYS = ("2021-03-10", None)
_KILLED = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = [{root!r}, {here!r}]
from conftest import SEEDS_SET, open_without_model, run_seeds_of
from evals.cases import read_set

library, out = Path(sys.argv[1]), Path(sys.argv[2])

def die_at_four(done, total):
    if done == 4:
        with out.open("a") as file:
            file.write('{{"id": "half a li')
        os.kill(os.getpid(), signal.SIGKILL)

run_seeds_of(library, open_without_model(library), read_set(SEEDS_SET).cases[:8], out, on_progress=die_at_four)
"""


class BrokenDateline:
    """A program that dies of one question, and hangs at another."""

    def __init__(self, dateline: Dateline, *, crash_at: str = "", hang_at: str = "") -> None:
        self._dateline = dateline
        self._crash_at = crash_at
        self._hang_at = hang_at

    def ask(self, question: str, history: Any = (), **options: Any) -> Iterator[Any]:
        if question == self._crash_at:
            raise ZeroDivisionError("no luck")
        for event in self._dateline.ask(question, history, **options):
            if question == self._hang_at:
                time.sleep(4)
            yield event

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dateline, name)


def lines_of(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines[1:]:
        line.pop("timings", None)
        line.pop("seconds", None)
    return lines


def test_a_line_holds_question_answer_citations_ranking_and_times(
    run_seeds: RunSeeds, seeds_set: QuestionSet, tmp_path: Path
) -> None:
    out = tmp_path / "run.jsonl"
    case = next(case for case in seeds_set.cases if case.id == "when-talks")
    assert run_seeds([case], out).answered == 1
    head, line = (json.loads(text) for text in out.read_text(encoding="utf-8").splitlines())
    assert head["run"]["model"] == "none"
    assert line["id"] == "when-talks"
    assert {"question", "status", "text", "sentences", "citations", "evidence", "timings", "case"} <= set(line)
    assert all(citation["is_exact"] for citation in line["citations"])
    first = line["ranking"][0]
    assert {"article_id", "source_id", "file", "url", "start", "end", "score"} <= set(first)
    assert first["source_id"] == first["file"].removesuffix(".txt")
    assert line["gold"][0][0]["passages"]


@pytest.mark.parametrize("is_retrieval_only", [True, False])
def test_a_case_is_asked_as_on_its_day(
    run_seeds: RunSeeds, seeds_set: QuestionSet, tmp_path: Path, *, is_retrieval_only: bool
) -> None:
    out = tmp_path / "run.jsonl"
    case = next(case for case in seeds_set.cases if case.id == "when-talks")
    cases = [replace(case, id=day or "today", asked=date.fromisoformat(day) if day else None) for day in DAYS]
    run_seeds(cases, out, RunOptions(is_retrieval_only=is_retrieval_only))
    found = [{place["file"] for place in result.line["ranking"]} for result in read_run(out).results]
    assert [len(files) for files in found] == [1, 2]


def test_retrieval_only_stops_after_the_ranking(run_seeds: RunSeeds, seeds_set: QuestionSet, tmp_path: Path) -> None:
    out = tmp_path / "run.jsonl"
    run_seeds(seeds_set.cases[:3], out, RunOptions(is_retrieval_only=True))
    for result in read_run(out).results:
        assert result.line["ranking"]
        assert "status" not in result.line


def test_a_killed_run_goes_on_and_ends_as_if_it_had_never_been_killed(
    run_seeds: RunSeeds, seeds_set: QuestionSet, seeds_library: Path, tmp_path: Path
) -> None:
    killed, whole = tmp_path / "killed.jsonl", tmp_path / "whole.jsonl"
    script = _KILLED.format(root=str(ROOT), here=str(Path(__file__).parent))
    ended = subprocess.run([sys.executable, "-c", script, str(seeds_library), str(killed)], check=False, cwd=ROOT)
    assert ended.returncode == -9
    assert killed.read_text().endswith('{"id": "half a li')
    assert len(read_run(killed).results) == 4

    summary = run_seeds(seeds_set.cases[:8], killed)
    assert (summary.skipped, summary.answered) == (4, 4)
    run_seeds(seeds_set.cases[:8], whole)
    assert lines_of(killed) == lines_of(whole)


def test_a_crash_of_one_case_is_its_failure_and_is_tried_again(
    run_seeds: RunSeeds,
    seeds_set: QuestionSet,
    seeds_library: Path,
    open_fake: Callable[..., Dateline],
    tmp_path: Path,
) -> None:
    out, cases = tmp_path / "run.jsonl", seeds_set.cases[:3]
    broken = BrokenDateline(open_fake(at=seeds_library), crash_at=cases[1].question)
    summary = run_seeds(cases, out, dateline=broken)
    assert summary.answered == 2
    assert summary.failures == {cases[1].id: "ZeroDivisionError: no luck"}
    assert [result.failure for result in read_run(out).results] == [None, "ZeroDivisionError: no luck", None]

    assert run_seeds(cases, out).answered == 1
    assert [result.failure for result in read_run(out).results] == [None, None, None]


def test_a_case_that_takes_too_long_is_a_failure(
    run_seeds: RunSeeds,
    seeds_set: QuestionSet,
    seeds_library: Path,
    open_fake: Callable[..., Dateline],
    tmp_path: Path,
) -> None:
    cases = seeds_set.cases[:2]
    slow = BrokenDateline(open_fake(at=seeds_library), hang_at=cases[0].question)
    summary = run_seeds(cases, tmp_path / "run.jsonl", RunOptions(seconds_per_case=3), dateline=slow)
    assert summary.failures == {cases[0].id: "it took longer than 3 seconds"}


class WaitingDateline:
    """A program that answers no question before another one is asked beside it."""

    def __init__(self, dateline: Dateline) -> None:
        self._dateline = dateline
        self._together = threading.Barrier(2)
        self.asked: list[str] = []

    def ask(self, question: str, history: Any = (), **options: Any) -> Iterator[Any]:
        self.asked.append(question)
        self._together.wait(timeout=30)
        yield from self._dateline.ask(question, history, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dateline, name)


def test_cases_asked_beside_each_other_are_answered_as_one_by_one(
    run_seeds: RunSeeds,
    seeds_set: QuestionSet,
    seeds_library: Path,
    open_fake: Callable[..., Dateline],
    tmp_path: Path,
) -> None:
    cases = seeds_set.cases[:6]
    alone, beside = tmp_path / "alone.jsonl", tmp_path / "beside.jsonl"
    run_seeds(cases, alone)
    waiting = WaitingDateline(open_fake(at=seeds_library))
    assert run_seeds(cases, beside, RunOptions(at_once=2), dateline=waiting).answered == 6
    by_id = [sorted(lines_of(path)[1:], key=lambda line: line["id"]) for path in (alone, beside)]
    assert by_id[0] == by_id[1]


def test_whoever_interrupts_a_run_waits_for_nothing_and_no_further_case_is_begun(
    run_seeds: RunSeeds,
    seeds_set: QuestionSet,
    seeds_library: Path,
    open_fake: Callable[..., Dateline],
    tmp_path: Path,
) -> None:
    waiting = WaitingDateline(open_fake(at=seeds_library))

    def interrupt(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_seeds(
            seeds_set.cases[:8], tmp_path / "run.jsonl", RunOptions(at_once=2), dateline=waiting, on_progress=interrupt
        )
    time.sleep(1)
    assert len(waiting.asked) <= 4


def test_a_run_under_other_conditions_is_not_continued(
    run_seeds: RunSeeds, seeds_set: QuestionSet, tmp_path: Path
) -> None:
    out = tmp_path / "run.jsonl"
    run_seeds(seeds_set.cases[:1], out)
    other = {"set": "seeds", "set_digest": "a", "mode": "answers", "model": "large"}
    with pytest.raises(RunError, match="different: model"):
        run_seeds(seeds_set.cases[:2], out, conditions=other)
    assert len(read_run(out).results) == 1


def test_a_file_that_is_no_run_is_left_alone(run_seeds: RunSeeds, seeds_set: QuestionSet, tmp_path: Path) -> None:
    precious = tmp_path / "notes.txt"
    precious.write_text("my notes\nwithout an end")
    with pytest.raises(RunError, match=r"notes\.txt"):
        run_seeds(seeds_set.cases[:1], precious)
    assert precious.read_text() == "my notes\nwithout an end"


def test_settings_are_recorded_without_secrets() -> None:
    settings = load_settings(
        llm_base_url="https://me:hush@example.org/v1?key=hush", llm_api_key="hush", llm_model="small"
    )
    recorded = mask_settings(settings)
    assert "hush" not in json.dumps(recorded)
    assert recorded["llm_model"] == "small"


def test_a_limit_takes_cases_from_the_whole_set(seeds_set: QuestionSet) -> None:
    some = spread(seeds_set.cases, 10)
    assert len({case.kind for case in some}) > 5
    assert spread(seeds_set.cases, 1_000) == seeds_set.cases
    assert len({replace(case, kind="") for case in some}) == 10
