import numpy as np
import pytest

from evals.intervals import (
    Ratios,
    bootstrap_difference,
    bootstrap_ratio,
    bootstrap_statistic,
    choose_clusters,
    permutation_p,
)


def mean_of(values: np.ndarray) -> Ratios:
    return Ratios(values.astype(float), np.ones(len(values)))


def test_the_interval_covers_the_truth_about_95_times_in_100() -> None:
    generator = np.random.default_rng(7)
    truth, samples = 0.6, 200
    covered = 0
    for _ in range(samples):
        interval = bootstrap_ratio(mean_of(generator.random(100) < truth), range(100))
        covered += interval.low <= truth <= interval.high
    assert 0.90 <= covered / samples <= 0.99


def test_the_interval_widens_when_questions_share_an_article() -> None:
    values = mean_of(np.repeat([0, 1] * 20, 5))
    alone = bootstrap_ratio(values, range(200))
    together = bootstrap_ratio(values, [n // 5 for n in range(200)])
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_cases_that_a_figure_does_not_concern_count_for_nothing() -> None:
    assert Ratios(np.array([1.0, 0, 0]), np.array([1.0, 1, 0])).value == 0.5
    assert np.isnan(Ratios(np.zeros(2), np.zeros(2)).value)


def test_equal_runs_differ_by_nothing() -> None:
    values = mean_of(np.array([0, 1, 1, 0, 1] * 10))
    interval = bootstrap_difference(values, values, range(50))
    assert (interval.low, interval.high) == (0, 0)
    assert permutation_p(values, values, range(50)) == 1


def test_a_clear_difference_is_seen_and_chance_is_not() -> None:
    generator = np.random.default_rng(3)
    worse, better = mean_of(generator.random(200) < 0.5), mean_of(generator.random(200) < 0.8)
    interval = bootstrap_difference(worse, better, range(200))
    assert 0 < interval.low < 0.3 < interval.high
    assert permutation_p(worse, better, range(200)) < 0.01
    assert permutation_p(worse, mean_of(generator.random(200) < 0.5), range(200)) > 0.05


def test_the_permutation_test_errs_at_its_level() -> None:
    generator = np.random.default_rng(11)
    pairs = [(mean_of(generator.normal(size=40)), mean_of(generator.normal(size=40))) for _ in range(200)]
    assert sum(permutation_p(*pair, range(40)) < 0.05 for pair in pairs) / 200 < 0.11


def test_few_articles_are_no_clusters() -> None:
    assert choose_clusters(["a", "a", "b", None]) == ([0, 1, 2, 3], False)
    assert choose_clusters(["a", "a", *[None] * 30])[1] is False
    clusters, is_clustered = choose_clusters([*map(str, range(25)), "0"])
    assert is_clustered
    assert clusters[0] == clusters[-1]


def test_any_statistic_has_an_interval() -> None:
    values = np.arange(100.0)
    interval = bootstrap_statistic(lambda positions: float(np.median(values[positions])), range(100))
    assert interval.low < 50 < interval.high
    assert interval.low == pytest.approx(40, abs=8)
