import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import metrics
from index.articles import Span

RANKING = ["d3", "d1", "d7", "d2", "d9"]
NEEDS = [{"d1"}, {"d2"}, {"d5"}]


class TestRetrievalByHand:
    @pytest.mark.parametrize(("k", "recall"), [(1, 0), (2, 1 / 3), (3, 1 / 3), (4, 2 / 3), (10, 2 / 3)])
    def test_recall_is_the_share_of_needs_met(self, k: int, recall: float) -> None:
        assert metrics.recall_at(k, RANKING, NEEDS) == pytest.approx(recall)

    def test_hit_and_all_evidence(self) -> None:
        assert metrics.hit_at(1, RANKING, NEEDS) == 0
        assert metrics.hit_at(2, RANKING, NEEDS) == 1
        assert metrics.all_evidence_at(5, RANKING, NEEDS) == 0
        assert metrics.all_evidence_at(5, RANKING, NEEDS[:2]) == 1

    def test_reciprocal_rank_is_that_of_the_first_relevant_unit(self) -> None:
        assert metrics.reciprocal_rank_at(10, RANKING, NEEDS) == 1 / 2
        assert metrics.reciprocal_rank_at(1, RANKING, NEEDS) == 0

    def test_ndcg_worked_out(self) -> None:
        # Relevant at ranks 2 and 4 of 3 relevant units: (1/log2 3 + 1/log2 5) / (1/log2 2 + 1/log2 3 + 1/log2 4).
        expected = (1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3) + 1 / 2)
        assert metrics.ndcg_at(10, RANKING, NEEDS) == pytest.approx(expected)
        assert expected == pytest.approx(0.49819, abs=1e-5)

    def test_average_precision_worked_out(self) -> None:
        # Relevant at ranks 2 and 4 of 3 relevant units: (1/2 + 2/4 + 0) / 3.
        assert metrics.average_precision_at(10, RANKING, NEEDS) == pytest.approx(1 / 3)
        assert metrics.average_precision_at(3, RANKING, NEEDS) == pytest.approx(1 / 6)

    def test_a_need_that_nothing_can_meet_is_not_met(self) -> None:
        for metric in (
            metrics.recall_at,
            metrics.hit_at,
            metrics.all_evidence_at,
            metrics.reciprocal_rank_at,
            metrics.ndcg_at,
            metrics.average_precision_at,
        ):
            assert metric(10, ["a", "b"], [frozenset()]) == 0.0

    def test_one_of_several_alternatives_meets_a_need(self) -> None:
        assert metrics.recall_at(2, RANKING, [{"d1", "d5"}, {"d2"}]) == 1 / 2
        assert metrics.all_evidence_at(4, RANKING, [{"d1", "d5"}, {"d2"}]) == 1


UNITS = st.sampled_from([f"u{n}" for n in range(12)])
RANKINGS = st.lists(UNITS, unique=True)
SOME_NEEDS = st.lists(st.frozensets(UNITS, min_size=1, max_size=3), min_size=1, max_size=4)
AT = [
    metrics.recall_at,
    metrics.hit_at,
    metrics.all_evidence_at,
    metrics.reciprocal_rank_at,
    metrics.average_precision_at,
]


class TestRetrievalAlways:
    @given(RANKINGS, SOME_NEEDS, st.integers(1, 12))
    def test_every_figure_is_a_share(self, ranking: list[str], needs: list[frozenset[str]], k: int) -> None:
        for metric in [*AT, metrics.ndcg_at]:
            assert 0 <= metric(k, ranking, needs) <= 1 + 1e-12

    @given(RANKINGS, SOME_NEEDS, st.integers(1, 12))
    def test_looking_further_never_finds_less(self, ranking: list[str], needs: list[frozenset[str]], k: int) -> None:
        for metric in AT:
            assert metric(k, ranking, needs) <= metric(k + 1, ranking, needs)

    @given(RANKINGS, SOME_NEEDS, st.randoms())
    def test_the_order_of_the_needs_is_nothing(
        self, ranking: list[str], needs: list[frozenset[str]], random: "np.random.Generator"
    ) -> None:
        shuffled = sorted(needs, key=lambda _: random.random())
        for metric in [*AT, metrics.ndcg_at]:
            assert metric(5, ranking, needs) == metric(5, ranking, shuffled)

    @given(SOME_NEEDS)
    def test_all_relevant_units_first_is_perfect(self, needs: list[frozenset[str]]) -> None:
        ideal = sorted(set().union(*needs))
        for metric in [*AT, metrics.ndcg_at]:
            assert metric(len(ideal), ideal, needs) == pytest.approx(1)


class TestAnswersByHand:
    def test_squad_normalisation(self) -> None:
        assert metrics.normalise("The  “two-day” Talks, in a U.S. state!") == "twoday talks in us state"

    def test_exact_match(self) -> None:
        assert metrics.exact_match("the Anchorage.", ["Anchorage"]) == 1
        assert metrics.exact_match("in Anchorage", ["Anchorage"]) == 0

    def test_token_f1(self) -> None:
        # 1 common token; precision 1/3, recall 1/1.
        assert metrics.token_f1("in Anchorage, Alaska", ["Juneau", "Anchorage"]) == pytest.approx(0.5)
        assert metrics.token_f1("cat cat", ["cat"]) == pytest.approx(2 / 3)
        assert metrics.token_f1("dog", ["cat"]) == 0
        assert metrics.token_f1("the", ["a"]) == 1

    def test_gold_is_contained_as_whole_words(self) -> None:
        assert metrics.contains_gold("It took over two hours.", ["two hours"]) == 1
        assert metrics.contains_gold("It took 118 days.", ["18"]) == 0
        assert metrics.contains_gold("会谈将在安克雷奇举行", ["安克雷奇"]) == 1
        assert not metrics.holds("anything", "the")

    @given(st.text(), st.lists(st.text(), min_size=1, max_size=3))
    def test_every_figure_is_a_share(self, answer: str, golds: list[str]) -> None:
        for metric in (metrics.exact_match, metrics.token_f1, metrics.contains_gold):
            assert 0 <= metric(answer, golds) <= 1
            assert metric(answer, golds) == metric(answer, golds[::-1])

    @given(st.text())
    def test_an_answer_matches_itself(self, answer: str) -> None:
        assert metrics.exact_match(answer, [answer]) == 1
        assert metrics.token_f1(answer, [answer]) == 1


class TestCitations:
    def test_spans_that_touch_do_not_overlap(self) -> None:
        assert not metrics.overlaps(Span(0, 5), Span(5, 9))
        assert metrics.overlaps(Span(0, 6), Span(5, 9))

    def test_quotes_that_are_not_exact_are_counted(self) -> None:
        assert metrics.exact_quote_rate([("a", "a"), ("a", "b")]) == 0.5

    def test_marks_without_citation_dangle(self) -> None:
        assert metrics.count_dangling_marks("Yes [1][3]. No [2].", {1, 2}) == 1

    @pytest.mark.parametrize(
        ("together", "alone", "without", "is_precise"),
        [(True, True, True, True), (True, False, False, True), (True, False, True, False), (False, True, True, False)],
    )
    def test_a_citation_is_precise_when_it_is_needed_or_suffices(
        self, together: bool, alone: bool, without: bool, is_precise: bool
    ) -> None:
        assert metrics.is_citation_precise(together=together, alone=alone, without=without) is is_precise


class TestRiskAndCoverage:
    def test_the_curve_worked_out(self) -> None:
        coverage, risk = metrics.risk_coverage([0.2, 0.9, 0.5], [True, False, True])
        assert coverage.tolist() == pytest.approx([1 / 3, 2 / 3, 1])
        assert risk.tolist() == pytest.approx([0, 1 / 2, 2 / 3])
        assert metrics.area_under_risk_coverage([0.2, 0.9, 0.5], [True, False, True]) == pytest.approx(7 / 18)

    def test_equal_confidences_take_their_mean(self) -> None:
        assert metrics.area_under_risk_coverage([1, 1], [True, False]) == 0.5

    @given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1), st.randoms())
    def test_order_is_nothing_and_the_area_is_a_share(
        self, answers: list[tuple[float, bool]], random: "np.random.Generator"
    ) -> None:
        shuffled = sorted(answers, key=lambda _: random.random())
        first, second = (
            metrics.area_under_risk_coverage([c for c, _ in each], [e for _, e in each]) for each in (answers, shuffled)
        )
        assert first == pytest.approx(second)
        assert 0 <= first <= 1
