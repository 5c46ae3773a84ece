"""The views of an answer: its sources, the course of events, and who says what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from index.articles import Article
from index.reading.plain import read_article
from rag.conversation import Answer, Citation, Status
from rag.sides import Sides, find_sides
from tests.ui.browsing import Visit, Visitor
from tests.ui.test_accessibility import find_violations
from tests.ui.test_rendering import ANSWER
from tests.ui.test_rendering import Page as Shown
from ui import wording_aspects
from ui.rendering import Exchange, show_exchange

STORY = read_article(
    """Title: Harwich closes its bridge
Source: The Lookout
Date: 4 May 2022

The council voted on 3 May to close the old bridge at Harwich.
Mayor Ada Brandt, a former engineer, told reporters that the closure was not permanent.
“It will take two years,” she said.
Peter Vance, a transport analyst at the Coast Institute, said that the closure was permanent.
According to Norhaven Radio, the bridge was opened on 3 August 1961.
Repairs to the Harwich bridge would cost 40 million crowns.
The day after, officials said Republican staff was reviewing the rules.
""".encode(),
    "bridge.txt",
)
OTHER = read_article(
    b"""Title: Costs
Source: The Tidings
Date: 5 May 2022

Repairs to the Harwich bridge would cost 55 million crowns.
""",
    "costs.txt",
)


def cite(article: Article, text: str, n: int) -> Citation:
    start = article.text.index(text)
    end = article.text.index("\n", start)
    quote = article.text[start:end]
    return Citation(
        n, article.id, article.file, article.title, article.outlet, article.published, None, start, end, quote
    )


TOLD = [
    cite(STORY, start, n)
    for n, start in enumerate(
        ["The council voted", "Mayor Ada", "“It will", "Peter Vance", "According to", "Repairs", "The day after"], 1
    )
]
COSTS = cite(OTHER, "Repairs", 8)


def answer(*cited: Citation, status: Status = Status.ANSWERED) -> Answer:
    return replace(ANSWER, citations=cited, sentences=(), status=status)


def sides_of(*cited: Citation, evidence: tuple[Citation, ...] = ()) -> Sides:
    return find_sides(answer(*cited), evidence, {STORY.id: STORY, OTHER.id: OTHER})


def test_who_speaks_is_called_by_the_full_name_and_nobody_is_given_what_he_did_not_say() -> None:
    voices = sides_of(*TOLD).voices
    assert [voices.get(citation.place) for citation in TOLD] == [
        None,
        "Mayor Ada Brandt",
        "Mayor Ada Brandt",
        "Peter Vance",
        "Norhaven Radio",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("sentence", "voice"),
    [
        ("Tarn sees the pact as a beginning, while Osmund insists on its end.", None),
        ("Tarn claimed the pier, whereas Osmund says it is nobody's.", None),
        ("Osmund insists on its end, while the rain goes on.", "Osmund"),
        ("While the rain went on, Osmund insisted on its end.", "Osmund"),
    ],
)
def test_a_sentence_that_tells_both_views_is_the_voice_of_neither(sentence: str, voice: str | None) -> None:
    article = read_article(f"The pact\n\n{sentence}\n".encode(), "pact.txt")
    cited = cite(article, sentence, 1)
    assert find_sides(answer(cited), (), {article.id: article}).voices.get(cited.place) == voice


def test_evidence_that_is_not_cited_has_its_voice_too() -> None:
    assert sides_of(TOLD[0], evidence=(TOLD[3],)).voices == {TOLD[3].place: "Peter Vance"}


def test_two_articles_that_give_another_number_are_a_dispute() -> None:
    assert sides_of(TOLD[5], COSTS).disputed == ((TOLD[5].place, COSTS.place),)
    assert sides_of(TOLD[0], COSTS).disputed == ()


def test_an_answer_that_says_that_accounts_differ_shows_all_of_them_side_by_side() -> None:
    sentences = tuple(
        replace(ANSWER.sentences[0], citations=(n,), lead="Accounts differ. The Lookout: " if n == 2 else "")
        for n in (2, 4)
    )
    said = replace(answer(TOLD[1], TOLD[3]), sentences=sentences)
    found = find_sides(said, (), {STORY.id: STORY})
    assert found.disputed == ((TOLD[1].place, TOLD[3].place),)


def test_a_refusal_and_articles_that_are_gone_have_no_sides() -> None:
    nothing = Sides({}, ())
    assert find_sides(answer(*TOLD, status=Status.REFUSED), (), {STORY.id: STORY}) == nothing
    assert find_sides(answer(*TOLD), (), {}) == nothing


# As it is shown


def show(*cited: Citation, status: Status = Status.ANSWERED) -> Shown:
    sides = sides_of(*cited)
    exchange = Exchange("What?", outcome=answer(*cited, status=status), voices=sides.voices, disputed=sides.disputed)
    return Shown(show_exchange(exchange))


def aspects(page: Shown) -> list[str | None]:
    return [attributes["data-aspect"] for _, attributes in page.tags if "data-aspect" in attributes]


@pytest.mark.parametrize(
    ("cited", "names"),
    [
        ([TOLD[0]], []),
        ([TOLD[0], TOLD[4]], ["sources", "timeline"]),
        ([TOLD[1], TOLD[3]], ["sources", "sides"]),
        ([TOLD[1], TOLD[2]], []),
        ([TOLD[5], COSTS], ["sources", "sides"]),
        (TOLD, ["sources", "timeline", "sides"]),
    ],
)
def test_only_views_with_something_to_show_are_offered(cited: list[Citation], names: list[str]) -> None:
    assert aspects(show(*cited)) == names


def test_a_refusal_offers_none() -> None:
    assert aspects(show(*TOLD, status=Status.REFUSED)) == []


def test_the_timeline_is_in_the_order_of_events() -> None:
    text = show(TOLD[0], TOLD[4]).text
    assert text.index("3 August 1961") < text.index("3 May 2022")


def test_what_is_cited_and_what_is_only_evidence_are_told_apart() -> None:
    exchange = Exchange("What?", outcome=answer(TOLD[0]), voices={})
    assert exchange.told == [TOLD[0]]
    from rag.conversation import EvidenceFound

    found = replace(exchange, evidence=EvidenceFound("What?", (TOLD[4], replace(TOLD[0], n=9))))
    assert [(one.place, one.n) for one in found.told] == [(TOLD[0].place, 1), (TOLD[4].place, 0)]


def test_names_and_titles_can_only_appear_as_text() -> None:
    hostile = replace(TOLD[1], title="<img src=x>", outlet="<script>alert(1)</script>", published=date(2022, 5, 4))
    exchange = Exchange(
        "What?",
        outcome=answer(hostile, TOLD[3]),
        voices={hostile.place: "<b onclick=x>Ada</b>", TOLD[3].place: "Peter"},
        disputed=((hostile.place, TOLD[3].place),),
    )
    page = Shown(show_exchange(exchange))
    assert "<b onclick=x>Ada</b>" in page.text
    assert not {"img", "script", "b"} & {tag for tag, _ in page.tags}


def test_an_account_that_names_nobody_is_not_called_the_outlets_own_where_it_reports_somebody() -> None:
    exchange = Exchange("What?", outcome=answer(TOLD[6], COSTS), voices={}, disputed=((TOLD[6].place, COSTS.place),))
    text = Shown(show_exchange(exchange)).text
    assert "Somebody whom the article reports" in text
    assert "The Tidings" in text


# In the window

CHOICE = "Is the meeting a strategic dialogue or a one-time event?"
EXPERTS = "What do experts expect from the meeting?"
WHEN = "When and where will the talks take place?"

Open = Callable[[str, str], Page]


def open_view(visitor: Visitor, question: str, name: str) -> Page:
    visitor.ask(question)
    visitor.wait_for("answered")
    visitor.page.locator(f'#dl-live [data-aspect="{name}"]').focus()
    visitor.page.keyboard.press("Enter")
    return visitor.page


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_disputed_accounts_stand_side_by_side_and_lead_to_their_words(
    whole_window: str, visit: Visit, look: str
) -> None:
    visitor = visit(whole_window, dark=look == "dark", width=390 if look == "phone" else 1280)
    page = open_view(visitor, CHOICE, "sides")
    dispute = page.locator("#dl-live .dl-dispute")
    expect(dispute).to_contain_text(wording_aspects.DISPUTED)
    assert dispute.locator(".dl-who").count() >= 2
    expect(page.locator('#dl-live [data-panel="sources"]')).to_be_hidden()
    assert find_violations(page) == []
    quote = dispute.locator(".dl-quote").nth(1)
    words = quote.get_attribute("data-quote")
    quote.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".dl-page mark.dl-chosen").first).to_be_in_viewport()
    assert "".join(page.locator(".dl-page mark.dl-chosen").all_text_contents()) == words


def test_the_sources_come_back_and_views_of_earlier_answers_stay_their_own(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = open_view(visitor, CHOICE, "sides")
    page.locator('#dl-live [data-aspect="sources"]').click()
    expect(page.locator('#dl-live [data-panel="sources"]')).to_be_visible()
    expect(page.locator('#dl-live [data-panel="sides"]')).to_be_hidden()
    open_view(visitor, EXPERTS, "sides")
    expect(page.locator('#dl-live [data-panel="sides"]')).to_contain_text("Karpov")
    expect(page.locator('#dl-past [data-panel="sides"]')).to_be_hidden()


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_a_timeline_shows_dated_events_in_their_order(whole_window: str, visit: Visit, look: str) -> None:
    visitor = visit(whole_window, dark=look == "dark", width=390 if look == "phone" else 1280)
    page = open_view(visitor, "Give me a timeline of the events", "timeline")
    days = page.locator("#dl-live .dl-days .dl-who").all_text_contents()
    assert len(days) >= 2
    assert days.index("11 February 2021") < len(days)
    assert find_violations(page) == []


def test_after_a_reload_the_views_are_still_there(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = open_view(visitor, CHOICE, "sides")
    shown = page.locator("#dl-live .dl-dispute").inner_text()
    page.reload()
    page.locator(".dl-list").click()
    page.locator("#dl-kept").get_by_role("button", name=CHOICE).first.click()
    page.locator('#dl-live [data-aspect="sides"]').click()
    assert page.locator("#dl-live .dl-dispute").inner_text() == shown
