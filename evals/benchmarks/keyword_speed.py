"""Keyword search: SQLite's FTS5 beside the sealed keyword index, over libraries of several sizes."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.benchmarks.comparison import Comparison, Figure
from evals.benchmarks.corpus import Row, vary_passages
from evals.benchmarks.side import MemoryMeter, run_apart
from index.keywords import KeywordIndex, build_keyword_index
from index.postings import BM25, PASSAGES_FTS

_LIMIT = 50
_WARMING = 5  # questions asked before any is timed, so that no side pays for the disk
_RECENT = 2_000
_INSERT = "insert into passages_fts (rowid, title, outlet, published, body) values (?, ?, ?, ?, ?)"
_SEARCH = (
    f"select rowid, -{BM25} as score from passages_fts where passages_fts match ? and rowid > ?"  # noqa: S608 - a constant
    " order by score desc, rowid limit ?"
)

Ranking = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one side did: seconds to get ready, milliseconds of each question, megabytes, and what it found."""

    opening_s: float
    times_ms: Sequence[float]
    memory_mb: float | None
    rankings: Sequence[Ranking]

    def percentile(self, percent: float) -> float:
        """Milliseconds that so many of a hundred questions stay below."""
        return float(np.percentile(self.times_ms, percent))


def compare_keyword_search(
    rows: Sequence[Row], questions: Sequence[Sequence[str]], sizes: Iterable[int]
) -> Iterator[Comparison]:
    """For each size: a sealed library, then the same with some passages that came after the seal."""
    for size in sizes:
        recent = min(_RECENT, size // 10)
        passages = vary_passages(rows, size + recent)
        with tempfile.TemporaryDirectory() as folder:
            ledger, keywords = Path(folder) / "ledger.sqlite3", Path(folder) / "keywords"
            fts5_s = _add_passages(ledger, passages, size, after=0)
            ledger_mb = _megabytes(ledger)
            built_s, built_mb = run_apart(build_index, ledger, keywords)
            fts5 = run_apart(ask_fts5, ledger, questions, 0)
            index = run_apart(ask_index, ledger, keywords, questions)
            yield Comparison(
                f"Keyword search, {size:,} passages, {len(questions)} questions of"
                f" {np.mean([len(question) for question in questions]):.0f} words",
                "FTS5",
                "index",
                [
                    *_compare_times(fts5, index),
                    Figure("open", "ms", fts5.opening_s * 1000, index.opening_s * 1000),
                    Figure("memory of a search", "MB", fts5.memory_mb, index.memory_mb),
                    Figure("build", "s", fts5_s, built_s),
                    Figure("memory of a build", "MB", None, built_mb),
                    Figure("size", "MB", ledger_mb, _megabytes(*keywords.iterdir())),
                ],
                [
                    _count_agreement(fts5, index),
                    "FTS5's size holds the passages' text too; the index is made out of FTS5.",
                ],
            )
            _add_passages(ledger, passages, recent, after=size)
            whole = run_apart(ask_fts5, ledger, questions, 0)
            grown = run_apart(ask_index, ledger, keywords, questions)
            only = run_apart(ask_fts5, ledger, questions, size)
            yield Comparison(
                f"Keyword search, {size:,} sealed passages and {recent:,} that came later",
                "FTS5",
                "index",
                [
                    *_compare_times(whole, grown),
                    Figure("p95 of the later alone", "ms", only.percentile(95), None),
                    Figure("indexing the later", "ms", None, (grown.opening_s - index.opening_s) * 1000),
                ],
                [_count_agreement(whole, grown)],
            )


def build_index(ledger: Path, folder: Path) -> tuple[float, float | None]:
    """Seal an index; seconds, and megabytes at the highest point."""
    meter = MemoryMeter()
    began = time.perf_counter()
    with closing(sqlite3.connect(ledger)) as connection:
        build_keyword_index(folder, connection)
    return time.perf_counter() - began, meter.read_peak()


def ask_fts5(ledger: Path, questions: Sequence[Sequence[str]], after: int) -> Asked:
    """Put the questions to FTS5, over the passages numbered higher than `after`."""
    meter = MemoryMeter()
    began = time.perf_counter()
    with closing(sqlite3.connect(ledger)) as connection:
        connection.execute("select rowid from passages_fts limit 1").fetchone()
        opening = time.perf_counter() - began

        def search(words: Sequence[str]) -> Ranking:
            match = " OR ".join(f'"{word}"' for word in words)
            return connection.execute(_SEARCH, (match, after, _LIMIT)).fetchall()

        return _ask(search, questions, opening, meter)


def ask_index(ledger: Path, folder: Path, questions: Sequence[Sequence[str]]) -> Asked:
    """Put the questions to the index in `folder` and what came to the ledger after it was sealed."""
    meter = MemoryMeter()
    began = time.perf_counter()
    with closing(sqlite3.connect(ledger)) as connection:
        index = KeywordIndex.open(folder).with_recent(connection)
    opening = time.perf_counter() - began
    return _ask(lambda words: index.search(words, _LIMIT), questions, opening, meter)


def _ask(
    search: Callable[[Sequence[str]], Ranking],
    questions: Sequence[Sequence[str]],
    opening_s: float,
    meter: MemoryMeter,
) -> Asked:
    for words in questions[:_WARMING]:
        search(words)
    times, rankings = [], []
    for words in questions:
        began = time.perf_counter()
        rankings.append(search(words))
        times.append((time.perf_counter() - began) * 1000)
    return Asked(opening_s, times, meter.read_peak(), rankings)


def _add_passages(ledger: Path, passages: Iterator[Row], count: int, *, after: int) -> float:
    """Write the next `count` passages; returns the seconds that FTS5 took, making the passages left out."""
    numbered = [(number, *next(passages)) for number in range(after + 1, after + count + 1)]
    began = time.perf_counter()
    with closing(sqlite3.connect(ledger)) as connection:
        if not after:
            connection.execute("pragma journal_mode = wal")
            connection.execute(PASSAGES_FTS)
        with connection:
            connection.executemany(_INSERT, numbered)
    return time.perf_counter() - began


def _compare_times(first: Asked, second: Asked) -> list[Figure]:
    return [Figure(f"p{percent}", "ms", first.percentile(percent), second.percentile(percent)) for percent in (50, 95)]


def _count_agreement(first: Asked, second: Asked) -> str:
    same = sum(
        [number for number, _ in one[:10]] == [number for number, _ in other[:10]]
        for one, other in zip(first.rankings, second.rankings, strict=True)
    )
    return f"The first ten passages are the same, in the same order, in {same} of {len(first.rankings)} questions."


def _megabytes(*paths: Path) -> float:
    return sum(path.stat().st_size for path in paths) / 1e6
