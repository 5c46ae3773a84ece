"""From a question to its evidence: what is ranked, what could be quoted, what is shown, what a model reads."""

from dataclasses import dataclass, replace

from index.embedding import Embedder
from index.selecting import EVERYTHING, Selection
from rag.evidence import Evidence, EvidenceSentence, choose_evidence, find_evidence, order_for_reading
from rag.other_accounts import find_other_accounts
from rag.quotable import choose_to_quote
from rag.reranking import Reranker
from rag.retrieving import Retriever

# Who can read so much is a large model.
LARGE_EVIDENCE_TOKENS = 1_000
_PASSAGES, _PASSAGES_OF_AN_OUTLET = 20, 10
_SHOWN_SENTENCES = 8
_SHOWN_TOKENS = 600
_SHOWN_SHARE = 0.05
_READ_SENTENCES = 12
_READ_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Ranked:
    """The sentences that bear on a question, best first, and those of them that could be quoted as the answer.

    Without any sentences, the evidence was given: nothing is to be chosen from.
    """

    sentences: tuple[EvidenceSentence, ...]
    quotable: Evidence


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
        """What bears on the question.

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
        return replace(found, quotable=replace(found.quotable, probability=probability, since=recent.since))

    def choose_to_show(self, question: str, found: Ranked) -> Evidence:
        """The sentences that are quoted, and what else a reader may want to see beside them."""
        if not found.sentences:
            return found.quotable
        best = self._choose(question, found, _SHOWN_TOKENS, _SHOWN_SENTENCES, _SHOWN_SHARE)
        return _join(best, found.quotable)

    def choose_to_read(self, question: str, found: Ranked, tokens: int) -> Evidence:
        """As many sentences as a model of so many tokens of evidence can read in reasonable time.

        Where the form of the question says which sentences answer it, a small model reads these alone, a large one these, too.
        """
        if not found.sentences:
            return found.quotable
        best = self._choose(question, found, tokens, _READ_SENTENCES, _READ_SHARE)
        if not found.quotable.is_settled:
            return best
        if tokens < LARGE_EVIDENCE_TOKENS:
            return replace(best, sentences=found.quotable.sentences)
        return _join(best, found.quotable)

    def _rank(self, question: str, selection: Selection) -> Ranked:
        per_outlet = _PASSAGES_OF_AN_OUTLET if self._is_spread else _PASSAGES
        passages = self.retriever.retrieve(question, limit=_PASSAGES, per_outlet=per_outlet, selection=selection)
        ranked = find_evidence(
            question, passages, self._embedder, self._reranker, self.retriever.weigh, is_spread=self._is_spread
        )
        return Ranked(tuple(ranked), choose_to_quote(question, ranked, is_spread=self._is_spread))

    def _choose(self, question: str, found: Ranked, tokens: int, most: int, at_least: float) -> Evidence:
        others = find_other_accounts(question, found.sentences) if self._is_spread else ()
        return choose_evidence(question, found.sentences, tokens=tokens, most=most, at_least=at_least, others=others)


def _join(best: Evidence, quotable: Evidence) -> Evidence:
    """The sentences of both, in reading order."""
    together = {(each.article.id, each.sentence.start): each for each in (*quotable.sentences, *best.sentences)}
    return replace(best, sentences=tuple(order_for_reading(list(together.values()))))
