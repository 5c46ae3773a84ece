import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.benchmarks.comparison import Comparison, Figure, write_comparison
from evals.benchmarks.corpus import draw_questions, invent_passages, vary_passages
from evals.benchmarks.speed import speed

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "articles.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for article in sorted(SEEDS.glob("*.txt")):
            print(json.dumps({"title": article.stem, "text": article.read_text(encoding="utf-8")}), file=file)
    return path


def test_both_sides_of_keyword_search_are_measured_and_find_the_same(dump: Path, tmp_path: Path) -> None:
    out = tmp_path / "speed.json"
    done = CliRunner().invoke(
        speed,
        ["--keywords", "--dump", str(dump), "--sizes", "200", "--count", "8", "--out", str(out)],
        catch_exceptions=False,
    )
    assert done.exit_code == 0
    assert "Keyword search, 200 passages, 8 questions" in done.output
    assert "in 8 of 8 questions" in done.output
    written = json.loads(out.read_text())
    sealed, grown = written["comparisons"]
    figures = {figure["name"]: figure for figure in sealed["figures"]}
    for name in ("p50", "p95", "open", "build", "size"):
        assert figures[name]["first"] > 0
        assert figures[name]["second"] > 0
    assert grown["title"].endswith("20 that came later")
    assert written["versions"]["numpy"]
    assert written["machine"]["usable_cores"]


def test_passages_are_invented_and_varied_where_there_is_no_dump() -> None:
    invented = invent_passages()
    varied = list(vary_passages(invented, len(invented) + 50))
    assert varied[: len(invented)] == invented
    assert len(set(varied)) == len(varied)
    assert all(draw_questions(invented, 5))


@pytest.mark.parametrize(("options", "said"), [([], "--keywords"), (["--keywords", "--sizes", "1k"], "'1k'")])
def test_what_cannot_be_measured_is_said(options: list[str], said: str) -> None:
    done = CliRunner().invoke(speed, options)
    assert done.exit_code == 2
    assert said in done.output


def test_a_side_without_a_figure_has_no_ratio() -> None:
    text = write_comparison(
        Comparison("Search", "plain", "ours", [Figure("p95", "ms", 300.0, 2.0), Figure("open", "ms", None, 1.0)])
    )
    assert [line.split() for line in text.splitlines()[2:]] == [
        ["p95,", "ms", "300", "2.00", "150.0"],
        ["open,", "ms", "-", "1.00", "-"],
    ]
