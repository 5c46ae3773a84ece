import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from evals.cases import Case, QuestionSet
from evals.cli import eval_
from evals.comparing import compare_runs, tell_controls
from evals.controls import gather_gold_evidence
from evals.errors import NoModelError, RunError
from evals.gold import FoundEvidence
from evals.needing_model import require_model
from evals.printing import write_comparison, write_score
from evals.recording import Run, read_run
from evals.reporting import write_report
from evals.running import RunOptions
from evals.scoring import score_run
from index.articles import Span
from index.reading.plain import read_article
from rag.assemble import Dateline
from rag.language_model import ScriptedModel

RunSeeds = Callable[..., Any]
OpenFake = Callable[..., Dateline]
GOLD, MEMORY = RunOptions(control="gold-evidence"), RunOptions(control="no-evidence")


def conditions(control: str | None) -> dict[str, Any]:
    return {"set": "seeds", "set_digest": "a", "mode": "answers", "control": control, "model": "none", "began": "now"}


@pytest.fixture
def cases(seeds_set: QuestionSet) -> list[Case]:
    wanted = {"fact-venue-city", "when-talks", "number-known", "said-wsj"}
    return [case for case in seeds_set.cases if case.id in wanted]


@pytest.fixture
def unanswerable(seeds_set: QuestionSet) -> Case:
    return next(case for case in seeds_set.cases if case.kind == "unanswerable-far")


class TestGoldEvidence:
    def test_without_a_model_the_gold_evidence_is_quoted_and_nothing_is_searched_for(
        self, run_seeds: RunSeeds, cases: list[Case], tmp_path: Path
    ) -> None:
        run_seeds(cases, tmp_path / "gold.jsonl", GOLD, conditions=conditions("gold-evidence"))
        run = read_run(tmp_path / "gold.jsonl")
        score = score_run(run)
        assert score["citation.gold-recall"].value == score["evidence.recall"].value == 1
        assert score["citation.gold-precision"].value == 1
        assert all("ranking" not in result.line for result in run.results)
        assert not any(figure.name.startswith(("passage.", "article.")) for figure in score.figures)
        assert "This is a control run: the gold evidence was given" in write_score(run, score)
        assert "<b>A control run:</b>" in write_report(run)

    def test_a_model_is_given_the_gold_sentences(
        self, run_seeds: RunSeeds, open_fake: OpenFake, seeds_library: Path, cases: list[Case], tmp_path: Path
    ) -> None:
        case = next(case for case in cases if case.id == "when-talks")
        model = ScriptedModel(["NOT IN THE ARTICLES"])
        run_seeds([case], tmp_path / "gold.jsonl", GOLD, dateline=open_fake(model, at=seeds_library))
        (asked,) = model.asked
        assert case.gold[0].quote is not None
        assert case.gold[0].quote in asked[-1].content

    def test_a_case_without_gold_evidence_is_asked_as_ever(
        self, run_seeds: RunSeeds, unanswerable: Case, tmp_path: Path
    ) -> None:
        run_seeds([unanswerable], tmp_path / "gold.jsonl", GOLD)
        assert read_run(tmp_path / "gold.jsonl").results[0].line["ranking"]

    def test_of_a_whole_article_the_sentences_with_the_answer_and_the_question_are_given(self) -> None:
        text = " ".join(f"Sentence number {n} is about something else." for n in range(40))
        article = read_article(
            f"Title\n\n{text} The bridge closes in May forever. Ana Ruiz said it.".encode(), "bridge.txt"
        )
        whole = FoundEvidence(0, article.id, (Span(0, len(article.text)),))
        case = Case("c", "What did Ana Ruiz say?", answers=("May",))
        evidence = gather_gold_evidence(case, [whole], lambda _: article)
        assert evidence is not None
        assert len(evidence.sentences) == 12
        assert [one.text for one in evidence.sentences][-2:] == [
            "The bridge closes in May forever.",
            "Ana Ruiz said it.",
        ]
        assert gather_gold_evidence(case, [], lambda _: article) is None


class TestNoEvidence:
    def test_the_model_answers_from_memory_and_is_judged_by_its_words_alone(
        self, run_seeds: RunSeeds, open_fake: OpenFake, seeds_library: Path, cases: list[Case], tmp_path: Path
    ) -> None:
        model = ScriptedModel(["In Anchorage.", *["I do not know."] * (len(cases) - 1)])
        ordered = sorted(cases, key=lambda case: case.id != "fact-venue-city")
        out = tmp_path / "memory.jsonl"
        run_seeds(ordered, out, MEMORY, dateline=open_fake(model, at=seeds_library))
        assert not any("Alaska" in message.content for asked in model.asked for message in asked)
        run = read_run(out)
        assert [result.line["status"] for result in run.results] == ["answered", *["refused"] * (len(cases) - 1)]
        score = score_run(run)
        assert score["answer.right"].value == 1 / len(cases)
        assert not any(figure.group in {"Citations", "Retrieval, passages"} for figure in score.figures)

    def test_without_a_model_it_is_refused_with_what_to_do(self, open_fake: OpenFake, seeds_library: Path) -> None:
        opened = open_fake(at=seeds_library)
        with pytest.raises(NoModelError, match=r"chosen by a test.*DATELINE_LLM_BASE_URL"):
            require_model(opened.language_model, opened.model_status)

    def test_stopping_after_the_ranking_leaves_nothing_to_control(self, tmp_path: Path) -> None:
        options = ["run", "--set", str(tmp_path / "set.jsonl"), "--retrieval-only", "--control", "gold-evidence"]
        result = CliRunner().invoke(eval_, options)
        assert result.exit_code == 2
        assert "leave out one of the two" in result.output


class TestKindsApart:
    @pytest.fixture
    def both(self, run_seeds: RunSeeds, cases: list[Case], tmp_path: Path) -> tuple[Run, Run]:
        run_seeds(cases, tmp_path / "gold.jsonl", GOLD, conditions=conditions("gold-evidence"))
        run_seeds(cases, tmp_path / "plain.jsonl", conditions=conditions(None))
        return read_run(tmp_path / "plain.jsonl"), read_run(tmp_path / "gold.jsonl")

    def test_a_comparison_of_different_kinds_says_so(self, both: tuple[Run, Run]) -> None:
        plain, gold = both
        warning = tell_controls(plain, gold)
        assert warning is not None
        assert "plain was asked as people ask; in gold the gold evidence was given" in warning
        comparison = compare_runs(plain, gold)
        assert warning in write_comparison(plain, gold, comparison)
        assert warning in write_report(gold, [plain])
        assert tell_controls(plain, plain) is None

    def test_a_run_is_not_continued_as_another_kind(
        self, both: tuple[Run, Run], run_seeds: RunSeeds, cases: list[Case], tmp_path: Path
    ) -> None:
        with pytest.raises(RunError, match="different: control"):
            run_seeds(cases, tmp_path / "gold.jsonl", conditions=conditions(None))
        head = json.loads((tmp_path / "gold.jsonl").read_text().splitlines()[0])
        assert head["run"]["control"] == "gold-evidence"
