import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fusion import fuse

rankings = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.floats(-5, 5), max_size=6), min_size=1, max_size=3)


@given(rankings, st.randoms())
def test_the_order_in_which_scores_are_given_does_not_matter(
    given_rankings: list[dict[str, float]], random: object
) -> None:
    weights = [1.0] * len(given_rankings)
    shuffled = [dict(sorted(ranking.items(), reverse=True)) for ranking in given_rankings]
    assert fuse(given_rankings, weights) == fuse(shuffled, weights)


@given(rankings, st.sampled_from("abcdef"))
def test_what_a_ranking_raises_to_its_top_never_falls(given_rankings: list[dict[str, float]], raised: str) -> None:
    weights = [1.0] * len(given_rankings)
    before = list(fuse(given_rankings, weights))
    if raised not in before or raised not in given_rankings[0]:
        return
    top = max(given_rankings[0].values())
    better = [{**given_rankings[0], raised: top}, *given_rankings[1:]]
    if min(better[0].values()) != min(given_rankings[0].values()):
        return  # raising the last one rescales all others
    assert list(fuse(better, weights)).index(raised) <= before.index(raised)


def test_found_by_both_beats_found_by_one() -> None:
    fused = fuse([{"a": 0.9, "b": 0.8, "c": 0.1}, {"b": 12.0, "d": 12.5, "e": 1.0}], [0.5, 0.5])
    assert next(iter(fused)) == "b"
    assert fused["a"] == pytest.approx(0.5)
