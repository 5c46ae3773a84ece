"""The postings of a run of passages: for each token the passages with it, and what it adds to the score of each.

They are made from FTS5's own tokens, and their scores are those of FTS5's `bm25()`.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

TOKENIZER = "porter unicode61 remove_diacritics 2"
PASSAGES_FTS = f'create virtual table passages_fts using fts5(title, outlet, published, body, tokenize = "{TOKENIZER}")'
# Title words count double; a date's words as much as the body's.
_TITLE_WEIGHT = 2
BM25 = f"bm25(passages_fts, {_TITLE_WEIGHT}.0, 1.0, 1.0, 1.0)"
# The constants of `bm25()` (SQLite's ext/fts5/fts5_aux.c): a word of half of all rows or more still counts a little.
_K1, _B, LEAST_IDF = 1.2, 0.75, 1e-6

# fts5vocab gives terms in order, so grouping by them sorts nothing. One string of numbers for each term, read by NumPy,
# took 12 s for 28 M tokens; a row for each token took 42 s.
_INSTANCES = "select cast(term as blob), group_concat(doc * 2 + (col = 'title')) from passage_tokens group by term"
_BATCH = 8_000_000  # characters of such strings: about 1.2 M tokens, 100 MB while they are counted
_BLOCK = 1_000_000
_GROUP = 64

Offsets = NDArray[np.int64]
Positions = NDArray[np.uint32]
Impacts = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Postings:
    """The index of a run of passages; a passage's position is its place in `numbers`, which ascend.

    Term i is the bytes `term_starts[i]` up to `term_starts[i + 1]` of `terms`, in byte order; its postings are
    `posting_starts[i]` up to `posting_starts[i + 1]` of `positions` (ascending) and `impacts` (all of BM25 but the idf).
    """

    numbers: Offsets
    terms: NDArray[np.uint8]
    term_starts: Offsets
    posting_starts: Offsets
    positions: Positions
    impacts: Impacts
    average_length: float

    def find(self, tokens: Sequence[bytes]) -> tuple[Positions, Impacts]:
        """Where all of the tokens stand, and the least impact that one of them has there."""
        positions, impacts = self._find_token(tokens[0])
        for token in tokens[1:]:
            others, other_impacts = self._find_token(token)
            positions, mine, theirs = np.intersect1d(positions, others, assume_unique=True, return_indices=True)
            impacts = np.minimum(impacts[mine], other_impacts[theirs])
        return positions, impacts

    def rank(self, postings: Iterable[tuple[float, Positions, Impacts]], limit: int) -> list[tuple[int, float]]:
        """Numbers and scores of the best passages, given each word's idf and postings."""
        groups = np.zeros((_GROUP, -(-len(self.numbers) // _GROUP)))
        scores = groups.reshape(-1)
        for idf, positions, impacts in postings:
            # NumPy makes this type of them anyway, but more slowly: 0.23 ms for 50,000 instead of 0.38.
            scores[positions.astype(np.intp)] += idf * impacts.astype(np.float64)
        # The best of `limit` groups are `limit` passages: none that scores less than all of them is wanted. Parting these
        # 3,000 bests took 0.3 ms; parting 200,000 scores, many of them 0, took 0.6 to 25 ms.
        bests = groups.max(axis=0)
        least = np.partition(bests, -limit)[-limit] if limit < len(bests) else 0.0
        chosen = np.flatnonzero((scores >= least) & (scores > 0.0))
        best = chosen[np.lexsort((chosen, -scores[chosen]))][:limit]
        return list(zip(self.numbers[best].tolist(), scores[best].tolist(), strict=True))

    def find_impacts(
        self, positions: Positions, impacts: Impacts, numbers: Sequence[int]
    ) -> Iterator[tuple[int, float]]:
        """What a word's postings add to the scores of these passages, those without it left out."""
        if not len(positions) or not len(self.numbers):
            return
        asked = np.asarray(numbers, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.numbers, asked), len(self.numbers) - 1)
        runs = np.minimum(np.searchsorted(positions, places), len(positions) - 1)
        held = (self.numbers[places] == asked) & (positions[runs] == places)
        yield from zip(asked[held].tolist(), impacts[runs[held]].astype(np.float64).tolist(), strict=True)

    def all_terms(self) -> tuple[str, ...]:
        """Every term, in byte order."""
        joined = self.terms.tobytes()
        ends = self.term_starts.tolist()
        return tuple(joined[first:last].decode("utf-8", "replace") for first, last in pairwise(ends))

    def _find_token(self, token: bytes) -> tuple[Positions, Impacts]:
        count = len(self.term_starts) - 1
        place = bisect_left(range(count), token, key=self._term)
        if place == count or self._term(place) != token:
            return self.positions[:0], self.impacts[:0]
        run = slice(self.posting_starts[place], self.posting_starts[place + 1])
        return self.positions[run], self.impacts[run]

    def _term(self, place: int) -> bytes:
        return self.terms[self.term_starts[place] : self.term_starts[place + 1]].tobytes()


def index_passages(connection: sqlite3.Connection, average_length: float | None) -> Postings:
    """Index what is in `passages_fts`; its own average length is used where none is given."""
    terms: list[bytes] = []
    counts, positions, frequencies = [np.zeros(1, np.int64)], [np.zeros(0, np.uint32)], [np.zeros(0, np.float32)]
    with _reading(connection):
        numbers = np.array(
            [row[0] for row in connection.execute("select rowid from passages_fts order by 1")], np.int64
        )
        lengths = np.zeros(len(numbers), np.int64)
        for some_terms, instances in _read_batches(connection):
            flagged = np.fromstring(",".join(instances), dtype=np.int64, sep=",")
            places = np.searchsorted(numbers, flagged >> 1)
            lengths += np.bincount(places, minlength=len(numbers))
            owners = np.repeat(np.arange(len(instances)), [text.count(",") + 1 for text in instances])
            # SQL promises no order inside a group; what is in order already, as it is, is sorted in no time.
            keys = np.sort(((owners * len(numbers) + places) << 1) | (flagged & 1), kind="stable")
            firsts = np.flatnonzero(np.diff(keys >> 1, prepend=-1))
            weights = 1 + (keys & 1) * (_TITLE_WEIGHT - 1)
            owners, places = np.divmod(keys[firsts] >> 1, len(numbers))
            terms += some_terms
            counts.append(np.bincount(owners, minlength=len(instances)))
            positions.append(places.astype(np.uint32))
            frequencies.append(np.add.reduceat(weights, firsts).astype(np.float32))
    piece = Postings(
        numbers=numbers,
        terms=np.frombuffer(b"".join(terms), np.uint8),
        term_starts=np.cumsum([0, *map(len, terms)], dtype=np.int64),
        posting_starts=np.cumsum(np.concatenate(counts)),
        positions=np.concatenate(positions),
        impacts=np.concatenate(frequencies),
        average_length=average_length or float(lengths.sum()) / max(1, len(numbers)),
    )
    _weigh_frequencies(piece, lengths)
    return piece


def _weigh_frequencies(piece: Postings, lengths: Offsets) -> None:
    """Turn frequencies into impacts where they lie."""
    for first in range(0, len(piece.impacts), _BLOCK):
        block = slice(first, first + _BLOCK)
        frequencies = piece.impacts[block].astype(np.float64)
        damping = _K1 * (1 - _B + _B * lengths[piece.positions[block]] / piece.average_length)
        piece.impacts[block] = frequencies * (_K1 + 1) / (frequencies + damping)


def _read_batches(connection: sqlite3.Connection) -> Iterator[tuple[list[bytes], list[str]]]:
    """Terms in order, with the places of each: twice the passage's number, plus one for a title."""
    terms: list[bytes] = []
    instances: list[str] = []
    size = 0
    for term, joined in connection.execute(_INSTANCES):
        terms.append(term)
        instances.append(joined)
        size += len(joined)
        if size > _BATCH:
            yield terms, instances
            terms, instances, size = [], [], 0
    if terms:
        yield terms, instances


@contextmanager
def _reading(connection: sqlite3.Connection) -> Iterator[None]:
    """One state of the library for all that is read inside, and the table `passage_tokens`."""
    connection.execute("savepoint keywords")
    try:
        connection.execute("create virtual table temp.passage_tokens using fts5vocab(main, passages_fts, instance)")
        yield
    finally:
        connection.execute("rollback to keywords")
        connection.execute("release keywords")
