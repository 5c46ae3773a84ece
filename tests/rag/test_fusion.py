import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fusion import fuse

# In steps, so that sums of them are not told apart by rounding alone.
scores = st.integers(-50, 50).map(lambda n: n / 10)
rankings = st.lists(st.dictionaries(st.sampled_from("abcdef"), scores, max_size=6), min_size=1, max_size=3)
whole = st.lists(st.fixed_dictionaries(dict.fromkeys("abcdef", scores)), min_size=1, max_size=3)


@given(rankings)
def test_the_order_in_which_scores_are_given_does_not_matter(given_rankings: list[dict[str, float]]) -> None:
    weights = [1.0] * len(given_rankings)
    shuffled = [dict(sorted(ranking.items(), reverse=True)) for ranking in given_rankings]
    assert fuse(given_rankings, weights) == fuse(shuffled, weights)


@given(whole)
def test_what_every_ranking_puts_higher_is_higher(given_rankings: list[dict[str, float]]) -> None:
    fused = fuse(given_rankings, [0.3] * len(given_rankings))
    for better in "abcdef":
        for worse in "abcdef":
            if all(ranking[better] >= ranking[worse] for ranking in given_rankings):
                assert fused[better] >= fused[worse] - 1e-9


@given(rankings)
def test_every_score_lies_between_0_and_1_and_the_best_comes_first(given_rankings: list[dict[str, float]]) -> None:
    fused = list(fuse(given_rankings, [1.0] * len(given_rankings)).values())
    assert all(0.0 <= score <= 1.0 for score in fused)
    assert fused == sorted(fused, reverse=True)
    assert not fused or fused[0] == 1.0


def test_the_scale_of_a_ranking_does_not_matter() -> None:
    by_meaning = {"a": 0.9, "b": 0.8, "c": 0.1}
    by_words = {"a": 2.0, "b": 9.0, "c": 1.0}
    scaled = {id_: 1000 + 50 * score for id_, score in by_words.items()}
    plain = fuse([by_meaning, by_words], [0.5, 0.5])
    assert fuse([by_meaning, scaled], [0.5, 0.5]) == pytest.approx(plain)


def test_good_in_both_beats_best_in_one() -> None:
    fused = fuse([{"a": 0.9, "b": 0.8, "c": 0.1, "d": 0.2}, {"a": 1.0, "b": 12.0, "c": 2.0, "d": 12.5}], [0.5, 0.5])
    assert next(iter(fused)) == "b"


def test_what_a_ranking_does_not_know_is_neither_raised_nor_lowered_by_it() -> None:
    fused = fuse([{"a": 3.0, "b": 2.0, "c": 1.0}, {"a": 1.0, "c": -1.0}], [1.0, 1.0])
    assert list(fused) == ["a", "b", "c"]
    assert fused["b"] == pytest.approx(0.5)
