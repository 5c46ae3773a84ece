import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from evals.cli import eval_
from evals.errors import ConversionError
from evals.judge_accuracy import measure_judge, recall_accuracy
from evals.judging import ModelJudge, VerifierJudge, judge_sentence
from evals.labelled_pairs import LabelledPair, read_climate_fever
from evals.printing import describe_judge, write_accuracy, write_accuracy_as_json, write_score
from evals.recording import read_run
from evals.rejudging import rejudge
from evals.scoring import score_run
from index.articles import Article
from index.reading.plain import read_article
from rag.conversation import Citation
from rag.language_model import ScriptedModel

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = read_article(b"Bridge\n\nThe bridge closes on 4 May.\n\nThe repairs cost 12 million euros.", "bridge.txt")
ARTICLES: dict[str, Article] = {ARTICLE.id: ARTICLE}
PAIRS = [
    LabelledPair("The bridge closes on 4 May.", "The bridge closes on 4 May for repairs.", "Bridge", True, "a"),
    LabelledPair("The bridge closes on 4 May.", "The bridge closes on 5 May for repairs.", "Bridge", False, "a"),
    LabelledPair("It is shut for the mending.", "The bridge closes for repairs.", "Bridge", True, "b"),
    LabelledPair("Ana Ruiz drew it.", "The bridge was drawn by an engineer.", "Bridge", False, "c"),
]


def silent(done: int, total: int) -> None:
    assert done <= total


def cite(*quotes: str) -> list[Citation]:
    starts = [ARTICLE.text.index(quote) for quote in quotes]
    return [
        Citation(n, ARTICLE.id, ARTICLE.file, ARTICLE.title, None, None, None, start, start + len(quote), quote)
        for n, (quote, start) in enumerate(zip(quotes, starts, strict=True), 1)
    ]


class TestASentence:
    def test_a_citation_that_adds_nothing_is_not_precise(self) -> None:
        cited = cite("The bridge closes on 4 May.", "The repairs cost 12 million euros.")
        judged = judge_sentence(VerifierJudge(), "The bridge closes on 4 May.", cited, ARTICLES)
        assert judged.is_supported
        assert judged.is_precise == (True, False)

    def test_a_sentence_without_citations_is_not_supported(self) -> None:
        for judge in (VerifierJudge(), ModelJudge(ScriptedModel([]))):
            assert not judge_sentence(judge, "The bridge closes.", [], {}).is_supported

    def test_a_model_is_asked_for_yes_or_no_and_each_pair_once(self) -> None:
        model = ScriptedModel(["Yes.", "NO, it does not."])
        judge = ModelJudge(model)
        cited = cite("The bridge closes on 4 May.")
        assert judge_sentence(judge, "It closes.", cited, {}).is_precise == (True,)
        assert not judge.supports("It opens.", cited, {})
        assert not judge.supports("It opens.", cited, {})
        assert len(model.asked) == 2
        assert "Statement: It opens." in model.asked[1][-1].content
        assert "The bridge closes on 4 May." in model.asked[1][-1].content


class TestAccuracy:
    def test_worked_out_by_hand(self) -> None:
        # Said yes, no, no, no of which the third is wrong.
        accuracy = measure_judge(ModelJudge(ScriptedModel(["yes", "no", "no", "no"])), PAIRS, silent)
        assert (accuracy.accuracy.value, accuracy.majority) == (3 / 4, 1 / 2)
        assert (accuracy.found.value, accuracy.found.n) == (1 / 2, 2)
        assert (accuracy.rejected.value, accuracy.precision.value, accuracy.precision.n) == (1, 1, 1)
        assert accuracy.accuracy.interval.low <= 3 / 4 <= accuracy.accuracy.interval.high

    def test_the_verifier_is_measured_by_the_same_means(self) -> None:
        accuracy = measure_judge(VerifierJudge(), PAIRS, silent)
        assert accuracy.judge == "verifier"
        assert (accuracy.found.value, accuracy.rejected.value) == (1 / 2, 1)

    def test_it_is_printed_beside_the_commoner_answer(self) -> None:
        accuracy = measure_judge(VerifierJudge(), PAIRS, silent)
        printed = write_accuracy(accuracy, "four pairs")
        assert re.search(r"^right +4 +0\.750 +\[", printed, re.MULTILINE)
        assert re.search(r"^the commoner answer, always +4 +0\.500$", printed, re.MULTILINE)
        record = json.loads(write_accuracy_as_json(accuracy, "four pairs"))["verifier"]
        assert record["pairs"] == 4
        assert record["data"] == "four pairs"

    def test_what_is_recorded_of_the_verifier_is_told_and_of_a_stranger_that_nothing_is(self) -> None:
        record = json.loads((ROOT / "evals" / "judges.json").read_text())["verifier"]
        told = recall_accuracy("verifier")
        assert f"{record['accuracy']['value']:.3f}" in told
        assert f"{record['majority']:.3f}" in told
        assert f"{record['pairs']:,} pairs of CLIMATE-FEVER" in told
        assert "has not been measured" in recall_accuracy("a stranger")


class TestLabelledPairs:
    def test_flat_and_as_published(self, tmp_path: Path) -> None:
        flat = {"claim_id": "7", "claim": "It warms.", "article": "A", "evidence": "It is warm.", "label": "SUPPORTS"}
        votes = [
            {"article": "A", "evidence": "It is warm.", "evidence_label": "SUPPORTS"},
            {"article": "B", "evidence": "It cools.", "evidence_label": 1},
        ]
        nested = {"claim_id": 7, "claim": "It warms.", "evidences": votes}
        path = tmp_path / "pairs.jsonl"
        path.write_text(f"{json.dumps(flat)}\n{json.dumps(nested)}\n")
        pairs = read_climate_fever(path)
        assert [pair.is_supported for pair in pairs] == [True, True, False]
        assert pairs[0] == pairs[1] == LabelledPair("It warms.", "It is warm.", "A", True, "7")

    def test_another_format_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "pairs.jsonl").write_text('{"claim": "x"}')
        with pytest.raises(ConversionError, match="not in the format of CLIMATE-FEVER"):
            read_climate_fever(tmp_path)


def test_a_run_is_judged_anew_by_a_model_and_says_by_whom(
    run_seeds: Callable[..., Any], seeds_set: Any, tmp_path: Path
) -> None:
    out = tmp_path / "run.jsonl"
    case = next(case for case in seeds_set.cases if case.id == "fact-anchorage-size")
    run_seeds([case], out)
    run = read_run(out)
    assert score_run(run)["citation.judged-recall"].value == 1
    assert "the program's own verifier" in describe_judge(run)
    sentences = len(run.results[0].line["sentences"])
    judged = rejudge(run, ModelJudge(ScriptedModel(["no"] * sentences)), silent)
    score = score_run(judged)
    assert score["citation.judged-recall"].value == 0
    assert "The judge of citations is the model scripted. Its accuracy has not been measured" in write_score(
        judged, score
    )


def test_the_command_measures_the_verifier_on_pairs_spread_over_the_file(tmp_path: Path) -> None:
    rows = [
        {"claim_id": str(n), "claim": "It warms.", "article": "A", "evidence": "It warms.", "label": "SUPPORTS"}
        for n in range(6)
    ]
    (tmp_path / "pairs.jsonl").write_text("\n".join(map(json.dumps, rows)))
    result = CliRunner().invoke(eval_, ["judge", str(tmp_path), "--limit", "3"], catch_exceptions=False)
    assert result.output.startswith("verifier on 3 pairs of CLIMATE-FEVER")
    as_json = CliRunner().invoke(eval_, ["judge", str(tmp_path), "--json"], catch_exceptions=False).output
    assert json.loads(as_json)["verifier"]["accuracy"]["value"] == 1
