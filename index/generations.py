"""Generations: sealed sets of vectors in folders of their own, the one that is current, and whether it is as it was sealed."""

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from index.chroma import CHROMA_FILE

_CURRENT = "current.json"
_HOME = "generations"
_ROWS = 1_000


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


def read_current(library: Path) -> Generation | None:
    """The generation that searches use, or None."""
    try:
        return Generation(**json.loads((library / _CURRENT).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def find_generation_damage(folder: Path, generation: Generation) -> str | None:
    """What is wrong with a generation's files, in words, or None."""
    if not (folder / CHROMA_FILE).is_file():
        return f"the vector store {folder.name} is missing"
    if generation.digests and digest_files(folder) != generation.digests:
        return f"the vector store {folder.name} was changed or damaged after it was sealed"
    return None


def folder_of(library: Path, name: str) -> Path:
    """Where a generation lies."""
    return library / _HOME / name


def make_current(library: Path, generation: Generation) -> None:
    """Let searches use this generation from now on.

    Raises:
        OSError: the disk refuses the write.
    """
    # One name, since only who holds the lock seals: what a crash leaves is overwritten by the next.
    temporary = library / f"{_CURRENT}.part"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(asdict(generation), file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(library / _CURRENT)


def remove_generations_but(library: Path, kept: set[str]) -> None:
    """Remove the folders of all generations but these."""
    for folder in (library / _HOME).glob("*"):
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def digest_files(folder: Path) -> dict[str, str]:
    """The sha256 of what makes up a store, by path inside its folder."""
    # index_metadata.pickle among them: without it Chroma answers with a part of the vectors and says nothing.
    files = sorted(path for path in folder.glob("*/*") if path.is_file())
    digests = {path.relative_to(folder).as_posix(): _digest_file(path) for path in files}
    return digests | {CHROMA_FILE: _digest_rows(folder / CHROMA_FILE)}


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
