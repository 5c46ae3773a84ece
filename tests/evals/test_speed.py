import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.benchmarks.answer_speed import describe, measure_answers
from evals.benchmarks.article_folder import Story, choose_stories, read_stories, write_stories
from evals.benchmarks.comparison import Comparison, Figure, write_comparison
from evals.benchmarks.corpus import draw_questions, invent_passages, vary_passages
from evals.benchmarks.indexing_speed import compare_indexing, compare_reading
from evals.benchmarks.memory_speed import compare_memory
from evals.benchmarks.speed import speed
from evals.benchmarks.vector_corpus import WideWordHashEmbedder
from rag.assemble import Dateline

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


def test_both_sides_of_the_search_by_meaning_are_measured_and_find_the_same(tmp_path: Path) -> None:
    out = tmp_path / "speed.json"
    options = ["--meaning", "--sizes", "120", "--count", "5", "--out", str(out)]
    done = CliRunner().invoke(speed, options, catch_exceptions=False)
    assert done.exit_code == 0
    assert "Recall@10 of the sealed against the exact: 1.000" in done.output
    (measured,) = json.loads(out.read_text())["comparisons"]
    figures = {figure["name"]: figure for figure in measured["figures"]}
    for name in ("p50", "p95", "open, to the first answer"):
        assert figures[name]["first"] > 0
        assert figures[name]["second"] > 0
    assert figures["seal"]["second"] > 0
    assert len(measured["notes"]) == 2


@pytest.fixture
def stories(dump: Path) -> list[Story]:
    return read_stories(dump)[:3]


def test_indexing_is_measured_beside_embedding_and_again_after_an_edit(stories: list[Story]) -> None:
    embedder = WideWordHashEmbedder()
    whole, again = compare_indexing(stories, embedder, 100, has_peer=False, rounds=1)
    figures = {figure.name: figure for figure in [*whole.figures, *again.figures]}
    assert figures["round 1"].first is not None
    assert figures["round 1"].second is not None
    assert figures["round 1"].first > figures["round 1"].second
    assert "Texts embedded" in whole.notes[-1]
    assert figures["unchanged, embedded"].second == 0
    assert figures["edited, embedded"].second in {1, 2, 3}
    assert figures["first"].first is None
    assert "pip install llama-index-vector-stores-chroma" in again.notes[0]


def test_reading_and_memory_are_measured(stories: list[Story]) -> None:
    (reading,) = compare_reading(stories)
    assert all(figure.first and figure.second for figure in reading.figures)
    memory = compare_memory(stories, WideWordHashEmbedder, 20)
    assert memory.figures[0].first is not None
    assert memory.figures[0].first > 20


def test_as_many_stories_are_chosen_as_make_so_many_passages() -> None:
    invented = list(write_stories(invent_passages()[:60]))
    assert all(text.count("\n\n") == 7 for _, text in invented[:-1])
    chosen = choose_stories(invented, 12)
    assert 1 <= len(chosen) < len(invented)


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
        ["p95,", "ms", "300", "2.00", "150"],
        ["open,", "ms", "-", "1.00", "-"],
    ]


def test_waiting_for_answers_is_measured_on_both_sides(open_fake: Callable[..., Dateline], seeds_library: Path) -> None:
    questions = ["Hello!", "When and where will the talks take place?", "What did they agree about fishing?"]
    times = measure_answers(lambda: open_fake(at=seeds_library), questions)
    # A greeting is answered without evidence.
    assert len(times.evidence) == len(times.answer) == len(times.answer_again) == 2
    assert all(0 < evidence <= answer for evidence, answer in zip(times.evidence, times.answer, strict=True))
    twice = replace(times, answer=tuple(2 * seconds for seconds in times.answer))
    figures = {figure.name: figure for figure in describe(twice, times).figures}
    assert figures["answer, p50"].ratio == pytest.approx(2)
    assert figures["ready"].ratio == 1
