"""Our retrieval metrics and those of ir-measures (which asks trec_eval) agree on what both can express: one need a unit."""

from collections.abc import Callable, Sequence

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import AP, RR, R, Success, nDCG

from evals import metrics
from evals.metrics import Needs

Metric = Callable[[int, Sequence[str], Needs], float]
PAIRS: list[tuple[Metric, object]] = [
    (metrics.ndcg_at, nDCG),
    (metrics.recall_at, R),
    (metrics.reciprocal_rank_at, RR),
    (metrics.average_precision_at, AP),
    (metrics.hit_at, Success),
]
UNITS = [f"u{n}" for n in range(15)]
WORKED = [
    (["d3", "d1", "d7", "d2", "d9"], {"d1", "d2", "d5"}),
    (["d1"], {"d1"}),
    (["d2", "d3"], {"d1"}),
    ([f"d{n}" for n in range(20)], {"d0", "d9", "d10", "d19"}),
    ([f"d{n}" for n in range(5)], {f"d{n}" for n in range(30)}),
]


def ask_ir_measures(measure: object, k: int, ranking: Sequence[str], relevant: set[str]) -> float:
    qrels = [ir_measures.Qrel("q", unit, 1) for unit in sorted(relevant)]
    scores = [ir_measures.ScoredDoc("q", unit, float(len(ranking) - rank)) for rank, unit in enumerate(ranking)]
    cut = measure @ k  # type: ignore[operator] # its measures take a cutoff by this operator
    return float(ir_measures.calc_aggregate([cut], qrels, scores)[cut])


@pytest.mark.parametrize("k", [1, 5, 10])
@pytest.mark.parametrize(("ranking", "relevant"), WORKED)
def test_they_agree_on_worked_examples(ranking: list[str], relevant: set[str], k: int) -> None:
    for ours, theirs in PAIRS:
        expected = ask_ir_measures(theirs, k, ranking, relevant)
        assert ours(k, ranking, [{unit} for unit in relevant]) == pytest.approx(expected, abs=1e-6), theirs


@settings(deadline=None, max_examples=50)
@given(
    ranking=st.lists(st.sampled_from(UNITS), unique=True, min_size=1),
    relevant=st.sets(st.sampled_from(UNITS), min_size=1),
    k=st.integers(1, 20),
)
def test_they_agree_on_random_rankings(ranking: list[str], relevant: set[str], k: int) -> None:
    for ours, theirs in PAIRS:
        expected = ask_ir_measures(theirs, k, ranking, relevant)
        assert ours(k, ranking, [{unit} for unit in relevant]) == pytest.approx(expected, abs=1e-6), theirs
