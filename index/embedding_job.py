"""Vectors for the passages that have none yet: a job that can be ended at any moment and goes on where it was."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.articles import Passage
from index.embedding import Embedder, Vectors
from index.generations import find_generation_damage, folder_of, read_current
from index.keyword_search import seal_keywords_if_needed
from index.ledger import Ledger
from index.ledger_writing import WritableLedger
from index.sealing import seal
from index.shelving import describe_passage
from index.syncing import Progress
from index.write_lock import hold_lock, is_held

MAKING_VECTORS = "Understanding passages"
_BATCH = 64
# Asked anew after so many, so that what was added meanwhile, and is newest, comes first.
_HORIZON = 1_920
_RATE_KEY = "passages_a_second"
# Another process may be reading files into the ledger; storing a batch of vectors waits that long for it.
_LOCK_SECONDS = 900.0
# A generation is rebuilt when this much of it is out of date; until then the exact search makes up for it.
_STALE_SHARE = 0.1
_STALE_PASSAGES = 1_000


@dataclass(frozen=True, slots=True)
class MeaningReach:
    """How much of the library can be found by meaning; `seconds_left` is None when no rate was measured yet."""

    embedded: int
    passages: int
    seconds_left: float | None
    is_under_way: bool

    @property
    def is_complete(self) -> bool:
        """Whether every passage can be found by meaning."""
        return self.embedded >= self.passages


def measure_reach(library: Path, ledger: Ledger, embedder: str) -> MeaningReach:
    """How far the vectors of an embedder reach, and how long the rest will take at the rate measured last."""
    embedded, passages = ledger.count_embedded_passages(embedder), ledger.counts().passages
    rate = float(ledger.meta(_RATE_KEY) or 0)
    left = (passages - embedded) / rate if rate else None
    return MeaningReach(embedded, passages, left, embedded < passages and is_held(library, "embed"))


def embed_library(
    library: Path,
    embedder: Embedder,
    *,
    on_progress: Progress,
    pause: Callable[[], None] = lambda: None,
    wait_seconds: float = 0,
) -> int:
    """Give every passage its vector, newest articles first, then seal; returns how many were made.

    Each batch is stored when it is made: ended, the next call goes on after it. `pause` is called between batches and
    may wait while something more urgent needs the processor, or raise to end the job. When another embedder made the
    vectors that searches use, they go on using them until this one's are complete.

    Raises:
        LibraryLockedError: another process is making vectors of this library, or has been writing for 15 minutes.
        StorageError: the disk is full or refuses the write; what was stored before is kept.
    """
    with hold_lock(library, "embed", wait_seconds=wait_seconds), closing(Ledger(library)) as ledger:
        if ledger.embedder() is None:
            _switch(library, embedder.name)
        # Quick, and what questions need most while vectors are still being made.
        seal_keywords_if_needed(library, ledger)
        made = _embed_missing(library, ledger, embedder, on_progress, pause)
        seal_if_needed(library, ledger, embedder)
        if ledger.embedder() != embedder.name:
            _switch(library, embedder.name)
        return made


def embed_newest(library: Path, embedder: Embedder) -> int:
    """Vectors for the newest passages that have none, a few seconds' worth: then it is known how long the rest takes.

    Raises:
        LibraryLockedError: another process is making vectors of this library.
        StorageError: the disk is full or refuses the write.
    """
    with hold_lock(library, "embed"), closing(Ledger(library)) as ledger:
        if ledger.embedder() is None:
            _switch(library, embedder.name)
        return _embed_batch(library, ledger, embedder, ledger.passages_without_vector(embedder.name, _BATCH), 0.0)[0]


def seal_if_needed(library: Path, ledger: Ledger, embedder: Embedder, *, is_forced: bool = False) -> None:
    """Seal a new generation when the current one is missing, damaged, another embedder's or far out of date."""
    total = ledger.count_vectors(embedder.name)
    if total == 0 and read_current(library) is None:
        return
    if is_forced or _is_stale(library, ledger, embedder.name, total):
        seal(library, ledger, embedder.name, embedder.dimension)


def _is_stale(library: Path, ledger: Ledger, embedder: str, total: int) -> bool:
    current = read_current(library)
    if current is None or current.embedder != embedder:
        return True
    if find_generation_damage(folder_of(library, current.folder), current):
        return True
    still_there = ledger.count_vectors(embedder, up_to=current.last_sequence)
    out_of_date = (current.count - still_there) + (total - still_there)
    return out_of_date > max(_STALE_PASSAGES, _STALE_SHARE * current.count) or (current.count == 0 < total)


def _embed_missing(
    library: Path, ledger: Ledger, embedder: Embedder, on_progress: Progress, pause: Callable[[], None]
) -> int:
    made, rate = 0, 0.0
    while missing := ledger.passages_without_vector(embedder.name, _HORIZON):
        left = ledger.counts().passages - ledger.count_embedded_passages(embedder.name)
        for first in range(0, len(missing), _BATCH):
            pause()
            on_progress(MAKING_VECTORS, made, made + left)
            count, rate = _embed_batch(library, ledger, embedder, missing[first : first + _BATCH], rate)
            made += count
            left -= count
    on_progress(MAKING_VECTORS, made, made)
    return made


def _embed_batch(
    library: Path, ledger: Ledger, embedder: Embedder, batch: Sequence[Passage], rate: float
) -> tuple[int, float]:
    """Make and store the vectors of a batch; returns how many, and the passages a second after `rate` before (0: none)."""
    began = time.monotonic()
    ids, texts = _describe(ledger, batch)
    vectors = embedder.embed(texts)
    speed = len(ids) / max(time.monotonic() - began, 1e-3)
    rate = 0.8 * rate + 0.2 * speed if rate else speed
    _store(library, embedder.name, ids, vectors, rate)
    return len(ids), rate


def _describe(ledger: Ledger, batch: Sequence[Passage]) -> tuple[list[str], list[str]]:
    """The ids of passages and what is embedded for each; without those whose article was removed meanwhile."""
    articles = {id_: ledger.find_article(id_) for id_ in {passage.article_id for passage in batch}}
    described = [
        (passage.id, describe_passage(article, passage))
        for passage in batch
        if (article := articles[passage.article_id]) is not None
    ]
    return [id_ for id_, _ in described], [text for _, text in described]


def _store(library: Path, embedder: str, ids: Sequence[str], vectors: Vectors, rate: float) -> None:
    with (
        hold_lock(library, "write", wait_seconds=_LOCK_SECONDS),
        closing(WritableLedger(library)) as ledger,
        ledger.transaction(),
    ):
        ledger.put_vectors(embedder, ids, vectors)
        ledger.set_meta(_RATE_KEY, f"{rate:.3f}")


def _switch(library: Path, embedder: str) -> None:
    with hold_lock(library, "write", wait_seconds=_LOCK_SECONDS), closing(WritableLedger(library)) as ledger:
        ledger.switch_embedder(embedder)
