"""Several rankings of the same things -> one."""

from collections.abc import Mapping, Sequence


def fuse(rankings: Sequence[Mapping[str, float]], weights: Sequence[float]) -> dict[str, float]:
    """Min-max scale each ranking's scores to 0..1 and add them up by weight; best first, ties by id.

    What a ranking does not hold counts 0 in it. Source: Bruch et al., "An Analysis of Fusion Functions for Hybrid
    Retrieval", 2023 (convex combination).
    """
    fused: dict[str, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        if not ranking:
            continue
        low, high = min(ranking.values()), max(ranking.values())
        for id_, score in ranking.items():
            # The last of a ranking was still found by it: a tenth, not nothing.
            scaled = 0.1 + 0.9 * (score - low) / (high - low) if high > low else 1.0
            fused[id_] = fused.get(id_, 0.0) + weight * scaled
    return dict(sorted(fused.items(), key=lambda item: (-item[1], item[0])))
