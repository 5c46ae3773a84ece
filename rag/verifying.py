"""A sentence and the spans it cites -> supported, partly or unsupported, and why. Pure; no model."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.articles import Article
from rag.conversation import Citation, Verdict
from rag.roles import find_reversal
from rag.verification.amounts import check_amounts
from rag.verification.asserting import check_asserted
from rag.verification.certainty import check_certainty
from rag.verification.coverage import (
    COVERED,
    PARTLY_COVERED,
    check_agent,
    check_clauses,
    check_near_copy,
    check_told,
    check_told_here,
    measure_coverage,
)
from rag.verification.naming import check_names
from rag.verification.negation import check_negation_dropped, check_negation_gained, check_negation_lost
from rag.verification.opposites import check_opposites
from rag.verification.places import check_places
from rag.verification.quotations import check_quotations
from rag.verification.speaking import check_attribution_lost, check_speaker, drop_outlet

Check = Callable[[str, Sequence[Citation], Sequence[Article]], str | None]


_LITTLE = "The cited words say little of this."


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a sentence, with the reason as a sentence for the person."""

    verdict: Verdict
    reason: str


def verify(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> Judgement:
    """Check a sentence (without marks) against the spans it cites; `articles` are those the spans are of.

    Hard checks first, each of which alone makes it unsupported: words in quotation marks, numbers, dates and units, names,
    a negation that the source has not or has in this very place, the opposite word, who stands in whose place, who does
    what to whom, who said it, who did it, and what the source asks for or leaves open. Then softer ones, which make it partly supported: a negation, a hedge or an attribution
    lost, nothing but names held, a word or a clause that the spans do not hold, and how many of its content words they do.
    """
    if not citations:
        return Judgement(Verdict.UNSUPPORTED, "It rests on no source.")
    sentence = drop_outlet(sentence, articles)
    problem = _find_first(_HARD, sentence, citations, articles)
    if problem:
        return Judgement(Verdict.UNSUPPORTED, problem)
    covered = measure_coverage(sentence, citations, articles)
    problem = _LITTLE if covered < PARTLY_COVERED else check_told(sentence, citations, articles)
    if problem:
        return Judgement(Verdict.UNSUPPORTED, problem)
    problem = _find_first(_SOFT, sentence, citations, articles)
    if problem is None and covered < COVERED:
        problem = "Only part of this stands in the cited words."
    if problem:
        return Judgement(Verdict.PARTLY, problem)
    return Judgement(Verdict.SUPPORTED, "Quotes, numbers, dates and names stand in the cited words.")


def _find_first(
    checks: Sequence[Check], sentence: str, citations: Sequence[Citation], articles: Sequence[Article]
) -> str | None:
    return next((problem for check in checks if (problem := check(sentence, citations, articles))), None)


def _check_roles(sentence: str, citations: Sequence[Citation]) -> str | None:
    reversals = [find_reversal(sentence, citation.quote) for citation in citations]
    # Of several cited spans one may have it this way and another the other way: then it stands.
    return "The cited words have it the other way round." if all(reversals) else None


def _without_articles(check: Callable[[str, Sequence[Citation]], str | None]) -> Check:
    return lambda sentence, citations, _: check(sentence, citations)


_HARD: tuple[Check, ...] = (
    check_quotations,
    check_amounts,
    check_names,
    _without_articles(check_negation_gained),
    _without_articles(check_negation_dropped),
    _without_articles(check_opposites),
    _without_articles(_check_roles),
    _without_articles(check_places),
    check_speaker,
    check_agent,
    _without_articles(check_asserted),
)
_SOFT: tuple[Check, ...] = (
    _without_articles(check_negation_lost),
    _without_articles(check_certainty),
    check_attribution_lost,
    check_told_here,
    check_clauses,
    check_near_copy,
)
