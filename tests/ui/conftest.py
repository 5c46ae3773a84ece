import contextlib
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from index.embedding import WordHashEmbedder
from index.splitting import split_article
from index.updating import update_library
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.language_model import LanguageModel
from ui.app import mount_window

HOSTILE_ARTICLE = """Minister <b>signs</b> the harbour treaty <img src="http://203.0.113.7/title.png">

The minister signed the harbour treaty <img src="http://203.0.113.7/text.png" onerror="alert(1)"> in Zanzibar on 4 May.

Fishing crews <script>alert(2)</script> welcomed the harbour treaty 🎣 and 𝓬𝓮𝓵𝓮𝓫𝓻𝓪𝓽𝓮𝓭 it until the morning.
"""

OpenDateline = Callable[..., Dateline]
OpenWindow = Callable[[Dateline], contextlib.AbstractContextManager[str]]


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for seed in (Path(__file__).parents[2] / "seeds").glob("*.txt"):
        shutil.copy(seed, folder)
    (folder / "harbour.txt").write_text(HOSTILE_ARTICLE, encoding="utf-8")
    library = tmp_path_factory.mktemp("library")
    update_library(library, [folder], WordHashEmbedder(), lambda: split_article, on_progress=lambda *_: None)
    return library


@pytest.fixture
def open_dateline(library: Path) -> Iterator[OpenDateline]:
    with contextlib.ExitStack() as opened:

        def open_one(model: LanguageModel | None = None, progress: str | None = None) -> Dateline:
            status = ModelStatus(model.name if model else "none", "chosen by the test", progress)
            dateline = Dateline(library, WordHashEmbedder(), lambda: model, lambda: status)
            opened.callback(dateline.close)
            return dateline

        yield open_one


@contextlib.contextmanager
def run_window(dateline: Dateline) -> Iterator[str]:
    config = uvicorn.Config(mount_window(dateline), port=0, log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture
def open_window() -> OpenWindow:
    return run_window


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
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
