"""Chroma: a collection of vectors in a folder. Opened here and nowhere else."""

from pathlib import Path
from typing import Any

CHROMA_FILE = "chroma.sqlite3"
COLLECTION = "passages"


def open_client(folder: Path) -> Any:
    """A client of the store in `folder`; it writes there when it is opened."""
    import chromadb  # noqa: PLC0415 - a second that commands without vectors do not pay
    from chromadb.config import Settings  # noqa: PLC0415

    return chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))


def open_collection(folder: Path) -> Any:
    """The vectors in the store in `folder`. Of a damaged one the process may hang or die."""
    return open_client(folder).get_collection(COLLECTION, embedding_function=None)


def failures_of_chroma() -> tuple[type[Exception], ...]:
    """What Chroma raises when a store cannot be read or written."""
    from chromadb.errors import ChromaError  # noqa: PLC0415 - as above

    return (ChromaError, RuntimeError, ValueError, OSError)
