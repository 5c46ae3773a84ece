"""Search by meaning: a sealed Chroma generation, and exact search over what came since.

Chroma overwrites its files in place, so a crash or a second process can ruin a folder that is written to. Hence a
generation is built in a folder of its own from the ledger's vectors, closed, checked in another process, made current by
one atomic rename, and never written again. It is derived and disposable: damaged or missing, the exact search answers.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.embedding import Vectors
from index.ledger import Ledger, ScoredPassage
from index.storage import say_storage_errors

_CURRENT = "current.json"
_COLLECTION = "passages"
_CHROMA_FILE = "chroma.sqlite3"
_UPSERT = 250
_MIN_THRESHOLD = 2  # the smallest that Chroma takes
_PROBE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Generation:
    """A sealed set of vectors: those numbered `last_sequence` or lower when it was built.

    `digests` are the sha256 of its index files: Chroma ends the process when it reads a damaged one, so they are
    compared before it may.
    """

    folder: str
    embedder: str
    count: int
    last_sequence: int
    digests: dict[str, str]


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
        self._recent: tuple[tuple[int, tuple[int, int]], list[int], Vectors] | None = None
        self.problem: str | None = None

    def search(self, vector: Vectors, limit: int) -> list[ScoredPassage]:
        """The `limit` passages nearest to a unit vector of shape (dimension,), by cosine, best first."""
        with self._turn:
            generation = self._open_current()
            scored: dict[int, float] = {}
            last = 0
            sealed = self._search_sealed(generation, vector, limit) if generation else None
            if generation is not None and sealed is not None:
                last = generation.last_sequence
                scored |= sealed
            scored |= self._search_recent(vector, limit, last)
        best = sorted(scored, key=lambda sequence: (-scored[sequence], sequence))
        passages = self._ledger.find_passages(best)
        found = [
            ScoredPassage(passage, scored[sequence]) for sequence in best for passage in passages.get(sequence, ())
        ]
        return found[:limit]

    def _search_sealed(self, generation: Generation, vector: Vectors, limit: int) -> dict[int, float] | None:
        """Scores by sequence number, or None when the store fails; it is not asked again."""
        removed = generation.count - self._ledger.count_vectors(self._embedder, up_to=generation.last_sequence)
        wanted = min(limit + removed, generation.count)
        if wanted == 0:
            return {}
        try:
            found = self._collection.query(query_embeddings=[vector.tolist()], n_results=wanted, include=["distances"])
            pairs = zip(found["ids"][0], found["distances"][0], strict=True)
            return {int(sequence): 1.0 - float(distance) for sequence, distance in pairs}
        except _failures_of_chroma() as error:
            self._collection = None
            self.problem = f"the vector store {generation.folder} does not answer ({error})"
            return None

    def _search_recent(self, vector: Vectors, limit: int, last: int) -> dict[int, float]:
        state = (last, self._ledger.last_sequence())
        if self._recent is None or self._recent[0] != state:
            self._recent = (state, *self._ledger.vectors_after(last, self._embedder, self._dimension))
        _, sequences, vectors = self._recent
        if not sequences:
            return {}
        scores = vectors @ vector
        best = np.argsort(-scores, kind="stable")[:limit]
        return {sequences[position]: float(scores[position]) for position in best}

    def _open_current(self) -> Generation | None:
        current = read_current(self._library)
        if current is None or current.embedder != self._embedder:
            return None
        if self._opened != current:
            self._opened = current
            self._collection = None
            folder = self._library / "generations" / current.folder
            self.problem = find_generation_damage(folder, current)
            if self.problem is None:
                try:
                    self._collection = _open_collection(folder)
                except _failures_of_chroma() as error:
                    self.problem = f"the vector store {current.folder} cannot be opened ({error})"
        return current if self._collection is not None else None


def seal(library: Path, ledger: Ledger, embedder: str, dimension: int) -> Generation | None:
    """Build, check and make current a generation of all the ledger's vectors; the caller holds the write lock.

    Returns None, leaving the earlier generation current, when the new one does not pass its check.

    Raises:
        StorageError: the disk is full or refuses the write.
    """
    home = library / "generations"
    previous = read_current(library)
    sequences, vectors = ledger.vectors_after(0, embedder, dimension)
    folder = home / f"{sequences[-1] if sequences else 0:08d}-{uuid.uuid4().hex[:8]}"
    with say_storage_errors():
        folder.mkdir(parents=True)
        try:
            _build(folder, sequences, vectors)
            is_sound = _passes_probe(folder, sequences, vectors)
        except _failures_of_chroma():
            # A full disk, mostly: the ledger has everything, and the exact search answers from it.
            is_sound = False
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if not is_sound:
            shutil.rmtree(folder, ignore_errors=True)
            return None
        last = sequences[-1] if sequences else 0
        # A store of one vector is not persisted yet; its files still change when it is first opened.
        digests = _digest_files(folder) if len(sequences) >= _MIN_THRESHOLD else {}
        generation = Generation(folder.name, embedder, len(sequences), last, digests)
        _make_current(library, generation)
    # The one before stays for processes that are reading it at this moment.
    remove_generations_but(library, {folder.name, previous.folder if previous else ""})
    return generation


def read_current(library: Path) -> Generation | None:
    """The generation that searches use, or None."""
    try:
        return Generation(**json.loads((library / _CURRENT).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def find_generation_damage(folder: Path, generation: Generation) -> str | None:
    """What is wrong with a generation's files, in words, or None."""
    if not (folder / _CHROMA_FILE).is_file():
        return f"the vector store {folder.name} is missing"
    if generation.digests and _digest_files(folder) != generation.digests:
        return f"the vector store {folder.name} was changed or damaged after it was sealed"
    return None


def _build(folder: Path, sequences: Sequence[int], vectors: Vectors) -> None:
    client = _open_client(folder)
    hnsw = {"space": "cosine", "ef_construction": 200, "ef_search": 100}
    if len(sequences) >= _MIN_THRESHOLD:
        # Persist once, with the last vector: opened later, nothing is left to replay and no file changes any more.
        hnsw |= {"sync_threshold": len(sequences), "batch_size": min(100, len(sequences))}
    collection = client.create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": hnsw})
    for first in range(0, len(sequences), _UPSERT):
        some = sequences[first : first + _UPSERT]
        collection.upsert(ids=[str(s) for s in some], embeddings=vectors[first : first + _UPSERT].tolist())
    client.close()


def _passes_probe(folder: Path, sequences: Sequence[int], vectors: Vectors) -> bool:
    """Whether every sampled vector is found by itself, asked in another process: a bad store hangs or kills its reader."""
    step = max(1, len(sequences) // 200)
    sample = [[str(s), vectors[i].tolist()] for i, s in list(enumerate(sequences))[::step]]
    # -P: the folder that a person happens to stand in must not lend its modules.
    command = [sys.executable, "-P", "-m", "index.probing", str(folder), str(len(sequences))]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            command, input=json.dumps(sample), text=True, capture_output=True, timeout=_PROBE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _open_client(folder: Path) -> Any:
    import chromadb  # noqa: PLC0415 - a second that commands without vectors do not pay
    from chromadb.config import Settings  # noqa: PLC0415

    return chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))


def _open_collection(folder: Path) -> Any:
    return _open_client(folder).get_collection(_COLLECTION, embedding_function=None)


def _failures_of_chroma() -> tuple[type[Exception], ...]:
    from chromadb.errors import ChromaError  # noqa: PLC0415 - as above

    return (ChromaError, RuntimeError, ValueError, OSError)


def open_for_probe(folder: Path) -> Any:
    """The collection of a generation folder; for the probing process, which may not survive it."""
    return _open_collection(folder)


def _digest_files(folder: Path) -> dict[str, str]:
    # index_metadata.pickle among them: without it Chroma answers with a part of the vectors and says nothing.
    files = sorted(path for path in folder.glob("*/*") if path.is_file())
    digests = {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    return digests | {_CHROMA_FILE: _digest_rows(folder / _CHROMA_FILE)}


def _digest_rows(database: Path) -> str:
    """What stands in Chroma's SQLite file, but for the table in which it notes each time that the file was opened."""
    digest = hashlib.sha256()
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            tables = connection.execute(
                "select name from sqlite_master where type = 'table' and name <> 'acquire_write' order by name"
            ).fetchall()
            for (table,) in tables:
                for row in connection.execute(f'select * from "{table}"'):  # noqa: S608 - a name that SQLite gave
                    digest.update(repr(row).encode())
    except sqlite3.Error as error:
        return f"unreadable: {error}"
    return digest.hexdigest()


def _make_current(library: Path, generation: Generation) -> None:
    # One name, since only who holds the lock seals: what a crash leaves is overwritten by the next.
    temporary = library / f"{_CURRENT}.part"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(asdict(generation), file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(library / _CURRENT)


def remove_generations_but(library: Path, kept: set[str]) -> None:
    """Remove the folders of all generations but these."""
    for folder in (library / "generations").glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
