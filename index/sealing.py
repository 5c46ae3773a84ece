"""Build a generation of the ledger's vectors, check it in another process, make it current.

Chroma overwrites its files in place, so a crash or a second process can ruin a folder that is written to. Hence a
generation is built in a folder of its own, closed, probed, made current by one atomic rename, and never written again.
"""

import json
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from index.chroma import CHROMA_FILE, COLLECTION, failures_of_chroma, open_client
from index.embedding import Vectors
from index.generations import (
    Generation,
    digest_files,
    folder_of,
    make_current,
    read_current,
    remove_generations_but,
)
from index.ledger import Ledger
from index.storage import say_storage_errors

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
_VECTORS = "select sequence, vector from vectors where embedder = ? order by sequence"
# Id and numbers of a vector.
_Sample = tuple[str, list[float]]


def seal(library: Path, ledger: Ledger, embedder: str, dimension: int) -> Generation | None:
    """Build, check and make current a generation of all the ledger's vectors; the caller holds the "embed" lock.

    Returns None, leaving the earlier generation current, when the new one does not pass its check.

    Raises:
        StorageError: the disk is full or refuses the write.
    """
    previous = read_current(library)
    with say_storage_errors(), ledger.connect_anew() as connection:
        # Vectors are written into Chroma as they are read: 200,000 are 300 MB. All of them are of this moment.
        connection.execute("begin")
        count, last = connection.execute(
            "select count(*), coalesce(max(sequence), 0) from vectors where embedder = ?", (embedder,)
        ).fetchone()
        folder = folder_of(library, f"{last:08d}-{uuid.uuid4().hex[:8]}")
        folder.mkdir(parents=True)
        try:
            samples = _build(folder, _read_vectors(connection, embedder, dimension, _plan(count)[0]), count)
            connection.execute("rollback")
            is_sound = samples is not None and _passes_probe(folder, samples, count)
        except failures_of_chroma():
            # A full disk, mostly: the ledger has everything, and the exact search answers from it.
            is_sound = False
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        if not is_sound:
            shutil.rmtree(folder, ignore_errors=True)
            return None
        # A store of one vector is not persisted yet; its files still change when it is first opened.
        digests = digest_files(folder) if count >= _MIN_THRESHOLD else {}
        generation = Generation(folder.name, embedder, count, last, digests)
        make_current(library, generation)
    # The one before stays for processes that are reading it at this moment.
    remove_generations_but(library, {folder.name, previous.folder if previous else ""})
    return generation


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
    client = open_client(folder)
    hnsw = {"space": "cosine", "ef_construction": 200, "ef_search": _EF_SEARCH}
    if count >= _MIN_THRESHOLD:
        # It writes with the last vector: opened later, nothing is left to replay and no file changes any more.
        hnsw |= {"sync_threshold": size * between_writes, "batch_size": size}
    collection = client.create_collection(COLLECTION, embedding_function=None, configuration={"hnsw": hnsw})
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
    with closing(sqlite3.connect(folder / CHROMA_FILE, isolation_level=None)) as connection:
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
