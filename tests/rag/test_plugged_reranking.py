import sys
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import numpy as np
import pytest

from index.errors import SettingsError
from rag.plugged_reranking import PluggedReranker


class CrossEncoder:
    """Behaves as the class of sentence-transformers does: a sigmoid over the scores, unless another function is given."""

    def __init__(self, name: str, *, num_labels: int) -> None:
        if name != "somebody/model":
            raise OSError(f"{name} is no model")
        assert num_labels == 1

    def predict(self, pairs: Sequence[tuple[str, str]], *, activation_fn: Callable[[object], object]) -> object:
        return activation_fn(np.array([[len(question) - len(text)] for question, text in pairs], dtype=np.float64))


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", SimpleNamespace(CrossEncoder=CrossEncoder))


def test_the_scores_are_the_models_own_without_a_sigmoid() -> None:
    reranker = PluggedReranker("somebody/model")
    scores = reranker.score("four", ["a", "four", "much longer"])
    assert scores.tolist() == [3.0, 0.0, -7.0]
    assert scores.dtype == np.float32
    assert reranker.score("four", []).shape == (0,)
    assert reranker.name == "somebody/model"


def test_a_model_that_is_not_there_is_a_sentence() -> None:
    with pytest.raises(SettingsError, match=r"somebody/else cannot be loaded.*unset DATELINE_RERANKING"):
        PluggedReranker("somebody/else")


def test_without_the_package_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(SettingsError, match="install sentence-transformers"):
        PluggedReranker("somebody/model")
