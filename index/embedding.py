"""Texts -> vectors of unit length: the packaged model, and a fake that hashes words."""

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
_WordPieces = NDArray[np.int32]

_MAX_WORD_PIECES = 256
# Word pieces computed at once, padding included: what passes between the layers then fits into the processor's cache. On
# an EPYC of 2021 and one thread a passage cost 61 ms at 512, 69 at 1,024, 76 at 2,048, 86 at 4,096, and no less at 256.
_BATCH_WORD_PIECES = 512
# Texts whose encodings are held at once: one takes 20 KB, its numbers alone 1.
_ENCODED_AT_ONCE = 512


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


class MiniLmEmbedder:
    """all-MiniLM-L6-v2 in ONNX: 384 numbers, mean over the word pieces, texts cut at 256 of them.

    Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (pooling and length as published there).
    """

    name = "all-MiniLM-L6-v2-int8"
    dimension = 384

    def __init__(self, model: Path, tokenizer: Path) -> None:
        import onnxruntime  # noqa: PLC0415 - 0.4 s that a command without embeddings does not pay
        from tokenizers import Tokenizer  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        # One thread a batch and as many batches as cores: two threads in one batch wait for each other, awake. A passage
        # took 97 ms of processor time with 16 texts on two threads, 57 with two batches of 512 word pieces at once.
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(_MAX_WORD_PIECES)
        self._tokenizer.no_padding()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, those of like length together so that little is computed on padding."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        ids = self._encode(texts)
        # The longest first, so that no core is left with a long one at the end.
        batches = list(_batch_by_length([len(one) for one in ids]))[::-1]
        with ThreadPoolExecutor(count_usable_cores()) as pool:
            grouped = ([ids[position] for position in batch] for batch in batches)
            for batch, rows in zip(batches, pool.map(self._embed_batch, grouped), strict=True):
                vectors[batch] = rows
        return vectors

    def _encode(self, texts: Sequence[str]) -> list[_WordPieces]:
        ids: list[_WordPieces] = []
        for first in range(0, len(texts), _ENCODED_AT_ONCE):
            encodings = self._tokenizer.encode_batch_fast(list(texts[first : first + _ENCODED_AT_ONCE]))
            ids += [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]
        return ids

    def _embed_batch(self, ids: Sequence[_WordPieces]) -> Vectors:
        width = max(map(len, ids))
        tokens = np.zeros((len(ids), width), dtype=np.int64)
        mask = np.zeros((len(ids), width), dtype=np.int64)
        for row, row_ids in enumerate(ids):
            tokens[row, : len(row_ids)] = row_ids
            mask[row, : len(row_ids)] = 1
        inputs = {"input_ids": tokens, "attention_mask": mask, "token_type_ids": np.zeros_like(tokens)}
        hidden: Vectors = self._session.run(["last_hidden_state"], inputs)[0]
        weights = mask[:, :, None].astype(np.float32)
        return _normalise((hidden * weights).sum(axis=1) / weights.sum(axis=1))


class RememberingEmbedder:
    """Another embedder whose latest vectors are kept: a conversation comes back to the same sentences. Thread-safe."""

    def __init__(self, embedder: Embedder, capacity: int = 20_000) -> None:
        self.name = embedder.name
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._capacity = capacity
        self._kept: OrderedDict[str, Vectors] = OrderedDict()
        self._turn = threading.Lock()

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
        """Add up one pseudo-random direction a word."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()):
                digest = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
                vectors[row, digest % self.dimension] += 1 if digest >> 63 else -1
        return _normalise(vectors)


def _batch_by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions of texts to be computed together, shortest first; each batch within the budget, or a single text."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        # In this order the text that comes is the longest of its batch, and all others are padded to it.
        if batch and (len(batch) + 1) * lengths[position] > _BATCH_WORD_PIECES:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def count_usable_cores() -> int:
    """Processor cores that this process may use: in a container fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _normalise(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
