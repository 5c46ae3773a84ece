"""Texts -> vectors of unit length: the packaged model, and a fake that hashes words."""

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.onnx_model import OnnxModel

Vectors = NDArray[np.float32]

_MAX_WORD_PIECES = 256
# Of the fake: unlike texts have a cosine of .42.
_SHARED = 0.85
_ASKING = "Represent this sentence for searching relevant passages: "


class Embedder(Protocol):
    """Turns texts into vectors; texts of like meaning get vectors of high dot product."""

    @property
    def name(self) -> str:
        """Names the model and all that shapes its vectors: vectors of different names are never compared."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: shape (len(texts), dimension), float32, every row of unit length."""
        ...

    def embed_question(self, question: str) -> Vectors:
        """The vector to search texts with, shape (dimension,): of some models not that of the question as a text."""
        ...


class BgeSmallEmbedder:
    """bge-small-en-v1.5 in ONNX, 8 bits: 384 numbers, those of the first word piece, texts cut at 256 of them.

    Source: Xiao et al., "C-Pack: Packed Resources For General Chinese Embeddings", 2023, and its model card: pooling, and
    what is put before a question.
    """

    name = "bge-small-en-v1.5-int8"
    dimension = 384

    def __init__(self, model: Path, tokenizer: Path) -> None:
        self._model = OnnxModel(model, tokenizer, longest=_MAX_WORD_PIECES, output="last_hidden_state")

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts; the vector of each depends on that text alone."""
        rows = [hidden[0] for hidden in self._model.run(texts)]
        return _normalise(np.array(rows, dtype=np.float32).reshape(len(texts), self.dimension))

    def embed_question(self, question: str) -> Vectors:
        """The vector to search passages with."""
        vector: Vectors = self.embed([_ASKING + question])[0]
        return vector


class RememberingEmbedder:
    """Another embedder whose latest vectors are kept: a conversation comes back to the same sentences. Thread-safe."""

    def __init__(self, embedder: Embedder, capacity: int = 20_000) -> None:
        self.name = embedder.name
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._capacity = capacity
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._turn = threading.Lock()
        self.embed_question = embedder.embed_question

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed the texts that are not remembered, and look up the others."""
        with self._turn:
            known = {text: self._kept[text] for text in texts if text in self._kept}
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing:
            known |= dict(zip(missing, self._embedder.embed(missing), strict=True))
        with self._turn:
            for text in texts:
                self._kept[text] = known[text]
                self._kept.move_to_end(text)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
        return np.array([known[text] for text in texts], dtype=np.float32).reshape(len(texts), self.dimension)


class WordHashEmbedder:
    """A fake that needs no model: texts that share words get similar vectors. For tests, not for readers."""

    name = "word-hash"
    dimension = 256

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Add up one pseudo-random direction a word, and to all of them one that they share: real models' are no further apart."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()):
                digest = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
                vectors[row, digest % (self.dimension - 1)] += 1 if digest >> 63 else -1
        vectors = _normalise(vectors)
        vectors[:, -1] = _SHARED
        return _normalise(vectors)

    def embed_question(self, question: str) -> Vectors:
        """A question is a text like any other."""
        vector: Vectors = self.embed([question])[0]
        return vector


def _normalise(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
