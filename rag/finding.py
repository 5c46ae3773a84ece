"""From a question to its evidence: what is ranked, what could be quoted, what is shown, what a model reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat

from index.embedding import Embedder
from index.selecting import EVERYTHING, Selection
from rag.dividing import divide_question
from rag.evidence import Evidence, EvidenceSentence, choose_evidence, find_evidence, may_answer, order_for_reading
from rag.other_accounts import find_other_accounts
from rag.quotable import choose_to_quote
from rag.reranking import Reranker
from rag.retrieving import Retriever

_PASSAGES, _PASSAGES_OF_AN_OUTLET = 20, 10
_SHOWN_SENTENCES = 8
_SHOWN_TOKENS = 600
_SHOWN_SHARE = 0.05
_READ_SENTENCES = 12
_READ_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Ranked:
    """The sentences that bear on a question, best first, and those of them that could be quoted as the answer.

    Without any sentences, the evidence was given: nothing is to be chosen from. `question` is what they answer; of two questions in
    one that may be a part, and `unanswered` is the other, in which nothing was found. `is_widened`: nothing of the days that were asked of
    answers it, and this is the nearest of any time.
    """

    question: str
    sentences: tuple[EvidenceSentence, ...]
    quotable: Evidence
    unanswered: str | None = None
    is_widened: bool = False


class Finder:
    """Finds the evidence for questions in one library, or in a selection of it."""

    def __init__(
        self,
        retriever: Retriever,
        embedder: Embedder,
        reranker: Reranker | None = None,
        *,
        selection: Selection = EVERYTHING,
        is_spread: bool = True,
    ) -> None:
        """Find evidence in the selection; `is_spread`: other publishers and accounts than the nearest keep a place in it."""
        self.retriever = retriever
        self._embedder = embedder
        self._reranker = reranker
        self._selection = selection
        self._is_spread = is_spread

    def find(self, question: str, *, at_least: float) -> Ranked:
        """What bears on the question; of two in one on both, or on the one that can be answered with `at_least` that likelihood."""
        parts = divide_question(question)
        if len(parts) == 1:
            return self._find_one(question, at_least)
        each = [(part, self._find_one(part.standalone, at_least)) for part in parts]
        answered = [found for _, found in each if may_answer(found.quotable, at_least)]
        if len(answered) == len(each):
            return add_up(question, answered)
        if not answered:
            # Of two periods in one question neither would be looked into.
            late = next((found for _, found in each if found.is_widened), None)
            return late or self._find_one(question, at_least)
        (other,) = (part.asked for part, found in each if found not in answered)
        return replace(answered[0], unanswered=other)

    def _find_one(self, question: str, at_least: float) -> Ranked:
        """What bears on one question.

        Of days that just passed only what was published since tells; where that answers less likely than `at_least`, what is
        nearest at any time is given, as likely an answer as that was.
        """
        window = self.retriever.find_window(question, self._selection)
        found = self._rank(question, window or self._selection)
        if not window:
            return found
        quotable = replace(found.quotable, since=window.since)
        return replace(found, quotable=quotable) if quotable.probability >= at_least else self.widen(question, quotable)

    def widen(self, question: str, recent: Evidence) -> Ranked:
        """What is nearest at any time, where what was published in the days that are asked of does not answer."""
        found = self._rank(question, self._selection)
        probability = min(found.quotable.probability, recent.probability)
        quotable = replace(found.quotable, probability=probability, since=recent.since)
        return replace(found, quotable=quotable, is_widened=True)

    def choose_to_show(self, found: Ranked) -> Evidence:
        """The sentences that are quoted, and what else a reader may want to see beside them."""
        if not found.sentences:
            return found.quotable
        best = self._choose(found, _SHOWN_TOKENS, _SHOWN_SENTENCES, _SHOWN_SHARE)
        return _join(best, found.quotable)

    def choose_to_read(self, found: Ranked, tokens: int) -> Evidence:
        """As many sentences as a model of so many tokens of evidence can read in reasonable time.

        Those which by the form of the question answer it are among them.
        """
        if not found.sentences:
            return found.quotable
        best = self._choose(found, tokens, _READ_SENTENCES, _READ_SHARE)
        return _join(best, found.quotable) if found.quotable.is_settled else best

    def _rank(self, question: str, selection: Selection) -> Ranked:
        per_outlet = _PASSAGES_OF_AN_OUTLET if self._is_spread else _PASSAGES
        passages = self.retriever.retrieve(question, limit=_PASSAGES, per_outlet=per_outlet, selection=selection)
        ranked = find_evidence(
            question, passages, self._embedder, self._reranker, self.retriever.weigh, is_spread=self._is_spread
        )
        return Ranked(question, tuple(ranked), choose_to_quote(question, ranked, is_spread=self._is_spread))

    def _choose(self, found: Ranked, tokens: int, most: int, at_least: float) -> Evidence:
        others = find_other_accounts(found.question, found.sentences) if self._is_spread else ()
        return choose_evidence(
            found.question, found.sentences, tokens=tokens, most=most, at_least=at_least, others=others
        )


def add_up(question: str, parts: Sequence[Ranked]) -> Ranked:
    """What was found for each of several questions as found for all of them: first the first one's evidence, then the next one's."""
    every = [part.quotable for part in parts]
    leads: dict[tuple[str, int], str] = {}
    for quotable in every:
        # What is to be said of a part is said before the first sentence that is its own.
        remark = quotable.remark
        for each, lead in zip(quotable.sentences, chain(quotable.leads, repeat("")), strict=False):
            place = (each.article.id, each.sentence.start)
            if place not in leads:
                leads[place] = " ".join(said for said in (remark, lead) if said)
                remark = ""
    quotable = replace(
        every[0],
        sentences=_list_once(each for one in every for each in one.sentences),
        probability=min(one.probability for one in every),
        remark="",
        leads=tuple(leads.values()) if any(leads.values()) else (),
        is_settled=all(one.is_settled for one in every),
    )
    ranked = sorted((each for part in parts for each in part.sentences), key=lambda each: -each.score)
    return Ranked(question, _list_once(ranked), quotable)


def _join(best: Evidence, quotable: Evidence) -> Evidence:
    """The sentences of both, in reading order."""
    return replace(best, sentences=tuple(order_for_reading(list(_list_once((*quotable.sentences, *best.sentences))))))


def _list_once(found: Iterable[EvidenceSentence]) -> tuple[EvidenceSentence, ...]:
    once: dict[tuple[str, int], EvidenceSentence] = {}
    for each in found:
        once.setdefault((each.article.id, each.sentence.start), each)
    return tuple(once.values())
