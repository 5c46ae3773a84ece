import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from index.embedding import WordHashEmbedder
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.language_model import LanguageModel
from tests.ui.running import run_app
from ui.api.application import make_api
from ui.api.service import Service
from ui.health import Finding
from ui.serving import Guard

ADDRESS = "http://127.0.0.1:7860"
FINDINGS = [Finding("Library", "3 articles", is_good=True), Finding("Not read", "x.pdf: a picture", is_good=False)]

Open = Callable[..., Service]


def make_service(library: Path, model: LanguageModel | None = None) -> Service:
    status = ModelStatus(model.name if model else "none", "chosen by the test", None)
    dateline = Dateline(library, WordHashEmbedder(), lambda: model, lambda: status)
    return Service(dateline, library, lambda: FINDINGS)


@pytest.fixture
def open_service(read_library: Path) -> Iterator[Open]:
    """A library as programs see it, with a model or none."""
    with contextlib.ExitStack() as opened:

        def open_one(model: LanguageModel | None = None, library: Path = read_library) -> Service:
            service = make_service(library, model)
            opened.callback(service.dateline.close)
            return service

        yield open_one


@pytest.fixture
def service(open_service: Open) -> Service:
    return open_service()


@pytest.fixture(scope="module")
def shared(read_library: Path) -> Iterator[Service]:
    """One without a model, for tests that leave it as it is."""
    service = make_service(read_library)
    yield service
    service.dateline.close()


def make_client(service: Service, **options: object) -> TestClient:
    return TestClient(Guard(make_api(service)), base_url=ADDRESS, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def client(shared: Service) -> TestClient:
    return make_client(shared)


@contextlib.contextmanager
def serve(service: Service) -> Iterator[str]:
    """A real server on a free port; gives its address."""
    with run_app(Guard(make_api(service))) as address:
        yield address


def wait_until(is_so: Callable[[], bool], seconds: float = 5.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not is_so():
        time.sleep(0.02)
    return is_so()
