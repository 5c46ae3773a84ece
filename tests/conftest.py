"""What every test stands on: no network but loopback, libraries in temporary folders, the shipped fakes."""

import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from index.embedding import WordHashEmbedder
from index.splitting import split_article
from index.syncing import SyncReport
from index.updating import update_library
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.conversation import Answer, Answered, Event
from rag.language_model import LanguageModel

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


class NetworkUsedError(Exception):
    """A test tried to reach another machine."""


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that does not stay on this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_loopback(address[0]):
            raise NetworkUsedError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for articles."""
    articles = tmp_path / "articles"
    articles.mkdir()
    return articles


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Where a library may be made."""
    return tmp_path / "library"


Update = Callable[..., SyncReport]


@pytest.fixture
def update(library: Path, folder: Path) -> Update:
    """Bring the folder into the library with the word-hash embedder; gives the report."""

    def run(**options: Any) -> SyncReport:
        reports = update_library(
            library, [folder], WordHashEmbedder(), lambda: split_article, on_progress=lambda *_: None, **options
        )
        return reports[folder.resolve()]

    return run


@pytest.fixture
def open_fake(library: Path) -> Iterator[Callable[..., Dateline]]:
    """Open the library with the word-hash embedder and a model, or none."""
    opened: list[Dateline] = []

    def run(model: LanguageModel | None = None, at: Path | None = None) -> Dateline:
        status = ModelStatus(model.name if model else "none", "chosen by a test", None)
        opened.append(Dateline(at or library, WordHashEmbedder(), lambda: model, lambda: status))
        return opened[-1]

    yield run
    for dateline in opened:
        dateline.close()


@pytest.fixture(scope="session")
def seeds_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the two seeds, made with the word-hash embedder; tests only read it."""
    library = tmp_path_factory.mktemp("seeds") / "library"
    update_library(library, [SEEDS], WordHashEmbedder(), lambda: split_article, on_progress=lambda *_: None)
    return library


def answer_of(events: Iterator[Event] | Sequence[Event]) -> Answer:
    """The answer that the events end in."""
    last = list(events)[-1]
    assert isinstance(last, Answered)
    return last.answer


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
