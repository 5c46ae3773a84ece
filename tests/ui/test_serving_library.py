"""The addresses of the Library view: what each gives, what each refuses, and what may not ask at all."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from index.embedding import WordHashEmbedder
from index.ledger import Ledger
from index.reading.plain import MAX_BYTES
from index.updating import SyncTools
from index.upkeep import Upkeep
from index.uploads import UPLOADS, read_names
from index.web.pages import fetch_page
from index.write_lock import hold_lock
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from ui import wording, wording_library
from ui.health import Finding
from ui.serving import DEED_HEADER, make_app
from ui.serving_changes import serve_changes
from ui.serving_library import serve_library

ADDRESS = "http://127.0.0.1:7860"
OWN = {DEED_HEADER: "window"}
NOTE = b"A note\n\nThe harbour was closed on Monday, as the note says.\n"
FERRY = "The ferry to Skye sails again\n\nThe ferry to Skye sails on Monday at nine.\n"
DATED = "date 2021-03-10 The White House confirmed on Tuesday that the ferry sails. Nobody was asked about quotas.\n"
PIER = "The pier\n\nThe pier of Armadale was repaired in May, after the winter storms.\n"
WIRE = '{"id": 1, "title": "A wire story", "text": "The wire tells of quotas.", "outlet": "The Wire", "date": "2021-03-10"}\n'


@dataclass
class Window:
    """What a page of the window can ask, and the library behind it."""

    client: TestClient
    dateline: Dateline
    folder: Path

    @property
    def library(self) -> Path:
        return self.dateline.library

    def get(self, path: str, /, **query: Any) -> dict[str, Any]:
        response = self.client.get(f"/library/{path}", params=query)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def post(self, path: str, /, **deed: Any) -> dict[str, Any]:
        response = self.client.post(f"/library/{path}", json=deed, headers=OWN)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def upload(self, name: str, data: bytes) -> dict[str, Any]:
        headers = {**OWN, "x-file-name": quote(name)}
        response = self.client.post("/library/uploads", content=data, headers=headers)
        assert response.status_code == 200, response.text
        return dict(response.json())

    def rest(self) -> None:
        assert self.dateline.upkeep
        assert self.dateline.upkeep.wait(60)

    def ids(self) -> list[str]:
        with closing(Ledger(self.library)) as ledger:
            return ledger.article_ids()

    def titles(self, **query: Any) -> list[str]:
        return [article["title"] or article["opening"] for article in self.get("articles", **query)["articles"]]


@pytest.fixture
def window(library: Path, folder: Path, fill: Callable[..., object], tools: SyncTools) -> Iterator[Window]:
    (folder / "ferry.txt").write_text(FERRY, encoding="utf-8")
    (folder / "pier.txt").write_text(PIER, encoding="utf-8")
    (folder / "wire.jsonl").write_text(WIRE, encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    fill(library, folder)
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(library, WordHashEmbedder(), lambda: None, lambda: status)
    tools_of_web = SyncTools(tools.open_reader, fetch_page, tools.make_splitter)
    dateline.keep_up(lambda is_busy: Upkeep(library, tools_of_web, WordHashEmbedder, is_busy=is_busy))
    yield make_window(dateline, folder)
    dateline.close()


def make_window(dateline: Dateline, folder: Path) -> Window:
    app = make_app(dateline)
    serve_library(app, dateline, lambda: [Finding("Ledger", "sound", is_good=True)])
    serve_changes(app, dateline)
    window = Window(TestClient(app, base_url=ADDRESS), dateline, folder)
    if dateline.upkeep:
        window.rest()
    return window


# ---- What is shown ----


def test_the_state_tells_what_the_library_holds_and_what_the_last_sync_did(window: Window) -> None:
    state = window.get("state")
    assert (state["articles"], state["can_change"], state["doing"], state["problem"]) == (3, True, None, None)
    assert state["holds"].startswith("3 articles in ")
    assert state["reach"] == "All of it can be found by keyword and by meaning."
    (report,) = state["reports"]
    assert report["name"] == str(window.folder)
    assert report["lists"][0]["title"] == "1 could not be read"
    assert report["lists"][0]["lines"][0]["name"] == "empty.txt"


def test_articles_are_listed_with_their_facts_and_their_opening_words(window: Window) -> None:
    listed = {article["file"]: article for article in window.get("articles")["articles"]}
    wire = listed["wire.jsonl"]
    assert (wire["title"], wire["outlet"], wire["published"], wire["status"], wire["upload"]) == (
        *("A wire story", "The Wire", "10 March 2021"),
        *([], None),
    )
    assert listed["ferry.txt"]["opening"].startswith("The ferry to Skye sails again The ferry")
    assert int(listed["pier.txt"]["size"]) == len(PIER)


def test_a_line_that_gives_the_date_is_not_what_an_article_is_called_by(window: Window) -> None:
    window.upload("dated.txt", DATED.encode())
    window.rest()
    listed = {article["file"]: article for article in window.get("articles")["articles"]}
    assert listed["dated.txt"]["title"] is None
    assert listed["dated.txt"]["opening"].startswith("The White House confirmed")


def test_articles_are_sorted_by_each_column_from_either_end(window: Window) -> None:
    for column in wording_library.COLUMNS:
        up = window.titles(sort=column, descending=False)
        down = window.titles(sort=column, descending=True)
        assert sorted(up) == sorted(down)
        assert len(up) == 3
    assert window.titles(sort="title", descending=False)[0] == "A wire story"
    assert window.titles(sort="title", descending=True)[0].startswith("The pier")
    # What is not known comes last, whichever end is first.
    assert window.titles(sort="outlet", descending=False)[0] == "A wire story"
    assert window.titles(sort="published", descending=True)[0] == "A wire story"


def test_articles_are_filtered_by_words_outlet_and_day_and_listed_page_by_page(window: Window) -> None:
    assert window.titles(text="armadale") == ["The pier"]
    assert window.titles(outlet="the wire") == ["A wire story"]
    assert window.titles(since="2021-03-11") == []
    assert window.titles(until="2021-03-10") == ["A wire story"]
    assert window.get("outlets")["outlets"] == [{"name": "The Wire", "count": 1}]
    second = window.get("articles", limit=2, offset=2)
    assert (second["total"], second["showing"], len(second["articles"])) == (3, "3 to 3 of 3 articles", 1)
    assert window.get("articles", text="nowhere")["showing"] == "No articles"


def make_a_correction_and_a_copy(window: Window) -> None:
    (window.folder / "pier.txt").write_text(PIER.replace("May", "June"), encoding="utf-8")
    long = " ".join(f"The council of Armadale spoke of the storm number {number}." for number in range(40))
    (window.folder / "one.txt").write_text(f"One\n\n{long}\n", encoding="utf-8")
    (window.folder / "two.txt").write_text(f"Two\n\n{long}\n", encoding="utf-8")
    window.post("sources/sync")
    window.rest()


def test_the_status_tells_of_earlier_versions_and_of_copies(window: Window) -> None:
    make_a_correction_and_a_copy(window)
    status = {article["file"]: article["status"] for article in window.get("articles")["articles"]}
    assert status["pier.txt"] == [wording_library.HAS_EARLIER]
    assert status["one.txt"] == status["two.txt"] == [wording_library.IS_COPY]


def test_articles_are_filtered_by_status_and_only_by_one_that_an_article_has(window: Window) -> None:
    assert window.get("statuses")["statuses"] == [{"value": "current", "name": wording_library.CURRENT, "count": 3}]
    make_a_correction_and_a_copy(window)
    files = {
        status["value"]: {article["file"] for article in window.get("articles", status=status["value"])["articles"]}
        for status in window.get("statuses")["statuses"]
    }
    assert files == {
        "current": {"ferry.txt", "wire.jsonl"},
        "corrected": {"pier.txt"},
        "copy": {"one.txt", "two.txt"},
    }
    assert [(each["name"], each["count"]) for each in window.get("statuses")["statuses"]] == [
        (wording_library.CURRENT, 2),
        (wording_library.HAS_EARLIER, 1),
        (wording_library.IS_COPY, 2),
    ]
    assert window.titles(status="copy", text="pier") == []
    assert window.client.get("/library/articles", params={"status": "lost"}).status_code == 422


def test_sources_failures_storage_and_health_are_told(window: Window) -> None:
    (source,) = window.get("sources")["sources"]
    assert (source["kind"], source["articles"], source["failed"]) == ("Folder", "3 articles", "1 could not be read")
    (failure,) = window.get("failures", place=source["place"])["failures"]
    assert failure["name"] == "empty.txt"
    assert failure["reason"]
    assert "does not know" in window.get("failures", place="/nowhere")["message"]
    assert [line[0] for line in window.get("storage")["storage"]][-1] == "Together"
    assert window.get("health")["findings"] == [{"what": "Ledger", "said": "sound", "is_good": True}]


# ---- Sources ----


def test_a_folder_is_added_by_its_path_and_read(window: Window, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "note.txt").write_bytes(NOTE)
    assert str(other) in window.post("sources/add", place=f" {other} ")["said"]
    window.rest()
    assert "A note" in window.titles()
    assert len(window.get("sources")["sources"]) == 2


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("  ", wording_library.NOTHING_TYPED),
        ("/no/such/folder", "There is no folder or file"),
        ("ftp://example.org/x", "no address that Dateline fetches"),
        ("http://127.0.0.1/feed.xml", "127.0.0.1"),
        ("http://169.254.169.254/latest", "169.254.169.254"),
        ("http://[::1]/", "::1"),
    ],
)
def test_what_cannot_be_a_source_is_a_sentence_and_is_not_kept(window: Window, place: str, said: str) -> None:
    answer = window.post("sources/add", place=place)
    assert said in answer["message"]
    window.rest()
    assert len(window.get("sources")["sources"]) == 1


def test_a_removed_source_is_undone_with_the_same_ids(window: Window) -> None:
    before = window.ids()
    assert window.post("sources/remove", place=str(window.folder)) == {}
    state = window.get("state")
    assert (state["articles"], window.ids(), state["reports"]) == (0, [], [])
    assert "with 3 articles" in state["undo"]["said"]
    assert "Brought back: " in window.post("undo")["said"]
    window.rest()
    assert window.ids() == before
    assert window.get("state")["undo"] is None
    assert "nothing to undo" in window.post("undo")["message"]


def test_a_source_that_was_removed_is_not_read_again_by_what_was_asked_before(window: Window) -> None:
    upkeep = window.dateline.upkeep
    assert upkeep
    with closing(Ledger(window.library)) as ledger:
        (source,) = ledger.sources()
    window.post("sources/remove", place=str(window.folder))
    # As the watching does when a file changed in the moment of the removal.
    upkeep.request_sync(source)
    window.rest()
    assert window.get("sources")["sources"] == []
    assert window.ids() == []


def test_many_that_are_gone_are_kept_until_they_are_told_to_go(window: Window) -> None:
    for number in range(12):
        (window.folder / f"{number}.txt").write_text(f"Story {number}\n\nStory {number} of many.\n", encoding="utf-8")
    window.post("sources/sync")
    window.rest()
    for number in range(12):
        (window.folder / f"{number}.txt").unlink()
    window.post("sources/sync", place=str(window.folder))
    window.rest()
    (report,) = window.get("state")["reports"]
    assert report["kept"].startswith("12 articles are gone")
    window.post("sources/sync", place=str(window.folder), allow_removal=True)
    window.rest()
    assert len(window.ids()) == 3


def test_watching_is_switched_on_and_off(window: Window) -> None:
    window.post("watching", is_on=True)
    assert window.get("state")["is_watching"] is True
    window.post("watching", is_on=False)
    assert window.get("state")["is_watching"] is False


def test_while_another_process_writes_nothing_is_removed_and_the_sentence_names_it(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.upkeep._LOCK_SECONDS", 0.1)
    with hold_lock(window.library, "write"):
        assert "is writing to this library" in window.post("sources/remove", place=str(window.folder))["message"]
    assert len(window.ids()) == 3


# ---- Uploads ----


def test_an_upload_is_kept_read_found_and_removed_by_itself(window: Window) -> None:
    kept = window.upload("Ünï note.txt", NOTE)
    window.rest()
    became = window.get("state", uploads=kept["path"])["uploads"][kept["path"]]
    assert became == {"is_read": True, "said": "Added: 1 article"}
    (listed,) = (one for one in window.get("articles")["articles"] if one["upload"])
    assert (listed["file"], listed["upload"]) == ("Ünï note.txt", kept["path"])
    before = window.ids()
    assert window.post("uploads/remove", path=kept["path"]) == {}
    assert listed["id"] not in window.ids()
    assert "Ünï note.txt, with 1 article" in window.get("state")["undo"]["said"]
    window.post("undo")
    window.rest()
    assert window.ids() == before
    assert (window.library / UPLOADS / kept["path"]).read_bytes() == NOTE


def test_an_upload_that_cannot_be_read_says_why_and_can_be_removed(window: Window) -> None:
    kept = window.upload("broken.pdf", b"%PDF-1.7 and then nothing")
    window.rest()
    became = window.get("state", uploads=kept["path"])["uploads"][kept["path"]]
    assert became["is_read"] is False
    assert became["said"].startswith("Could not be read: ")
    uploads = str((window.library / UPLOADS).resolve())
    (failure,) = window.get("failures", place=uploads)["failures"]
    assert (failure["name"], failure["upload"]) == ("broken.pdf", kept["path"])
    window.post("uploads/remove", path=kept["path"])
    assert window.get("failures", place=uploads)["failures"] == []
    assert not (window.library / UPLOADS / kept["path"]).exists()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("note.txt", b"", "is empty"),
        ("tool.exe", b"MZ", "does not read"),
        ("", NOTE, wording_library.UPLOAD_WITHOUT_NAME),
        ("../../../.bashrc", NOTE, "does not read"),
    ],
)
def test_what_cannot_be_uploaded_is_a_sentence_and_leaves_nothing(
    window: Window, name: str, data: bytes, said: str
) -> None:
    assert said in window.upload(name, data)["message"]
    assert not (window.library / UPLOADS).exists()


def test_an_upload_beyond_the_limit_is_refused_before_all_of_it_is_read(window: Window) -> None:
    sent = 0

    def blocks() -> Iterator[bytes]:
        nonlocal sent
        while sent < 3 * MAX_BYTES:
            sent += 1_000_000
            yield b"x" * 1_000_000

    headers = {**OWN, "x-file-name": "big.txt"}
    announced = {**headers, "content-length": str(MAX_BYTES + 1)}
    for response in (
        window.client.post("/library/uploads", content=b"x", headers=announced),
        window.client.post("/library/uploads", content=blocks(), headers=headers),
    ):
        assert response.status_code == 413
        assert "larger than 50 MB" in response.json()["message"]
    assert not (window.library / UPLOADS).exists()


def test_uploads_at_the_same_moment_all_keep_their_names(window: Window) -> None:
    names = [f"story {number}.txt" for number in range(12)]
    started = threading.Barrier(len(names))

    def send(name: str) -> None:
        started.wait()
        window.upload(name, f"{name}\n\nThis is {name}, and no other.\n".encode())

    threads = [threading.Thread(target=send, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    window.rest()
    assert sorted(read_names(window.library / UPLOADS).values()) == sorted(names)
    files = {article["file"] for article in window.get("articles", limit=50)["articles"]}
    assert set(names) <= files


# ---- Who may ask ----

DEEDS = ["sources/add", "sources/remove", "sources/sync", "uploads", "uploads/remove", "undo", "watching"]


@pytest.fixture(scope="module")
def reading(read_library: Path) -> Iterator[Window]:
    """A window that only reads."""
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(read_library, WordHashEmbedder(), lambda: None, lambda: status)
    yield make_window(dateline, read_library)
    dateline.close()


@pytest.mark.parametrize("path", DEEDS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": ADDRESS},
        {**OWN, "origin": "http://evil.example"},
        {**OWN, "origin": "null"},
        {**OWN, "sec-fetch-site": "cross-site"},
        {**OWN, "sec-fetch-site": "same-site"},
    ],
)
def test_no_other_page_changes_the_library(reading: Window, path: str, headers: dict[str, str]) -> None:
    response = reading.client.post(
        f"/library/{path}", content=b'{"place": "/"}', headers={**headers, "content-type": "text/plain"}
    )
    assert response.status_code == 403
    assert response.json() == {"message": wording.FOREIGN_ORIGIN}


@pytest.mark.parametrize("path", ["state", "articles", "sources", "storage"])
def test_another_host_name_sees_nothing(reading: Window, path: str) -> None:
    assert reading.client.get(f"/library/{path}", headers={"host": "evil.example"}).status_code == 400


def test_a_window_that_keeps_nothing_in_step_shows_the_library_and_changes_nothing(reading: Window) -> None:
    state = reading.get("state")
    assert (state["can_change"], state["articles"], state["reports"]) == (False, 3, [])
    assert len(reading.titles()) == 3
    for path, deed in (("sources/add", {"place": "/"}), ("sources/sync", {}), ("undo", {})):
        assert reading.post(path, **deed) == {"message": wording_library.ONLY_READ}
    assert reading.upload("a.txt", NOTE) == {"message": wording_library.ONLY_READ}
