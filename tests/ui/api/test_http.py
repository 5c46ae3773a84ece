"""The HTTP interface: what programs get from it, over a real library and the shipped fakes."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from index.embedding import WordHashEmbedder
from index.updating import SyncTools
from index.upkeep import Upkeep
from index.write_lock import hold_lock
from rag.language_model import ScriptedModel
from tests.ui.api.conftest import Open, make_client, serve, wait_until
from ui.api.service import Service
from ui.asking import QUESTIONS_AT_ONCE

WHEN = "When and where will the talks take place?"
REPLY = "The talks take place on March 18 in Anchorage [1]. They cost 40 billion euros [1]."
SLOW_REPLY = "The talks take place on March 18 in Anchorage [1]. " * 40


def read_events(text: str) -> list[tuple[str, Any]]:
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block]
    return [(block["event"], json.loads(block["data"])) for block in blocks]


def test_every_sentence_of_an_answer_comes_with_its_verdict_and_exact_quotes(client: TestClient) -> None:
    answer = client.post("/api/v1/ask", json={"question": WHEN}).raise_for_status().json()
    assert answer["status"] == "answered"
    assert {sentence["verdict"] for sentence in answer["sentences"]} <= {"supported", "partly"}
    assert answer["citations"]
    for citation in answer["citations"]:
        article = client.get(f"/api/v1/articles/{citation['article_id']}").json()
        assert article["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['n']}]" in answer["text"]


def test_what_the_articles_do_not_hold_is_told_apart(open_service: Open) -> None:
    client = make_client(open_service(ScriptedModel([REPLY])))
    answer = client.post("/api/v1/ask", json={"question": WHEN}).json()
    assert "Anchorage" in answer["text"]
    assert "billion" not in answer["text"]
    assert ["billion" in sentence["text"] for sentence in answer["left_out"]] == [True]
    assert answer["left_out"][0]["verdict"] == "unsupported"


def test_a_question_is_answered_from_the_chosen_articles_alone(client: TestClient) -> None:
    question = {"question": WHEN}
    best = client.post("/api/v1/search", json=question).json()["passages"][0]["article_id"]
    listed = client.get("/api/v1/articles").json()["articles"]
    chosen = next(article["id"] for article in listed if article["id"] != best)
    among = client.post("/api/v1/search", json={**question, "articles": [chosen]}).json()["passages"]
    assert {passage["article_id"] for passage in among} == {chosen}
    answer = client.post("/api/v1/ask", json={**question, "articles": [chosen]}).json()
    assert {citation["article_id"] for citation in answer["citations"]} <= {chosen}
    none = client.post("/api/v1/ask", json={**question, "since": "2090-01-01"})
    assert none.status_code == 422
    assert "choose other outlets" in none.json()["message"]


def test_strictness_moves_a_question_to_a_refusal(open_service: Open) -> None:
    client = make_client(open_service(ScriptedModel([REPLY, REPLY])))
    quoted = {"question": WHEN, "quote_only": True}
    assert client.post("/api/v1/ask", json={**quoted, "strictness": 1}).json()["status"] == "refused"
    answer = client.post("/api/v1/ask", json={**quoted, "strictness": 0}).json()
    assert (answer["status"], answer["model"]) == ("answered", "none")
    assert client.post("/api/v1/ask", json={"question": WHEN}).json()["model"] != "none"
    assert client.post("/api/v1/ask", json={"question": WHEN, "strictness": 2}).status_code == 422


def test_a_refusal_is_an_answer(client: TestClient) -> None:
    response = client.post("/api/v1/ask", json={"question": "Which team won the cricket final in Melbourne?"})
    assert (response.status_code, response.json()["status"]) == (200, "refused")
    assert response.json()["citations"] == []


def test_a_streamed_answer_comes_as_evidence_then_text_then_the_verified_answer(open_service: Open) -> None:
    client = make_client(open_service(ScriptedModel([REPLY])))
    response = client.post("/api/v1/ask", json={"question": WHEN, "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = read_events(response.text)
    assert [events[0][0], events[-1][0]] == ["evidence", "answer"]
    assert {name for name, _ in events[1:-1]} == {"text"}
    assert "".join(data["text"] for _, data in events[1:-1]) == REPLY
    assert "billion" not in events[-1][1]["text"]
    assert events[0][1]["citations"][0]["quote"]


def test_a_follow_up_is_understood_from_the_history(client: TestClient) -> None:
    history = [{"role": "user", "content": "Who is Karpov?"}, {"role": "assistant", "content": "A politician."}]
    answer = client.post("/api/v1/ask", json={"question": "What did he say?", "history": history}).json()
    assert "Karpov" in answer["standalone_question"]


@pytest.mark.parametrize("is_streamed", [True, False])
def test_a_client_that_goes_away_stops_the_model(open_service: Open, is_streamed: bool) -> None:
    model = ScriptedModel([SLOW_REPLY], delay=0.05)
    service = open_service(model)
    with serve(service) as address:
        body = {"question": WHEN, "stream": is_streamed}
        with (
            pytest.raises(httpx.ReadTimeout),
            httpx.Client(timeout=1.0) as client,
            client.stream("POST", f"{address}/api/v1/ask", json=body) as response,
        ):
            for _ in response.iter_lines():
                if model.asked:
                    raise httpx.ReadTimeout("heard enough")
        assert wait_until(lambda: model.closed_early == 1)
        assert service.running == {}


def test_no_more_questions_are_answered_at_once_than_can_be(service: Service) -> None:
    client = make_client(service)
    service.running.update({str(number): None for number in range(QUESTIONS_AT_ONCE)})  # type: ignore[misc]
    response = client.post("/api/v1/ask", json={"question": WHEN})
    assert (response.status_code, "in a moment" in response.json()["message"]) == (429, True)
    del service.running["0"]
    assert client.post("/api/v1/ask", json={"question": WHEN}).status_code == 200
    assert len(service.running) == QUESTIONS_AT_ONCE - 1


def test_a_search_gives_passages_with_exact_spans_best_first(client: TestClient) -> None:
    found = client.get("/api/v1/search", params={"q": "harbour treaty", "limit": 2}).raise_for_status().json()
    assert found == client.post("/api/v1/search", json={"question": "harbour treaty", "limit": 2}).json()
    assert [passage["rank"] for passage in found["passages"]] == [1, 2]
    first = found["passages"][0]
    article = client.get(f"/api/v1/articles/{first['article_id']}").json()
    assert article["text"][first["start"] : first["end"]] == first["text"]
    assert "harbour treaty" in first["text"]


def test_articles_are_listed_newest_first_and_page_by_page(client: TestClient) -> None:
    whole = client.get("/api/v1/articles").json()
    assert whole["total"] == len(whole["articles"]) == 3
    days = [article["published"] or "" for article in whole["articles"]]
    assert days == sorted(days, reverse=True)
    second = client.get("/api/v1/articles", params={"limit": 1, "offset": 1}).json()
    assert (second["total"], second["articles"]) == (3, [whole["articles"][1]])
    smallest = client.get("/api/v1/articles", params={"sort": "size", "descending": False}).json()["articles"]
    sizes = [article["characters"] for article in smallest]
    assert sizes == sorted(sizes)
    assert client.get("/api/v1/articles", params={"sort": "colour"}).status_code == 422


def test_articles_are_filtered_by_words_outlet_and_day(
    open_service: Open, library: Path, folder: Path, update: Callable[..., object]
) -> None:
    rows = [("Treaty", "The Post", "2021-03-10"), ("Pier", "The Post", "2021-03-12"), ("Ferry", "Echo", "2021-03-12")]
    for title, outlet, day in rows:
        text = f"The {title.lower()} of Skye was discussed in the harbour office until the morning."
        article = {"title": title, "text": text, "outlet": outlet, "published": day}
        (folder / f"{title.lower()}.json").write_text(json.dumps(article), encoding="utf-8")
    update()
    client = make_client(open_service(library=library))

    def titles(**wanted: str) -> set[str]:
        listed = client.get("/api/v1/articles", params=wanted).raise_for_status().json()
        assert listed["total"] == len(listed["articles"])
        return {article["title"] for article in listed["articles"]}

    assert titles() == {"Treaty", "Pier", "Ferry"}
    assert titles(text="harbour ferry") == {"Ferry"}
    assert titles(text='"pier - discussed') == {"Pier"}
    assert titles(text="pier ferry") == set()
    assert titles(text="harbour\0ferry") == {"Ferry"}
    assert titles(outlet="the post") == {"Treaty", "Pier"}
    assert titles(outlet="the post", since="2021-03-11") == {"Pier"}
    assert titles(until="2021-03-10") == {"Treaty"}
    assert titles(since="2021-03-12", until="2021-03-12", text="Skye") == {"Pier", "Ferry"}


def test_an_earlier_version_of_a_corrected_article_can_be_read(
    open_service: Open, library: Path, folder: Path, update: Callable[..., object]
) -> None:
    for day in ("Monday", "Friday"):
        (folder / "ferry.txt").write_text(f"The ferry\n\nThe ferry to Skye sails on {day} at nine.\n", encoding="utf-8")
        update()
    client = make_client(open_service(library=library))
    (listed,) = client.get("/api/v1/articles").json()["articles"]
    now = client.get(f"/api/v1/articles/{listed['id']}").json()
    assert "Friday" in now["text"]
    earlier, newest = now["versions"]
    assert (newest["article_id"], newest["replaced"], bool(earlier["replaced"])) == (listed["id"], None, True)
    assert "Monday" in client.get(f"/api/v1/articles/{earlier['article_id']}").json()["text"]


def test_an_articles_page_marks_the_words_and_lets_nothing_of_it_run(client: TestClient) -> None:
    passage = client.get("/api/v1/search", params={"q": "signed the harbour treaty in Zanzibar"}).json()["passages"][0]
    article = client.get(f"/api/v1/articles/{passage['article_id']}").json()
    start = article["text"].index("The minister signed")
    response = client.get(f"/api/v1/articles/{article['id']}/page", params={"start": start, "end": start + 19})
    assert '<mark id="cited">The minister signed</mark>' in response.text
    assert "<img" not in response.text
    assert "<script" not in response.text
    assert "script-src" not in response.headers["content-security-policy"]
    assert response.headers["content-security-policy"].startswith("default-src 'none'")


def test_sources_are_listed_with_their_articles(client: TestClient) -> None:
    (source,) = client.get("/api/v1/sources").json()["sources"]
    assert (source["kind"], source["articles"], source["failed"]) == ("folder", 3, 0)


def test_health_says_what_the_doctor_says(client: TestClient) -> None:
    health = client.get("/api/v1/health").json()
    assert health["status"] == "look"
    assert health["findings"][1] == {"what": "Not read", "state": "x.pdf: a picture", "is_good": False}


@contextmanager
def kept_up(service: Service, tools: SyncTools) -> Iterator[TestClient]:
    service.dateline.keep_up(lambda is_busy: Upkeep(service.library, tools, WordHashEmbedder, is_busy=is_busy))
    assert service.dateline.upkeep
    assert service.dateline.upkeep.wait(10)
    yield make_client(service)


def test_a_sync_reports_what_it_did_and_what_came_is_found(
    open_service: Open, library: Path, folder: Path, update: Callable[..., object], tools: SyncTools
) -> None:
    (folder / "ferry.txt").write_text("The ferry\n\nThe ferry to Skye sails on Monday.\n", encoding="utf-8")
    update()
    with kept_up(open_service(library=library), tools) as client:
        (folder / "pier.txt").write_text("The pier\n\nThe pier of Mallaig was repaired in May.\n", encoding="utf-8")
        response = client.post("/api/v1/sync", json={"wait_seconds": 20})
        assert response.status_code == 200
        (report,) = response.json()["reports"]
        assert (report["added"], report["unchanged"], report["names"]["added"]) == (1, 1, ["pier.txt"])
        assert response.json()["state"] == "resting"
        assert client.get("/api/v1/sync").json() == response.json()
        assert "Mallaig" in client.get("/api/v1/search", params={"q": "Mallaig"}).json()["passages"][0]["text"]
        assert client.post("/api/v1/sync", json={}).status_code == 202


def test_a_locked_library_is_said_with_who_holds_it(
    open_service: Open, library: Path, folder: Path, update: Callable[..., object], tools: SyncTools
) -> None:
    (folder / "ferry.txt").write_text("The ferry\n\nThe ferry to Skye sails on Monday.\n", encoding="utf-8")
    update()
    with kept_up(open_service(library=library), tools) as client, hold_lock(library, "write"):
        response = client.post("/api/v1/sync", json={"wait_seconds": 5})
        assert response.status_code == 409
        assert response.json()["message"].startswith("Process ")
        assert "wait until it is done" in response.json()["message"]


def test_a_second_sync_is_told_of_the_first(
    open_service: Open, library: Path, folder: Path, update: Callable[..., object], tools: SyncTools
) -> None:
    (folder / "ferry.txt").write_text("The ferry\n\nThe ferry to Skye sails on Monday.\n", encoding="utf-8")
    update()
    service = open_service(library=library)
    # Never started: what is asked of it stays to be done.
    service.dateline.upkeep = Upkeep(library, tools, WordHashEmbedder)
    client = make_client(service)
    assert client.post("/api/v1/sync", json={}).status_code == 202
    response = client.post("/api/v1/sync", json={})
    assert (response.status_code, "running already" in response.json()["message"]) == (409, True)
    assert client.get("/api/v1/sync").json()["state"] == "reading"


def test_a_server_that_keeps_nothing_in_step_says_how_to_sync(client: TestClient) -> None:
    response = client.post("/api/v1/sync", json={})
    assert (response.status_code, "dateline source sync" in response.json()["message"]) == (503, True)


def test_its_page_describes_every_address_and_loads_nothing(client: TestClient) -> None:
    description = client.get("/api/v1/openapi.json").json()
    page = client.get("/", follow_redirects=True)
    for path in description["paths"]:
        assert path in page.text
    for name in description["components"]["schemas"]:
        assert f'id="{name}"' in page.text
    asked = description["components"]["schemas"]["AskWanted"]["properties"]["question"]
    assert asked["maxLength"] == 4_000
    assert "<script" not in page.text
    assert " src=" not in page.text
    assert "<link" not in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
