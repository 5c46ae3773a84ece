import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.comparing import compare_runs
from evals.errors import IncomparableRunsError, RunError
from evals.recording import Run, read_run
from evals.scoring import score_run
from evals.thresholds import find_shortfalls, parse_thresholds

GOLD = [[{"article_id": "a", "spans": [[10, 20]], "passages": [[0, 30]]}]]


def line(
    id_: str,
    status: str = "answered",
    text: str = "In May [1].",
    *,
    expected: str = "answered",
    cited: tuple[int, int] = (12, 18),
    **more: Any,
) -> dict[str, Any]:
    is_refused = status == "refused"
    case: dict[str, Any] = {"id": id_, "question": "When?", "kind": "when", "expected": [expected]}
    if expected == "answered":
        case["answers"] = ["May"]
    return {
        "id": id_,
        "case": case,
        "gold": GOLD if expected == "answered" else [],
        "status": status,
        "text": text,
        "dangling_marks": 0,
        "sentences": [] if is_refused else [{"text": text, "is_supported": True, "is_precise": [True]}],
        "citations": []
        if is_refused
        else [{"n": 1, "article_id": "a", "start": cited[0], "end": cited[1], "is_exact": True}],
        "evidence": [{"article_id": "a", "start": 0, "end": 30, "quote": "Talks are in Oslo."}],
        "ranking": [{"article_id": "b", "start": 0, "end": 5}, {"article_id": "a", "start": 0, "end": 30}],
        "confidence": 0.5,
        "timings": {"first_evidence": 0.1, "total": 0.2},
    } | more


@pytest.fixture
def write_run(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, *lines: dict[str, Any]) -> Path:
        path = tmp_path / f"{name}.jsonl"
        path.write_text("\n".join(json.dumps(one) for one in ({"run": {"model": name}}, *lines)) + "\n")
        return path

    return write


WriteRun = Callable[..., Path]


def test_a_run_worked_out_by_hand(write_run: WriteRun) -> None:
    path = write_run(
        "hand",
        line("right"),
        line("wrong", text="In June [1].", cited=(20, 25)),
        line("refused wrongly", "refused", "The articles do not say. May?"),
        line("refused rightly", "refused", "No.", expected="refused"),
        line("should have refused", text="In May [2].", expected="refused"),
        {"id": "crashed", "case": {"id": "crashed", "question": "?"}, "gold": [], "failure": "it burst"},
    )
    score = score_run(read_run(path))
    assert score.cases == 5
    assert score.failures == {"crashed": "it burst"}
    expected = {
        "answer.right": (2 / 5, 5),
        "answer.contains-gold": (1 / 3, 3),
        "answer.status": (3 / 5, 5),
        "answer.empty": (0, 5),
        "refusal.precision": (1 / 2, 2),
        "refusal.recall": (1 / 2, 2),
        "refusal.f1": (1 / 2, 3),
        "refusal.coverage": (3 / 5, 5),
        "confident-error": (2 / 5, 5),
        "citation.gold-recall": (1 / 2, 2),
        "citation.gold-precision": (1 / 2, 2),
        "citation.dangling": (1 / 5, 5),
        "evidence.recall": (1, 3),
        "passage.recall@1": (0, 3),
        "passage.recall@5": (1, 3),
        "article.mrr@10": (1 / 2, 3),
        "risk-coverage.area": (2 / 3, 3),
        "seconds.total.median": (0.2, 5),
        "right.when": (2 / 5, 5),
    }
    for name, (value, n) in expected.items():
        assert score[name].value == pytest.approx(value), name
        assert score[name].n == n, name
    for figure in score.figures:
        assert figure.interval.low <= figure.value <= figure.interval.high, figure.name


def test_a_run_that_is_better_everywhere_is_no_regression_and_the_other_way_is(write_run: WriteRun) -> None:
    bad = write_run("bad", *(line(str(n), text="In June [1].") for n in range(30)))
    good = write_run("good", *(line(str(n)) for n in range(30)))
    forward = compare_runs(read_run(bad), read_run(good))
    assert forward.regressions == []
    assert len(forward.won) == 30
    backward = compare_runs(read_run(good), read_run(bad))
    assert backward.regressions == ["answer.right", "confident-error"]
    assert backward.lost == tuple(str(n) for n in range(30))


def test_failed_cases_are_left_out_of_a_comparison_and_named(write_run: WriteRun) -> None:
    failed = {"id": "1", "case": line("1")["case"], "gold": GOLD, "failure": "it burst"}
    one, other = write_run("one", line("0"), line("1")), write_run("other", line("0"), failed)
    comparison = compare_runs(read_run(one), read_run(other))
    assert comparison.left_out == ("1",)
    assert comparison.cases == 1


def test_runs_over_different_questions_are_refused_with_the_ids(write_run: WriteRun) -> None:
    one, other = write_run("one", line("0"), line("1")), write_run("other", line("1", expected="refused"), line("2"))
    with pytest.raises(IncomparableRunsError) as raised:
        compare_runs(read_run(one), read_run(other))
    assert "only in one: 0; only in other: 2; altered: 1" in str(raised.value)


def test_thresholds_know_which_way_is_better(write_run: WriteRun) -> None:
    score = score_run(read_run(write_run("run", line("0"), line("1", text="In June [1]."))))
    assert find_shortfalls(score, parse_thresholds(["answer.right=0.5", "confident-error=0.5"])) == []
    (low,) = find_shortfalls(score, {"answer.right": 0.6})
    assert low == "answer.right is 0.500 (n = 2), below 0.600."
    (high,) = find_shortfalls(score, {"confident-error": 0.4})
    assert "above 0.400" in high
    assert find_shortfalls(score, {"answer.right": 0.505}, tolerance=0.01) == []
    with pytest.raises(RunError, match=r"no figure answer\.rihgt"):
        find_shortfalls(score, {"answer.rihgt": 1})
    with pytest.raises(RunError, match="metric=value"):
        parse_thresholds(["answer.right"])


@pytest.mark.parametrize("text", ["", "[]", '{"id": "x"}\n', "not json\n", '{"run": {}}\n{"id": "x"}\n'])
def test_a_file_that_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file.jsonl"
    path.write_text(text)
    with pytest.raises(RunError):
        read_run(path)


def test_a_run_in_which_everything_failed_has_no_figures() -> None:
    assert score_run(Run("empty", {}, ())).figures == ()
