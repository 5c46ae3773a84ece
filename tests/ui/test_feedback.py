"""Thumbs and the addresses of the Evals tab, without a browser."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from evals.cases import read_set
from evals.errors import WrongLibraryError
from evals.gold import locate_all
from evals.library import view_library
from index.embedding import WordHashEmbedder
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.conversation import Answer, Answered, Status, Turn
from ui import feedback as feedback_module
from ui import wording, wording_evals
from ui.app import mount_window
from ui.evaluating import Evaluating
from ui.feedback import AnswerForgottenError, Feedback, Opinion
from ui.measuring import Measuring

ADDRESS = "http://127.0.0.1:7860"
WHEN = "When and where will the talks take place?"


@pytest.fixture
def dateline(tmp_path: Path, read_library: Path) -> Iterator[Dateline]:
    shutil.copytree(read_library, tmp_path / "library")
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(tmp_path / "library", WordHashEmbedder(), lambda: None, lambda: status)
    yield dateline
    dateline.close()


@pytest.fixture
def feedback(dateline: Dateline, tmp_path: Path) -> Feedback:
    return Feedback(dateline, tmp_path / "library")


@pytest.fixture
def answer(dateline: Dateline) -> Answer:
    last = list(dateline.ask(WHEN))[-1]
    assert isinstance(last, Answered)
    assert last.answer.citations
    return last.answer


@pytest.mark.parametrize("most_read", [3_000, 0])
def test_what_a_right_answer_cites_is_gold_that_stands_in_the_library_to_the_letter(
    feedback: Feedback, answer: Answer, tmp_path: Path, most_read: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback_module, "_MOST_ARTICLES_READ", most_read)
    feedback.judge(feedback.remember(answer, [Turn("user", "Hello")]), Opinion("up"))
    [case] = read_set(feedback.path).cases
    assert (case.question, case.expected, case.history) == (WHEN, (Status.ANSWERED,), (Turn("user", "Hello"),))
    assert {item.quote for item in case.gold} == {citation.quote for citation in answer.citations}
    # In a library too large to be read for a click, an article is named by its id.
    assert {item.article.where for item in case.gold} == ({"file"} if most_read else {"id"})
    view = view_library(tmp_path / "library", WordHashEmbedder.name)
    assert locate_all({case.id: case.gold}, view.index, library="")


def test_a_quote_that_is_not_exact_makes_no_case(feedback: Feedback, answer: Answer) -> None:
    bent = tuple(replace(citation, quote=citation.quote + " or so") for citation in answer.citations)
    name = feedback.remember(replace(answer, citations=bent), [])
    with pytest.raises(WrongLibraryError, match="corrected or removed since"):
        feedback.judge(name, Opinion("up"))
    assert not feedback.path.exists()


def test_each_answer_has_one_case_whatever_is_said_of_it(feedback: Feedback, answer: Answer) -> None:
    first, second = feedback.remember(answer, []), feedback.remember(answer, [])
    assert first != second
    for opinion in (Opinion("up"), Opinion("down"), Opinion("down", right="in Juneau")):
        feedback.judge(first, opinion)
        assert len(read_set(feedback.path).cases) == 1
    [case] = read_set(feedback.path).cases
    assert (case.answers, case.gold, case.tags) == (("in Juneau",), (), ("thumbs-down",))
    feedback.judge(second, Opinion("down", should_refuse=True))
    ids = [case.id for case in read_set(feedback.path).cases]
    assert len(set(ids)) == 2
    feedback.judge(first, Opinion(None))
    assert [case.expected for case in read_set(feedback.path).cases] == [(Status.REFUSED,)]


def test_only_an_answer_that_was_given_can_be_judged(feedback: Feedback, answer: Answer) -> None:
    feedback.remember(answer, [])
    with pytest.raises(AnswerForgottenError, match="ask again"):
        feedback.judge("guessed", Opinion("up"))


@pytest.fixture
def client(dateline: Dateline, feedback: Feedback, tmp_path: Path) -> Iterator[TestClient]:
    measuring = Measuring(Evaluating(tmp_path / "library", lambda *_: ["false"]), feedback)
    with TestClient(mount_window(dateline, measuring=measuring), base_url=ADDRESS) as client:
        yield client
    measuring.evaluating.close()


@pytest.mark.parametrize("path", ["/evals/start", "/evals/stop", "/evals/runs/a/continue", "/feedback/a"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null"])
def test_no_page_of_another_site_can_start_a_run_or_judge(client: TestClient, path: str, origin: str) -> None:
    response = client.post(path, headers={"origin": origin}, json={"set": "own/small"})
    assert response.status_code == 403
    assert response.json() == {"message": wording.FOREIGN_ORIGIN}
    assert client.get("/evals/progress").json() == {"progress": None}


def test_deeds_are_not_done_by_looking(client: TestClient) -> None:
    for path in ("/evals/start", "/evals/stop", "/feedback/a"):
        assert client.get(path).status_code in {404, 405}


def test_what_is_refused_is_a_sentence(client: TestClient) -> None:
    own = {"origin": ADDRESS}
    asked = {
        "/evals/start": {"set": "own/../../etc"},
        "/evals/stop": {},
        "/evals/runs/none/continue": {},
        "/feedback/none": {"thumb": "up"},
    }
    for path, body in asked.items():
        message = client.post(path, headers=own, json=body).json()["message"]
        assert message.endswith((".", "again.")), message
    assert client.get("/evals/runs/none").json() == {"message": wording_evals.NO_SUCH_RUN}
    assert client.get("/evals/runs/none/report").text == wording_evals.NO_SUCH_RUN


def test_a_report_may_run_its_own_script_alone_and_nothing_in_the_windows_name(
    client: TestClient, tmp_path: Path
) -> None:
    (tmp_path / "runs").mkdir()
    case = {"id": "a", "question": "<script>alert(1)</script>"}
    line = {"id": "a", "gold": [], "case": case, "failure": "<script>alert(2)</script>"}
    run = [{"run": {"set": "small"}}, line]
    (tmp_path / "runs" / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in run))
    response = client.get("/evals/runs/a/report")
    policy = response.headers["content-security-policy"]
    assert "sandbox allow-scripts" in policy
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src", 1)[1].split(";", 1)[0]
    assert "<script>alert" not in response.text
    assert "/window/window.js" not in response.text
    assert response.headers["x-frame-options"] == "DENY"
    assert "/window/window.js" in client.get("/").text


def test_without_measuring_there_are_no_such_addresses(dateline: Dateline) -> None:
    with TestClient(mount_window(dateline), base_url=ADDRESS) as client:
        assert client.get("/evals/progress").status_code == 404
        assert "dl-evals" not in client.get("/config").text
