import json
from pathlib import Path

import numpy as np
import pytest

import rag
from rag.learned import LogisticModel, load_model

LEARNED = sorted((Path(rag.__file__).parent / "learned").glob("*.json"))


def test_features_are_added_up_by_weight() -> None:
    model = LogisticModel(-1.0, {"a": 2.0, "b": 0.5})
    features = {"a": np.array([0.0, 1.0]), "b": np.array([2.0, 4.0])}
    np.testing.assert_allclose(model.log_odds(features), [0.0, 3.0])
    np.testing.assert_allclose(model.probability(features), [0.5, 1 / (1 + np.exp(-3.0))])


def test_a_missing_or_an_unused_feature_is_a_mistake() -> None:
    model = LogisticModel(0.0, {"a": 1.0})
    for features in ({}, {"a": np.zeros(1), "b": np.zeros(1)}):
        with pytest.raises(ValueError, match="features"):
            model.log_odds(features)


@pytest.mark.parametrize("path", LEARNED, ids=lambda path: path.stem)
def test_every_model_says_how_it_was_made_and_what_it_is_worth(path: Path) -> None:
    content = json.loads(path.read_text())
    assert "python -m evals.training" in content["about"]
    assert content["figures"]["questions"] > 100
    assert load_model(path.stem).weights == content["weights"]


def test_what_is_nearer_to_a_question_is_likelier_to_answer_it() -> None:
    assert load_model("sentences-reranked").weights["relevance"] > 0
    assert load_model("sentences").weights["similarity"] > 0
    assert load_model("answerable-reranked").weights["best"] > 0
    assert load_model("answerable").weights["best"] > 0
    assert min(load_model("answerable-read").weights.values()) > 0
