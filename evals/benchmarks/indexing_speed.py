"""Indexing: the whole of it beside the embedding alone, beside LlamaIndex's pipeline, and reading without vectors."""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from evals.benchmarks.article_folder import Story, choose_stories, edit_paragraph, write_file, write_folder
from evals.benchmarks.comparison import Comparison, Figure
from evals.benchmarks.llama_index_peer import ADAPTER, PeerRun, index_with_llama_index
from index.embedding import Embedder
from index.embedding_job import embed_library
from index.ledger import Ledger
from index.shelving import describe_passage
from index.sources import name_source
from index.updating import update_library
from rag.assemble import make_sync_tools

_ROUNDS = 2
_WARMING = 2  # articles
_READINGS = 3


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds by the clock, of these the reading, seconds of processors, and how many passages were embedded."""

    seconds: float
    reading_s: float
    processor_s: float
    embedded: int


def compare_indexing(
    stories: Sequence[Story], embedder: Embedder, passages: int, *, has_peer: bool, rounds: int = _ROUNDS
) -> Iterator[Comparison]:
    """Index a folder of articles twice, each time followed by what it is compared with; then again, and after an edit."""
    chosen = choose_stories(stories, passages)
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home) / "articles"
        write_folder(folder, chosen)
        warming = _warm(Path(home), chosen, embedder, has_peer=has_peer)
        whole, alone, peers = [], [], []
        for number in range(rounds):
            library = Path(home) / f"library{number}"
            whole.append(index_folder(folder, library, embedder))
            alone.append(embed_alone(library, embedder))
            if has_peer:
                peers.append(index_with_llama_index(folder, Path(home) / f"peer{number}", embedder))
        yield _compare_with_embedding(len(chosen), whole, alone, warming)
        yield _compare_again(folder, Path(home), embedder, whole, peers)


def compare_reading(stories: Sequence[Story]) -> Iterator[Comparison]:
    """Bring articles into a library without vectors, as one dump and as a folder of files; then again, unchanged."""
    with tempfile.TemporaryDirectory() as home:
        dump, folder = Path(home) / "articles.jsonl", Path(home) / "articles"
        write_file(dump, "".join(json.dumps({"title": title, "text": text}) + "\n" for title, text in stories))
        write_folder(folder, stories)
        times = [_time_reading(place, Path(home) / f"library-{place.name}") for place in (dump, folder)]
    (dump_s, *dump_again), (folder_s, *folder_again) = times
    yield Comparison(
        f"Reading {len(stories):,} articles, searchable by keyword, without vectors",
        "one dump",
        "a file each",
        [
            Figure("first", "s", dump_s, folder_s),
            Figure("an article", "ms", dump_s / len(stories) * 1000, folder_s / len(stories) * 1000),
            Figure("unchanged", "s", min(dump_again), min(folder_again)),
        ],
        [
            f"Articles a second: {len(stories) / dump_s:,.0f} and {len(stories) / folder_s:,.0f}. Read in confined processes,"
            " a dump by one, files by one a core. The dump pays for the imports.",
        ],
    )


def index_folder(folder: Path, library: Path, embedder: Embedder) -> Run:
    """All that  dateline index FOLDER  does but open the model: read, split, index the words, embed, seal."""
    processors, began = _processor_seconds(), time.perf_counter()
    _read(folder, library)
    reading_s = time.perf_counter() - began
    embedded = embed_library(library, embedder, on_progress=_tell_nobody)
    return Run(time.perf_counter() - began, reading_s, _processor_seconds() - processors, embedded)


def embed_alone(library: Path, embedder: Embedder) -> Run:
    """Embed what was embedded for this library, all at once, and do nothing with it."""
    with closing(Ledger(library)) as ledger:
        articles = [ledger.article(id_) for id_ in ledger.article_ids()]
        # Passages of equal words are embedded once.
        texts = {
            article.body(passage): describe_passage(article, passage)
            for article in articles
            for passage in ledger.passages_of(article.id)
        }
    processors, began = _processor_seconds(), time.perf_counter()
    embedder.embed(list(texts.values()))
    return Run(time.perf_counter() - began, 0.0, _processor_seconds() - processors, len(texts))


def _compare_with_embedding(articles: int, whole: Sequence[Run], alone: Sequence[Run], warming: float) -> Comparison:
    rounds = zip(whole, alone, strict=True)
    return Comparison(
        f"Indexing {articles:,} articles of {whole[0].embedded:,} passages: all of it, and embedding the same texts",
        "all",
        "embedding",
        [
            *(Figure(f"round {n}", "s", one.seconds, other.seconds) for n, (one, other) in enumerate(rounds, 1)),
            Figure("rounds", "s", sum(run.seconds for run in whole), sum(run.seconds for run in alone)),
            Figure("processors", "s", sum(run.processor_s for run in whole), sum(run.processor_s for run in alone)),
        ],
        [
            "Rounds in turn: all, embedding, all, embedding.",
            f"Until words could be searched: {min(run.reading_s for run in whole):.1f} s. Imports and a library of"
            f" {_WARMING} articles beforehand: {warming:.1f} s.",
            f"Texts embedded: {whole[0].embedded:,} and {alone[0].embedded:,}.",
        ],
    )


def _compare_again(
    folder: Path, home: Path, embedder: Embedder, whole: Sequence[Run], peers: Sequence[PeerRun]
) -> Comparison:
    library, peer_library = home / "library0", home / "peer0"
    again = index_folder(folder, library, embedder)
    peer_again = index_with_llama_index(folder, peer_library, embedder) if peers else None
    edit_paragraph(folder)
    edited = index_folder(folder, library, embedder)
    peer_edited = index_with_llama_index(folder, peer_library, embedder) if peers else None
    first = min(whole, key=_seconds)
    peer = min(peers, key=_seconds, default=None)
    if peer is None:
        note = f"LlamaIndex's pipeline was left out: it needs  pip install {ADAPTER}"
    else:
        note = (
            "The best of the first runs; the same embedder and files, passages of at most 180 tokens on both sides."
            f" LlamaIndex spent {peer.embedding_s:.1f} s of the first in the embedder."
        )
    return Comparison(
        "Indexing a folder: LlamaIndex's IngestionPipeline into Chroma, with a document store, and Dateline",
        "LlamaIndex",
        "Dateline",
        [
            _compare("first", "s", _seconds, peer, first),
            _compare("first, embedded", "texts", _embedded, peer, first),
            _compare("first, a text", "ms", lambda run: run.seconds / run.embedded * 1000, peer, first),
            _compare("unchanged", "s", _seconds, peer_again, again),
            _compare("unchanged, embedded", "texts", _embedded, peer_again, again),
            _compare("a paragraph edited", "s", _seconds, peer_edited, edited),
            _compare("edited, embedded", "texts", _embedded, peer_edited, edited),
        ],
        [note],
    )


def _compare(
    name: str, unit: str, measure: Callable[[Run | PeerRun], float], peer: PeerRun | None, ours: Run
) -> Figure:
    return Figure(name, unit, None if peer is None else measure(peer), measure(ours))


def _seconds(run: Run | PeerRun) -> float:
    return run.seconds


def _embedded(run: Run | PeerRun) -> float:
    return run.embedded


def _warm(home: Path, stories: Sequence[Story], embedder: Embedder, *, has_peer: bool) -> float:
    """Index a little, so that no side pays for the imports; seconds of the program's side."""
    folder = home / "warming"
    write_folder(folder, stories[:_WARMING])
    run = index_folder(folder, home / "warming-library", embedder)
    if has_peer:
        index_with_llama_index(folder, home / "warming-peer", embedder)
    return run.seconds


def _read(place: Path, library: Path) -> None:
    update_library(library, [name_source(str(place))], make_sync_tools(), on_progress=_tell_nobody)


def _time_reading(place: Path, library: Path) -> list[float]:
    times = []
    for _ in range(_READINGS):
        began = time.perf_counter()
        _read(place, library)
        times.append(time.perf_counter() - began)
    return times


def _processor_seconds() -> float:
    """Seconds of processors that this process took, and those that it started and that have ended."""
    ended = os.times()
    # The clock of a process is finer than the ticks in which those that have ended are counted.
    return time.process_time() + ended.children_user + ended.children_system


def _tell_nobody(*_: object) -> None:
    """No progress is shown."""
