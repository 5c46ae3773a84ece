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
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.articles import Passage
from index.embedding import Vectors
from index.ledger import Ledger, ScoredPassage
from index.storage import say_storage_errors

_CURRENT = "current.json"
_COLLECTION = "passages"
_CHROMA_FILE = "chroma.sqlite3"
# Ten times as many at once take a quarter less of the processor (Chroma adds them to its graph in parallel); above 5,461
# it refuses. As lists of Python numbers they are 30 MB.
_UPSERT = 2_500
_MIN_THRESHOLD = 2  # the smallest that Chroma takes
# Until it writes its index to the disk Chroma holds each vector three times over: 5.6 KB of memory a vector; written in
# steps 2.0.
_UNWRITTEN = 25_000
_PROBE_SECONDS = 120
# Of 200,000 vectors like those of news passages recall@10 was .83 at 100, .96 at 300 and .985 at 600, for 3 to 5 ms of
# processor time a search; and at 100 every fifth vector was not found by itself, at 600 every eightieth.
_EF_SEARCH = 600
_LEAST_REACH = 0.9
_SAME = 1e-3  # cosine distance
_SAMPLES = 200
_ROWS = 1_000
_VECTORS = "select sequence, vector from vectors where embedder = ? order by sequence"
# Of what a search asks for some was removed since: so much more is asked for at once, then four times as much.
_SPARE_SHARE = 1.25
_WIDER = 4


# Id and numbers of a vector.
_Sample = tuple[str, list[float]]


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

    def _find_sealed(self, generation: Generation, vector: Vectors, limit: int) -> list[_Found] | None:
        """What the sealed store finds, or None when it fails; it is not asked again."""

        def rank(wanted: int) -> dict[int, float]:
            asked = self._collection.query(query_embeddings=[vector.tolist()], n_results=wanted, include=["distances"])
            pairs = zip(asked["ids"][0], asked["distances"][0], strict=True)
            return {int(sequence): 1.0 - float(distance) for sequence, distance in pairs}

        try:
            return self._find_present(rank, generation.count, limit)
        except _failures_of_chroma() as error:
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
            folder = self._library / "generations" / current.folder
            self.problem = find_generation_damage(folder, current)
            if self.problem is None:
                try:
                    self._collection = _open_collection(folder)
                except _failures_of_chroma() as error:
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


def seal(library: Path, ledger: Ledger, embedder: str, dimension: int) -> Generation | None:
    """Build, check and make current a generation of all the ledger's vectors; the caller holds the write lock.

    Returns None, leaving the earlier generation current, when the new one does not pass its check.

    Raises:
        StorageError: the disk is full or refuses the write.
    """
    home = library / "generations"
    previous = read_current(library)
    with say_storage_errors(), ledger.connect_anew() as connection:
        # Vectors are written into Chroma as they are read: 200,000 are 300 MB. All of them are of this moment.
        connection.execute("begin")
        count, last = connection.execute(
            "select count(*), coalesce(max(sequence), 0) from vectors where embedder = ?", (embedder,)
        ).fetchone()
        folder = home / f"{last:08d}-{uuid.uuid4().hex[:8]}"
        folder.mkdir(parents=True)
        try:
            samples = _build(folder, _read_vectors(connection, embedder, dimension, _plan(count)[0]), count)
            connection.execute("rollback")
            is_sound = samples is not None and _passes_probe(folder, samples, count)
        except _failures_of_chroma():
            # A full disk, mostly: the ledger has everything, and the exact search answers from it.
            is_sound = False
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if not is_sound:
            shutil.rmtree(folder, ignore_errors=True)
            return None
        # A store of one vector is not persisted yet; its files still change when it is first opened.
        digests = _digest_files(folder) if count >= _MIN_THRESHOLD else {}
        generation = Generation(folder.name, embedder, count, last, digests)
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


def _read_vectors(
    connection: sqlite3.Connection, embedder: str, dimension: int, size: int
) -> Iterator[tuple[list[int], Vectors]]:
    rows = connection.execute(_VECTORS, (embedder,))
    while some := rows.fetchmany(size):
        vectors = np.frombuffer(b"".join(vector for _, vector in some), dtype=np.float32)
        yield [sequence for sequence, _ in some], vectors.reshape(len(some), dimension)


def _plan(count: int) -> tuple[int, int]:
    """How many vectors go into Chroma at once, and how many of these batches until it writes its index."""
    writes = max(1, ceil(count / _UNWRITTEN))
    batches = max(1, ceil(count / (writes * _UPSERT)))
    return max(1, ceil(count / (writes * batches))), batches


def _build(folder: Path, batches: Iterator[tuple[list[int], Vectors]], count: int) -> list[_Sample] | None:
    """Fill a collection; returns some of what it finds again, or None when there is too much that it does not."""
    size, between_writes = _plan(count)
    client = _open_client(folder)
    hnsw = {"space": "cosine", "ef_construction": 200, "ef_search": _EF_SEARCH}
    if count >= _MIN_THRESHOLD:
        # It writes with the last vector: opened later, nothing is left to replay and no file changes any more.
        hnsw |= {"sync_threshold": size * between_writes, "batch_size": size}
    collection = client.create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": hnsw})
    step = max(1, count // _SAMPLES)
    samples: list[_Sample] = []
    done = 0
    for sequences, vectors in batches:
        ids, numbers = [str(sequence) for sequence in sequences], vectors.tolist()
        collection.upsert(ids=ids, embeddings=numbers)
        samples += [(ids[place], numbers[place]) for place in range(-done % step, len(ids), step)]
        done += len(ids)
    for place in range(-count % (size * between_writes)):
        # What is missing from a full last batch, fewer than there are batches: given again, a vector stays as it is.
        id_, again = samples[place % len(samples)]
        collection.upsert(ids=[id_], embeddings=[again])
    # HNSW misses a few: what is found now has to be found by another process, or the files are not what was built.
    found = [sample for sample in samples if _finds_itself(collection, sample)]
    client.close()
    # What passed through its log was deleted, but the room kept: 15 of 16 parts of the file.
    with closing(sqlite3.connect(folder / _CHROMA_FILE, isolation_level=None)) as connection:
        connection.execute("vacuum")
    return found if len(found) >= _LEAST_REACH * len(samples) else None


def _finds_itself(collection: Any, sample: _Sample) -> bool:
    asked = collection.query(query_embeddings=[sample[1]], n_results=1, include=["distances"])
    return bool(asked["ids"][0]) and asked["distances"][0][0] <= _SAME


def _passes_probe(folder: Path, samples: Sequence[_Sample], count: int) -> bool:
    """Whether every sampled vector is found by itself, asked in another process: a bad store hangs or kills its reader."""
    # -P: the folder that a person happens to stand in must not lend its modules.
    command = [sys.executable, "-P", "-m", "index.probing", str(folder), str(count)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            command, input=json.dumps(samples), text=True, capture_output=True, timeout=_PROBE_SECONDS, check=False
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
    digests = {path.relative_to(folder).as_posix(): _digest_file(path) for path in files}
    return digests | {_CHROMA_FILE: _digest_rows(folder / _CHROMA_FILE)}


def _digest_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest_rows(database: Path) -> str:
    """What stands in Chroma's SQLite file, but for the table in which it notes each time that the file was opened."""
    digest = hashlib.sha256()
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            tables = connection.execute(
                "select name from sqlite_master where type = 'table' and name <> 'acquire_write' order by name"
            ).fetchall()
            for (table,) in tables:
                rows = connection.execute(f'select * from "{table}"')  # noqa: S608 - a name that SQLite gave
                while some := rows.fetchmany(_ROWS):
                    digest.update(repr(some).encode())
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
