"""How sure a figure is: bootstrap intervals and permutation tests over ratios of sums, resampled by cluster.

Every figure but one is a ratio of sums over cases (a mean; a precision; F1 = 2TP / (2TP + FP + FN)), so that a resample is one
matrix product.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Positions = NDArray[np.intp]
_RESAMPLES = 2_000
_SEED = 20_210_318
_Z = 1.96
# Below some twenty clusters their resampling understates the error (Cameron, Gelbach and Miller 2008).
MIN_CLUSTERS = 20


@dataclass(frozen=True, slots=True)
class Interval:
    """A 95% interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ratios:
    """The share that each case has in a figure: shape (n,) each. A case that it does not concern has 0 in both."""

    numerators: Numbers
    denominators: Numbers

    @property
    def value(self) -> float:
        """The figure, NaN when it concerns no case."""
        return float(_divide(self.numerators.sum(), self.denominators.sum()))


def choose_clusters(articles: Sequence[str | None]) -> tuple[list[int], bool]:
    """Cluster numbers by shared article, and whether they are: with too few articles every case is its own cluster.

    A case without an article is its own cluster, but no article to count.
    """
    named = {article for article in articles if article is not None}
    if not MIN_CLUSTERS <= len(named) < len(articles) - articles.count(None):
        return list(range(len(articles))), False
    names = [article or f"case {position}" for position, article in enumerate(articles)]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return [numbers[name] for name in names], True


def bootstrap_ratio(ratios: Ratios, clusters: Sequence[int]) -> Interval:
    """The percentile bootstrap interval of a figure (source: Efron and Tibshirani 1993, chapter 13)."""
    sums = _sum_by_cluster(np.stack([ratios.numerators, ratios.denominators], axis=1), clusters)
    drawn = _draw(len(sums)) @ sums
    return _percentiles(_divide(drawn[:, 0], drawn[:, 1]))


def wilson(successes: int, n: int) -> Interval:
    """The score interval of a share of independent cases; `n` at least 1 (source: Wilson, JASA 1927)."""
    share, spread = successes / n, _Z**2 / n
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach))


def bootstrap_difference(first: Ratios, second: Ratios, clusters: Sequence[int]) -> Interval:
    """The paired percentile bootstrap interval of second minus first: the same cases are drawn for both."""
    stacked = [first.numerators, first.denominators, second.numerators, second.denominators]
    drawn = _draw(max(clusters) + 1) @ _sum_by_cluster(np.stack(stacked, axis=1), clusters)
    return _percentiles(_divide(drawn[:, 2], drawn[:, 3]) - _divide(drawn[:, 0], drawn[:, 1]))


def permutation_p(first: Ratios, second: Ratios, clusters: Sequence[int]) -> float:
    """The two-sided p of a paired permutation test: which run gave which outcome is shuffled cluster by cluster.

    Source: Noreen 1989; the observed arrangement counts as one of them, so p is never 0.
    """
    sums = _sum_by_cluster(
        np.stack([first.numerators, first.denominators, second.numerators, second.denominators], axis=1), clusters
    )
    observed = abs(_difference(sums.sum(axis=0)))
    swap = np.random.default_rng(_SEED).integers(0, 2, size=(_RESAMPLES, len(sums))).astype(float)
    one, other = sums[:, :2], sums[:, 2:]
    firsts = one.sum(axis=0) + swap @ (other - one)
    seconds = other.sum(axis=0) - swap @ (other - one)
    differences = np.abs(_difference(np.concatenate([firsts, seconds], axis=1).T))
    extreme = np.sum(np.nan_to_num(differences, nan=0.0) >= observed - 1e-12)
    return float((extreme + 1) / (_RESAMPLES + 1))


def bootstrap_statistic(statistic: Callable[[Positions], float], clusters: Sequence[int]) -> Interval:
    """The percentile bootstrap interval of any statistic of case positions, shape (m,), drawn with repetition by cluster."""
    members: list[list[int]] = [[] for _ in range(max(clusters) + 1)]
    for position, cluster in enumerate(clusters):
        members[cluster].append(position)
    generator = np.random.default_rng(_SEED)
    values = []
    for _ in range(_RESAMPLES // 4):
        chosen = generator.integers(0, len(members), size=len(members))
        values.append(statistic(np.concatenate([np.array(members[cluster], dtype=np.intp) for cluster in chosen])))
    return _percentiles(np.array(values))


def _difference(sums: Numbers) -> Numbers:
    return _divide(sums[2], sums[3]) - _divide(sums[0], sums[1])


def _sum_by_cluster(columns: Numbers, clusters: Sequence[int]) -> Numbers:
    sums = np.zeros((max(clusters) + 1, columns.shape[1]))
    np.add.at(sums, np.asarray(clusters), columns)
    return sums


def _draw(clusters: int) -> Numbers:
    """How often each cluster is drawn in each resample: shape (resamples, clusters)."""
    counts = np.random.default_rng(_SEED).multinomial(clusters, np.full(clusters, 1 / clusters), size=_RESAMPLES)
    return counts.astype(float)


def _percentiles(values: Numbers) -> Interval:
    sound = values[~np.isnan(values)]
    if len(sound) == 0:
        return Interval(float("nan"), float("nan"))
    low, high = np.percentile(sound, [2.5, 97.5])
    return Interval(float(low), float(high))


def _divide(numerators: Numbers, denominators: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominators > 0, numerators / denominators, np.nan)
