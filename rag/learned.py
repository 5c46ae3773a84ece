"""Weights that were learned: logistic regressions over features with names, kept in rag/learned/ as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """Adds up features by weight; what comes out is the log of the odds."""

    bias: float
    weights: Mapping[str, float]

    def log_odds(self, features: Mapping[str, Numbers]) -> Numbers:
        """The log odds for every row; each feature has shape (rows,).

        Raises:
            ValueError: a weight has no feature, or a feature no weight: a mistake in the program.
        """
        if set(features) != set(self.weights):
            raise ValueError(f"features {sorted(features)}, weights {sorted(self.weights)}")
        total = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return np.asarray(total, dtype=np.float64)

    def probability(self, features: Mapping[str, Numbers]) -> Numbers:
        """The probability for every row, 0..1."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.log_odds(features))))


@cache
def load_model(name: str) -> LogisticModel:
    """The model that rag/learned/NAME.json holds; how it was made stands in the file."""
    content: dict[str, Any] = json.loads(files("rag").joinpath("learned", f"{name}.json").read_text(encoding="utf-8"))
    return LogisticModel(content["bias"], content["weights"])
