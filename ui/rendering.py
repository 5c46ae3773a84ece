"""From an exchange (a question and what has come back so far) to the HTML that is shown; pure, and everything escaped.

Whatever comes from a person, a model or an article passes `show_text`, so it can only ever appear as text. The only
links are to the http(s) pages of cited sources.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from textwrap import shorten

from index.articles import Article, Role
from rag.conversation import (
    Answer,
    Answered,
    AnswerSentence,
    Citation,
    Event,
    EvidenceFound,
    Status,
    TextStreamed,
    Turn,
    Verdict,
)
from ui import wording, wording_conversations, wording_scope
from ui.rendering_aspects import show_aspects
from ui.rendering_citations import list_provenance, put_in_one_line, show_pointer, show_quotes
from ui.rendering_text import is_web_address, show_text

# What an answer and the status call the model when there is none.
NO_MODEL = "none"
_NEAREST_SHOWN = 2
_LONG_WORD = 30
_MARK = re.compile(r"\s*\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]([.,;:!?”’)]*)")
_UNFINISHED_MARK = re.compile(r"\s*\[[\d\s,]*\Z")


@dataclass(frozen=True, slots=True)
class Failure:
    """What the person is told when no answer came; `is_wanted` when they ended it themselves."""

    title: str
    sentence: str
    is_wanted: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what has come back so far.

    `openings` gives, by article id, the first words of articles without a title. `name` is what its answer is judged
    under, empty when it cannot be. `number` is what it is kept under, 0 when it is not, and `unkept` says why.
    `asked_of` tells of which part of the library it was asked, `copies` by article id who else carries what is cited.
    `voices` gives by the place of a citation who speaks there, `disputed` the places of accounts that differ.
    """

    question: str
    evidence: EvidenceFound | None = None
    streamed: str = ""
    outcome: Answer | Failure | None = None
    openings: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    number: int = 0
    unkept: str = ""
    asked_of: str = ""
    copies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    voices: Mapping[str, str] = field(default_factory=dict)
    disputed: Sequence[Sequence[str]] = ()

    @property
    def citations(self) -> Sequence[Citation]:
        """What its numbers point to: the answer's citations once there is one, the evidence until then.

        A refusal cites nothing, and shows what came nearest.
        """
        found = self.evidence.citations if self.evidence else ()
        if not isinstance(self.outcome, Answer):
            return found
        if self.outcome.status is Status.REFUSED:
            return self.outcome.citations or found[:_NEAREST_SHOWN]
        return self.outcome.citations

    @property
    def told(self) -> Sequence[Citation]:
        """What the views of an answer are made of: its citations, and its evidence beside them without numbers."""
        if not isinstance(self.outcome, Answer) or self.outcome.status is Status.REFUSED:
            return self.citations
        cited = {citation.place for citation in self.citations}
        found = self.evidence.citations if self.evidence else ()
        return [*self.citations, *(replace(one, n=0) for one in found if one.place not in cited)]


def advance(exchange: Exchange, event: Event) -> Exchange:
    """The exchange after one more event."""
    match event:
        case EvidenceFound():
            return replace(exchange, evidence=event)
        case TextStreamed(text):
            return replace(exchange, streamed=exchange.streamed + text)
        case Answered(answer):
            return replace(exchange, outcome=answer)


def turns(exchanges: Iterable[Exchange]) -> tuple[Turn, ...]:
    """The answered exchanges as earlier turns of a conversation, answers without their marks."""
    said: list[Turn] = []
    for exchange in exchanges:
        if isinstance(exchange.outcome, Answer):
            said.append(Turn("user", exchange.question))
            said.append(Turn("assistant", _MARK.sub(r"\2", exchange.outcome.text)))
    return tuple(said)


def show_commands(sentence: str) -> str:
    """A sentence whose last words, after two spaces, are a command to type."""
    return re.sub(r"\s{2,}(dateline .+)\Z", r" <code>\1</code>", show_text(sentence))


def show_exchanges(exchanges: Iterable[Exchange], conversation: str = "") -> str:
    """Several exchanges, oldest first, of the conversation with that id."""
    return "".join(show_exchange(exchange, conversation) for exchange in exchanges)


def show_exchange(exchange: Exchange, conversation: str = "") -> str:
    """One exchange in whatever state it is, of the conversation with that id.

    The same seven boxes stand in the same order in every state, because the window patches them in place: what a
    person reads or has focused stays where it is while the rest arrives.
    """
    answer = exchange.outcome if isinstance(exchange.outcome, Answer) else None
    return (
        f'<article class="dl-exchange" data-state="{_state(exchange)}" data-number="{exchange.number or ""}" '
        f'data-conversation="{show_text(conversation)}" '
        f'data-question="{show_text(exchange.question)}">'
        f'<h2 class="dl-question" dir="auto">{show_text(exchange.question)}</h2>'
        f'<div class="dl-answer" dir="auto" aria-live="polite" aria-busy="{"false" if exchange.outcome else "true"}">'
        f"{_show_body(exchange)}</div>"
        f'<div class="dl-notes">{_show_notes(answer, exchange) if answer else ""}</div>'
        f'<div class="dl-deeds">{_show_deeds() if exchange.number else ""}</div>'
        # The window's script puts the thumbs here.
        f'<div class="dl-opinion" data-answer="{show_text(exchange.name)}"></div>'
        f'<section class="dl-sources">{_show_sources(exchange)}</section>'
        # And here the questions to go on with.
        f'<div class="dl-further" data-after="{exchange.number or ""}"></div>'
        "</article>"
    )


def opening_words(article: Article, at_most: int = 80) -> str:
    """The first words of an article's own text, to call it by when it has no title."""
    body = next((sentence for sentence in article.sentences if sentence.role is Role.BODY), None)
    words = " ".join(article.quote(body).split() if body else article.text.split())
    return shorten(words, at_most, placeholder="…")


def _state(exchange: Exchange) -> str:
    match exchange.outcome:
        case Answer(status=status):
            return status.value
        case Failure(is_wanted=is_wanted):
            return "stopped" if is_wanted else "failed"
        case None:
            return "composing" if exchange.evidence else "searching"


def _show_body(exchange: Exchange) -> str:
    match exchange.outcome:
        case Answer() as answer:
            return _show_answer(answer)
        case Failure(title, sentence):
            return f'<p class="dl-kicker">{show_text(title)}</p><p>{show_commands(sentence)}</p>'
        case None:
            waiting = wording.COMPOSING if exchange.evidence else wording.SEARCHING
            if not exchange.streamed:
                return f'<p class="dl-waiting">{waiting}</p>'
            text = _UNFINISHED_MARK.sub("", exchange.streamed)
            return f'{_show_marked(text, exchange.citations)}<p class="dl-waiting">{wording.CHECKING}</p>'


def _show_answer(answer: Answer) -> str:
    kicker = f'<p class="dl-kicker">{wording.REFUSAL_TITLE}</p>' if answer.status is Status.REFUSED else ""
    if not answer.sentences or answer.status is Status.REFUSED:
        return kicker + _show_marked(answer.text, answer.citations)
    by_number = {citation.n: citation for citation in answer.citations}
    return "".join(
        f"<p>{' '.join(_show_sentence(sentence, by_number) for sentence in paragraph)}</p>"
        for paragraph in _paragraphs(answer)
    )


def _paragraphs(answer: Answer) -> list[list[AnswerSentence]]:
    """The sentences of an answer, parted where its text has a line break between them; each quotation by itself."""
    if answer.model == NO_MODEL:
        # Quotations of different articles are no running text.
        return [[sentence] for sentence in answer.sentences]
    paragraphs: list[list[AnswerSentence]] = [[]]
    position = 0
    for sentence in answer.sentences:
        start = answer.text.find(sentence.text, position)
        if start >= 0:
            if "\n" in answer.text[position:start] and paragraphs[-1]:
                paragraphs.append([])
            position = start + len(sentence.text)
        paragraphs[-1].append(sentence)
    return paragraphs


def _show_sentence(sentence: AnswerSentence, by_number: Mapping[int, Citation]) -> str:
    marks = _show_marks(sentence.citations, by_number)
    if sentence.verdict is Verdict.SUPPORTED:
        return _hold_together(sentence.text, marks)
    reason = show_text(f"{wording.PARTLY_SUPPORTED} {sentence.reason}")
    words = _hold_together(sentence.text, f'<span class="dl-unseen"> ({reason})</span>{marks}')
    return f'<span class="dl-partly" tabindex="0" data-reason="{reason}">{words}</span>'


def _hold_together(text: str, marks: str, closing: str = "") -> str:
    """Text and the marks that belong to its last word, which no line break may part from it.

    A browser breaks lines beside a button whatever characters stand there, hence the span.
    """
    if not marks:
        return show_text(text + closing)
    start, space, word = text.rpartition(" ")
    if len(word) > _LONG_WORD:
        return f"{show_text(text)}{marks}{show_text(closing)}"
    return f'{show_text(start + space)}<span class="dl-held">{show_text(word)}{marks}{show_text(closing)}</span>'


def _show_marked(text: str, citations: Iterable[Citation]) -> str:
    """Text with [n] marks in it: marks of these citations become buttons, others go, blank lines part paragraphs."""
    by_number = {citation.n: citation for citation in citations}
    return "".join(
        f"<p>{_show_line(paragraph.strip(), by_number)}</p>"
        for paragraph in re.split(r"\n\s*\n", text)
        if paragraph.strip()
    )


def _show_line(text: str, by_number: Mapping[int, Citation]) -> str:
    # Splitting by a pattern with groups gives text, numbers and closing punctuation in turn.
    pieces = _MARK.split(text)
    shown = [
        _hold_together(words, _show_marks([int(number) for number in numbers.split(",")], by_number), closing)
        for words, numbers, closing in zip(pieces[0::3], pieces[1::3], pieces[2::3], strict=False)
    ]
    return "".join([*shown, show_text(pieces[-1])]).replace("\n", "<br>")


def _show_marks(numbers: Iterable[int], by_number: Mapping[int, Citation]) -> str:
    return "".join(_show_mark(by_number[number]) for number in numbers if number in by_number)


def _show_mark(citation: Citation) -> str:
    return (
        f'<button type="button" class="dl-mark" {show_pointer(citation)} '
        f'aria-label="Source {citation.n}: {show_text(put_in_one_line(citation.quote))}">[{citation.n}]</button>'
    )


def _show_deeds() -> str:
    """What can be done with an exchange that is kept, as buttons that the window's script follows."""
    return "".join(
        f'<button type="button" class="dl-deed" data-deed="{deed}">{label}</button>'
        for deed, label in (
            ("footnotes", wording_conversations.COPY_FOOTNOTES),
            ("sources", wording_conversations.COPY_SOURCES),
            ("edit", wording_conversations.EDIT),
            ("again", wording_conversations.ASK_AGAIN),
        )
    )


def _show_notes(answer: Answer, exchange: Exchange) -> str:
    notes = []
    if answer.missing and answer.status is not Status.REFUSED:
        notes.append(f'<p class="dl-missing">{show_text(answer.missing)}</p>')
    if answer.notice:
        notes.append(f'<p class="dl-notice">{show_text(answer.notice)}</p>')
    if exchange.unkept:
        notes.append(f'<p class="dl-notice">{show_text(exchange.unkept)}</p>')
    if answer.left_out:
        left_out = "".join(
            f'<li><span class="dl-dropped">{show_text(sentence.text)}</span> {show_text(sentence.reason)}</li>'
            for sentence in answer.left_out
        )
        notes.append(
            f'<details class="dl-left-out"><summary>{wording.LEFT_OUT_TITLE}</summary><ul>{left_out}</ul></details>'
        )
    made = [f"{wording_scope.ASKED_OF} {exchange.asked_of}"] if exchange.asked_of else []
    made += [wording.as_of(answer.as_of)] if answer.as_of else []
    if answer.sentences and answer.status is not Status.REFUSED:
        made.append(wording.made_by(None if answer.model == NO_MODEL else answer.model, answer.seconds))
    if answer.standalone_question.strip() != answer.question.strip():
        made.append(f"{wording.UNDERSTOOD_AS} {answer.standalone_question}")
    if made:
        notes.append(f'<p class="dl-made">{" · ".join(map(show_text, made))}</p>')
    return "".join(notes)


def _show_sources(exchange: Exchange) -> str:
    if not exchange.citations:
        return ""
    by_article: dict[str, list[Citation]] = {}
    for citation in exchange.citations:
        by_article.setdefault(citation.article_id, []).append(citation)
    answer = exchange.outcome if isinstance(exchange.outcome, Answer) else None
    is_quoted_above = answer and answer.model == NO_MODEL and answer.status is not Status.REFUSED
    show_cited = _show_numbers if is_quoted_above else show_quotes
    sources = "".join(_show_source(cited[0], exchange, show_cited(cited)) for cited in by_article.values())
    # Two articles of one outlet are no two sources; of one without an outlet nothing is known.
    independent = {(cited[0].outlet or id_).casefold() for id_, cited in by_article.items()}
    shown = f"<h3>{_sources_title(exchange.outcome, len(independent))}</h3><ul>{sources}</ul>"
    if answer is None or answer.status is Status.REFUSED:
        return shown
    return show_aspects(shown, exchange.told, exchange.voices, exchange.disputed)


def _sources_title(outcome: Answer | Failure | None, sources: int) -> str:
    if isinstance(outcome, Answer):
        return wording.NEAREST_TITLE if outcome.status is Status.REFUSED else wording.count_sources(sources)
    return wording.EVIDENCE_TITLE


def _show_source(source: Citation, exchange: Exchange, cited: str) -> str:
    if source.title:
        title = f'<p class="dl-title" dir="auto">{show_text(source.title)}</p>'
    else:
        opening = exchange.openings.get(source.article_id) or source.file
        title = f'<p class="dl-title dl-untitled" dir="auto">{show_text(opening)}</p>'
    provenance = [show_text(part) for part in list_provenance(source)]
    if source.url and is_web_address(source.url):
        provenance.append(
            f'<a href="{show_text(source.url)}" target="_blank" rel="noopener noreferrer nofollow">'
            f"{wording.ORIGINAL}</a>"
        )
    origin = f'<p class="dl-origin">{" · ".join(provenance)}</p>' if provenance else ""
    # The window's script fills the last line when the article was corrected or removed after this was said.
    since = f'<p class="dl-since" data-cited="{show_text(source.article_id)}" hidden></p>'
    carriers = exchange.copies.get(source.article_id)
    copies = f'<p class="dl-origin">{show_text(wording.also_carried(carriers))}</p>' if carriers else ""
    return f'<li class="dl-source">{title}{origin}{copies}{since}{cited}</li>'


def _show_numbers(cited: Sequence[Citation]) -> str:
    """Numbers alone: the answer is made of the very words they stand for."""
    return f'<p class="dl-numbers">{"".join(map(_show_mark, cited))}</p>'
