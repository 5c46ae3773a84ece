"""What programs are refused, in which words and with which status; and what no other site's page may have done."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.ui.api.conftest import ADDRESS, make_client
from ui.api.service import Service

ASK = "/api/v1/ask"
QUESTION = {"question": "Who is Karpov?"}


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"{", 400, "no JSON"),
        (b'{"question": "\xff"}', 400, "UTF-8"),
        (b"[" * 100_000, 400, "JSON"),
        (b"", 422, "required"),
        ({}, 422, "question"),
        ({"question": " "}, 422, "is empty"),
        ({"question": "a" * 4_001}, 422, "4,001 characters; shorten it"),
        ({"question": 7}, 422, "string"),
        (b'{"question": "\\ud800 talks"}', None, ""),
        ({**QUESTION, "history": [{"role": "system", "content": "x"}]}, 422, "history.0.role"),
        ({**QUESTION, "history": [{"role": "user", "content": "x"}] * 41}, 422, "history"),
        ({**QUESTION, "history": [{"role": "user", "content": "x" * 20_001}]}, 422, "history.0.content"),
        ({**QUESTION, "model": "gpt"}, 422, "model"),
        ({"question": "a" * 1_100_000}, 413, "1,000,000 bytes"),
    ],
)
def test_a_question_that_cannot_be_used_gets_a_sentence(client: TestClient, body: Any, status: int, words: str) -> None:
    how = {"content": body} if isinstance(body, bytes) else {"json": body}
    response = client.post(ASK, headers={"content-type": "application/json"}, **how)
    assert response.status_code == status or (status is None and response.status_code in {200, 422})
    if status:
        message = response.json()["message"]
        assert words in message
        assert message.endswith((".", "history"))
        assert "Traceback" not in message


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/articles/none", 404),
        ("/api/v1/articles/none/page", 404),
        ("/api/v1/nothing", 404),
        ("/articles/none", 404),
        (ASK, 405),
        ("/api/v1/articles?limit=501", 422),
        ("/api/v1/articles?since=soon", 422),
        ("/api/v1/articles?offset=-1", 422),
        ("/api/v1/search?q=", 422),
        ("/api/v1/search?q=x&limit=0", 422),
        ("/api/v1/search", 422),
    ],
)
def test_every_failure_is_one_sentence_under_its_status(client: TestClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert set(response.json()) == {"message"}
    assert len(response.json()["message"]) < 300


def test_what_nobody_expected_is_said_without_its_details(service: Service) -> None:
    service.dateline.search = None  # type: ignore[method-assign, assignment]
    client = make_client(service, raise_server_exceptions=False)
    response = client.get("/api/v1/search", params={"q": "talks"})
    assert response.status_code == 500
    assert response.json()["message"].startswith("Something unexpected went wrong")
    assert "NoneType" not in response.text


@pytest.mark.parametrize("path", [ASK, "/api/v1/sync", "/v1/chat/completions", "/api/v1/search"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:7860"])
def test_a_post_from_another_sites_page_is_refused(client: TestClient, path: str, origin: str) -> None:
    assert client.post(path, headers={"origin": origin}, json=QUESTION).status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_what_a_form_can_post_is_refused(client: TestClient, kind: str) -> None:
    response = client.post(ASK, headers={"content-type": kind}, content=b'{"question": "Who is Karpov?"}')
    assert response.status_code == 415
    assert "Content-Type: application/json" in response.json()["message"]


@pytest.mark.parametrize("path", ["/api/v1/search?q=talks", "/api/v1/health", "/v1/models"])
def test_what_another_sites_page_fetches_is_refused_and_a_link_may_be_followed(client: TestClient, path: str) -> None:
    for site in ("cross-site", "same-site"):
        assert client.get(path, headers={"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}).status_code == 403
        assert client.get(path, headers={"sec-fetch-site": site, "sec-fetch-mode": "navigate"}).status_code == 200
    assert client.get(path, headers={"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "192.168.0.7", ""])
def test_another_host_name_gets_nothing(client: TestClient, host: str) -> None:
    for path in ("/api/v1/articles", "/v1/models", "/"):
        assert client.get(path, headers={"host": host}).status_code == 400
    assert client.post(ASK, headers={"host": host}, json=QUESTION).status_code == 400


def test_the_own_page_and_scripts_are_answered(client: TestClient) -> None:
    assert client.post(ASK, json=QUESTION).status_code == 200
    assert client.post(ASK, headers={"origin": ADDRESS}, json=QUESTION).status_code == 200


def test_every_response_carries_the_protective_headers(client: TestClient) -> None:
    for path in ("/api/v1/docs", "/api/v1/articles", "/v1/models", "/api/v1/nothing"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers
