import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.benchmarks.quality import quality
from evals.cases import QuestionSet, parse_case, write_set
from index.embedding import WordHashEmbedder
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.settings import Settings


@pytest.fixture
def set_path(tmp_path: Path) -> Path:
    path = tmp_path / "set.jsonl"
    seeds = {"file": "000_5ec2cbd345442b2e.txt", "quote": "on March 18 in Anchorage"}
    city = {"id": "city", "question": "Where should negotiations take place on March 18?", "answers": ["Anchorage"]}
    cases = [
        {**city, "expected": "answered", "gold": [seeds]},
        {"id": "macron", "question": "Did Macron attend the negotiations in Anchorage?", "expected": "refused"},
    ]
    write_set(path, [parse_case(case) for case in cases])
    return path


def test_both_sides_are_measured_in_one_run_and_told_apart(
    set_path: Path, seeds_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_fake(settings: Settings) -> Dateline:
        opened.append(settings.reranking)
        status = ModelStatus("none", "chosen by a test", None)
        return Dateline(settings.library, WordHashEmbedder(), lambda: None, lambda: status)

    monkeypatch.setattr("evals.launching.open_dateline", open_fake)
    out = tmp_path / "quality.json"
    done = CliRunner().invoke(quality, [str(set_path), "--library", str(seeds_library), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert opened == ["packaged", "none"]
    (line,) = (line for line in done.output.splitlines() if "confident-error.unanswerable" in line)
    assert line.count("0.000 [") == 2
    content = json.loads(out.read_text())
    assert list(content["sides"]) == ["all", "no reranker"]
    figures = {figure["name"]: figure for figure in content["sides"]["all"]}
    assert figures["refusal.recall"]["value"] == 1.0
    assert figures["evidence.contains-gold"] == {**figures["evidence.contains-gold"], "value": 1.0, "n": 1}
    assert figures["confident-error.answerable"]["n"] == figures["confident-error.unanswerable"]["n"] == 1


def test_without_a_model_there_is_nothing_to_set_beside_it(
    set_path: Path, seeds_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(settings: Settings, questions: QuestionSet, *rest: object, **options: object) -> None:
        raise AssertionError("it was run all the same")

    monkeypatch.setattr("evals.benchmarks.quality.run_set", never)
    monkeypatch.setenv("DATELINE_MODEL", "none")
    arguments = [str(set_path), "--library", str(seeds_library), "--beside", "no-model"]
    assert "nothing to compare" in str(CliRunner().invoke(quality, arguments).exception)
