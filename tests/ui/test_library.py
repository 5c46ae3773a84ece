"""The Library view in a real browser, over a library that is kept in step: what a person does with it."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from index.embedding import Vectors, WordHashEmbedder
from index.updating import SyncTools
from index.upkeep import Upkeep
from index.web.pages import fetch_page
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.settings import load_settings
from tests.ui.browsing import Visit, contrast
from tests.ui.running import run_app
from ui import wording, wording_library
from ui.app import mount_window

FERRY = "The ferry to Skye sails again\n\nThe ferry to Skye sails on Monday at nine.\n"
PIER = "The pier\n\nThe pier of Armadale was repaired in May.\n"
WIRE = "".join(
    f'{{"id": {number}, "title": "Wire story {number:02}", "text": "Story {number:02} of the wire, about quotas.",'
    f' "outlet": "The Wire", "date": "2021-03-{number % 28 + 1:02}"}}\n'
    for number in range(60)
)
NOTE = b"A note of my own\n\nThe harbour was closed on Monday, as the note says.\n"
HOSTILE = "empty <img src=x onerror=alert(1)>.txt"


class HeldEmbedder(WordHashEmbedder):
    """Makes vectors only while it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.is_free = threading.Event()
        self.is_free.set()

    def embed(self, texts: Sequence[str]) -> Vectors:
        assert self.is_free.wait(60)
        return super().embed(texts)


@dataclass
class Kept:
    """A window over a library that is kept in step with a folder."""

    address: str
    folder: Path
    dateline: Dateline
    embedder: HeldEmbedder

    def view(self, page: str = "") -> str:
        return f"{self.address}/#library{page and '/'}{page}"


@pytest.fixture
def kept(library: Path, folder: Path, fill: Callable[..., object], tools: SyncTools) -> Iterator[Kept]:
    (folder / "ferry.txt").write_text(FERRY, encoding="utf-8")
    (folder / "pier.txt").write_text(PIER, encoding="utf-8")
    (folder / "wire.jsonl").write_text(WIRE, encoding="utf-8")
    (folder / HOSTILE).write_text("", encoding="utf-8")
    fill(library, folder)
    embedder = HeldEmbedder()
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(library, WordHashEmbedder(), lambda: None, lambda: status)
    of_the_web = SyncTools(tools.open_reader, fetch_page, tools.make_splitter)
    dateline.keep_up(lambda is_busy: Upkeep(library, of_the_web, lambda: embedder, is_busy=is_busy))
    settings = load_settings(library=library, model="none")
    with run_app(mount_window(dateline, settings=settings)) as address:
        yield Kept(address, folder, dateline, embedder)
    embedder.is_free.set()
    dateline.close()


def open_view(visit: Visit, kept: Kept, page: str = "", **options: object) -> Page:
    opened = visit(kept.address, **options).page
    opened.get_by_role("link", name=wording.LIBRARY, exact=True).click()
    expect(opened.locator(".dl-open").first).to_be_visible()
    if page:
        opened.get_by_role("link", name=page, exact=True).click()
    return opened


def titles(page: Page) -> list[str]:
    return page.locator(".dl-open").all_inner_texts()


def upload(page: Page, kept: Kept, files: dict[str, bytes | int]) -> None:
    """Choose files of these bytes, or of that size."""
    desk = kept.folder.parent / "desk"
    desk.mkdir()
    for name, data in files.items():
        with (desk / name).open("wb") as file:
            file.write(b"") if isinstance(data, int) else file.write(data)
            file.truncate(data if isinstance(data, int) else len(data))
    page.locator("input[type=file]").set_input_files([desk / name for name in files])


def test_an_uploaded_file_is_found_in_the_list_opened_removed_and_brought_back(visit: Visit, kept: Kept) -> None:
    page = open_view(visit, kept)
    upload(page, kept, {"my note.txt": NOTE})
    expect(page.locator(".dl-uploads li")).to_contain_text("Added: 1 article", timeout=20_000)
    page.get_by_label(wording_library.SEARCH).fill("harbour")
    own = page.get_by_role("button", name="A note of my own")
    expect(page.locator(".dl-open")).to_have_count(1)
    own.click()
    expect(page.locator(".dl-page")).to_contain_text("The harbour was closed on Monday")
    expect(page.locator(".dl-page mark")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#dl-room")).to_be_hidden()
    expect(own).to_be_focused()
    page.get_by_role("button", name=f"{wording_library.REMOVE_FILE}: my note.txt").click()
    expect(page.locator(".dl-none")).to_have_text(wording_library.NONE_FOUND)
    undo = page.get_by_role("button", name=wording_library.UNDO)
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    expect(own).to_be_visible(timeout=10_000)
    expect(page.locator(".dl-undo")).to_contain_text("Brought back: my note.txt")


def test_files_that_cannot_be_added_say_why_line_by_line(visit: Visit, kept: Kept) -> None:
    page = open_view(visit, kept)
    upload(page, kept, {"tool.exe": b"MZ", "void.txt": b"", "broken.pdf": b"%PDF-1.7 x", "big.txt": 50_000_001})
    lines = page.locator(".dl-uploads li")
    expect(lines.filter(has_text="tool.exe")).to_contain_text("does not read")
    expect(lines.filter(has_text="void.txt")).to_contain_text("is empty")
    expect(lines.filter(has_text="broken.pdf")).to_contain_text("Could not be read", timeout=20_000)
    page.get_by_role("button", name=f"{wording_library.REMOVE_FILE}: broken.pdf").click()
    expect(lines.filter(has_text="broken.pdf")).to_have_count(0)
    expect(lines.filter(has_text="big.txt")).to_contain_text("larger than 50 MB", timeout=20_000)
    page.get_by_role("button", name=wording_library.DISMISS).click()
    expect(lines).to_have_count(0)


def test_articles_are_sorted_filtered_and_turned_page_by_page(visit: Visit, kept: Kept) -> None:
    page = open_view(visit, kept)
    expect(page.locator(".dl-showing")).to_have_text("1 to 50 of 62 articles")
    head = page.get_by_role("columnheader", name="Article")
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(page.locator(".dl-open").first).to_have_text("The ferry to Skye sails again")
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.locator(".dl-open").first).to_have_text("Wire story 59")
    page.get_by_role("button", name=wording_library.NEXT).click()
    expect(page.locator(".dl-showing")).to_have_text("51 to 62 of 62 articles")
    expect(page.locator(".dl-open").last).to_have_text("The ferry to Skye sails again")

    page.get_by_label(wording_library.OUTLET).select_option(label="The Wire (60)")
    expect(page.locator(".dl-showing")).to_have_text("1 to 50 of 60 articles")
    page.get_by_label(wording_library.SINCE).fill("2021-03-28")
    expect(page.locator(".dl-showing")).to_have_text("2 articles")
    assert titles(page) == ["Wire story 55", "Wire story 27"]
    page.get_by_label(wording_library.SEARCH).fill("nowhere")
    expect(page.locator(".dl-none")).to_have_text(wording_library.NONE_FOUND)
    page.get_by_role("button", name=wording_library.CLEAR).click()
    expect(page.locator(".dl-showing")).to_have_text("1 to 50 of 62 articles")


def test_a_source_is_removed_and_undone_and_the_list_follows(visit: Visit, kept: Kept) -> None:
    page = open_view(visit, kept, wording_library.SOURCES)
    source = page.locator(".dl-sources-list li").filter(has_text=str(kept.folder))
    expect(source).to_contain_text("Folder · 62 articles")
    page.get_by_role("button", name=f"{wording_library.REMOVE}: {kept.folder}").click()
    expect(page.locator(".dl-sources-list")).to_have_text(wording_library.NO_SOURCES)
    page.get_by_role("link", name=wording_library.ARTICLES, exact=True).click()
    expect(page.locator(".dl-empty")).to_contain_text(wording_library.EMPTY_TITLE)
    expect(page.locator("#dl-status")).to_contain_text("0 articles")
    page.get_by_role("button", name=wording_library.UNDO).click()
    expect(page.locator(".dl-open").first).to_be_visible(timeout=20_000)
    expect(page.locator(".dl-showing")).to_have_text("1 to 50 of 62 articles")


def test_a_place_is_added_and_a_bad_one_says_why_and_stays_typed(visit: Visit, kept: Kept, tmp_path: Path) -> None:
    page = open_view(visit, kept, wording_library.SOURCES)
    field = page.get_by_label(wording_library.ADD_LABEL)
    for bad, said in (
        ("http://127.0.0.1/feed.xml", "inside your own computer or network"),
        ("/no/such/folder", "There is no folder or file"),
    ):
        field.fill(bad)
        page.keyboard.press("Enter")
        expect(page.locator(".dl-outcome-of-adding")).to_contain_text(said)
        expect(field).to_have_value(bad)
        expect(field).to_be_focused()
        expect(field).to_have_attribute("aria-invalid", "true")
    other = tmp_path / "other"
    other.mkdir()
    (other / "note.txt").write_bytes(NOTE)
    field.fill(str(other))
    page.keyboard.press("Enter")
    expect(field).to_have_value("")
    expect(page.locator(".dl-sources-list li").filter(has_text=str(other))).to_contain_text("1 article", timeout=20_000)


def test_a_sync_is_followed_and_what_could_not_be_read_is_told_as_text(visit: Visit, kept: Kept) -> None:
    page = open_view(visit, kept, wording_library.SOURCES, width=390, dark=True)
    reports = page.locator(".dl-reports")
    expect(reports).to_contain_text("1 could not be read")
    expect(reports).to_contain_text(HOSTILE)
    page.locator(".dl-facts .dl-action").click()
    expect(page.locator(".dl-failures")).to_contain_text(HOSTILE)
    kept.embedder.is_free.clear()
    (kept.folder / "ferry.txt").write_text(FERRY.replace("Monday", "Friday"), encoding="utf-8")
    page.get_by_role("button", name=wording_library.SYNC_ALL).click()
    expect(reports).to_contain_text("1 corrected", timeout=20_000)
    expect(page.locator(".dl-work")).to_contain_text("Understanding passages")
    expect(page.locator(".dl-intro").first).to_contain_text("by meaning too")
    page.get_by_role("link", name=wording_library.ARTICLES, exact=True).click()
    page.get_by_label(wording_library.SEARCH).fill("friday")
    expect(page.locator(".dl-of-status .dl-tag")).to_have_text(
        [wording_library.IS_PENDING, wording_library.HAS_EARLIER]
    )
    choice = page.locator(".dl-sieve").get_by_label(wording_library.STATUS)
    choice.select_option(label=f"{wording_library.IS_PENDING} (1)")
    expect(page.locator(".dl-showing")).to_have_text("1 article")
    page.get_by_label(wording_library.SEARCH).fill("")
    expect(page.locator(".dl-showing")).to_have_text("1 article")
    assert titles(page) == ["The ferry to Skye sails again"]
    kept.embedder.is_free.set()
    # The choice went with the last article of that kind.
    expect(choice).to_have_value("", timeout=20_000)
    expect(page.locator(".dl-showing")).to_have_text("1 to 50 of 62 articles")
    page.get_by_label(wording_library.SEARCH).fill("friday")
    expect(page.locator(".dl-of-status .dl-tag")).to_have_text([wording_library.HAS_EARLIER], timeout=20_000)
    expect(page.locator(".dl-work")).to_be_hidden()
    for selector in (".dl-intro", ".dl-parts a", ".dl-open", ".dl-file", ".dl-tag", ".dl-sort", ".dl-showing"):
        assert contrast(page, selector) >= 4.5, selector
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_articles_that_are_gone_in_number_are_removed_only_when_asked_twice(visit: Visit, kept: Kept) -> None:
    page = open_view(visit, kept, wording_library.SOURCES)
    (kept.folder / "wire.jsonl").unlink()
    page.get_by_role("button", name=f"{wording_library.SYNC}: {kept.folder}").click()
    page.get_by_role("button", name=wording_library.REMOVE_KEPT, exact=True).click(timeout=20_000)
    page.get_by_role("button", name=wording_library.KEEP_THEM).click()
    page.get_by_role("button", name=wording_library.REMOVE_KEPT, exact=True).click()
    page.get_by_role("button", name=wording_library.REMOVE_KEPT_SURE).click()
    expect(page.locator(".dl-reports")).to_contain_text("1 removed", timeout=20_000)
    expect(page.locator(".dl-sources-list")).to_contain_text("2 articles")


def test_health_and_storage_are_told_on_their_page(visit: Visit, kept: Kept) -> None:
    page = open_view(visit, kept, wording_library.CONDITION)
    expect(page.locator(".dl-storage")).to_contain_text("Together")
    page.get_by_role("button", name=wording_library.EXAMINE).click()
    findings = page.locator(".dl-findings li")
    expect(findings.filter(has_text="Ledger")).to_contain_text(wording_library.GOOD, timeout=20_000)
    expect(findings.filter(has_text="Not read")).to_contain_text(HOSTILE)


def test_on_a_phone_an_article_is_a_sheet_over_the_list(visit: Visit, kept: Kept) -> None:
    page = open_view(visit, kept, width=390)
    opened = page.locator(".dl-open").first
    opened.click()
    expect(page.locator(".dl-page")).to_contain_text("of the wire, about quotas")
    expect(page.locator(".dl-page .dl-headline")).to_contain_text("Wire story")
    assert page.locator("#dl-library").evaluate("element => element.inert")
    page.get_by_role("button", name=wording.ROOM_CLOSE).click()
    expect(page.locator("#dl-room")).to_be_hidden()
    expect(opened).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name=wording.CHAT).click()
    edges = page.evaluate(
        """() => ["#dl-name h1", ".dl-views", "#dl-new"].flatMap((selector) => {
            const { left, right } = document.querySelector(selector).getBoundingClientRect();
            return [left, right];
        })"""
    )
    assert all(0 <= edge <= 390 for edge in edges)


def test_while_dateline_does_not_answer_the_view_says_so_and_comes_back(visit: Visit, kept: Kept) -> None:
    page = open_view(visit, kept)
    page.route("**/library/state*", lambda route: route.fulfill(status=200, json={"message": "Nobody is there."}))
    expect(page.locator(".dl-notices")).to_have_text("Nobody is there.", timeout=10_000)
    page.unroute("**/library/state*")
    expect(page.locator(".dl-notices")).to_be_empty(timeout=10_000)
    expect(page.locator(".dl-open").first).to_be_visible()


def test_a_window_that_only_reads_shows_the_library_and_offers_no_change(visit: Visit, read_library: Path) -> None:
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(read_library, WordHashEmbedder(), lambda: None, lambda: status)
    with run_app(mount_window(dateline)) as address:
        page = visit(address).page
        page.get_by_role("link", name=wording.LIBRARY, exact=True).click()
        expect(page.locator(".dl-open")).to_have_count(3)
        expect(page.locator(".dl-notices")).to_contain_text("only reads the library")
        expect(page.locator(".dl-zone")).to_be_hidden()
        page.get_by_role("link", name=wording_library.SOURCES).click()
        expect(page.locator(".dl-sources-list li")).to_have_count(1)
        expect(page.locator(".dl-add-source, .dl-keeping, .dl-source-deeds button").first).to_be_hidden()
        for selector in (".dl-place b", ".dl-facts", ".dl-parts a"):
            assert contrast(page, selector) >= 4.5, selector
    dateline.close()
