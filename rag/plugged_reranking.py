"""A cross-encoder of a model hub as reranker, where the package sentence-transformers is installed."""

from collections.abc import Sequence

import numpy as np

from index.errors import SettingsError
from rag.reranking import Scores


class PluggedReranker:
    """A cross-encoder that gives one number a pair, higher for what answers better."""

    def __init__(self, name: str) -> None:
        """Load the model `name` ("owner/model").

        Raises:
            SettingsError: sentence-transformers is not installed, or does not load it.
        """
        try:
            from sentence_transformers import CrossEncoder  # noqa: PLC0415 - it takes seconds

            self._model = CrossEncoder(name, num_labels=1)
        except (ImportError, OSError, ValueError) as error:
            raise SettingsError(
                f"The reranking model {name} cannot be loaded ({error}); install sentence-transformers and write the model as"
                " owner/name, or unset DATELINE_RERANKING."
            ) from error
        self.name = name

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """The log of the odds of each text, shape (len(texts),)."""
        if not texts:
            return np.zeros(0, dtype=np.float32)
        # Models with one label put a sigmoid over it, others do not: the log of the odds is wanted from both.
        pairs = [(question, text) for text in texts]
        return np.asarray(self._model.predict(pairs, activation_fn=_unchanged), dtype=np.float32).reshape(len(texts))


def _unchanged(scores: object) -> object:
    return scores
