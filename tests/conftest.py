"""What every test stands on: no network but loopback, libraries in temporary folders, the shipped fakes."""

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from index.embedding import Embedder, WordHashEmbedder
from index.embedding_job import embed_library
from index.errors import PageNotFetchedError
from index.parsing.in_process import InProcessReader
from index.shelving import SyncReport
from index.sources import name_source
from index.splitting import split_article
from index.updating import SyncTools, update_library
from index.web.pages import NotModified, Page
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
Fill = Callable[..., dict[str, SyncReport]]


@pytest.fixture(scope="session")
def tools() -> SyncTools:
    """What a sync works with in tests: readers in this process, no web."""

    def fetch(address: str, *, etag: str | None = None, last_modified: str | None = None) -> Page | NotModified:
        raise PageNotFetchedError(f"A test without a web asked for {address}.")

    return SyncTools(lambda: nullcontext(InProcessReader()), fetch, lambda: split_article)


@pytest.fixture(scope="session")
def fill(tools: SyncTools) -> Fill:
    """Bring folders into a library, or without any those that it knows, and make the vectors; gives the reports by place."""

    def run(library: Path, *folders: Path, embedder: Embedder | None = None, **options: Any) -> dict[str, SyncReport]:
        sources = [name_source(str(folder)) for folder in folders]
        reports = update_library(library, sources, tools, on_progress=lambda *_: None, **options)
        embed_library(library, embedder or WordHashEmbedder(), on_progress=lambda *_: None)
        return reports

    return run


@pytest.fixture
def update(library: Path, folder: Path, fill: Fill) -> Update:
    """Bring the folder into the library with the word-hash embedder; gives the report."""

    def run(**options: Any) -> SyncReport:
        return fill(library, folder, **options)[str(folder.resolve())]

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
def seeds_library(tmp_path_factory: pytest.TempPathFactory, fill: Fill) -> Path:
    """A library of the two seeds, made with the word-hash embedder; tests only read it."""
    library = tmp_path_factory.mktemp("seeds") / "library"
    fill(library, SEEDS)
    return library


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests: Playwright can be started but once in a process."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        reason = "no Chromium found: install Debian's chromium to run the browser tests"
        if os.environ.get("DATELINE_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    flags = ["no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"]
    flags += ["disable-component-update", "disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[f"--{flag}" for flag in flags])
        yield browser
        browser.close()


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
