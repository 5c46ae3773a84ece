import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from index.embedding import WordHashEmbedder
from index.storage import CONVERSATIONS_FILE
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.language_model import LanguageModel
from rag.settings import load_settings
from tests.ui.browsing import Visit, Visitor, open_window, watch
from ui.measuring import measure

HOSTILE_ARTICLE = """Minister <b>signs</b> the harbour treaty <img src="http://203.0.113.7/title.png">

The minister signed the harbour treaty <img src="http://203.0.113.7/text.png" onerror="alert(1)"> in Zanzibar on 4 May.

Fishing crews <script>alert(2)</script> welcomed the harbour treaty 🎣 and 𝓬𝓮𝓵𝓮𝓫𝓻𝓪𝓽𝓮𝓭 it until the morning.
"""

OpenDateline = Callable[..., Dateline]


@pytest.fixture(scope="session")
def read_library(tmp_path_factory: pytest.TempPathFactory, fill: Callable[..., object]) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for seed in (Path(__file__).parents[2] / "seeds").glob("*.txt"):
        shutil.copy(seed, folder)
    (folder / "harbour.txt").write_text(HOSTILE_ARTICLE, encoding="utf-8")
    library = tmp_path_factory.mktemp("library")
    fill(library, folder)
    return library


@pytest.fixture
def open_dateline(read_library: Path) -> Iterator[OpenDateline]:
    with contextlib.ExitStack() as opened:

        def open_one(model: LanguageModel | None = None, progress: str | None = None) -> Dateline:
            status = ModelStatus(model.name if model else "none", "chosen by the test", progress)
            dateline = Dateline(read_library, WordHashEmbedder(), lambda: model, lambda: status)
            opened.callback(dateline.close)
            return dateline

        yield open_one


@pytest.fixture(scope="module")
def whole_window(read_library: Path) -> Iterator[str]:
    """The address of a window with everything in it, but no language model."""
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(read_library, WordHashEmbedder(), lambda: None, lambda: status)
    settings = load_settings(library=read_library, model="none")
    with open_window(dateline, measure(dateline, read_library), settings) as address:
        yield address
    dateline.close()
    (read_library / CONVERSATIONS_FILE).unlink(missing_ok=True)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    with contextlib.ExitStack() as opened:
        visitors: list[Visitor] = []

        def visit_one(address: str, *, width: int = 1280, dark: bool = False) -> Visitor:
            context = browser.new_context(
                viewport={"width": width, "height": 844},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            opened.callback(context.close)
            visitor = Visitor(context.new_page())
            visitors.append(visitor)
            watch(visitor)
            visitor.page.goto(address)
            visitor.page.locator("#dl-question textarea").wait_for()
            return visitor

        yield visit_one
        for visitor in visitors:
            assert visitor.faults == []
