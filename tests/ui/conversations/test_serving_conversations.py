from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.ui.conversations.samples import answered
from ui import wording_conversations as wording
from ui.conversations.browsers import COOKIE, browser_of, introduce
from ui.conversations.serving import serve_conversations
from ui.conversations.store import Conversations
from ui.serving import DEED_HEADER, Guard

OWN = {DEED_HEADER: "window"}
MINE, OTHER = "m" * 43, "o" * 43


@pytest.fixture
def conversations(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path)


@pytest.fixture
def client(conversations: Conversations) -> Iterator[TestClient]:
    app = FastAPI()
    serve_conversations(app, conversations, lambda answer, asked: [f"After {answer.question} and {len(asked)}"])
    with TestClient(Guard(app), base_url="http://127.0.0.1:7860", cookies={COOKIE: MINE}, headers=OWN) as client:
        yield client


def test_a_list_a_new_title_and_a_deletion(client: TestClient, conversations: Conversations) -> None:
    id_, _ = conversations.keep(MINE, "", answered())
    conversations.keep(OTHER, "", answered("Whose?"))
    listed = client.get("/conversations").json()["conversations"]
    assert [(one["id"], one["title"]) for one in listed] == [(id_, "When do they begin?")]
    assert listed[0]["about"].startswith("1 question, ")
    assert client.post(f"/conversations/{id_}/title", json={"title": "The start"}).json() == {}
    assert client.get("/conversations").json()["conversations"][0]["title"] == "The start"
    assert "1 to 120" in client.post(f"/conversations/{id_}/title", json={"title": " "}).json()["message"]
    assert client.post(f"/conversations/{id_}/delete").json() == {}
    assert client.get("/conversations").json() == {"conversations": []}
    assert client.post(f"/conversations/{id_}/delete").json()["message"] == wording.NOT_HERE


def test_exports_are_files_with_a_name_of_their_title(client: TestClient, conversations: Conversations) -> None:
    id_, number = conversations.keep(MINE, "", answered())
    markdown = client.get(f"/conversations/{id_}/export?form=markdown")
    assert markdown.headers["content-disposition"] == 'attachment; filename="when-do-they-begin.md"'
    assert markdown.text.startswith("# When do they begin?")
    assert client.get(f"/conversations/{id_}/export?form=json").json()["exchanges"][0]["answer"]["status"] == "answered"
    conversations.rename(MINE, id_, "谈判")
    named = client.get(f"/conversations/{id_}/export?form=json").headers["content-disposition"]
    assert named == 'attachment; filename="conversation.json"'
    text = client.get(f"/conversations/{id_}/answers/{number}?style=sources").json()["text"]
    assert "**Sources**" in text
    lost = client.get(f"/conversations/{id_}/answers/{number + 1}?style=sources")
    assert lost.json()["message"] == wording.NOT_HERE


def test_another_browser_gets_none_of_it(client: TestClient, conversations: Conversations) -> None:
    id_, number = conversations.keep(OTHER, "", answered())
    assert client.get("/conversations").json() == {"conversations": []}
    assert client.get(f"/conversations/{id_}/export?form=json").status_code == 404
    assert client.get(f"/conversations/{id_}/answers/{number}?style=sources").json()["message"] == wording.NOT_HERE
    client.cookies.clear()
    assert client.get("/conversations").json()["message"] == wording.NO_COOKIE


def test_another_site_can_delete_nothing(client: TestClient, conversations: Conversations) -> None:
    id_, _ = conversations.keep(MINE, "", answered())
    refused = client.post(f"/conversations/{id_}/delete", headers={"origin": "http://evil.example"})
    assert refused.status_code == 403
    del client.headers[DEED_HEADER]
    assert client.post(f"/conversations/{id_}/delete").status_code == 403
    assert len(conversations.headings(MINE)) == 1


@pytest.mark.parametrize("value", ["", "short", "x" * 44, "é" * 43, "a" * 42 + ";"])
def test_only_a_name_that_was_given_out_is_taken(value: str) -> None:
    assert browser_of({COOKIE: value}) is None
    given = introduce().split(";")[0].split("=", 1)[1]
    assert browser_of({COOKIE: given}) == given
    assert introduce() != introduce()


def test_questions_to_go_on_with_are_asked_for_by_answer(client: TestClient, conversations: Conversations) -> None:
    id_, number = conversations.keep(MINE, "", answered("One?"))
    conversations.keep(MINE, id_, answered("Two?"))
    given = client.get(f"/conversations/{id_}/answers/{number}/further").json()
    assert given == {"questions": ["After One? and 2"]}
    other, hidden = conversations.keep(OTHER, "", answered())
    assert client.get(f"/conversations/{other}/answers/{hidden}/further").json() == {"message": wording.NOT_HERE}
