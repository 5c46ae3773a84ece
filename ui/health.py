"""What `dateline doctor` says: what is installed, which model answers, and whether the library is healthy."""

import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version

from index.embedding_job import measure_reach
from index.errors import DatelineError
from index.generations import find_generation_damage, folder_of, read_current
from index.ledger import Ledger
from index.shelving import name_place
from index.weights import WEIGHTS, WeightsStatus, weights_status
from rag.assemble import PACKAGED, name_search_embedder
from rag.choosing import ModelChoice
from rag.settings import Settings
from ui.wording import describe_reach

_LIBRARIES = ("llama-index-core", "chromadb", "openai", "gradio", "onnxruntime")
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's report; `state` says what to do when it is not good."""

    what: str
    state: str
    is_good: bool


def examine(settings: Settings) -> list[Finding]:
    """Look at everything, changing nothing."""
    return [*_examine_program(), *_examine_models(settings), *_examine_library(settings)]


def _examine_program() -> Iterator[Finding]:
    yield Finding("Dateline", f"{version('dateline')}, Python {platform.python_version()}", is_good=True)
    yield Finding("Libraries", ", ".join(f"{name} {version(name)}" for name in _LIBRARIES), is_good=True)
    yield Finding(
        "SQLite", f"{sqlite3.sqlite_version}, keyword search {'there' if _has_fts5() else 'missing'}", _has_fts5()
    )


def _examine_models(settings: Settings) -> Iterator[Finding]:
    yield _examine_weights("Embedding model", "embedding", settings)
    if settings.reranking == PACKAGED:
        yield _examine_weights("Reranking model", "reranking", settings)
    else:
        yield Finding("Reranking model", f"{settings.reranking}, as DATELINE_RERANKING says", is_good=True)
    try:
        choice = ModelChoice(settings)
        model = choice.status()
        choice.close()
        yield Finding("Language model", f"{model.name} ({model.why})", is_good=True)
    except DatelineError as error:
        yield Finding("Language model", str(error), is_good=False)


def _examine_weights(label: str, name: str, settings: Settings) -> Finding:
    weights = WEIGHTS[name]
    status = weights_status(weights, settings.models)
    is_good = status in {WeightsStatus.VERIFIED, WeightsStatus.PRESENT}
    remedy = "" if is_good else f"; run  dateline models fetch {name}"
    return Finding(label, f"{weights.title}, {status.value}{remedy}", is_good)


def _examine_library(settings: Settings) -> Iterator[Finding]:
    try:
        ledger = Ledger(settings.library)
    except DatelineError as error:
        yield Finding("Library", str(error), is_good=False)
        return
    try:
        yield from _examine_ledger(settings, ledger)
    finally:
        ledger.close()


def _examine_ledger(settings: Settings, ledger: Ledger) -> Iterator[Finding]:
    counts = ledger.counts()
    places = ", ".join(source.place for source in ledger.sources()) or "no source"
    summary = f"{counts.articles:,} articles, {counts.passages:,} passages from {places}, kept in {settings.library}"
    yield Finding("Library", summary, counts.articles > 0)
    damage = ledger.find_damage()
    yield Finding("Ledger", f"{damage}: run  dateline doctor --repair" if damage else "sound", damage is None)
    yield _examine_vectors(settings, ledger)
    failures = ledger.failures()
    for failure in failures[:_LISTED]:
        yield Finding("Not read", f"{name_place(failure.path, failure.item)}: {failure.reason}", is_good=False)
    if len(failures) > _LISTED:
        more = f"{len(failures) - _LISTED:,} more:  dateline source list --failed  lists all"
        yield Finding("Not read", more, is_good=False)


def _examine_vectors(settings: Settings, ledger: Ledger) -> Finding:
    reach = measure_reach(settings.library, ledger, name_search_embedder(settings))
    current = read_current(settings.library)
    said = describe_reach(reach)
    if not reach.is_complete:
        state = "being made in the background" if reach.is_under_way else "not being made: run  dateline embed"
        return Finding("Vectors", f"{said} The vectors are {state}.", is_good=reach.is_under_way)
    if current is None:
        return Finding("Vectors", f"{said} Nothing is sealed yet: run  dateline embed", reach.passages == 0)
    damage = find_generation_damage(folder_of(settings.library, current.folder), current)
    if damage:
        return Finding(
            "Vectors",
            f"{damage}; answers use the ledger's own vectors until  dateline doctor --repair  seals anew",
            is_good=False,
        )
    return Finding("Vectors", f"{said} {current.count:,} vectors are sealed in Chroma.", is_good=True)


def _has_fts5() -> bool:
    connection = sqlite3.connect(":memory:")
    try:
        return bool(connection.execute("select sqlite_compileoption_used('ENABLE_FTS5')").fetchone()[0])
    finally:
        connection.close()
