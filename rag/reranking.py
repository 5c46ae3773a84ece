"""How well a text answers a question, judged by a model that reads both at once."""

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.onnx_model import OnnxModel

Scores = NDArray[np.float32]

_MAX_WORD_PIECES = 320


class Reranker(Protocol):
    """Reads a question together with each text."""

    @property
    def name(self) -> str:
        """Names the model."""
        ...

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """How well each text answers the question, shape (len(texts),): the log of the odds, higher is better."""
        ...


class MsMarcoReranker:
    """ms-marco-MiniLM-L-12-v2 in ONNX, 8 bits: a cross-encoder trained on questions to a search engine.

    Source: Reimers and Gurevych, "Sentence-BERT", 2019 (cross-encoders), and its model card.
    """

    name = "ms-marco-MiniLM-L-12-v2-int8"

    def __init__(self, model: Path, tokenizer: Path) -> None:
        self._model = OnnxModel(model, tokenizer, longest=_MAX_WORD_PIECES, output="logits")

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """Score texts; the score of each depends on that text and the question alone."""
        logits = self._model.run([(question, text) for text in texts])
        return np.array([logit[0] for logit in logits], dtype=np.float32)


class RememberingReranker:
    """Another reranker whose latest scores are kept: a question asked again comes back to the same texts. Thread-safe."""

    def __init__(self, reranker: Reranker, capacity: int = 20_000) -> None:
        self.name = reranker.name
        self._reranker = reranker
        self._capacity = capacity
        self._kept: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._turn = Lock()

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        """Score the texts that are not remembered, and look up the others."""
        with self._turn:
            known = {text: self._kept[question, text] for text in texts if (question, text) in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known |= dict(zip(missing, map(float, self._reranker.score(question, missing)), strict=True))
        with self._turn:
            for text in texts:
                self._kept[question, text] = known[text]
                self._kept.move_to_end((question, text))
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return np.array([known[text] for text in texts], dtype=np.float32)
