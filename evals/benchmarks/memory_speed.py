"""How much memory indexing takes: a large library with an embedder that takes none, and the embedding model by itself."""

import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import cycle
from pathlib import Path

from evals.benchmarks.article_folder import Story, choose_stories, write_folder
from evals.benchmarks.comparison import Comparison, Figure
from evals.benchmarks.indexing_speed import index_folder
from evals.benchmarks.side import TreeMemory, run_apart
from evals.benchmarks.vector_corpus import WideWordHashEmbedder
from index.embedding import Embedder
from index.ledger import Ledger

_TEXTS = 200


def compare_memory(stories: Sequence[Story], open_model: Callable[[], Embedder], passages: int) -> Comparison:
    """Index so many passages, the articles repeated under other names, and watch the memory of all processes."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "articles"
        write_folder(folder, _multiply(stories, passages))
        indexed_mb, seconds, embedded = run_apart(measure_indexing_memory, folder, Path(home) / "library")
        with closing(Ledger(Path(home) / "library")) as ledger:
            held = ledger.counts().passages
    texts = [f"{title}\n{' '.join(text.split()[:120])}" for title, text in stories[:_TEXTS]]
    model_mb = run_apart(measure_model_memory, open_model, texts)
    return Comparison(
        f"Memory of indexing {held:,} passages, {embedded:,} of them embedded, and of the model by itself",
        "indexing",
        "the model",
        [Figure("peak of all processes", "MB", indexed_mb, model_mb), Figure("took", "s", seconds, None)],
        [
            f"Indexing with hashed words in {WideWordHashEmbedder.dimension} numbers for vectors; the model embedded {len(texts)} texts."
        ],
    )


def measure_indexing_memory(folder: Path, library: Path) -> tuple[float, float, int]:
    """Megabytes at the highest point, seconds, and how many passages were embedded."""
    began = time.perf_counter()
    with TreeMemory() as memory:
        run = index_folder(folder, library, WideWordHashEmbedder())
    return memory.peak_mb, time.perf_counter() - began, run.embedded


def measure_model_memory(open_model: Callable[[], Embedder], texts: Sequence[str]) -> float:
    """Megabytes of a process that opens the model and embeds texts."""
    with TreeMemory() as memory:
        open_model().embed(texts)
        # A model that hashes is done before anybody looks.
        time.sleep(0.3)
    return memory.peak_mb


def _multiply(stories: Sequence[Story], passages: int) -> list[Story]:
    """Stories for so many passages: those that come again have a word in each sentence that no other has."""
    varied = (
        (title, text) if number < len(stories) else (title, text.replace(". ", f" copy{number // len(stories)}. "))
        for number, (title, text) in enumerate(cycle(stories))
    )
    return choose_stories(varied, passages)
