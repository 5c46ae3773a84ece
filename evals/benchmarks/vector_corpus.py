"""Vectors in any number, like those of a news library's passages, and a library that holds them."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from evals.benchmarks.corpus import Row
from index.embedding import Embedder, Vectors, WordHashEmbedder
from index.ledger_writing import WritableLedger
from index.storage import LEDGER_FILE

DIMENSION = 384
REAL = 1_000
_SEED = 20250704
_BLOCK = 1_000
_PASSAGES_AN_ARTICLE = 20
# How much of a copy is another passage's vector, and how much chance: cosines of .76 in the mean to the passage that it
# was made of, as between passages of one story.
_OTHER = 0.6
_CHANCE = 0.6
_QUESTION_CHANCE = 0.3
_ARTICLE = (
    "insert into articles (id, file, item, authors, text, sentences) values (?, 'dump.jsonl', ?, '[]', 'Text.', '[]')"
)
_PASSAGE = 'insert into passages (id, article_id, ordinal, start, "end", digest) values (?, ?, ?, 0, 5, ?)'
_VECTOR = "insert into vectors (digest, embedder, vector) values (?, ?, ?)"


class WideWordHashEmbedder(WordHashEmbedder):
    """Hashed words in as many numbers as the packaged model makes: no cost of its own, the same amount of data."""

    name = "word-hash-wide"
    dimension = DIMENSION


def embed_some(rows: Sequence[Row], embedder: Embedder) -> Vectors:
    """Vectors of so many of the passages, taken from all over."""
    step = max(1, len(rows) // REAL)
    return embedder.embed([f"{title}\n{body}" for title, _, _, body in rows[::step][:REAL]])


def vary_vectors(real: Vectors, count: int) -> Iterator[Vectors]:
    """`count` unit vectors in blocks: the given ones, then copies altered by another one's direction and by chance."""
    generator = np.random.default_rng(_SEED)
    for first in range(0, count, _BLOCK):
        numbers = np.arange(first, min(first + _BLOCK, count))
        others = real[generator.integers(len(real), size=len(numbers))]
        altered = _add_chance(real[numbers % len(real)] + np.float32(_OTHER) * others, _CHANCE, generator)
        yield np.where((numbers < len(real))[:, None], real[numbers % len(real)], altered)


def draw_questions(real: Vectors, count: int) -> Vectors:
    """Unit vectors near to two passages each, none of them in the library."""
    generator = np.random.default_rng(_SEED + 1)
    some, others = (real[generator.integers(len(real), size=count)] for _ in range(2))
    return _add_chance(some + np.float32(_OTHER) * others, _QUESTION_CHANCE, generator)


def fill_library(library: Path, blocks: Iterator[Vectors], embedder: str) -> None:
    """Write passages and their vectors into a new library.

    Into the tables themselves: as articles 200,000 passages would have to be read, split and compared first.
    """
    with closing(WritableLedger(library, create=True)) as ledger:
        ledger.switch_embedder(embedder)
    number = 0
    with closing(sqlite3.connect(library / LEDGER_FILE)) as connection, connection:
        for vectors in blocks:
            numbers = range(number, number + len(vectors))
            homes = {one: f"a{one // _PASSAGES_AN_ARTICLE}" for one in numbers}
            articles = sorted({home for one, home in homes.items() if one % _PASSAGES_AN_ARTICLE == 0 or not number})
            digests = {one: one.to_bytes(16, "big") for one in numbers}
            connection.executemany(_ARTICLE, [(home, home) for home in articles])
            connection.executemany(
                _PASSAGE, [(f"p{one}", homes[one], one % _PASSAGES_AN_ARTICLE, digests[one]) for one in numbers]
            )
            rows = [(digests[one], embedder, row.tobytes()) for one, row in zip(numbers, vectors, strict=True)]
            connection.executemany(_VECTOR, rows)
            number += len(vectors)


def _add_chance(vectors: Vectors, share: float, generator: np.random.Generator) -> Vectors:
    noise = generator.standard_normal(vectors.shape, dtype=np.float32)
    noise *= np.float32(share) / np.linalg.norm(noise, axis=1, keepdims=True)
    altered = vectors + noise
    unit: Vectors = (altered / np.linalg.norm(altered, axis=1, keepdims=True)).astype(np.float32)
    return unit
