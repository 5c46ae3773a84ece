import re
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from index.articles import Article, Role, Sentence
from index.embedding import WordHashEmbedder
from index.errors import DatelineError
from index.ledger import Version
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.conversation import EvidenceFound
from ui import wording
from ui.app import mount_window, serve
from ui.articles_as_json import article_as_json, changes_as_json
from ui.serving import make_app

ADDRESS = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def dateline(read_library: Path) -> Iterator[Dateline]:
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(read_library, WordHashEmbedder(), lambda: None, lambda: status)
    yield dateline
    dateline.close()


@pytest.fixture(scope="module")
def client(dateline: Dateline) -> Iterator[TestClient]:
    client = TestClient(mount_window(dateline), base_url=ADDRESS)
    yield client
    client.close()


def find_article(dateline: Dateline, question: str) -> Article:
    found = next(iter(dateline.ask(question)))
    assert isinstance(found, EvidenceFound)
    return dateline.article(found.citations[0].article_id)


def test_the_page_carries_headers_that_let_it_load_nothing_from_elsewhere(client: TestClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "<title>Dateline</title>" in response.text
    policy = response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "http" not in policy
    scripts = policy.split("script-src", 1)[1].split(";", 1)[0]
    assert "'unsafe-inline'" not in scripts
    assert "sha256-" in scripts


@pytest.mark.parametrize("path", ["/", "/health", "/articles/none", "/window/window.js", "/nowhere"])
def test_every_response_carries_the_protective_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_the_page_names_no_font_or_script_of_another_host(client: TestClient) -> None:
    for path in ("/theme.css", "/window/window.css"):
        assert re.findall(r"@import|url\(\W?(?:https?:)?//", client.get(path).text) == []


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example", "192.168.0.7", "", "["]
)
@pytest.mark.parametrize("path", ["/", "/health", "/articles/x", "/gradio_api/queue/data"])
def test_another_host_name_gets_nothing(client: TestClient, host: str, path: str) -> None:
    response = client.get(path, headers={"host": host})
    assert response.status_code == 400
    assert response.json() == {"message": wording.FOREIGN_HOST}


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "[::1]:7860"])
def test_the_names_of_this_computer_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:7860"])
@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/cancel"])
def test_a_post_from_another_page_is_refused(client: TestClient, origin: str, path: str) -> None:
    response = client.post(path, headers={"origin": origin}, json={})
    assert response.status_code == 403
    assert response.json() == {"message": wording.FOREIGN_ORIGIN}


def test_a_post_from_the_own_page_reaches_gradio(client: TestClient) -> None:
    response = client.post("/gradio_api/queue/join", headers={"origin": ADDRESS}, json={})
    assert response.status_code not in {400, 403, 404}


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=http://203.0.113.7/x",
        "/gradio_api/file=https://203.0.113.7/x",
        "/gradio_api/file%3Dhttp://203.0.113.7/x",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=https://x.hf.space/",
        "/proxy=http://203.0.113.7/",
        "/file=http://203.0.113.7/x",
        "/gradio_api/upload",
        "/gradio_api/runs",
        "/gradio_api/deep_link",
        "/monitoring",
        "/docs",
        "/openapi.json",
        "/window/app.py",
        "/window/../app.py",
    ],
)
def test_what_the_window_does_not_need_is_not_there(client: TestClient, path: str) -> None:
    for response in (client.get(path), client.post(path, headers={"origin": ADDRESS})):
        assert response.status_code in {404, 405}
        assert "root:" not in response.text


def test_health_counts_the_library(client: TestClient) -> None:
    health = client.get("/health").json()
    assert health["status"] == "ok"
    assert health["articles"] == 3
    assert health["passages"] > 0
    assert health["model"] == "none"


def test_an_article_comes_in_segments_that_join_to_its_exact_text(client: TestClient, dateline: Dateline) -> None:
    article = find_article(dateline, "When and where will the talks take place?")
    response = client.get(f"/articles/{article.id}")
    assert response.status_code == 200
    body = response.json()
    assert "".join(segment["text"] for segment in body["segments"]) == article.text
    roles = [segment["role"] for segment in body["segments"] if segment["role"]]
    assert roles == [sentence.role.value for sentence in article.sentences]


def test_an_article_that_is_not_there_gets_a_sentence(client: TestClient) -> None:
    response = client.get("/articles/no-such-article")
    assert response.status_code == 404
    assert response.json()["message"] == wording.ROOM_LOST
    assert "Traceback" not in response.text


FERRY = """The ferry to Skye sails again

The ferry to Skye sails on Monday at nine.

The harbour master said that the pier had been repaired.
"""


@pytest.fixture
def ferry(
    folder: Path, update: Callable[..., object], open_fake: Callable[..., Dateline]
) -> tuple[TestClient, list[str]]:
    """A window on an article that was corrected twice, and the ids of its versions, oldest first."""
    ids: list[str] = []
    for day in ("Monday", "Tuesday", "Friday"):
        (folder / "ferry.txt").write_text(FERRY.replace("Monday", day), encoding="utf-8")
        update()
        found = next(iter(open_fake().ask("When does the ferry to Skye sail?")))
        assert isinstance(found, EvidenceFound)
        ids.append(found.citations[0].article_id)
    return TestClient(make_app(open_fake()), base_url=ADDRESS), ids


def test_an_article_comes_with_its_versions(ferry: tuple[TestClient, list[str]]) -> None:
    client, ids = ferry
    monday, friday = (client.get(f"/articles/{ids[number]}").json() for number in (0, 2))
    for body in (monday, friday):
        assert [version["id"] for version in body["versions"]] == ids
        assert [version["is_newest"] for version in body["versions"]] == [False, False, True]
        assert [bool(version["replaced"]) for version in body["versions"]] == [True, True, False]
        assert body["newest"] == ids[2]
    assert (monday["earlier"], friday["earlier"]) == (None, ids[1])
    assert monday["state"].startswith("This is an earlier version, which stood until ")
    assert friday["state"].startswith("Corrected since: its earlier version stood until ")
    assert "Monday" in "".join(segment["text"] for segment in monday["segments"])


def test_an_article_that_was_never_corrected_says_nothing_of_versions(client: TestClient, dateline: Dateline) -> None:
    article = find_article(dateline, "When and where will the talks take place?")
    body = client.get(f"/articles/{article.id}").json()
    assert body["versions"] == [{"id": article.id, "replaced": None, "is_newest": True}]
    assert (body["state"], body["earlier"]) == (None, None)


def test_what_changed_between_two_versions_is_told_by_paragraph_and_word(ferry: tuple[TestClient, list[str]]) -> None:
    client, ids = ferry
    changes = client.get(f"/articles/{ids[2]}/changes", params={"since": ids[0]}).json()
    assert changes["has_changes"] is True
    assert changes["facts"] == []
    assert changes["title"].startswith("What changed in the version that stood until ")
    assert [paragraph["role"] for paragraph in changes["paragraphs"]] == ["headline", "body", "body"]
    assert changes["paragraphs"][1]["pieces"] == [
        {"change": "kept", "text": "The ferry to Skye sails on "},
        {"change": "removed", "text": "Monday"},
        {"change": "added", "text": "Friday"},
        {"change": "kept", "text": " at nine."},
    ]


def test_only_versions_of_one_article_are_compared_and_the_earlier_first(ferry: tuple[TestClient, list[str]]) -> None:
    client, ids = ferry
    for article_id, since in ((ids[0], ids[2]), (ids[2], "another"), ("another", ids[0])):
        response = client.get(f"/articles/{article_id}/changes", params={"since": since})
        assert response.status_code == 404
        assert response.json() == {"message": wording.ROOM_LOST}


def test_what_is_stated_of_an_article_is_compared_beside_its_text() -> None:
    before = Article("a", "a.txt", "Ferry", "The Post", date(2021, 3, 10), None, "It sails.", ())
    after = replace(before, id="b", published=date(2021, 3, 11), authors=("Ada",))
    changes = changes_as_json(before, after, [Version("a", "2021-03-11T09:00:00+00:00"), Version("b", None)])
    assert changes["facts"] == [
        {"name": "Published", "before": "10 March 2021", "after": "11 March 2021"},
        {"name": "By", "before": None, "after": "Ada"},
    ]
    assert changes["has_changes"] is True


def test_what_became_of_cited_articles_is_told_together(
    ferry: tuple[TestClient, list[str]], folder: Path, update: Callable[..., object]
) -> None:
    client, ids = ferry
    asked = {"ids": ",".join([*ids, "never-there"])}
    assert client.get("/articles/status", params=asked).json() == {
        ids[0]: "corrected",
        ids[1]: "corrected",
        ids[2]: "current",
        "never-there": "removed",
    }
    (folder / "ferry.txt").write_text(FERRY, encoding="utf-8")
    update()
    assert client.get("/articles/status", params=asked).json()[ids[0]] == "current"
    (folder / "ferry.txt").unlink()
    update()
    assert set(client.get("/articles/status", params=asked).json().values()) == {"removed"}
    assert client.get(f"/articles/{ids[0]}").status_code == 404


def test_an_article_links_only_to_a_web_page() -> None:
    article = Article("a", "a.txt", None, None, date(2021, 3, 10), "javascript:alert(1)", "Words.", ())
    body = article_as_json(article, [Version("a", None)])
    assert body["url"] is None
    assert body["date"] == "10 March 2021"
    assert body["segments"] == [{"start": 0, "end": 6, "role": None, "paragraph": None, "text": "Words."}]


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=6))
def test_segments_join_to_the_text_wherever_the_sentences_lie(text: str, bounds: list[tuple[int, int]]) -> None:
    sentences = tuple(
        Sentence(min(pair), min(max(pair), len(text)), number, Role.BODY)
        for number, pair in enumerate(bounds)
        if min(pair) < len(text)
    )
    article = Article("a", "a.txt", None, None, None, None, text, sentences)
    segments = article_as_json(article, [Version("a", None)])["segments"]
    assert "".join(segment["text"] for segment in segments) == text
    for segment in segments:
        assert text[segment["start"] : segment["end"]] == segment["text"]


def test_a_taken_port_gets_a_sentence_with_another_port(dateline: Dateline) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DatelineError, match=f"dateline chat --port {port + 1}"):
            serve(dateline, port=port)


def test_an_address_that_others_can_reach_is_refused(dateline: Dateline) -> None:
    with pytest.raises(DatelineError, match=r"0\.0\.0\.0"):
        serve(dateline, host="0.0.0.0", port=0)


def test_it_says_where_it_is_and_ends_quietly_on_ctrl_c(read_library: Path) -> None:
    program = f"""
        from pathlib import Path
        from index.embedding import WordHashEmbedder
        from rag.assemble import Dateline
        from rag.choosing import ModelStatus
        from ui.app import serve
        status = ModelStatus("none", "chosen by the test", None)
        serve(Dateline(Path({str(read_library)!r}), WordHashEmbedder(), lambda: None, lambda: status), port=0)
    """
    command = [sys.executable, "-c", textwrap.dedent(program)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with running:
        assert running.stdout is not None
        line = running.stdout.readline()
        address = next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
        port = int(address.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as listening:
            # An open page keeps a request open too.
            session = b"GET /gradio_api/heartbeat/one HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            listening.sendall(session)
            assert listening.recv(12) == b"HTTP/1.1 200"
            running.send_signal(signal.SIGINT)
            _, errors = running.communicate(timeout=20)
    assert running.returncode == 0
    assert errors == ""
