"""The endpoint that is set in the window: kept, tried out, used, forgotten; its key never shown."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import expect
from pydantic import SecretStr
from starlette.testclient import TestClient

from index.embedding import WordHashEmbedder
from rag.assemble import Dateline
from rag.choosing import ModelChoice, ModelStatus
from rag.saved_endpoint import SAVED_ENDPOINT, read_endpoint
from rag.settings import Settings, load_settings
from tests.model_server import Handler, Server, serve_model
from tests.ui.browsing import Visit, open_window
from ui import wording_settings
from ui.endpoint import EndpointSetting
from ui.serving import DEED_HEADER, Guard
from ui.serving_settings import serve_settings
from ui.settings_as_json import settings_as_json

REPLY = "The talks take place on March 18 in Anchorage [1]."
KEY = "sk-canary-7d1"


def say(handler: Handler) -> None:
    handler.start()
    handler.words(REPLY, finish="stop")
    handler.event("[DONE]")
    handler.end()


def refuse(handler: Handler) -> None:
    handler.start(401, "application/json")
    handler.send(json.dumps({"error": {"message": "no such key"}}))
    handler.end()


@pytest.fixture(autouse=True)
def no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATELINE_LLM_BASE_URL", "DATELINE_LLM_API_KEY", "DATELINE_MODEL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve_model() as told:
        told.answer(say)
        yield told


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings without an embedded model, whose endpoint may be set."""
    return load_settings(library=tmp_path / "library", models=tmp_path / "models")


def open_with(settings: Settings, library: Path) -> Dateline:
    choice = ModelChoice(settings)
    dateline = Dateline(library, WordHashEmbedder(), choice.model, choice.status, choice.close)
    dateline.use_model_of = choice.use
    return dateline


@pytest.fixture
def client(settings: Settings, seeds_library: Path) -> Iterator[TestClient]:
    dateline = open_with(settings, seeds_library)
    app = FastAPI()
    serve_settings(app, dateline, EndpointSetting(settings, dateline))
    with TestClient(Guard(app), base_url="http://127.0.0.1:7860", headers={DEED_HEADER: "window"}) as client:
        yield client
    dateline.close()


def test_an_endpoint_is_kept_tried_and_used(client: TestClient, server: Server, tmp_path: Path) -> None:
    wanted = {"base_url": server.url, "model": "m-1", "key": KEY}
    assert "it answered in" in client.post("/settings/endpoint", json=wanted).json()["said"]
    assert server.keys == [f"Bearer {KEY}"]
    assert read_endpoint(tmp_path)["llm_model"] == "m-1"
    shown = client.get("/settings").json()
    assert shown["endpoint"] == {"can_change": True, "base_url": server.url, "model": "m-1", "has_key": True}
    assert shown["model"]["sentence"].startswith("m-1, the endpoint that you set")
    assert KEY not in json.dumps(shown)
    # The key stays when another model of the same server is chosen, and goes nowhere else.
    client.post("/settings/endpoint", json={"base_url": server.url, "model": "m-2"})
    assert server.keys[-1] == f"Bearer {KEY}"
    with serve_model() as other:
        other.answer(say)
        client.post("/settings/endpoint", json={"base_url": other.url, "model": "m-3"})
        assert KEY not in str(other.keys)
    assert client.post("/settings/endpoint/forget", json={}).json()["said"] == wording_settings.FORGOTTEN
    assert not (tmp_path / SAVED_ENDPOINT).exists()
    assert client.get("/settings").json()["model"]["is_there"] is False


def test_one_that_does_not_answer_is_kept_and_said_to_be_silent(client: TestClient, server: Server) -> None:
    server.answer(refuse)
    said = client.post("/settings/endpoint", json={"base_url": server.url, "model": "m-1", "key": KEY}).json()["said"]
    assert said.startswith("It is kept, but does not answer yet: ")
    assert KEY not in said


@pytest.mark.parametrize(("base_url", "model"), [("localhost:11434", "m"), ("", "m"), ("http://127.0.0.1:1/v1", " ")])
def test_what_is_no_endpoint_changes_nothing(client: TestClient, tmp_path: Path, base_url: str, model: str) -> None:
    assert client.post("/settings/endpoint", json={"base_url": base_url, "model": model}).json()["message"]
    assert not (tmp_path / SAVED_ENDPOINT).exists()
    assert client.get("/settings").json()["endpoint"]["base_url"] == ""


def test_the_environment_has_the_last_word(client: TestClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATELINE_LLM_BASE_URL", "http://127.0.0.1:1/v1")
    answer = client.post("/settings/endpoint", json={"base_url": "http://127.0.0.1:2/v1", "model": "m"})
    assert answer.json()["message"] == wording_settings.FIXED
    assert client.get("/settings").json()["endpoint"]["can_change"] is False
    assert not (tmp_path / SAVED_ENDPOINT).exists()


def test_another_site_sets_no_endpoint(client: TestClient, tmp_path: Path) -> None:
    wanted = {"base_url": "http://evil.example/v1", "model": "m"}
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert client.post("/settings/endpoint", json=wanted, headers=headers).status_code == 403
    del client.headers[DEED_HEADER]
    assert client.post("/settings/endpoint", json=wanted).status_code == 403
    assert not (tmp_path / SAVED_ENDPOINT).exists()


def test_the_settings_show_where_each_was_set_and_never_a_key(settings: Settings, seeds_library: Path) -> None:
    given = settings.model_copy(
        update={
            "llm_base_url": "https://reader:s3cret@models.example:8443/v1?key=s3cret",
            "llm_model": "large",
            "llm_api_key": SecretStr("sk-s3cret"),
        }
    )
    dateline = open_with(settings, seeds_library)
    shown = settings_as_json(
        EndpointSetting(given, dateline), ModelStatus("large", "the endpoint that you set", "fetching 3%")
    )
    dateline.close()
    assert "s3cret" not in json.dumps(shown)
    facts = {fact["label"]: fact for fact in shown["facts"]}
    assert facts["Endpoint"]["value"] == "https://models.example:8443/v1"
    assert facts["Key of the endpoint"]["value"] == wording_settings.KEY_SET
    assert facts["Model at the endpoint"]["origin"].startswith("set: DATELINE_LLM_MODEL")
    assert facts["Reranking"]["origin"] == "as it comes: DATELINE_RERANKING changes it"
    assert shown["model"]["sentence"] == "large, the endpoint that you set."
    assert shown["model"]["progress"] == "fetching 3%"


def test_the_window_answers_with_the_endpoint_that_is_set_in_it(
    settings: Settings, seeds_library: Path, server: Server, visit: Visit
) -> None:
    dateline = open_with(settings, seeds_library)
    with open_window(dateline, settings=settings) as address:
        visitor = visit(address)
        page = visitor.page
        page.get_by_role("button", name=wording_settings.SETTINGS, exact=True).click()
        page.get_by_label(wording_settings.BASE_URL, exact=True).fill(server.url)
        page.get_by_label(wording_settings.MODEL_NAME, exact=True).fill("m-1")
        page.get_by_label(wording_settings.KEY).fill(KEY)
        page.get_by_role("button", name=wording_settings.SAVE).click()
        expect(page.locator("#dl-settings-drawer .dl-said")).to_contain_text("it answered in")
        expect(page.get_by_label(wording_settings.KEY)).to_have_value("")
        assert KEY not in page.content()
        page.keyboard.press("Escape")
        visitor.ask("When and where will the talks take place?")
        visitor.wait_for("answered")
        expect(page.locator("#dl-live .dl-made")).to_contain_text("Written by m-1")
    dateline.close()
