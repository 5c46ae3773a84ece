"""A question for the course of events -> dated sentences in the order of what they tell of."""

import re
from collections.abc import Sequence
from datetime import date

from index.articles import Role
from index.repetition import find_repetitions
from rag.conversation import Citation
from rag.evidence import EvidenceSentence
from rag.forms.event_dates import EventDate, find_event_dates
from rag.forms.meanings import list_alike
from rag.forms.replies import Reply
from rag.forms.terms import stems_of_text
from rag.question_scope import Period, find_scope

_MOST = 8
_MOST_ARTICLES = 6
_LEAST = 2
_ASKS = re.compile(
    r"\btime ?-?lines?\b|\bchronolog\w+|\bin (?:what|which) order\b|\bwhat happened when\b|\bsequence of events\b"
    r"|\b(?:order|course|history) of (?:the )?events\b|\b(?:what|which) (?:dates|key dates|events)\b.*\b(?:when|mentioned|named|given)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"^(?:and |so )?what (?:else )?(?:happened|occurred|took place|went on)\s*"
    r"(?:there )?(?:in|on|between|during|since|from|before|after|until|last|this|at|early|late|next)\b",
    re.IGNORECASE,
)
_EMPTY = frozenset(
    """timelin time line chronolog chronologi order happen event sequenc give list show key date take took place place cours
    histori mention name given stori far draw make write tell""".split()
)


def answer_timeline(question: str, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """Dated sentences in order of the dates they give, each led by its date; None where no timeline is asked for.

    Where the question names a matter, sentences that speak of it or are near it; else all of the articles found. What
    happened in a period is told by the sentences whose dates lie within.
    """
    newest = max((found.article.published for found in ranked if found.article.published), default=date.max)
    is_timeline = bool(_ASKS.search(question))
    periods = () if is_timeline else _find_periods(question, newest)
    if not ranked or not (is_timeline or periods):
        return None
    asked = (
        {one for one in stems_of_text(question) if one not in _EMPTY and not one.isdigit()}
        if is_timeline
        else set[str]()
    )
    dated = [
        (each, found)
        for found in _list_candidates(ranked, asked)
        if (each := find_day(found.text, found.article.published))
    ]
    if periods:
        dated = [one for one in dated if any(_lies_in(one[0], period, newest.year) for period in periods)]
    repeated = find_repetitions([found.text for _, found in dated])
    dated = [one for one, is_repeated in zip(dated, repeated, strict=True) if not is_repeated]
    if len(dated) < (1 if periods else _LEAST):
        return None
    best = sorted(dated, key=lambda one: (-_count_held(asked, one[1]), -one[1].score))[:_MOST]
    best.sort(key=lambda one: (one[0].sort_key(newest.year), one[1].article.id, one[1].sentence.start))
    leads = tuple(f"{day} –" for day, _ in best)
    return Reply(tuple(found for _, found in best), "", is_certain=_is_told(asked, best), is_ordered=True, leads=leads)


def _find_periods(question: str, newest: date) -> Sequence[Period]:
    if not _HAPPENED.search(question):
        return ()
    return find_scope(question, (), newest=newest, today=newest).periods


def _lies_in(day: EventDate, period: Period, year: int) -> bool:
    """Whether a day lies within a period; a month or a year alone is too wide to tell."""
    if day.month is None or day.day is None:
        return False
    try:
        return period.holds(date(day.year or year, day.month, day.day))
    except ValueError:
        return False


def find_day(text: str, published: date | None) -> EventDate | None:
    """When what a sentence tells of happened: the most exact of its dates, None where it gives none."""
    dates = find_event_dates(text, published)
    # "In conversation on 11 February, since January".
    return max(dates, key=lambda each: (each.day is not None, each.month is not None), default=None)


def order_events(cited: Sequence[Citation]) -> list[tuple[EventDate, Citation]]:
    """The citations that give a date, in the order of these; what is told twice once."""
    newest = max((citation.published for citation in cited if citation.published), default=date.max)
    dated = [(day, citation) for citation in cited if (day := find_day(citation.quote, citation.published))]
    repeated = find_repetitions([citation.quote for _, citation in dated])
    once = [one for one, is_repeated in zip(dated, repeated, strict=True) if not is_repeated]
    return sorted(once, key=lambda one: (one[0].sort_key(newest.year), one[1].article_id, one[1].start))


def _list_candidates(ranked: Sequence[EvidenceSentence], asked: set[str]) -> list[EvidenceSentence]:
    known = {(found.article.id, found.sentence.start): found for found in ranked}
    articles = list({found.article.id: found.article for found in ranked}.values())[:_MOST_ARTICLES]
    every = [
        known.get((article.id, sentence.start)) or EvidenceSentence(article, sentence, 0.0)
        for article in articles
        for sentence in article.sentences
        if sentence.role is Role.BODY
    ]
    return [found for found in every if not asked or found.score > 0 or _count_held(asked, found)]


def _count_held(asked: set[str], found: EvidenceSentence) -> int:
    own = set(stems_of_text(found.text))
    return sum(bool(list_alike(one) & own) for one in asked)


def _is_told(asked: set[str], dated: Sequence[tuple[EventDate, EvidenceSentence]]) -> bool:
    return not asked or sum(_count_held(asked, found) > 0 for _, found in dated) >= _LEAST
