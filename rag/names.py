"""Proper names in a text, and whether another text knows them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.words import STOP_WORDS, find_tokens, fold

# One people under several words. What a capital's name stands for is not here: a city is also a place.
_SAME = (
    {"us", "usa", "america", "american", "americans", "united states"},
    {"china", "chinese", "prc", "sino"},
    {"uk", "britain", "british", "united kingdom"},
    {"russia", "russian", "russians"},
    {"eu", "european union"},
    {"un", "united nations"},
    {"germany", "german", "germans"},
    {"france", "french"},
    {"japan", "japanese"},
    {"korea", "korean", "koreans"},
    {"india", "indian", "indians"},
    {"iran", "iranian", "iranians"},
    {"israel", "israeli", "israelis"},
    {"ukraine", "ukrainian", "ukrainians"},
    {"taiwan", "taiwanese"},
    {"australia", "australian", "australians"},
    {"canada", "canadian", "canadians"},
    {"europe", "european", "europeans"},
    {"africa", "african", "africans"},
    {"asia", "asian", "asians"},
    {"italy", "italian", "italians"},
    {"spain", "spanish"},
    {"mexico", "mexican", "mexicans"},
    {"brazil", "brazilian", "brazilians"},
    {"turkey", "turkish", "turkiye"},
)
_ALIASES: dict[str, frozenset[str]] = {word: frozenset(group) for group in _SAME for word in group}
_PHRASES = {
    "united states of america": "us",
    "united states": "us",
    "united kingdom": "uk",
    "european union": "eu",
    "united nations": "un",
    "people's republic of china": "prc",
    "people’s republic of china": "prc",
}
_PHRASE = re.compile(
    "|".join(rf"\b{re.escape(phrase)}\b" for phrase in sorted(_PHRASES, key=len, reverse=True)), re.IGNORECASE
)
# Capitalised by custom, but common words: titles, weekdays and months (dates are checked as such).
_NO_NAMES = frozenset(
    """i mr mrs ms dr prof sir president vice prime minister chancellor secretary state foreign spokesman spokeswoman
    spokesperson senator governor general king queen prince monday tuesday wednesday thursday friday saturday sunday
    january february march april may june july august september october november december
    neither either half hundreds thousands many several most none some few one two three
    however moreover meanwhile additionally furthermore according although despite yes no both""".split()
)
_INITIAL = re.compile(r"(?:^|[.!?:;]\s+|[\"“‘(\[]\s*|\n\s*)(\w+)")
# Characters; what is longer is no sentence, and is not kept in such numbers.
_SENTENCE = 2_000


@dataclass(frozen=True, slots=True)
class Name:
    """A capitalised word, folded, and where it stands; `initial` when only its place may have capitalised it."""

    word: str
    written: str
    initial: bool


def find_names(text: str) -> list[Name]:
    """The capitalised words of a text that can be proper names; parts of one name are separate words."""
    return list(_find_names_in_article(text) if len(text) > _SENTENCE else _find_names(text))


@lru_cache(maxsize=16_384)
def _find_names(text: str) -> tuple[Name, ...]:
    return tuple(_list_names(text))


@lru_cache(maxsize=128)
def _find_names_in_article(text: str) -> tuple[Name, ...]:
    return tuple(_list_names(text))


def _list_names(text: str) -> Iterator[Name]:
    text = normalise_phrases(text)
    initials = {match.start(1) for match in _INITIAL.finditer(text)}
    cursor = 0
    for token in find_tokens(text):
        start = text.find(token, cursor)
        if start >= 0:
            cursor = start + len(token)
        word = fold(token)
        if not token[0].isupper() or word in _NO_NAMES:
            continue
        # A word that custom or its place capitalises is no name; "US" is none of the stop words that it looks like.
        if word in STOP_WORDS and not (token.isupper() and len(token) > 1):
            continue
        yield Name(word, token, initial=start in initials and not token.isupper())


def known_words(texts: Iterable[str]) -> frozenset[str]:
    """Every word of the texts, folded, with all the words that mean the same people or country."""
    return frozenset[str]().union(*(_know_article(text) if len(text) > _SENTENCE else _know(text) for text in texts))


def normalise_phrases(text: str) -> str:
    """Names of several words that have an abbreviation -> the abbreviation."""
    return _PHRASE.sub(lambda match: _PHRASES[match[0].lower()].upper(), text)


def aliases_of(word: str) -> frozenset[str]:
    """The folded words that name the same people or country, itself included."""
    return _ALIASES.get(word, frozenset({word}))


def has_aliases(word: str) -> bool:
    """Whether a folded word names a people or country that has other names, too."""
    return word in _ALIASES


@lru_cache(maxsize=16_384)
def _know(text: str) -> frozenset[str]:
    return frozenset(_expand(text))


# A few only: whole articles are long, and so are their words.
@lru_cache(maxsize=128)
def _know_article(text: str) -> frozenset[str]:
    return frozenset(_expand(text))


def _expand(text: str) -> Iterator[str]:
    for token in find_tokens(normalise_phrases(text)):
        # "Sino-US", "Indo-Pacific" and "Gazeta.Ru" come apart; a stop word in capitals is an abbreviation.
        word = fold(token)
        is_pronoun = word == "us" and token.islower()
        yield from {word} if is_pronoun else aliases_of(word)
