"""Few weights, small ones preferred: of single rows (logistic regression) and of groups of which some row is right."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_STEPS = 50
_ENOUGH = 1e-8
_ROUNDS = 400
_PACE = 0.5


def fit_logistic(rows: Numbers, labels: Numbers, weights: Numbers, *, penalty: float) -> tuple[float, Numbers]:
    """Bias and weights that make the labels likeliest.

    Args:
        rows: features, shape (n, features).
        labels: 0 or 1, shape (n,).
        weights: how much each row counts, shape (n,).
        penalty: what the square of a weight costs, the features brought to deviation 1; the bias costs nothing.

    Source: Hastie, Tibshirani and Friedman, "The Elements of Statistical Learning", section 4.4.1.
    """
    means = np.average(rows, axis=0, weights=weights)
    deviations = np.sqrt(np.average((rows - means) ** 2, axis=0, weights=weights))
    # A feature that never varies tells nothing.
    scales = np.where(deviations > 0, deviations, np.inf)
    design = np.hstack([np.ones((len(rows), 1)), (rows - means) / scales])
    costs = np.full(design.shape[1], penalty)
    costs[0] = 0.0
    found = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        chances = 1.0 / (1.0 + np.exp(-design @ found))
        gradient = design.T @ (weights * (labels - chances)) - costs * found
        curvature = (design * (weights * chances * (1 - chances))[:, None]).T @ design + np.diag(costs + 1e-9)
        step = np.linalg.solve(curvature, gradient)
        found += step
        if np.abs(step).max() < _ENOUGH:
            break
    slopes = found[1:] / scales
    return float(found[0] - slopes @ means), slopes


def fit_listwise(groups: Sequence[tuple[Numbers, Numbers]], *, penalty: float) -> Numbers:
    """Weights that make it likeliest that of each group a right row is picked, shape (features,).

    Rows are picked by a softmax of their scores; which of the right ones is left open, for some are right by chance.

    Args:
        groups: of each the features, shape (n, features), and 0 or 1 for every row, shape (n,); some row must be right.
        penalty: what the square of a weight costs beside one group, the features brought to deviation 1.

    Source: Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach", 2007.
    """
    rows = np.vstack([features for features, _ in groups])
    deviations = rows.std(axis=0)
    scales = np.where(deviations > 0, deviations, np.inf)
    centred = [((features - rows.mean(axis=0)) / scales, labels) for features, labels in groups]
    found = np.zeros(rows.shape[1])
    for _ in range(_ROUNDS):
        gradient = -penalty * found
        for features, labels in centred:
            chances = np.exp(features @ found - (features @ found).max())
            right = chances * labels
            gradient = gradient + features.T @ (right / right.sum() - chances / chances.sum())
        found = found + _PACE * gradient / len(centred)
    return np.asarray(found / scales)


def fold_of(count: int, folds: int) -> Sequence[int]:
    """The fold of each of `count` groups, always the same, the folds of equal size."""
    order = np.random.default_rng(0).permutation(count)
    found = np.empty(count, dtype=int)
    found[order] = np.arange(count) % folds
    return list(map(int, found))
