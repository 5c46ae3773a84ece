"""The chain: a question goes in, events come out, the last of them the verified answer."""

import re
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace

from index.errors import AnswerCutOffError, LanguageModelError, QuestionError
from rag.answering import BALANCED, NO_MODEL, Asked, Found, can_quote, cite, make_answer, quote, refuse
from rag.citing import MarkedSentence, parse_marks
from rag.composing import write_prompt
from rag.conversation import (
    MAX_QUESTION_CHARACTERS,
    Answer,
    Answered,
    Citation,
    Event,
    EvidenceFound,
    Status,
    TextStreamed,
    Turn,
)
from rag.evidence import Evidence
from rag.finding import Finder, Ranked
from rag.grounding import ground, is_flatly_disputed, number_citations, write_text
from rag.halting import Halt
from rag.language_model import LanguageModel
from rag.question_words import weigh_stems
from rag.relevance import find_unspoken_names
from rag.rewriting import rewrite_question, rewrite_with_model
from rag.small_talk import reply_to_small_talk
from rag.sufficiency import WeighingModel, combine, weigh_sufficiency

# A model judges evidence by itself, so it is also asked of what could not be quoted: down to this share of the strictness.
_WORTH_READING_BY_JUDGES = 0.4
_WORTH_READING_BY_OTHERS = 0.8
_LARGE_EVIDENCE_TOKENS = 1_000

_WORDING_FAILED = "What the model wrote did not hold against the articles, so here are their own words."
_DISPUTED = "The articles give different accounts of this, so here are their own words."
_BESIDE_THE_QUESTION = "What the model wrote does not speak of {names}, so here are the articles' own words."

_MAX_ANSWER_TOKENS = 220
_LAST_SENTENCE_END = re.compile(r"(?<=[.!?”\"\]])(?=\s(?:(?![.!?]\s).)*$)", re.DOTALL)
_SENTENCE_END = re.compile(r"[.!?][”\"’')]*(?:\s*\[[\d, ]+\])*\s*$")
_NOTHING_SAID = re.compile(r"not in the articles", re.IGNORECASE)
_SAYS_WHAT_IS_MISSING = re.compile(
    r"\b(?:articles?|evidence|sources?|texts?|passages?)\b.{0,30}\b(?:do(?:es)? not|don['’]t|doesn['’]t|did not)\b.{0,20}"
    r"\b(?:say|mention|specify|state|provide|contain|address|answer|give|include|tell|indicate)|"
    r"\b(?:is|are) not (?:mentioned|specified|stated|provided|given) in the (?:articles?|evidence|sources?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Written:
    """What the model wrote, and what went wrong while it did."""

    text: str
    notice: str | None
    has_failed: bool


class Chain:
    """Answers questions over one library with one language model, or with none."""

    def __init__(self, finder: Finder, model: LanguageModel | None, *, strictness: float = BALANCED) -> None:
        """Answer out of what the finder finds; evidence that holds the answer less likely than `strictness` (0..1) is none."""
        self._finder = finder
        self._model = model
        self._strictness = strictness

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        evidence: Evidence | None = None,
        halt: Halt | None = None,
    ) -> Iterator[Event]:
        """Answer a question: `EvidenceFound`, then `TextStreamed` as the model writes, then `Answered`.

        Small talk gets `Answered` alone. Closing the iterator stops the model; `halt` does so from another thread, while an
        event is waited for. With `evidence` nothing is searched for: the answer is made of these sentences, which tells how
        good composing is apart from searching.

        Raises:
            QuestionError: the question is empty or too long.
            HaltedError: `halt` was called.
        """
        check_question(question)
        halt = halt or Halt()
        # A lone surrogate, which a terminal can hand over, fits in no UTF-8 text.
        question = question.encode("utf-8", "replace").decode()
        began = time.monotonic()
        reply = reply_to_small_talk(question)
        standalone = (
            question if reply else self._finder.retriever.correct_spelling(self._rewrite(question, history, halt))
        )
        asked = Asked(question, standalone, began, self._strictness)
        if reply:
            yield Answered(make_answer(asked, Status.ANSWERED, reply, model=NO_MODEL))
            return
        halt.check()
        yield from self._answer(asked, evidence, halt)

    def _answer(self, asked: Asked, evidence: Evidence | None, halt: Halt) -> Iterator[Event]:
        """Search, show, have a model that can weigh say whether the answer is stated, have it written, check it."""
        enough = self._worth_reading(asked)
        whole = asked.standalone
        ranked = Ranked(whole, (), evidence) if evidence else self._finder.find(whole, at_least=enough)
        asked = replace(asked, standalone=ranked.question)
        quotable = ranked.quotable
        model = self._model if quotable.probability >= enough and not self._is_settled(quotable) else None
        if model is None:
            chosen = self._finder.choose_to_show(ranked)
        else:
            chosen = self._finder.choose_to_read(ranked, model.evidence_tokens)
        found = cite(chosen)
        yield EvidenceFound(whole, found.citations)
        is_stated = True
        if isinstance(model, WeighingModel):
            quotable = _read_whether_stated(asked.standalone, quotable, model, halt)
            is_stated = quotable.probability >= asked.strictness
        if model is None or not is_stated:
            answer = quote(asked, cite(quotable), notice=None)
        else:
            written = yield from self._compose(model, asked.standalone, found.citations, halt)
            answer = self._settle(asked, written, found, cite(quotable))
        if quotable.since and not ranked.is_widened and answer.status is Status.REFUSED:
            nearest = self._finder.widen(asked.standalone, quotable).quotable
            said = refuse(asked, cite(nearest), answer.model, answer.notice).text
            answer = replace(answer, text=said)
        if ranked.unanswered:
            answer = _tell_unanswered(answer, ranked.unanswered)
        yield Answered(replace(answer, standalone_question=whole, confidence=quotable.probability))

    def _is_settled(self, quotable: Evidence) -> bool:
        """Whether the evidence answers by the form of the question, so that a small model can but spoil it.

        Of two sides it drops one, or it says that they do not tell: in the seeds' set it lost what was right without it.
        """
        return quotable.is_settled and self._model is not None and self._model.evidence_tokens < _LARGE_EVIDENCE_TOKENS

    def _worth_reading(self, asked: Asked) -> float:
        """How likely evidence must be to be read or quoted."""
        return asked.strictness * (_worth_reading(self._model) if self._model else 1.0)

    def _rewrite(self, question: str, history: Sequence[Turn], halt: Halt) -> str:
        if self._model is None:
            return rewrite_question(question, history)
        return rewrite_with_model(question, history, self._model, halt)

    def _compose(
        self, model: LanguageModel, question: str, citations: Sequence[Citation], halt: Halt
    ) -> Generator[Event, None, _Written]:
        text = ""
        stream = model.stream(write_prompt(question, citations), _MAX_ANSWER_TOKENS, halt)
        try:
            for fragment in stream:
                text += fragment
                yield TextStreamed(fragment)
        except AnswerCutOffError as error:
            whole = _drop_broken_sentence(text)
            return _Written(whole, str(error), has_failed=not whole)
        except LanguageModelError as error:
            return _Written(text, str(error), has_failed=True)
        finally:
            close = getattr(stream, "close", None)
            if close:
                close()
        return _Written(text, None, has_failed=False)

    def _settle(self, asked: Asked, written: _Written, found: Found, quotable: Found) -> Answer:
        """From what the model wrote to the answer: cite, verify, drop what does not stand or is beside the question."""
        if written.has_failed:
            return quote(asked, quotable, notice=written.notice)
        marked = parse_marks(written.text, len(found.citations))
        said, missing = _divide_missing(marked.sentences)
        weights = weigh_stems(asked.standalone, self._finder.retriever.weigh)
        grounded = ground(said, found.citations, found.articles, weights)
        sentences, used = number_citations(grounded.shown, found.citations)
        unspoken = find_unspoken_names(asked.standalone, sentences, used, found.citations, self._finder.retriever.weigh)
        is_disputed = any(is_flatly_disputed(sentence) for sentence in sentences) and can_quote(
            asked, quotable.evidence
        )
        if not sentences or unspoken or is_disputed:
            fallback = _explain_fallback(unspoken, is_disputed=is_disputed)
            if is_disputed:
                quotable = _add_sides(quotable, found, {n for sentence in grounded.shown for n in sentence.citations})
            answer = self._do_without(asked, written, found, quotable, fallback if said else None)
            return replace(answer, left_out=grounded.left_out, dangling_marks=marked.dangling)
        return make_answer(
            asked,
            Status.PARTIAL if missing or written.notice else Status.ANSWERED,
            write_text(sentences),
            sentences=sentences,
            citations=used,
            left_out=grounded.left_out,
            missing=missing,
            model=self._name_model(),
            notice=written.notice,
            dangling_marks=marked.dangling,
        )

    def _do_without(
        self, asked: Asked, written: _Written, found: Found, quotable: Found, fallback: str | None
    ) -> Answer:
        """The answer when nothing of the model's can be used; `fallback` says why, None when it refused by itself."""
        if fallback and can_quote(asked, quotable.evidence):
            return quote(asked, quotable, notice=written.notice or fallback)
        return refuse(asked, found, self._name_model(), written.notice)

    def _name_model(self) -> str:
        return self._model.name if self._model else NO_MODEL


def _add_sides(quotable: Found, found: Found, numbers: set[int]) -> Found:
    """What can be quoted, with the evidence of both sides of a dispute: of `found`, what these numbers cite."""
    kept = {(each.article.id, each.sentence.start) for each in quotable.evidence.sentences}
    sentences = tuple(
        each
        for n, each in enumerate(found.evidence.sentences, 1)
        if n in numbers or (each.article.id, each.sentence.start) in kept
    )
    # What was to be said before some of them is said of other places.
    return cite(replace(quotable.evidence, sentences=sentences, leads=()))


def _explain_fallback(unspoken: Sequence[str], *, is_disputed: bool) -> str:
    if unspoken:
        return _BESIDE_THE_QUESTION.format(names=" ".join(unspoken))
    return _DISPUTED if is_disputed else _WORDING_FAILED


def check_question(question: str) -> None:
    """Refuse what is no question.

    Raises:
        QuestionError: empty, or longer than 4,000 characters.
    """
    if not question.strip():
        raise QuestionError("The question is empty; type what you want to know about the articles.")
    if len(question) > MAX_QUESTION_CHARACTERS:
        raise QuestionError(
            f"The question has {len(question):,} characters; shorten it to {MAX_QUESTION_CHARACTERS:,} or fewer."
        )


def _drop_broken_sentence(text: str) -> str:
    """A text without the sentence that it breaks off in: what is left of one could say the opposite of the whole."""
    whole, *broken = _LAST_SENTENCE_END.split(text)
    return whole if broken or _SENTENCE_END.search(whole) else ""


def _tell_unanswered(answer: Answer, other: str) -> Answer:
    """The answer to one of two questions, with the other as what is missing."""
    if answer.status is Status.REFUSED:
        return answer
    missing = " ".join(part for part in (answer.missing, f"The articles do not answer “{other}”") if part)
    return replace(answer, status=Status.PARTIAL, missing=missing)


def _read_whether_stated(question: str, quotable: Evidence, model: WeighingModel, halt: Halt) -> Evidence:
    """The evidence, with how likely it answers the question now that the model has read whether it does.

    A model that fails tells nothing; that it fails is told when it is to write.
    """
    if quotable.is_settled:
        return quotable
    try:
        read = weigh_sufficiency(question, [found.text for found in quotable.sentences], model, halt)
    except LanguageModelError:
        return quotable
    return replace(quotable, probability=combine(quotable.probability, read))


def _worth_reading(model: LanguageModel) -> float:
    """How likely evidence must be for a model to be asked, beside the strictness.

    A small one answers from anything, unless it is asked first whether it can.
    """
    is_judge = model.evidence_tokens >= _LARGE_EVIDENCE_TOKENS or isinstance(model, WeighingModel)
    return _WORTH_READING_BY_JUDGES if is_judge else _WORTH_READING_BY_OTHERS


def _divide_missing(sentences: Sequence[MarkedSentence]) -> tuple[list[MarkedSentence], str | None]:
    """Set apart the sentences in which the model says what the articles do not tell."""
    said: list[MarkedSentence] = []
    missing: list[MarkedSentence] = []
    for sentence in sentences:
        if _NOTHING_SAID.search(sentence.text):
            continue
        (missing if _SAYS_WHAT_IS_MISSING.search(sentence.text) else said).append(sentence)
    return said, " ".join(sentence.text for sentence in missing) or None
