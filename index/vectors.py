"""Search by meaning: a sealed generation, and exact search over what came since.

A generation is derived and disposable: damaged or missing, the exact search answers.
"""

import threading
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.articles import Passage
from index.chroma import failures_of_chroma, open_collection
from index.embedding import Vectors
from index.generations import Generation, find_generation_damage, folder_of, read_current
from index.ledger import Ledger, ScoredPassage

# Of what a search asks for some was removed since: so much more is asked for at once, then four times as much.
_SPARE_SHARE = 1.25
_WIDER = 4


# Score, sequence number of the vector, and the passages that have its words.
_Found = tuple[float, int, list[Passage]]


class VectorSearch:
    """Finds passages by vector. Safe to share between threads."""

    def __init__(self, library: Path, ledger: Ledger, embedder: str, dimension: int) -> None:
        self._library = library
        self._ledger = ledger
        self._embedder = embedder
        self._dimension = dimension
        self._turn = threading.Lock()
        self._opened: Generation | None = None
        self._collection: Any = None
        self._recent = _RecentVectors(ledger, embedder, dimension)
        self.problem: str | None = None

    def search(self, vector: Vectors, limit: int) -> list[ScoredPassage]:
        """The `limit` passages nearest to a unit vector of shape (dimension,), by cosine, best first."""
        with self._turn:
            generation = self._open_current()
            found = self._find_sealed(generation, vector, limit) if generation else None
            is_answered = generation is not None and found is not None
            self._recent.catch_up(generation.last_sequence if generation is not None and is_answered else 0)
            recent = self._find_present(lambda wanted: self._recent.rank(vector, wanted), self._recent.count, limit)
        ranked = sorted([*(found or ()), *recent], key=lambda one: (-one[0], one[1]))
        return [ScoredPassage(passage, score) for score, _, passages in ranked for passage in passages][:limit]

    def score(self, vector: Vectors, passages: Sequence[Passage]) -> dict[str, float]:
        """The cosines of these passages by id to a unit vector; those without a vector yet are absent."""
        vectors = self._ledger.vectors_of(passages, self._embedder)
        return {id_: float(one @ vector) for id_, one in vectors.items()}

    def _find_sealed(self, generation: Generation, vector: Vectors, limit: int) -> list[_Found] | None:
        """What the sealed store finds, or None when it fails; it is not asked again."""

        def rank(wanted: int) -> dict[int, float]:
            asked = self._collection.query(query_embeddings=[vector.tolist()], n_results=wanted, include=["distances"])
            pairs = zip(asked["ids"][0], asked["distances"][0], strict=True)
            return {int(sequence): 1.0 - float(distance) for sequence, distance in pairs}

        try:
            return self._find_present(rank, generation.count, limit)
        except failures_of_chroma() as error:
            self._collection = None
            self.problem = f"the vector store {generation.folder} does not answer ({error})"
            return None

    def _find_present(self, rank: Callable[[int], dict[int, float]], count: int, limit: int) -> list[_Found]:
        """The best `limit` or more of those that `rank` gives which were not removed from the library since."""
        wanted = min(count, ceil(limit * _SPARE_SHARE))
        while wanted > 0:
            scores = rank(wanted)
            passages = self._ledger.find_passages(list(scores))
            if len(passages) >= limit or wanted == count:
                return [(scores[sequence], sequence, some) for sequence, some in passages.items()]
            wanted = min(count, wanted * _WIDER)
        return []

    def _open_current(self) -> Generation | None:
        current = read_current(self._library)
        if current is None or current.embedder != self._embedder:
            return None
        if self._opened != current:
            self._opened = current
            self._collection = None
            folder = folder_of(self._library, current.folder)
            self.problem = find_generation_damage(folder, current)
            if self.problem is None:
                try:
                    self._collection = open_collection(folder)
                except failures_of_chroma() as error:
                    self.problem = f"the vector store {current.folder} cannot be opened ({error})"
        return current if self._collection is not None else None


class _RecentVectors:
    """The vectors that came after a seal, in memory, searched exactly; those removed since are for the caller to leave out."""

    def __init__(self, ledger: Ledger, embedder: str, dimension: int) -> None:
        self._ledger = ledger
        self._embedder = embedder
        self._dimension = dimension
        self._state: tuple[int, object] | None = None
        self._pieces: list[tuple[NDArray[np.int64], Vectors]] = []

    @property
    def count(self) -> int:
        """How many there are."""
        return sum(len(sequences) for sequences, _ in self._pieces)

    def catch_up(self, last: int) -> None:
        """Take up what the ledger has come to hold; nothing numbered `last` or lower is needed."""
        # To compare the vectors themselves takes 25 ms of 200,000.
        state = (last, self._ledger.change_mark())
        if state == self._state:
            return
        if self._state is None or self._state[0] != last:
            self._pieces = []
        newest = int(self._pieces[-1][0][-1]) if self._pieces else last
        numbers, vectors = self._ledger.vectors_after(newest, self._embedder, self._dimension)
        sequences = np.array(numbers, dtype=np.int64)
        # A piece no larger than what is new is joined with it: there are never more than log2(count) of them.
        while self._pieces and len(self._pieces[-1][0]) <= len(sequences):
            earlier, earlier_vectors = self._pieces.pop()
            sequences, vectors = np.concatenate([earlier, sequences]), np.concatenate([earlier_vectors, vectors])
        if len(sequences):
            self._pieces.append((sequences, vectors))
        self._state = state

    def rank(self, vector: Vectors, limit: int) -> dict[int, float]:
        """Scores by sequence number of the `limit` nearest to a unit vector."""
        scores = np.concatenate([vectors @ vector for _, vectors in self._pieces])
        sequences = np.concatenate([some for some, _ in self._pieces])
        # To sort all of 200,000 takes 15 ms, to find the least good of the best 2.
        near = np.flatnonzero(scores >= np.partition(scores, -limit)[-limit])
        best = near[np.argsort(-scores[near], kind="stable")[:limit]]
        return dict(zip(sequences[best].tolist(), scores[best].tolist(), strict=True))
