"""Several rankings of the same things -> one."""

from collections.abc import Mapping, Sequence

import numpy as np


def fuse(rankings: Sequence[Mapping[str, float]], weights: Sequence[float]) -> dict[str, float]:
    """Bring each ranking's scores to mean 0 and deviation 1 and add them up by weight; best first, ties by id.

    The sums are scaled to 0..1. What a ranking does not score is to it neither good nor bad. So that this is rare, give
    each ranking the scores of what the others found: on the training queries of SciFact (n = 400) that, and a weight of
    .7 for meaning, raised nDCG@10 from .763 to .776; on its test queries (n = 300) from .725 to .751. Source: Bruch et
    al., "An Analysis of Fusion Functions for Hybrid Retrieval", 2023 (convex combination, standardised scores).
    """
    fused: dict[str, float] = dict.fromkeys(sorted({id_ for ranking in rankings for id_ in ranking}), 0.0)
    for ranking, weight in zip(rankings, weights, strict=True):
        if not ranking:
            continue
        ids = sorted(ranking)
        values = np.array([ranking[id_] for id_ in ids])
        deviation = float(values.std()) or 1.0
        for id_, standard in zip(ids, (values - values.mean()) / deviation, strict=True):
            fused[id_] += weight * float(standard)
    low, high = min(fused.values(), default=0.0), max(fused.values(), default=0.0)
    scaled = {id_: (score - low) / (high - low) if high > low else 1.0 for id_, score in fused.items()}
    return dict(sorted(scaled.items(), key=lambda item: (-item[1], item[0])))
