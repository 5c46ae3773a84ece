"""Who and what a text names: people, countries, places, organisations."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rag.following_up import lexicon
from rag.words import STOP_WORDS, fold

_WORD = r"(?:[A-Z]\.(?:[A-Z]\.)+|[A-ZÀ-Þ][\w’-]*(?:['’][A-ZÀ-Þ]\w+)?(?:\.[A-Z]\w*)?)"
_SPAN = re.compile(rf"\b{_WORD}(?:\s+(?:(?:of|de|la|del|van|von|der|bin|al|du)\s+)?{_WORD})*")
_POSSESSIVE = re.compile(r"['’]s?$")
_TITLE_BEFORE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sen|Gov|Gen)\.\s+$")
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+|[“\"(]\s*|\n\s*)$")
_STARTERS = frozenset("tell list name explain describe give show compare summarise summarize ok no yes sorry".split())
_VERB_BEHIND = re.compile(r"\s+(?:said|says|told|added|argued|called|wants|leads|is|was|has|had|will|did|does)\b")
_COMMON_ENDINGS = ("s", "ing", "ion", "ment", "ity")
_PLACE_BEFORE = re.compile(r"\b(?:in|near|outside|around)\s+(?:the\s+)?$", re.IGNORECASE)
_THE_BEFORE = re.compile(r"\b(?:the|a|an)\s+$", re.IGNORECASE)
_DATE_WORDS = lexicon.MONTHS | lexicon.DAYS


class Kind(StrEnum):
    """What a name stands for, as far as it shows."""

    PERSON = "person"
    COUNTRY = "country"
    PLACE = "place"
    ORGANISATION = "organisation"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mention:
    """A name as written, without titles, and where it stands in the text; `key` is the same for all its spellings."""

    text: str
    start: int
    end: int
    kind: Kind
    is_titled: bool = False

    @property
    def key(self) -> str:
        """The last word, which stays when a person is named a second time; the whole name of anything else."""
        words = self.text.split()
        return fold(words[-1] if self.kind in (Kind.PERSON, Kind.UNKNOWN) else self.text)

    @property
    def sex(self) -> str:
        """Which pronoun the first name calls for: he, she, or nothing where it does not tell."""
        first = fold(self.text.split()[0])
        return "she" if first in lexicon.FEMALE else "he" if first in lexicon.MALE else ""


@lru_cache(maxsize=512)
def find_mentions(text: str) -> tuple[Mention, ...]:
    """The names of a text in order; weekdays, months and words that only begin a sentence are none."""
    return tuple(mention for match in _SPAN.finditer(text) if (mention := _read(text, match)))


def find_people(text: str) -> list[Mention]:
    """The people of a text in order, each once, in the form that names them most fully."""
    people: dict[str, Mention] = {}
    mentions = find_mentions(text)
    known = {each.key for each in mentions if each.kind is Kind.PERSON}
    for each in mentions:
        if each.kind is Kind.PERSON or each.key in known:
            fuller = people.pop(each.key, each)
            people[each.key] = fuller if len(fuller.text) > len(each.text) else each
    return list(people.values())


def find_sides(text: str) -> list[Mention]:
    """The countries and organisations of a text in order, each once."""
    sides: dict[str, Mention] = {}
    for each in find_mentions(text):
        if each.kind in (Kind.COUNTRY, Kind.ORGANISATION):
            sides.setdefault(side_key(each), each)
    return list(sides.values())


def side_key(mention: Mention) -> str:
    """The same for a country and for what is of that country."""
    key = fold(mention.text).replace("united states", "us").replace("united kingdom", "uk")
    key = {"usa": "us", "america": "us", "american": "us"}.get(key, key)
    of_country = {fold(adjective): country for country, adjective in lexicon.DEMONYMS.items()}
    return {"usa": "us", "america": "us"}.get(country := of_country.get(key, key), country)


def _read(text: str, match: re.Match[str]) -> Mention | None:
    words = list(re.finditer(r"\S+", match[0]))
    is_titled = bool(_TITLE_BEFORE.search(text[: match.start()]))
    begins = not is_titled and bool(_SENTENCE_START.search(text[: match.start()]))
    starts = len(words)
    while words and begins and _is_no_name(words[0][0]):
        words.pop(0)
    begins = begins and len(words) == starts
    while len(words) > 1 and fold(words[0][0].rstrip(".")) in lexicon.TITLES | {"of"}:
        words.pop(0)
        is_titled = True
    while words and words[-1][0].islower():
        words.pop()
    if not words or all(_is_no_name(word[0]) or fold(word[0]) in lexicon.TITLES for word in words):
        return None
    start, end = match.start() + words[0].start(), match.start() + words[-1].end()
    name = _POSSESSIVE.sub("", text[start:end]).rstrip("-’'")
    end = start + len(name)
    if begins and len(words) == 1 and _is_only_initial(name, text, end):
        return None
    return Mention(name, start, end, _classify(name, text[:start], is_titled=is_titled), is_titled)


def _is_no_name(word: str) -> bool:
    folded = fold(_POSSESSIVE.sub("", word))
    is_abbreviation = word.isupper() and len(word) > 1
    return folded in _DATE_WORDS | _STARTERS or (folded in STOP_WORDS | lexicon.AUXILIARIES and not is_abbreviation)


def _is_only_initial(name: str, text: str, end: int) -> bool:
    if fold(name) in lexicon.COUNTRIES | lexicon.CAPITALS or name.isupper():
        return False
    if re.search(rf"(?<=\w )\b{re.escape(name)}\b", text):
        return False
    stands_alone = not text.strip(f" ?!.{name}")
    return not stands_alone and (not _VERB_BEHIND.match(text, end) or name.endswith(_COMMON_ENDINGS))


def _classify(name: str, before: str, *, is_titled: bool) -> Kind:
    words = [fold(word) for word in name.split()]
    if " ".join(words) in {"united states", "united kingdom", "european union"} or words[-1] in lexicon.COUNTRIES:
        return Kind.COUNTRY if len(words) <= 2 else Kind.UNKNOWN
    if words[-1] in lexicon.CAPITALS and len(words) == 1:
        return Kind.PLACE if _PLACE_BEFORE.search(before) else Kind.COUNTRY
    by_word = _classify_by_words(set(words))
    return by_word or _classify_by_place(name, words, before, is_titled=is_titled)


def _classify_by_words(words: set[str]) -> Kind | None:
    if words & lexicon.EVENT_WORDS:
        return Kind.UNKNOWN
    if words & lexicon.ORGANISATION_WORDS:
        return Kind.ORGANISATION
    return Kind.PLACE if words & lexicon.PLACE_WORDS else None


def _classify_by_place(name: str, words: list[str], before: str, *, is_titled: bool) -> Kind:
    if is_titled:
        return Kind.PERSON
    if _PLACE_BEFORE.search(before):
        return Kind.PLACE
    if _THE_BEFORE.search(before) or words[0] in lexicon.PLACE_FIRST or "of" in words or len(words) > 4:
        return Kind.UNKNOWN
    is_plain = all(word.replace("-", "").replace("’", "").isalpha() for word in words) and not name.isupper()
    return Kind.PERSON if len(words) > 1 and is_plain else Kind.UNKNOWN
