import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from evals.cases import QuestionSet
from evals.cli import eval_
from evals.errors import RunError
from evals.gate import find_losses, write_baseline
from evals.recording import read_run
from evals.scoring import score_run
from index.errors import DatelineError

ROOT = Path(__file__).resolve().parents[2]
SEEDS_SET = ROOT / "evals" / "sets" / "seeds.jsonl"
Invoke = Callable[..., Result]


@pytest.fixture
def invoke() -> Invoke:
    def run(*arguments: object) -> Result:
        result = CliRunner().invoke(eval_, [str(argument) for argument in arguments])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def seeds_run(run_seeds: Callable[..., Any], seeds_set: QuestionSet, tmp_path: Path) -> Path:
    out = tmp_path / "seeds.jsonl"
    run_seeds(seeds_set.cases[::6], out)
    return out


def spoil(run: Path) -> Path:
    """The same run with every answer gone."""
    spoiled = run.with_name("spoiled.jsonl")
    lines = [json.loads(line) for line in run.read_text(encoding="utf-8").splitlines()]
    for line in lines[1:]:
        line |= {"status": "answered", "text": "I know nothing.", "citations": [], "sentences": []}
    spoiled.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    return spoiled


def test_the_command_is_registered_with_dateline() -> None:
    from ui.cli import dateline

    assert "eval" in dateline.list_commands(None)  # type: ignore[arg-type]
    result = CliRunner().invoke(dateline, ["eval", "--help"])
    assert all(
        name in result.output
        for name in ("run", "score", "compare", "report", "check", "new", "suggest", "judge", "convert")
    )


def test_check_says_that_a_set_is_sound_or_what_is_wrong(invoke: Invoke, tmp_path: Path) -> None:
    assert "cases of 18 kinds" in invoke("check", SEEDS_SET).output
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": "a"}\n')
    with pytest.raises(DatelineError, match="line 1: question is missing"):
        invoke("check", broken)


def test_check_finds_the_gold_evidence_in_a_library(invoke: Invoke, seeds_library: Path, tmp_path: Path) -> None:
    assert "gold evidence stand in the library" in invoke("check", SEEDS_SET, "--library", seeds_library).output
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"id": "lost", "question": "?", "gold": [{"file": "planes.txt"}]}\n')
    with pytest.raises(DatelineError, match=r"case 'lost': article 'planes\.txt'"):
        invoke("check", wrong, "--library", seeds_library)


def test_a_run_over_the_wrong_library_says_so_before_asking(
    invoke: Invoke, seeds_library: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"id": "lost", "question": "?", "gold": [{"file": "planes.txt"}]}\n')
    with pytest.raises(DatelineError, match="does not hold the gold evidence of 1 of 1 cases"):
        invoke("run", "--set", wrong, "--library", seeds_library, "--no-model", "--out", tmp_path / "run.jsonl")
    assert not (tmp_path / "run.jsonl").exists()


def test_score_prints_every_figure_with_n_and_interval(invoke: Invoke, seeds_run: Path) -> None:
    output = invoke("score", seeds_run).output
    for name in ("passage.recall@5", "article.ndcg@10", "answer.right", "citation.judged-precision", "refusal.f1"):
        assert any(line.startswith(name) and "[" in line for line in output.splitlines()), name
    figures = json.loads(invoke("score", seeds_run, "--json").output)["figures"]
    assert {"name", "value", "n", "interval"} <= set(figures[0])


def test_compare_exits_1_on_a_regression_only(invoke: Invoke, seeds_run: Path) -> None:
    spoiled = spoil(seeds_run)
    same = invoke("compare", seeds_run, seeds_run)
    assert same.exit_code == 0
    assert "Nothing that decides got worse" in same.output
    assert "different between the runs" not in same.output
    faster = seeds_run.with_name("faster.jsonl")
    head, *lines = seeds_run.read_text(encoding="utf-8").splitlines()
    conditions = json.loads(head)
    conditions["run"]["at_once"] = 4
    faster.write_text("\n".join([json.dumps(conditions), *lines]) + "\n", encoding="utf-8")
    assert "different between the runs: cases asked at once" in invoke("compare", seeds_run, faster).output
    worse = invoke("compare", seeds_run, spoiled)
    assert worse.exit_code == 1
    assert "Worse by more than chance" in worse.output
    assert "Lost, right before and wrong now" in worse.output
    assert invoke("compare", spoiled, seeds_run).exit_code == 0
    assert json.loads(invoke("compare", seeds_run, spoiled, "--json").output)["regressions"]


def test_compare_exits_1_below_a_wanted_value(invoke: Invoke, seeds_run: Path) -> None:
    assert invoke("compare", seeds_run, seeds_run, "--fail-under", "answer.right=0").exit_code == 0
    failed = invoke("compare", seeds_run, seeds_run, "--fail-under", "answer.right=1.1")
    assert failed.exit_code == 1
    assert "below 1.100" in failed.output


def test_the_report_is_one_page_that_needs_nothing_else(invoke: Invoke, seeds_run: Path, tmp_path: Path) -> None:
    assert invoke("report", seeds_run, spoil(seeds_run)).output.strip() == str(seeds_run.with_suffix(".html"))
    page = seeds_run.with_suffix(".html").read_text(encoding="utf-8")
    assert "Since spoiled" in page
    for case in read_run(seeds_run).results:
        assert f"<b>{case.case.id}</b>" in page
    # What plots are made of is referred to within the page; nothing else is referred to.
    assert not re.search(r"""(?:src|href)\s*=\s*"?(?!"?#)|url\((?!#)""", page)


def test_no_text_of_a_run_becomes_part_of_the_page(invoke: Invoke, seeds_run: Path) -> None:
    evil = seeds_run.with_name("evil.jsonl")
    text = seeds_run.read_text(encoding="utf-8")
    evil.write_text(text.replace('"text": "', '"text": "<img src=x onerror=alert(1)></script>'), encoding="utf-8")
    invoke("report", evil)
    page = evil.with_suffix(".html").read_text(encoding="utf-8")
    assert "<img" not in page
    assert page.count("</script>") == 1


def test_convert_writes_a_set_and_articles(invoke: Invoke, tmp_path: Path) -> None:
    dump = tmp_path / "flat.jsonl"
    row = {"id": "1", "question": "?", "context": "Ships sail.", "answers": ["Ships"], "answerable": True}
    dump.write_text(json.dumps(row))
    assert "1 articles" in invoke("convert", "--from", "squad2", dump, "--to", tmp_path / "to").output
    assert "1 cases" in invoke("check", tmp_path / "to" / "questions.jsonl").output


def test_the_gate_lets_the_baseline_pass_and_nothing_worse(seeds_run: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    score = score_run(read_run(seeds_run))
    write_baseline(score, baseline)
    assert find_losses(score, baseline) == []
    losses = find_losses(score_run(read_run(spoil(seeds_run))), baseline)
    assert any(loss.startswith("answer.right is ") for loss in losses)
    assert any(loss == "citation.exact-quotes has no value any more." for loss in losses)


def test_the_gate_says_that_there_is_no_baseline(seeds_run: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="--write-baseline"):
        find_losses(score_run(read_run(seeds_run)), tmp_path / "none.json")


def test_the_committed_baseline_is_of_the_committed_set(seeds_set: QuestionSet) -> None:
    baseline = json.loads((ROOT / "evals" / "baseline.json").read_text())
    assert baseline["cases"] == len(seeds_set.cases)
