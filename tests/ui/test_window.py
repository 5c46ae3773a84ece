"""The window in a real browser, over a real library: what a person sees, and what the page must not do."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from index.embedding import Vectors, WordHashEmbedder
from index.errors import LanguageModelError
from index.updating import SyncTools
from index.upkeep import Upkeep
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.language_model import ScriptedModel
from tests.ui.browsing import Visit, Visitor, contrast, open_window
from ui import wording, wording_library

OpenDateline = Callable[..., Dateline]
WHEN = "When and where will the talks take place?"
HARBOUR = "What did the minister sign in Zanzibar?"
SLOW_REPLY = "The talks take place on March 18 in Anchorage [1]. " * 40


@dataclass
class KeptUp:
    """A window whose library an upkeep keeps in step with a folder."""

    address: str
    dateline: Dateline
    folder: Path
    embedder: "HeldEmbedder"


@pytest.fixture(scope="module")
def quoting(read_library: Path) -> Iterator[str]:
    """The address of a window without a language model."""
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(read_library, WordHashEmbedder(), lambda: None, lambda: status)
    with open_window(dateline) as address:
        yield address
    dateline.close()


def open_first_mark(visitor: Visitor) -> str:
    """Choose [1] and return the words it stands for."""
    mark = visitor.page.locator("#dl-live .dl-answer .dl-mark").first
    quote = mark.get_attribute("data-quote")
    mark.click()
    assert quote
    return quote


def expect_highlighted(page: Page, quote: str) -> None:
    chosen = page.locator(".dl-page mark.dl-chosen")
    expect(chosen.first).to_be_in_viewport()
    assert "".join(chosen.all_text_contents()) == quote


def test_a_question_is_answered_and_its_first_mark_opens_the_article_at_the_exact_words(
    quoting: str, visit: Visit
) -> None:
    visitor = visit(quoting)
    expect(visitor.page).to_have_title("Dateline")
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    expect(visitor.page.locator("#dl-question textarea")).to_have_value("")
    expect(visitor.page.locator("#dl-live .dl-sources")).to_contain_text("U.S. and China meet in Alaska")
    quote = open_first_mark(visitor)
    expect_highlighted(visitor.page, quote)
    expect(visitor.page.locator("#dl-chat")).to_be_visible()


def test_a_mark_can_be_reached_and_opened_with_the_keyboard_and_tells_its_quote(quoting: str, visit: Visit) -> None:
    visitor = visit(quoting)
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    mark = visitor.page.locator("#dl-live .dl-answer .dl-mark").first
    mark.focus()
    quote = mark.get_attribute("data-quote") or "?"
    expect(visitor.page.locator("#dl-tip")).to_contain_text(quote)
    visitor.page.keyboard.press("Enter")
    expect_highlighted(visitor.page, quote)
    visitor.page.keyboard.press("/")
    expect(visitor.page.locator("#dl-question textarea")).to_be_focused()
    expect(visitor.page.locator("#dl-question textarea")).to_have_value("")


def test_an_example_question_asks_and_a_new_conversation_begins_afresh(quoting: str, visit: Visit) -> None:
    visitor = visit(quoting)
    example = visitor.page.get_by_role("button", name=wording.EXAMPLES[0])
    example.click()
    visitor.wait_for("answered")
    expect(example).to_be_hidden()
    visitor.page.get_by_role("button", name=wording.NEW_CONVERSATION).click()
    expect(example).to_be_visible()
    expect(visitor.page.locator(".dl-exchange")).to_have_count(0)


def test_earlier_exchanges_stay_above_the_newest(quoting: str, visit: Visit) -> None:
    visitor = visit(quoting)
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    visitor.ask("What did they agree about fishing quotas in Iceland?")
    visitor.wait_for("refused")
    expect(visitor.page.locator("#dl-past .dl-question")).to_have_text(WHEN)
    expect(visitor.page.locator("#dl-live .dl-kicker")).to_have_text(wording.REFUSAL_TITLE)


def test_evidence_comes_first_then_text_and_stop_really_stops_the_model(
    open_dateline: OpenDateline, visit: Visit
) -> None:
    model = ScriptedModel([SLOW_REPLY], delay=0.1)
    with open_window(open_dateline(model)) as address:
        visitor = visit(address)
        visitor.ask(WHEN)
        visitor.wait_for("composing")
        expect(visitor.page.locator("#dl-live .dl-quote").first).to_be_visible()
        # A mark in unchecked text is a button already.
        visitor.page.locator("#dl-live .dl-answer .dl-mark").first.wait_for()
        visitor.page.locator("#dl-stop").click()
        visitor.wait_for("stopped")
        expect(visitor.page.locator("#dl-live .dl-quote").first).to_be_visible()
        expect(visitor.page.locator("#dl-question textarea")).to_have_value(WHEN)
        expect(visitor.page.locator("#dl-ask")).to_be_visible()
        visitor.page.wait_for_timeout(300)
    assert model.closed_early == 1


def test_closing_the_page_stops_the_model(open_dateline: OpenDateline, visit: Visit) -> None:
    model = ScriptedModel([SLOW_REPLY], delay=0.1)
    with open_window(open_dateline(model)) as address:
        visitor = visit(address)
        visitor.ask(WHEN)
        visitor.page.locator("#dl-live .dl-answer .dl-mark").first.wait_for()
        visitor.page.close()
        other = visit(address)
        other.page.wait_for_timeout(1_500)
        assert model.closed_early == 1


def test_escape_stops_and_a_second_question_can_be_asked(open_dateline: OpenDateline, visit: Visit) -> None:
    reply = "The talks take place on March 18 in Anchorage [1]."
    with open_window(open_dateline(ScriptedModel([SLOW_REPLY, reply], delay=0.05))) as address:
        visitor = visit(address)
        visitor.ask(WHEN)
        visitor.page.locator("#dl-live .dl-answer .dl-mark").first.wait_for()
        visitor.page.keyboard.press("Escape")
        visitor.wait_for("stopped")
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.locator("#dl-live .dl-notes")).not_to_be_empty(timeout=10_000)


def test_html_in_question_model_and_article_is_shown_as_text_and_reaches_nobody(
    open_dateline: OpenDateline, visit: Visit
) -> None:
    payload = '<img src="http://203.0.113.7/model.png"> ![x](http://203.0.113.7/y.png) ${alert(3)} {{this}} '
    model = ScriptedModel([payload + "The minister signed the harbour treaty in Zanzibar [1]. " * 8], delay=0.05)
    with open_window(open_dateline(model)) as address:
        visitor = visit(address)
        visitor.ask(f'{HARBOUR} <img src=x onerror="alert(4)">')
        expect(visitor.page.locator("#dl-live .dl-question")).to_contain_text("<img src=x onerror=")
        expect(visitor.page.locator("#dl-live .dl-answer")).to_contain_text("<img src=", timeout=10_000)
        expect(visitor.page.locator("#dl-live .dl-answer")).to_contain_text("${alert(3)} {{this}}")
        expect(visitor.page.locator("#dl-stop")).to_be_hidden(timeout=15_000)
        visitor.page.locator("#dl-live [data-article]").first.click()
        expect(visitor.page.locator(".dl-page")).to_contain_text('<img src="http://203.0.113.7/text.png"')
        expect(visitor.page.locator("#dl-window img, #dl-window script")).to_have_count(0)


def test_a_citation_after_emoji_and_rare_letters_highlights_the_exact_words(quoting: str, visit: Visit) -> None:
    visitor = visit(quoting)
    visitor.ask("Who welcomed the harbour treaty until the morning?")
    visitor.wait_for("answered")
    pointer = visitor.page.locator("#dl-live [data-quote*='🎣']").first
    quote = pointer.get_attribute("data-quote")
    assert quote
    pointer.click()
    expect_highlighted(visitor.page, quote)


def test_an_error_is_a_sentence_and_the_question_is_kept(open_dateline: OpenDateline, visit: Visit) -> None:
    broken = ScriptedModel([], error=LanguageModelError("The model is away."))
    dateline = open_dateline(broken)
    with open_window(dateline) as address:
        visitor = visit(address)
        visitor.ask("  ")
        visitor.wait_for("failed")
        expect(visitor.page.locator("#dl-live .dl-answer")).to_contain_text(wording.EMPTY_QUESTION)
        visitor.ask("x" * 4_001)
        expect(visitor.page.locator("#dl-live .dl-answer")).to_contain_text("4,001 characters")
        expect(visitor.page.locator("#dl-question textarea")).to_have_value("x" * 4_001)


def test_an_unexpected_failure_is_a_sentence_too_and_the_question_is_kept(
    open_dateline: OpenDateline, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(ScriptedModel):
        @property
        def evidence_tokens(self) -> int:
            raise RuntimeError("a fault in the program")

        @evidence_tokens.setter
        def evidence_tokens(self, value: int) -> None:
            pass

    with open_window(open_dateline(Broken([""]))) as address:
        visitor = visit(address)
        visitor.ask(WHEN)
        visitor.wait_for("failed")
        expect(visitor.page.locator("#dl-live .dl-answer")).to_contain_text(wording.UNEXPECTED)
        expect(visitor.page.locator("#dl-question textarea")).to_have_value(WHEN)
        expect(visitor.page.locator("body")).not_to_contain_text("Traceback")
    assert "a fault in the program" in caplog.text


def test_on_a_phone_the_article_is_a_sheet_that_closes(quoting: str, visit: Visit) -> None:
    visitor = visit(quoting, width=390)
    page = visitor.page
    expect(page.locator("#dl-room")).to_be_hidden()
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    quote = open_first_mark(visitor)
    expect_highlighted(page, quote)
    page.get_by_role("button", name=wording.ROOM_CLOSE).click()
    expect(page.locator("#dl-room")).to_be_hidden()
    expect(page.locator("#dl-live .dl-answer .dl-mark").first).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_dark_is_dark_and_legible(quoting: str, visit: Visit) -> None:
    visitor = visit(quoting, dark=True)
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    open_first_mark(visitor)
    for selector in (".dl-answer p", "#dl-status", ".dl-origin", ".dl-mark", ".dl-paragraph", "mark.dl-chosen"):
        assert contrast(visitor.page, selector) >= 4.5, selector


def test_light_is_legible(quoting: str, visit: Visit) -> None:
    visitor = visit(quoting)
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    open_first_mark(visitor)
    for selector in (".dl-answer p", "#dl-status", ".dl-origin", ".dl-mark", ".dl-paragraph", "mark.dl-chosen"):
        assert contrast(visitor.page, selector) >= 4.5, selector


def test_two_browsers_see_nothing_of_each_other(quoting: str, visit: Visit) -> None:
    first, second = visit(quoting), visit(quoting)
    first.ask(WHEN)
    first.wait_for("answered")
    second.ask(HARBOUR)
    second.wait_for("answered")
    second.ask(HARBOUR)
    expect(second.page.locator("#dl-past .dl-question")).to_have_text(HARBOUR)
    expect(second.page.locator("body")).not_to_contain_text("Anchorage")
    expect(first.page.locator("#dl-transcript")).not_to_contain_text("Zanzibar")


def test_the_status_line_says_what_is_searched_and_what_is_under_way(open_dateline: OpenDateline, visit: Visit) -> None:
    with open_window(open_dateline(progress="Fetching the language model: 312 of 1,117 MB")) as address:
        status = visit(address).page.locator("#dl-status")
        expect(status).to_contain_text("3 articles")
        expect(status).to_contain_text(wording.NO_MODEL)
        expect(status).to_contain_text("312 of 1,117 MB")


FERRY = """The ferry to Skye sails again

The ferry to Skye sails on Monday at nine.
"""
FERRY_QUESTION = "When does the ferry to Skye sail?"


class HeldEmbedder(WordHashEmbedder):
    """Makes vectors only once it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.is_free = threading.Event()

    def embed(self, texts: Sequence[str]) -> Vectors:
        assert self.is_free.wait(60)
        return super().embed(texts)


@pytest.fixture
def kept_up(library: Path, folder: Path, fill: Callable[..., object], tools: SyncTools) -> Iterator[KeptUp]:
    """A window on a library that is kept in step, without watching at first."""
    (folder / "ferry.txt").write_text(FERRY, encoding="utf-8")
    (folder / "pier.txt").write_text("The pier\n\nThe pier of Armadale was repaired in May.\n", encoding="utf-8")
    fill(library, folder)
    embedder = HeldEmbedder()

    def make_upkeep(is_busy: Callable[[], bool]) -> Upkeep:
        return Upkeep(library, tools, lambda: embedder, is_busy=is_busy)

    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(library, WordHashEmbedder(), lambda: None, lambda: status)
    dateline.keep_up(make_upkeep)
    with open_window(dateline) as address:
        yield KeptUp(address, dateline, folder, embedder)
    embedder.is_free.set()
    dateline.close()


def test_an_edit_of_a_watched_file_is_seen_in_the_answers_and_on_what_cited_it_before(
    kept_up: KeptUp, visit: Visit
) -> None:
    visitor = visit(kept_up.address)
    page, upkeep = visitor.page, kept_up.dateline.upkeep
    assert upkeep
    expect(page.locator("#dl-status")).to_contain_text("2 articles")
    # The library is opened, and watching switched on, with the keyboard alone.
    page.locator("#dl-status .dl-holds").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=wording_library.SOURCES).focus()
    page.keyboard.press("Enter")
    switch = page.get_by_role("switch")
    switch.focus()
    page.keyboard.press("Space")
    expect(switch).to_be_checked()
    page.get_by_role("link", name=wording.CHAT).focus()
    page.keyboard.press("Enter")
    expect(switch).to_be_hidden()
    visitor.ask(FERRY_QUESTION)
    visitor.wait_for("answered")
    assert upkeep.status().is_watching

    (kept_up.folder / "ferry.txt").write_text(FERRY.replace("Monday", "Friday"), encoding="utf-8")
    since = page.locator(".dl-since")
    expect(since).to_have_text(wording.SINCE_CORRECTED, timeout=20_000)
    expect(page.locator(".dl-reach")).to_contain_text("50% searchable by meaning")
    kept_up.embedder.is_free.set()
    quote = open_first_mark(visitor)
    assert "Monday" in quote
    expect_highlighted(page, quote)
    expect(page.locator(".dl-banner")).to_contain_text(wording.ROOM_CORRECTED)
    changes = page.get_by_role("button", name=wording.SHOW_CHANGES)
    changes.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dl-page del")).to_have_text(f"{wording.CHANGE_REMOVED} Monday {wording.CHANGE_ENDS} ")
    expect(page.locator(".dl-page ins")).to_have_text(f"{wording.CHANGE_ADDED} Friday {wording.CHANGE_ENDS} ")
    expect(page.get_by_role("button", name=wording.SHOW_ARTICLE)).to_be_focused()
    page.keyboard.press("Enter")
    expect_highlighted(page, quote)
    page.get_by_role("button", name=wording.SHOW_NEWEST).click()
    expect(page.locator(".dl-page .dl-state")).to_contain_text("Corrected since")
    expect(page.locator(".dl-page")).to_contain_text("Friday")
    expect(page.locator(".dl-reach")).to_have_count(0, timeout=10_000)

    visitor.ask(FERRY_QUESTION)
    expect(page.locator("#dl-live .dl-answer")).to_contain_text("Friday")
    expect(page.locator("#dl-past .dl-since")).to_have_text(wording.SINCE_CORRECTED)
    (kept_up.folder / "ferry.txt").unlink()
    expect(page.locator("#dl-past .dl-since")).to_have_text(wording.SINCE_REMOVED, timeout=20_000)
    expect(page.locator("#dl-live .dl-since")).to_have_text(wording.SINCE_REMOVED)
    page.locator("#dl-past .dl-mark").first.click()
    expect(page.locator(".dl-page")).to_have_text(wording.ROOM_LOST)
    page.goto(f"{kept_up.address}/#library/sources")
    expect(page.locator(".dl-reports")).to_contain_text("1 removed")
