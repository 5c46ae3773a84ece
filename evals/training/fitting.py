"""Examples -> weights, and what they are worth on questions that they were not fitted on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evals.training.examples import Example
from evals.training.reading import ReadExample
from evals.training.regression import Numbers, fit_listwise, fit_logistic, fold_of
from rag.evidence import describe_answerable
from rag.learned import LogisticModel

FOLDS = 5
_PENALTY = 1.0
_WORTH = 50.0
_BEST = (1, 4, 8)
Rows = tuple[Numbers, Numbers, Numbers]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model, and figures by name of its folds: each measured on the questions left out of the fit."""

    model: LogisticModel
    figures: dict[str, float]

    def as_json(self, about: str) -> dict[str, Any]:
        """What rag/learned/ holds."""
        weights = {name: round(weight, 4) for name, weight in self.model.weights.items()}
        return {"about": about, "bias": round(self.model.bias, 4), "weights": weights, "figures": self.figures}


def fit_sentences(examples: Sequence[Example], names: Sequence[str]) -> Fitted:
    """Which sentences answer, from the features `names`; every question counts the same."""
    useful = [example for example in examples if any(example.labels)]
    folds = fold_of(len(useful), FOLDS)
    hits: dict[str, list[bool]] = {f"answered by the best {k}": [] for k in _BEST}
    for fold in range(FOLDS):
        model = _fit([example for example, own in zip(useful, folds, strict=True) if own != fold], names)
        for example in (example for example, own in zip(useful, folds, strict=True) if own == fold):
            order = np.argsort(-model.log_odds(_take(example, names)), kind="stable")
            for k, found in zip(_BEST, hits.values(), strict=True):
                found.append(any(example.labels[place] for place in order[:k]))
    figures = {name: round(float(np.mean(found)), 3) for name, found in hits.items()}
    return Fitted(_fit(useful, names), {"questions": len(useful), **figures})


def fit_answerable(examples: Sequence[Example], relevance: str) -> Fitted:
    """Which questions can be answered, from the feature `relevance` of their sentences.

    Every set counts the same, and in it the answerable questions as much as the others: how many of them there are is the
    sets' makers' choice.
    """
    judged = [example for example in examples if example.is_answerable is not None]
    described = [describe_answerable(example.features[relevance]) for example in judged]
    rows = [{name: float(value[0]) for name, value in one.items()} for one in described]
    return _fit_balanced(rows, [bool(example.is_answerable) for example in judged], [each.set for each in judged])


def fit_read(examples: Sequence[ReadExample]) -> Fitted:
    """Which questions what is quoted answers, of the estimate and of what a model read; every set counts the same, as above."""
    rows = [example.features for example in examples]
    labels, sets = [example.is_stated for example in examples], [example.set for example in examples]
    fitted = _fit_balanced(rows, labels, sets)
    alone = _fit_balanced([{"estimate": row["estimate"]} for row in rows], labels, sets)
    unread = {f"{name}, unread": value for name, value in alone.figures.items() if name != "questions"}
    return Fitted(fitted.model, fitted.figures | unread)


def _fit_balanced(described: Sequence[Mapping[str, float]], answerable: Sequence[bool], sets: Sequence[str]) -> Fitted:
    keys = list(described[0])
    rows = np.array([[one[key] for key in keys] for one in described])
    labels = np.array(answerable, dtype=np.float64)
    groups = [(name, bool(label)) for name, label in zip(sets, labels, strict=True)]
    weights = np.array([_WORTH / groups.count(group) for group in groups])
    folds = np.array(fold_of(len(rows), FOLDS))
    chances = np.zeros(len(rows))
    for fold in range(FOLDS):
        bias, slopes = fit_logistic(
            rows[folds != fold], labels[folds != fold], weights[folds != fold], penalty=_PENALTY
        )
        chances[folds == fold] = 1 / (1 + np.exp(-(bias + rows[folds == fold] @ slopes)))
    bias, slopes = fit_logistic(rows, labels, weights, penalty=_PENALTY)
    model = LogisticModel(bias, dict(zip(keys, map(float, slopes), strict=True)))
    figures = {
        f"told apart, {name}": _separation(chances, labels, np.array(sets) == name) for name in dict.fromkeys(sets)
    }
    return Fitted(model, {"questions": len(rows), **figures})


def _separation(chances: Numbers, labels: Numbers, here: Any) -> float:
    """The area under the ROC curve: how often an answerable question gets more than an unanswerable one."""
    good, bad = chances[here & (labels == 1)], chances[here & (labels == 0)]
    if not len(good) or not len(bad):
        return float("nan")
    return round(float(np.mean((good[:, None] > bad) + 0.5 * (good[:, None] == bad))), 3)


def _fit(examples: Sequence[Example], names: Sequence[str]) -> LogisticModel:
    """Weights by which the right sentences come first; then, on that one scale, how likely a sentence answers."""
    groups = [(_rows(example, names), np.array(example.labels, dtype=np.float64)) for example in examples]
    slopes = fit_listwise(groups, penalty=_PENALTY)
    rows = np.concatenate([features @ slopes for features, _ in groups])[:, None]
    labels = np.concatenate([labels for _, labels in groups])
    weights = np.concatenate([np.full(len(labels), 10 / len(labels)) for _, labels in groups])
    bias, steepness = fit_logistic(rows, labels, weights, penalty=_PENALTY)
    return LogisticModel(bias, dict(zip(names, map(float, slopes * steepness[0]), strict=True)))


def _rows(example: Example, names: Sequence[str]) -> Numbers:
    return np.array([example.features[name] for name in names]).T


def _take(example: Example, names: Sequence[str]) -> Mapping[str, Numbers]:
    return {name: np.array(example.features[name]) for name in names}
