"""Search by meaning: exact search over all vectors beside the program's sealed store, in libraries of several sizes."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from evals.benchmarks.comparison import Comparison, Figure
from evals.benchmarks.side import MemoryMeter, run_apart
from evals.benchmarks.vector_corpus import DIMENSION, draw_questions, fill_library, vary_vectors
from index.embedding import Vectors
from index.generations import read_current
from index.ledger import Ledger
from index.sealing import seal
from index.vectors import VectorSearch

_LIMIT = 50
_RECALLED = 10
_WARMING = 5  # questions asked before any is timed, as in the search by keyword
_EMBEDDER = "benchmark"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one side did: seconds until its first answer, milliseconds of each question, megabytes, and what it found.

    `processor_s` and `processor_ms` are the processors' for the opening and a question: others' work is not in them.
    """

    opening_s: float
    processor_s: float
    processor_ms: float
    times_ms: Sequence[float]
    memory_mb: float | None
    rankings: Sequence[Sequence[str]]
    problem: str | None = None

    def percentile(self, percent: float) -> float:
        """Milliseconds that so many of a hundred questions stay below."""
        return float(np.percentile(self.times_ms, percent))


def compare_meaning_search(real: Vectors, how_made: str, count: int, sizes: Iterable[int]) -> Iterator[Comparison]:
    """For each size a library of `real` vectors and altered copies; `count` questions are put to both sides."""
    questions = draw_questions(real, count)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            library = Path(folder)
            fill_library(library, vary_vectors(real, size), _EMBEDDER)
            exact = run_apart(ask_exactly, library, questions)
            sealed_s, sealed_mb, is_sealed = run_apart(seal_library, library)
            found = run_apart(ask_program, library, questions)
            ledger_mb = _measure_megabytes(library.glob("ledger.sqlite3*"))
            generation_mb = _measure_megabytes((library / "generations").rglob("*"))
        yield Comparison(
            f"Search by meaning, {size:,} vectors of {DIMENSION} numbers, {count} questions, {_LIMIT} passages each",
            "exact",
            "sealed",
            [
                *(Figure(f"p{p}", "ms", exact.percentile(p), found.percentile(p)) for p in (50, 95)),
                Figure("open, to the first answer", "s", exact.opening_s, found.opening_s),
                Figure("a question, processors", "ms", exact.processor_ms, found.processor_ms),
                Figure("open, processors", "s", exact.processor_s, found.processor_s),
                Figure("memory of a search", "MB", exact.memory_mb, found.memory_mb),
                Figure("seal", "s", None, sealed_s),
                Figure("memory of a seal", "MB", None, sealed_mb),
                Figure("size beside the ledger", "MB", 0.0, generation_mb),
            ],
            [
                f"Recall@{_RECALLED} of the sealed against the exact: {_measure_recall(exact, found):.3f}.",
                f"Vectors: {how_made}. The ledger: {ledger_mb:,.0f} MB. Exact: NumPy over all vectors, held in memory.",
                *([] if is_sealed else ["The seal was refused: the program answered by exact search."]),
                *([f"Problem: {found.problem}."] if found.problem else []),
            ],
        )


def seal_library(library: Path) -> tuple[float, float | None, bool]:
    """Seal; seconds, megabytes at the highest point, and whether it was accepted."""
    meter = MemoryMeter()
    began = time.perf_counter()
    with closing(Ledger(library)) as ledger:
        generation = seal(library, ledger, _EMBEDDER, DIMENSION)
    return time.perf_counter() - began, meter.read_peak(), generation is not None


def ask_exactly(library: Path, questions: Vectors) -> Asked:
    """Load all vectors, and multiply them with each question."""
    meter = MemoryMeter()
    began = time.perf_counter()
    with closing(Ledger(library)) as ledger:
        numbers, vectors = ledger.vectors_after(0, _EMBEDDER, DIMENSION)
        sequences = np.array(numbers)

        def search(question: Vectors) -> list[str]:
            scores = vectors @ question
            limit = min(_LIMIT, len(scores))
            near = np.argpartition(-scores, limit - 1)[:limit]
            best = sequences[near[np.argsort(-scores[near])]].tolist()
            passages = ledger.find_passages(best)
            return [passage.id for sequence in best for passage in passages[sequence]]

        return _ask(search, questions, began, meter)


def ask_program(library: Path, questions: Vectors) -> Asked:
    """Search as the program does."""
    meter = MemoryMeter()
    began = time.perf_counter()
    with closing(Ledger(library)) as ledger:
        vectors = VectorSearch(library, ledger, _EMBEDDER, DIMENSION)
        asked = _ask(
            lambda question: [found.passage.id for found in vectors.search(question, _LIMIT)], questions, began, meter
        )
    return replace(asked, problem=vectors.problem if read_current(library) else "nothing is sealed")


def _ask(search: Callable[[Vectors], list[str]], questions: Vectors, began: float, meter: MemoryMeter) -> Asked:
    """Opening lasts from `began` to the first answer; its processor seconds are those of the whole process, start included."""
    search(questions[0])
    opening_s, processor_s = time.perf_counter() - began, time.process_time()
    for question in questions[:_WARMING]:
        search(question)
    times, rankings, processors = [], [], time.process_time()
    for question in questions:
        started = time.perf_counter()
        rankings.append(search(question))
        times.append((time.perf_counter() - started) * 1000)
    processor_ms = (time.process_time() - processors) / len(questions) * 1000
    return Asked(opening_s, processor_s, processor_ms, times, meter.read_peak(), rankings)


def _measure_recall(exact: Asked, found: Asked) -> float:
    """Of the best that there are, how many are among as many that were found."""
    shares = [
        len({*one[:_RECALLED]} & {*other[:_RECALLED]}) / len(one[:_RECALLED])
        for one, other in zip(exact.rankings, found.rankings, strict=True)
    ]
    return float(np.mean(shares))


def _measure_megabytes(paths: Iterable[Path]) -> float:
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6
