import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.articles import Article, Role, Sentence
from rag.conversation import (
    Answer,
    Answered,
    AnswerSentence,
    Citation,
    EvidenceFound,
    Status,
    TextStreamed,
    Turn,
    Verdict,
)
from ui import wording
from ui.rendering import Exchange, Failure, advance, opening_words, show_exchange, turns
from ui.rendering_text import is_web_address, show_text

FIRST = Citation(
    n=1,
    article_id="a1",
    file="one.txt",
    title="Talks in Alaska",
    outlet="The Post",
    published=date(2021, 3, 10),
    url="https://post.example/talks?a=1&b=2",
    start=10,
    end=41,
    quote="The talks begin on March 18.",
)
SECOND = replace(FIRST, n=2, article_id="b2", file="two.txt", title=None, outlet=None, published=None, url=None)
SAID = AnswerSentence("The talks begin on 18 March.", Verdict.SUPPORTED, "", (1, 2))
ANSWER = Answer(
    question="When?",
    standalone_question="When?",
    status=Status.ANSWERED,
    text="The talks begin on 18 March. [1][2]",
    sentences=(SAID,),
    citations=(FIRST, SECOND),
    left_out=(),
    missing=None,
    as_of=date(2021, 3, 10),
    model="scripted",
    notice=None,
    dangling_marks=0,
    seconds=1.25,
)
ALLOWED_TAGS = {
    *("article", "h2", "h3", "h4", "div", "section", "p", "span", "b", "br", "button", "ul", "ol", "li"),
    *("details", "summary", "code", "a"),
}


class Page(HTMLParser):
    """Notes every tag with its attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def with_class(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.tags if name in (attributes.get("class") or "").split()]


def page_of(exchange: Exchange) -> Page:
    return Page(show_exchange(exchange))


def test_before_anything_has_come_the_question_stands_there_and_is_being_searched_for() -> None:
    page = page_of(Exchange("When?"))
    assert page.with_class("dl-exchange")[0]["data-state"] == "searching"
    assert "When?" in page.text
    assert wording.SEARCHING in page.text


def test_evidence_is_shown_as_quotes_under_title_outlet_and_date() -> None:
    page = page_of(advance(Exchange("When?"), EvidenceFound("When?", (FIRST, SECOND))))
    assert page.with_class("dl-exchange")[0]["data-state"] == "composing"
    quotes = page.with_class("dl-quote")
    assert [quote["data-article"] for quote in quotes] == ["a1", "b2"]
    assert "Talks in Alaska" in page.text
    assert "The Post · 10 March 2021" in page.text


def test_marks_in_streamed_text_point_at_the_evidence_and_strange_or_unfinished_ones_are_not_shown() -> None:
    exchange = advance(Exchange("When?"), EvidenceFound("When?", (FIRST, SECOND)))
    for fragment in ("On 18 March [1", ", 2]", ", they say [7]. And then [", "2"):
        exchange = advance(exchange, TextStreamed(fragment))
    page = page_of(exchange)
    assert [mark["data-article"] for mark in page.with_class("dl-mark")] == ["a1", "b2"]
    assert "[7]" not in page.text
    assert "And then [" not in page.text


def test_the_verified_answer_replaces_what_was_streamed() -> None:
    exchange = Exchange("When?", EvidenceFound("When?", (SECOND,)), "Something rash [1].")
    page = page_of(advance(exchange, Answered(ANSWER)))
    assert "rash" not in page.text
    assert "The talks begin on 18 March." in page.text
    assert [mark["data-start"] for mark in page.with_class("dl-mark")] == ["10", "10"]
    assert "As of 10 March 2021" in page.text
    assert "Written by scripted in 1.2 s" in page.text


def test_a_source_without_title_is_named_by_its_first_words_or_its_file() -> None:
    with_words = page_of(Exchange("When?", outcome=ANSWER, openings={"b2": "The White House has confirmed…"}))
    assert "The White House has confirmed…" in with_words.text
    without = page_of(Exchange("When?", outcome=ANSWER))
    assert "two.txt" in without.text
    assert "None" not in without.text


def test_each_source_has_a_place_to_say_what_became_of_its_article_since() -> None:
    notes = page_of(Exchange("When?", outcome=ANSWER)).with_class("dl-since")
    assert [note["data-cited"] for note in notes] == ["a1", "b2"]
    assert all("hidden" in note for note in notes)


def test_only_web_addresses_of_cited_sources_become_links() -> None:
    bad = replace(FIRST, url="javascript:alert(1)")
    assert [a["href"] for tag, a in page_of(Exchange("?", outcome=ANSWER)).tags if tag == "a"] == [FIRST.url]
    page = page_of(Exchange("?", outcome=replace(ANSWER, citations=(bad,))))
    assert "a" not in [tag for tag, _ in page.tags]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//host/x", "http:", "http://[", "https://a\u202eb/", "ftp://a/"]
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert not is_web_address(url)


def test_a_partly_supported_sentence_carries_its_reason() -> None:
    partly = replace(SAID, verdict=Verdict.PARTLY, reason="the date stands in no source")
    page = page_of(Exchange("When?", outcome=replace(ANSWER, sentences=(partly,))))
    assert "the date stands in no source" in str(page.with_class("dl-partly")[0]["data-reason"])


def test_what_was_left_out_stands_behind_a_fold_with_its_reason() -> None:
    dropped = AnswerSentence("Biden attends.", Verdict.UNSUPPORTED, "no source says so", ())
    page = page_of(Exchange("When?", outcome=replace(ANSWER, left_out=(dropped,), missing="The hour.", notice="Cut.")))
    assert "details" in [tag for tag, _ in page.tags]
    for words in ("Biden attends.", "no source says so", "The hour.", "Cut."):
        assert words in page.text


def test_a_rewritten_question_is_shown_only_when_it_differs() -> None:
    assert wording.UNDERSTOOD_AS not in page_of(Exchange("When?", outcome=ANSWER)).text
    rewritten = replace(ANSWER, standalone_question="When do the talks begin?")
    assert "When do the talks begin?" in page_of(Exchange("When?", outcome=rewritten)).text


def test_a_refusal_is_its_own_state_and_shows_what_came_nearest() -> None:
    refusal = replace(ANSWER, status=Status.REFUSED, text="The articles do not say.", sentences=(), citations=())
    page = page_of(Exchange("Fish?", EvidenceFound("Fish?", (FIRST, SECOND)), outcome=refusal))
    assert page.with_class("dl-exchange")[0]["data-state"] == "refused"
    assert wording.NEAREST_TITLE in page.text
    assert len(page.with_class("dl-quote")) == 2


def test_quotations_without_a_model_stand_apart_and_are_not_repeated_below() -> None:
    quoted = replace(ANSWER, model="none", sentences=(SAID, SAID))
    page = page_of(Exchange("When?", outcome=quoted))
    assert show_exchange(Exchange("When?", outcome=quoted)).count("<p>The talks begin") == 2
    assert page.with_class("dl-quote") == []
    assert "Quoted from the articles" in page.text


def test_a_line_break_in_the_answer_parts_its_paragraphs() -> None:
    later = replace(SAID, text="They end on 19 March.")
    answer = replace(ANSWER, sentences=(SAID, later), text=f"{SAID.text} [1]\n\n{later.text} [1]")
    assert show_exchange(Exchange("When?", outcome=answer)).count("<p>The") == 2


def test_a_reply_that_rests_on_nothing_is_shown_as_it_is() -> None:
    page = page_of(Exchange("Hi", outcome=replace(ANSWER, text="Hello.", sentences=(), citations=(), as_of=None)))
    assert "Hello." in page.text
    assert "Written by" not in page.text


def test_a_failure_is_a_sentence_and_a_command_at_its_end_is_set_apart() -> None:
    page = page_of(Exchange("When?", outcome=Failure("That did not work", "No library:  dateline index FOLDER")))
    assert page.with_class("dl-exchange")[0]["data-state"] == "failed"
    assert "code" in [tag for tag, _ in page.tags]
    stopped = page_of(Exchange("When?", outcome=Failure("Stopped", "You stopped it.", is_wanted=True)))
    assert stopped.with_class("dl-exchange")[0]["data-state"] == "stopped"


def test_only_answered_exchanges_become_turns_and_without_marks() -> None:
    exchanges = [Exchange("A?", outcome=Failure("x", "y")), Exchange("When?", outcome=ANSWER)]
    assert turns(exchanges) == (Turn("user", "When?"), Turn("assistant", "The talks begin on 18 March."))


def test_an_untitled_article_is_called_by_the_first_words_of_its_own_text() -> None:
    text = "date 2021-03-10 The White House has\nconfirmed it."
    sentences = (Sentence(0, 15, 0, Role.METADATA), Sentence(16, len(text), 0, Role.BODY))
    article = Article("b2", "two.txt", None, None, None, None, text, sentences)
    assert opening_words(article) == "The White House has confirmed it."
    assert opening_words(article, 20) == "The White House has…"
    assert opening_words(replace(article, sentences=()), 20) == "date 2021-03-10 The…"


def test_invisible_and_direction_changing_characters_are_not_shown_but_joiners_are() -> None:
    assert show_text("a\u202eb\u200bc\x00d\ud800e\U000e0041") == "abcde"
    assert show_text("نمی\u200cخواهم 👩\u200d🚀\n") == "نمی\u200cخواهم 👩\u200d🚀\n"


nasty = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "<img src=x onerror=alert(1)>",
            '"><script>alert(1)</script>',
            "' onmouseover='alert(1)",
            "![x](http://203.0.113.7/y.png)",
            "</details></article><style>*{}</style>",
            "${alert(1)} {{constructor}}",
            "&lt;b&gt; &#60;b&#62;",
            "[1] [2, 1] [99] [",
            "javascript:alert(1)",
        ]
    ),
)
maybe = st.none() | nasty
citations = st.builds(
    Citation,
    n=st.integers(1, 3),
    article_id=nasty,
    file=nasty,
    title=maybe,
    outlet=maybe,
    published=st.none() | st.dates(),
    url=maybe,
    start=st.integers(0, 9),
    end=st.integers(10, 99),
    quote=nasty,
)
some_citations = st.lists(citations, max_size=2).map(tuple)
numbers = st.lists(st.integers(0, 4), max_size=2).map(tuple)
sentences = st.lists(
    st.builds(AnswerSentence, text=nasty, verdict=st.sampled_from(Verdict), reason=nasty, citations=numbers), max_size=2
).map(tuple)
answers = st.builds(
    Answer,
    question=nasty,
    standalone_question=nasty,
    status=st.sampled_from(Status),
    text=nasty,
    sentences=sentences,
    citations=some_citations,
    left_out=sentences,
    missing=maybe,
    as_of=st.none() | st.dates(),
    model=nasty | st.just("none"),
    notice=maybe,
    dangling_marks=st.just(0),
    seconds=st.floats(0, 200),
)
exchanges = st.builds(
    Exchange,
    question=nasty,
    evidence=st.none() | st.builds(EvidenceFound, nasty, some_citations),
    streamed=nasty,
    outcome=st.none() | answers | st.builds(Failure, nasty, nasty),
    openings=st.dictionaries(nasty, nasty, max_size=2),
)


# Making a whole exchange up takes milliseconds, more on a busy machine.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(exchanges)
def test_whatever_is_said_only_our_own_tags_come_out_well_formed_and_links_lead_to_the_web(exchange: Exchange) -> None:
    page = page_of(exchange)
    assert page.open == []
    for tag, attributes in page.tags:
        assert tag in ALLOWED_TAGS
        assert not any(name.startswith("on") or name in {"style", "src", "srcset"} for name in attributes)
        assert tag == "a" or "href" not in attributes
        if tag == "a":
            assert re.match(r"https?://", str(attributes["href"]))


@given(nasty)
def test_shown_text_reads_back_as_what_was_said(text: str) -> None:
    page = Page(show_text(text))
    assert page.tags == []
    assert show_text(page.text) == show_text(text)


def test_sources_are_counted_by_outlet_and_copies_count_as_none() -> None:
    third = replace(SECOND, n=3, article_id="c3", outlet=FIRST.outlet)
    answer = replace(ANSWER, citations=(FIRST, SECOND, third))
    carried = {"b2": ("The Wire", "Evening News", "Post", "Globe")}
    page = page_of(Exchange("When?", outcome=answer, copies=carried))
    assert "2 independent sources" in page.text
    assert "Carried by The Wire, Evening News, Post and 1 more too: one source" in page.text
    alone = page_of(Exchange("When?", outcome=replace(ANSWER, citations=(FIRST, third))))
    assert "independent" not in alone.text
