"""The words of a claim by what they are: names, places, quantities, and the words that say what is claimed."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.following_up.lexicon import PAST_FORMS
from rag.names import aliases_of, find_names, known_words, normalise_phrases
from rag.quantities import find_quantities
from rag.verification.negation import negated_stems
from rag.verification.reading import read_words
from rag.words import content_stems, find_tokens, fold, stem

# Verbs of several words, which fall apart into words that mean something else, and endings that say what a verb would.
_PHRASES = (
    (re.compile(r"\b(?:tak(?:e|es|en|ing)|took) part\b", re.IGNORECASE), "attend"),
    (
        re.compile(r"\b(?:tak(?:e|es|en|ing)|took) place\b|\b(?:be|been|being|is|are|was|were) held\b", re.IGNORECASE),
        " ",
    ),
    (re.compile(r"\bwalk(?:s|ed|ing)? away from\b", re.IGNORECASE), "abandon"),
    (re.compile(r"\b(?:step|stepped|steps|stepping) down\b", re.IGNORECASE), "resign"),
    (re.compile(r"\b(?:call|called|calls|calling) off\b", re.IGNORECASE), "cancel"),
    (re.compile(r"\b(?:put|puts|putting) off\b", re.IGNORECASE), "postpone"),
    (re.compile(r"\bface[- ]to[- ]face\b", re.IGNORECASE), "in person"),
    (re.compile(r"\b(?:is|are|was|were) going to\b", re.IGNORECASE), "plans to"),
    (re.compile(r"\bover$", re.IGNORECASE), "ended"),
    # When it was is told by dates, not by these words.
    (
        re.compile(
            r"\b(?:recently|lately|currently|nowadays|these days|right now|today|yesterday"
            r"|(?:this|last|past) (?:week|month|year))\b",
            re.IGNORECASE,
        ),
        " ",
    ),
)
# They tell nothing of what is claimed.
_EMPTY = frozenset("true realli actual alreadi ever still even yet articl report accord becom held last".split())
_BASES = {stem(past): stem(base) for past, base in PAST_FORMS.items()}
_CALENDAR = frozenset(
    """january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday""".split()
)
_PLACE = re.compile(r"\b(?:in|at|near)\s+(?:the\s+)?((?:[A-Z][\w’'-]*)(?:\s[A-Z][\w’'-]*)*)")
_LOOSE_PLACE = re.compile(
    r"(?:\b(?:in|at|near|to|from|of|on|across|around|outside|inside|between|through|via|and|or|s)\s+(?:the\s+)?|\b[A-Z]\w+, )"
    r"((?:[A-Z][\w’'-]*)(?:\s[A-Z][\w’'-]*)*)"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a claim is made of.

    `names` are sets of the folded words of one name each, `places` those of them behind a preposition of place; `stems` the
    stems of its other content words in order, `words` these folded; `quantities` what it counts and dates; `denied` the stems
    under a negation.
    """

    names: tuple[frozenset[str], ...]
    places: frozenset[str]
    stems: tuple[str, ...]
    words: tuple[str, ...]
    quantities: frozenset[str]
    denied: frozenset[str]


@lru_cache(maxsize=256)
def read_terms(text: str) -> Terms:
    """The terms of a claim."""
    text = spell_alike(text)
    names = _join_names(text)
    named = frozenset[str]().union(*names)
    counted = {fold(token) for token in find_tokens(text) if find_quantities(token).given}
    words = [
        word
        for word in read_words(text)
        if word.is_content and word.folded not in named | counted | _CALENDAR and word.stem not in _EMPTY
    ]
    places = {fold(token) for match in _PLACE.finditer(text) for token in find_tokens(match[1])} & named
    return Terms(
        names,
        frozenset(places),
        tuple(dict.fromkeys(_base(word.stem) for word in words)),
        tuple(dict.fromkeys(word.folded for word in words)),
        frozenset(find_quantities(text).stated),
        negated_stems(text),
    )


@lru_cache(maxsize=4_096)
def spell_alike(text: str) -> str:
    """A text with verbs of several words as one word, and long names of countries short."""
    text = normalise_phrases(text)
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return text


@lru_cache(maxsize=4_096)
def stems_of_text(text: str) -> tuple[str, ...]:
    """The stems of the content words of a text, in order."""
    return tuple(map(_base, content_stems(spell_alike(text))))


def _base(one: str) -> str:
    """The stem of a verb's base for that of its past: "took" -> "take"."""
    return _BASES.get(one, one)


def has_name(name: frozenset[str], text: str) -> bool:
    """Whether a text writes a name, or the word for its country or people; a part of it is enough."""
    known = known_words([text])
    return any(aliases_of(word) & known for word in name)


def is_place_in(name: frozenset[str], text: str) -> bool:
    """Whether a text writes a name where places stand: behind a preposition, or behind another place and a comma."""
    written = {fold(token) for match in _LOOSE_PLACE.finditer(spell_alike(text)) for token in find_tokens(match[1])}
    return any(aliases_of(word) & written for word in name)


def list_places(text: str) -> frozenset[str]:
    """The folded words of the names that stand behind "in", "at" or "near"."""
    text = spell_alike(text)
    return frozenset(fold(token) for match in _PLACE.finditer(text) for token in find_tokens(match[1])) - _CALENDAR


def _join_names(text: str) -> tuple[frozenset[str], ...]:
    """The names of a text, words with nothing but a space between them together."""
    # What begins a claim stood behind the verb in the question: its capital is its own.
    names = {name.written: name.word for name in find_names(f"that {text}")}
    joined: list[set[str]] = []
    last = -2
    for place, token in enumerate(re.findall(r"[\w.’'-]*\w|[^\w\s]", text)):
        written = re.sub(r"[’']s$", "", token)
        if written in names or written.rstrip(".") in names:
            word = names.get(written) or names[written.rstrip(".")]
            if place == last + 1:
                joined[-1].add(word)
            else:
                joined.append({word})
            last = place
    return tuple(map(frozenset, joined))
