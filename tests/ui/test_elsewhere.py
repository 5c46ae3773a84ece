"""What other articles say of the words in view: found, named as one source with their copies, opened, and left again."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
from playwright.sync_api import Page, expect

from index.articles import Article, Span
from index.embedding import WordHashEmbedder
from index.errors import ArticleNotFoundError, HaltedError
from rag.agreeing import Agreement
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.halting import Halt
from tests.ui.browsing import Visit, Visitor, open_window
from tests.ui.test_accessibility import find_violations
from ui import wording, wording_elsewhere

QUESTION = "What did the council of Harwich vote on?"
VOTED = "The council voted on Tuesday to close the old bridge at Harwich."
COST = "Repairs to the Harwich bridge would cost 40 million crowns."
COST_OTHERWISE = "Repairs to the Harwich bridge would cost 55 million crowns."
PERMANENT = "The closure of the Harwich bridge is permanent."
FERRY = " ".join(
    f"On day {n} the ferry of Norhaven carried {n * 31} lorries past the closed crossing, and {n * 7} barges waited."
    for n in range(1, 9)
)
ARTICLES = {
    "lookout": f"Title: Harwich closes its bridge\nSource: The Lookout\nDate: 4 May 2022\n\n{VOTED}\n{COST}\n{PERMANENT}\n"
    "The mayor thanked the engineers of Norhaven for their long report.\n",
    "tidings": f"Title: A bridge too old\nSource: The Tidings\nDate: 5 May 2022\n\nOn Tuesday the Harwich council voted to"
    f" close the old bridge.\n{COST_OTHERWISE}\nThe closure of the Harwich bridge is not permanent.\n{FERRY}\n",
    "courier": f"Title: Bridge closed\nSource: The Courier\nDate: 5 May 2022\n\nOn Tuesday the Harwich council voted to"
    f" close the old bridge.\n{COST_OTHERWISE}\nThe closure of the Harwich bridge is not permanent.\n{FERRY}\n",
    "far": "Title: Another fire\nSource: The Echo\nDate: 9 March 2019\n\nFiremen in Lund saved a warehouse <b>on Monday</b>.\n",
}


@dataclass(frozen=True)
class Library:
    dateline: Dateline
    articles: dict[str, Article]

    def span_of(self, text: str, *, name: str = "lookout") -> Span:
        start = self.articles[name].text.index(text)
        return Span(start, start + len(text))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, fill: Callable[..., object]) -> Iterator[Library]:
    folder, kept = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("library")
    for name, text in ARTICLES.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    fill(kept, folder)
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(kept, WordHashEmbedder(), lambda: None, lambda: status)
    found = dateline.search("bridge Harwich Norhaven council fire Lund", limit=50)
    articles = {each.article.file.removesuffix(".txt"): each.article for each in found}
    for id_ in dateline.copies_of({articles[name].id for name in articles}):
        for copy in dateline.copies_of({id_})[id_]:
            articles.setdefault(dateline.article(copy).file.removesuffix(".txt"), dateline.article(copy))
    assert articles.keys() == ARTICLES.keys()
    yield Library(dateline, articles)
    dateline.close()


@pytest.fixture(scope="module")
def window(library: Library) -> Iterator[str]:
    with open_window(library.dateline) as address:
        yield address


def look(library: Library, text: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """How other articles stand to words of the first, with the words of theirs."""
    found = library.dateline.elsewhere(library.articles["lookout"].id, library.span_of(text))
    return tuple(  # type: ignore[return-value]
        [(one.comparison.agreement.value, one.citation.quote) for one in group]
        for group in (found.same, found.differing)
    )


def test_an_article_that_says_the_same_is_found_and_its_copy_is_no_second_one(library: Library) -> None:
    found = library.dateline.elsewhere(library.articles["lookout"].id, library.span_of(VOTED))
    assert [one.citation.quote for one in found.same] == [
        "On Tuesday the Harwich council voted to close the old bridge."
    ]
    (one,) = found.same
    article = library.dateline.article(one.citation.article_id)
    assert article.text[one.citation.start : one.citation.end] == one.citation.quote
    pair = {library.articles["tidings"].id, library.articles["courier"].id}
    assert one.copies == pair - {article.id}
    assert found.differing == ()


@pytest.mark.parametrize(
    ("text", "agreement", "quote"),
    [
        (COST, Agreement.OTHER_VALUE, COST_OTHERWISE),
        (PERMANENT, Agreement.CONTRARY, "The closure of the Harwich bridge is not permanent."),
    ],
)
def test_an_article_that_says_otherwise_is_found(library: Library, text: str, agreement: Agreement, quote: str) -> None:
    assert look(library, text) == ([], [(agreement.value, quote)])


def test_of_what_nobody_else_tells_nothing_is_found(library: Library) -> None:
    assert look(library, "The mayor thanked the engineers of Norhaven for their long report.") == ([], [])


def test_copies_of_the_article_itself_are_named_and_do_not_count(library: Library) -> None:
    found = library.dateline.elsewhere(library.articles["tidings"].id, library.span_of(COST_OTHERWISE, name="tidings"))
    assert found.copies == {library.articles["courier"].id}
    assert [one.citation.article_id for one in (*found.same, *found.differing)] == [library.articles["lookout"].id]


def test_what_nobody_waits_for_is_not_gone_on_with(library: Library) -> None:
    halt = Halt()
    halt.call()
    with pytest.raises(HaltedError):
        library.dateline.elsewhere(library.articles["lookout"].id, library.span_of(VOTED), halt)


def test_of_an_article_that_is_gone_there_is_nothing_to_find(library: Library) -> None:
    with pytest.raises(ArticleNotFoundError):
        library.dateline.elsewhere("gone", Span(0, 5))


def test_the_window_s_server_tells_it_in_words(library: Library, window: str) -> None:
    span = library.span_of(COST)
    address = f"{window}/articles/{library.articles['lookout'].id}/elsewhere?start={span.start}&end={span.end}"
    told = httpx.get(address).json()
    assert told["said"] == "1 article says otherwise"
    (group,) = told["groups"]
    (entry,) = group["entries"]
    assert group["title"] == wording_elsewhere.DIFFERING
    assert entry["tag"] == "55 million, not 40 million"
    assert entry["quote"] == COST_OTHERWISE
    outlets = {"The Tidings", "The Courier"}
    (carrier,) = outlets - {entry["origin"].split(" · ")[0]}
    assert entry["copies"] == wording.also_carried([carrier])


@pytest.mark.parametrize("query", ["", "?start=-1&end=2", "?start=a&end=2", "?start=0&end=99999999999"])
def test_a_request_that_makes_no_sense_is_refused(library: Library, window: str, query: str) -> None:
    assert httpx.get(f"{window}/articles/{library.articles['lookout'].id}/elsewhere{query}").status_code == 422


def test_of_an_article_that_is_gone_the_server_says_so(window: str) -> None:
    assert "gone" in httpx.get(f"{window}/articles/gone/elsewhere?start=0&end=9").json()["message"]


def test_another_site_s_page_is_refused(library: Library, window: str) -> None:
    address = f"{window}/articles/{library.articles['lookout'].id}/elsewhere?start=0&end=9"
    assert httpx.get(address, headers={"host": "example.org"}).status_code == 400


def test_what_the_browser_no_longer_waits_for_is_halted(
    library: Library, window: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    halted = threading.Event()

    def search(id_: str, span: Span, halt: Halt) -> None:
        if halt.wait(10):
            halted.set()
        halt.check()

    monkeypatch.setattr(library.dateline, "elsewhere", search)
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{window}/articles/any/elsewhere?start=0&end=9", timeout=0.3)
    assert halted.wait(2)


# In the window


def choose(visitor: Visitor, quote: str) -> None:
    visitor.page.locator(f'#dl-live .dl-answer .dl-mark[data-quote="{quote}"]').first.click()


def ask(visitor: Visitor, question: str, quote: str) -> Page:
    visitor.ask(question)
    visitor.wait_for("answered")
    choose(visitor, quote)
    return visitor.page


@pytest.fixture(params=[1280, 390], ids=["wide", "phone"])
def reading(request: pytest.FixtureRequest, window: str, visit: Visit) -> Page:
    """The page with the article open at what it says of the cost."""
    visitor = visit(window, width=request.param)
    return ask(visitor, "How much would repairs to the Harwich bridge cost?", COST)


def test_the_reading_room_tells_who_says_otherwise_and_leads_there_and_back(reading: Page) -> None:
    section = reading.locator(".dl-elsewhere")
    expect(section.locator("[role=status]")).to_contain_text("1 article says otherwise")
    # Quiet until somebody wants to know.
    expect(section.locator(".dl-quote")).to_be_hidden()
    section.get_by_role("button", name=wording_elsewhere.TITLE).focus()
    reading.keyboard.press("Enter")
    expect(section).to_contain_text("55 million, not 40 million")
    expect(section).to_contain_text("one source")
    section.locator(".dl-quote").focus()
    reading.keyboard.press("Enter")
    expect(reading.locator(".dl-page mark.dl-chosen")).to_have_text(COST_OTHERWISE)
    expect(reading.locator(".dl-banner")).to_contain_text(wording_elsewhere.FROM_ELSEWHERE)
    # The other article's words are looked for elsewhere in turn.
    expect(section.locator("[role=status]")).to_contain_text("1 article says otherwise")
    expect(section).to_contain_text("40 million, not 55 million")
    reading.locator(".dl-banner").get_by_role("button", name=wording.SHOW_CITED).click()
    expect(reading.locator(".dl-page mark.dl-chosen")).to_have_text(COST)
    expect(reading.locator(".dl-banner")).to_be_empty()
    expect(section).to_contain_text("55 million, not 40 million")


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_axe_finds_nothing_to_object_to(window: str, visit: Visit, look: str) -> None:
    visitor = visit(window, dark=look == "dark", width=390 if look == "phone" else 1280)
    page = ask(visitor, "How much would repairs to the Harwich bridge cost?", COST)
    page.get_by_role("button", name=wording_elsewhere.TITLE).click()
    page.locator(".dl-elsewhere .dl-quote").first.wait_for()
    # What is compared with them is not covered by them.
    expect(page.locator(".dl-page mark.dl-chosen")).to_be_in_viewport(ratio=1)
    assert find_violations(page) == []


def test_where_there_is_nothing_it_says_so(window: str, visit: Visit) -> None:
    sentence = "The mayor thanked the engineers of Norhaven for their long report."
    page = ask(visit(window), "Whom did the mayor thank for their long report?", sentence)
    expect(page.locator(".dl-elsewhere [role=status]")).to_contain_text(wording_elsewhere.NOTHING)
    expect(page.get_by_role("button", name=wording_elsewhere.TITLE)).to_be_disabled()


def test_nothing_is_looked_for_before_words_are_chosen(window: str, visit: Visit) -> None:
    expect(visit(window).page.locator(".dl-elsewhere")).to_be_hidden()


def test_other_words_end_what_is_being_looked_for(window: str, visit: Visit) -> None:
    visitor = visit(window)
    page = visitor.page
    asked: list[str] = []
    ended: list[str] = []
    page.on("requestfailed", lambda request: ended.append(request.url))

    def hold(route: object) -> None:
        asked.append(route.request.url)  # type: ignore[attr-defined]
        if len(asked) > 1:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/elsewhere?**", hold)
    ask(visitor, "How much would repairs to the Harwich bridge cost?", COST)
    expect(page.locator(".dl-elsewhere [role=status]")).to_contain_text(wording_elsewhere.LOOKING)
    page.wait_for_timeout(400)
    assert len(asked) == 1
    page.locator("#dl-live .dl-answer .dl-mark").last.click()
    page.locator("#dl-live .dl-answer .dl-mark").first.click()
    # What was found, not an empty line: there is one for a moment whenever an article opens.
    expect(page.locator(".dl-elsewhere [role=status]")).to_contain_text("1 article says otherwise")
    # One of the last words is asked for too where the clicks come slowly, and ended by the first.
    assert [url for url in ended if "elsewhere" in url] == asked[:-1]


def test_a_server_that_is_gone_leaves_a_sentence(window: str, visit: Visit) -> None:
    visitor = visit(window)
    visitor.page.route("**/elsewhere?**", lambda route: route.abort())
    page = ask(visitor, "How much would repairs to the Harwich bridge cost?", COST)
    expect(page.locator(".dl-elsewhere [role=status]")).to_contain_text(wording_elsewhere.FAILED)
    visitor.faults.clear()
