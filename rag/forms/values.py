"""The number or the date that a question asks for, as a sentence gives it, and whether two sentences give different ones."""

import re
from collections.abc import Sequence

from rag.evidence import EvidenceSentence
from rag.forms.event_dates import EventDate, find_event_dates
from rag.forms.meanings import share_meaning
from rag.forms.terms import read_terms, stems_of_text
from rag.names import aliases_of, known_words
from rag.quantities import NUMBER_WORDS, find_quantities
from rag.words import find_tokens, fold, is_content, stem

_WHEN = re.compile(
    r"\b(?:when|(?:what|which) (?:day|date|month|year)|(?:in|on) (?:what|which) (?:day|date|month|year))\b",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\bhow (?:many|much)\b(?: of)?(?: the)?\s+(?P<what>[^\W\d]+)(?:\s+(?P<more>[^\W\d]+))?", re.IGNORECASE
)
_MEASURE = re.compile(
    r"\bwhat (?:is|was|are|were) the (?:[^\W\d]+ ){0,2}?(?P<what>population|number|price|cost|toll|rate|share|size|length|height|area|distance|budget|revenue|salary|age)\b",
    re.IGNORECASE,
)
_NUMBER = rf"(?:\d[\d,.]*|{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})"
_COUNTED = re.compile(rf"\b(?P<number>{_NUMBER}(?: {_NUMBER})*) (?P<unit>[^\W\d]+)", re.IGNORECASE)
# "How much will it cost?" asks for a sum without saying of what.
_HOW_MUCH = re.compile(
    r"\bhow much\b(?: money)?\s+(?:is|are|was|were|do|does|did|will|would|can|could|has|have|had|should|must|it|they|the)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_SAID_ON = re.compile(
    r"\b(?:said|says|told|tells|added|announced|wrote|tweeted|stated|reported|confirmed)\b[^.,;:“”\"]{0,40}?\b(?:on|in)\b[^.,;:“”\"]{0,25}",
    re.IGNORECASE,
)
# Share of what a question is about that a sentence must hold for its value to be the one that is asked for.
_SAME_MATTER = 0.75
# Of two sentences that differ in nothing but the value: share of what the longer says that the other says too.
_SAME_SAID = 0.6
_LEAST_SHARED = 2


def list_counted(text: str) -> list[tuple[frozenset[str], str]]:
    """What a text counts: each number with the stem of the word behind it."""
    return [
        (find_quantities(match["number"]).given, stem(fold(match["unit"])))
        for match in _COUNTED.finditer(" ".join(find_tokens(text)))
    ]


def asks_when(question: str) -> bool:
    """Whether a question asks for a day, a month or a year."""
    return bool(_WHEN.search(question))


def gives_value(question: str, found: EvidenceSentence) -> bool:
    """Whether a sentence gives a number or a date where the question asks for one."""
    return bool(_list_dates(found) if asks_when(question) else _find_numbers(question, found.text))


def differ(question: str, one: EvidenceSentence, other: EvidenceSentence) -> bool:
    """Whether two sentences give different numbers or dates where the question asks for one."""
    if asks_when(question):
        dates, others = (_list_dates(each) for each in (one, other))
        return bool(dates and others) and not any(_agree(a, b) for a in dates for b in others)
    first, second = (_find_numbers(question, each.text) for each in (one, other))
    return bool(first and second) and not first & second


def are_parallel(question: str, one: EvidenceSentence, other: EvidenceSentence) -> bool:
    """Whether two sentences of different days say the same but for the value that is asked for.

    Where a number is asked for they tell of no different times: what was sold in one year is not what was sold in another.
    """
    days = (one.article.published, other.article.published)
    if None in days or days[0] == days[1]:
        return False
    if not asks_when(question):
        dates, others = (_list_dates(each) for each in (one, other))
        if bool(dates) != bool(others) or (dates and not any(_agree(a, b) for a in dates for b in others)):
            return False
    first, second = (_list_said(each.text) for each in (one, other))
    shared = first & second
    return len(shared) >= _LEAST_SHARED and len(shared) >= _SAME_SAID * max(len(first), len(second))


def _list_said(text: str) -> frozenset[str]:
    """The stems of what a sentence says beside numbers and who says it when."""
    terms = read_terms(_SAID_ON.sub(" ", text))
    names = {stem(word) for name in terms.names for word in name}
    return frozenset((*terms.stems, *names)) - _PASSING


def is_about(question: str, found: EvidenceSentence) -> bool:
    """Whether a sentence speaks of what the question is about: most of its words, and its names there or in the title."""
    terms = read_terms(question)
    known = known_words([found.text, found.article.title or ""])
    if not all(aliases_of(word) & known for name in terms.names for word in name):
        return False
    own = stems_of_text(found.text)
    asked = [one for one in terms.stems if one not in _ASKING]
    held = [one for one in asked if any(share_meaning(one, each) for each in own)]
    return len(held) >= _SAME_MATTER * len(asked)


def measure_aboutness(question: str, found: EvidenceSentence) -> float:
    """Share of what a question is about that a sentence holds, words and names alike, 0..1; names may stand in the title."""
    terms = read_terms(question)
    known = known_words([found.text, found.article.title or ""])
    own = stems_of_text(found.text)
    held = [any(share_meaning(one, each) for each in own) for one in terms.stems if one not in _ASKING]
    held += [any(aliases_of(word) & known for word in name) for name in terms.names]
    return sum(held) / len(held) if held else 0.0


# Words by which a later report says the same of another time, and those that count.
_PASSING = frozenset(
    "now not say said million billion thousand hundr until origin instead previous earlier new".split()
)
_ASKING = frozenset(stem(word) for word in "many much number year day date month what when".split())


def _find_numbers(question: str, text: str) -> frozenset[str]:
    match = None if _HOW_MUCH.search(question) else _HOW_MANY.search(question)
    if match:
        things = {stem(fold(word)) for word in (match["what"], match["more"]) if word and is_content(word)}
        return frozenset[str]().union(
            *(number for number, unit in list_counted(text) if any(share_meaning(unit, thing) for thing in things))
        )
    match = _MEASURE.search(question)
    if _HOW_MUCH.search(question) or (match and stem(fold(match["what"])) in stems_of_text(text)):
        plain = _YEAR.sub(" ", text)
        return frozenset(each for each in find_quantities(plain).stated if each.startswith("number"))
    return frozenset()


def _list_dates(found: EvidenceSentence) -> Sequence[EventDate]:
    """The dates that are written out, but for those on which somebody said something; a weekday is of no certain week."""
    text = _SAID_ON.sub(" ", found.text)
    dates = find_event_dates(text, None)
    years = {each.year for each in dates}
    return [*dates, *(EventDate(int(year), None, None) for year in _YEAR.findall(text) if int(year) not in years)]


def _agree(one: EventDate, other: EventDate) -> bool:
    pairs = ((one.year, other.year), (one.month, other.month), (one.day, other.day))
    return all(mine is None or theirs is None or mine == theirs for mine, theirs in pairs)
