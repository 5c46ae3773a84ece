"""Names and numbers in the places where the source has them: nobody else does what the cited words say of somebody."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.conversation import Citation
from rag.names import aliases_of, normalise_phrases
from rag.quantities import find_quantities
from rag.verification.reading import read_names
from rag.words import fold, is_content, stem

_ONES = "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_SCALES = "hundred|thousand|million|billion|trillion"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"
    r"|\d[\d,]*(?:\.\d+)?(?: ?%| per ?cent\b|[ -](?:hundred|thousand|million|billion|trillion)\b)?"
    rf"|(?:(?:{_TENS})-[a-z]+|(?:{_ONES}|{_TENS})(?=[ -](?:{_SCALES})\b))(?:[ -](?:{_SCALES})\b)?|\w+(?:[.’'-]\w+)*|[,;:()—–“”\"]"
)
_NUMBER_WORD = re.compile(
    rf"(?:{_ONES}|{_TENS}|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)(?:[ -][a-z]+)*"
)
_POSSESSIVE = re.compile(r"[’'‘]s?$")
_ASIDE = re.compile(r",\s[^,;:“”\"]{3,120},(?=\s)|\s\([^()]{2,80}\)")
_BRACKETED = re.compile(r"\s\([^()]{2,80}\)")
# What somebody is, right before the name: "Foreign Ministry spokesman Zhao Lijian".
_ROLE = re.compile(
    r"\b(?:[A-Z][\w.’'&-]*\s+){0,5}(?:[a-z-]+\s+){0,2}(?:spokes(?:man|woman|person)|minister|president|director|secretary|chief|coach"
    r"|professor|analyst|officials?|leader|senator|governor|mayor|judge|lawyer|attorney|officer|commissioner|chair(?:man|woman)?|executive"
    r"|founder|manager|captain|player|singer|actor|actress|writer|author|reporter|correspondent|expert|researcher|scientist|doctor"
    r"|economist|historian|lawmaker|ambassador|candidate|nominee|star|winner|owner|editor|host|commander|representative|activist)"
    r"\s+(?=[A-Z])"
)
_SKIPPED = frozenset("the a an that also".split())
_MARKS = frozenset('“”"')
_EDGE = "."
_ANYBODY = "#"


@dataclass(frozen=True, slots=True)
class Place:
    """Who or what stands in a place of a text, and the two words on either side of it; "." where the text ends."""

    holders: frozenset[str]
    left: tuple[str, str]
    right: tuple[str, str]


def check_places(sentence: str, citations: Sequence[Citation]) -> str | None:
    """A name or number between the same words as another one in the cited spans."""
    given = [place for citation in citations for text in _vary(citation.quote) for place in _find_places(text)]
    if given and all(_has_another(_find_places(text), given) for text in _vary(sentence)):
        return "The cited words say this of another."
    return None


def _has_another(own: Sequence[Place], given: Sequence[Place]) -> bool:
    for place in own:
        like = [other for other in given if _is_alike(place, other)]
        if like and not any(place.holders & other.holders for other in like):
            return True
    return False


@lru_cache(maxsize=2_048)
def _vary(text: str) -> tuple[str, ...]:
    """The text, and it without what stands between commas or brackets: "Smith, the mayor, said" -> "Smith said"."""
    plain = _BRACKETED.sub("", text)
    without_roles = _ROLE.sub("", plain)
    return tuple(dict.fromkeys([text, plain, _ASIDE.sub("", plain), without_roles, _ASIDE.sub("", without_roles)]))


def _is_alike(one: Place, other: Place) -> bool:
    """Whether two places have the same surroundings: one word on both sides, or two on one, a telling one among them."""
    # "was accused by Ode" and "accused Ode": a passive turns the places round, and the check of roles knows it.
    if (one.left[0] == "by") != (other.left[0] == "by"):
        return False
    near = (one.left[0], one.right[0])
    if near == (other.left[0], other.right[0]) and all(map(_is_word, near)) and any(map(_tells, near)):
        return True
    return any(
        mine == theirs and any(map(_tells, mine)) and all(map(_is_word, mine))
        for mine, theirs in ((one.left, other.left), (one.right, other.right))
    )


def _is_word(word: str) -> bool:
    return word[0].isalnum() or word == _ANYBODY


def _tells(word: str) -> bool:
    return word[0].isalpha() and is_content(word)


@lru_cache(maxsize=4_096)
def _find_places(text: str) -> tuple[Place, ...]:
    tokens = [_POSSESSIVE.sub("", token) for token in _TOKEN.findall(normalise_phrases(text))]
    tokens = [each for each in tokens if fold(each) not in _SKIPPED and each not in _MARKS]
    names = {name.word for name in read_names(text) if not name.initial or not _looks_common(name.written, text)}
    kinds = [_hold(token, names) for token in tokens]
    places = []
    start = 0
    while start < len(tokens):
        if kinds[start] is None:
            start += 1
            continue
        end = start + 1
        while end < len(tokens) and (kinds[end] is not None or _joins(tokens, kinds, end)):
            end += 1
        holders = frozenset().union(*(kind for kind in kinds[start:end] if kind))
        before, behind = range(start - 1, -1, -1), range(end, len(tokens))
        places.append(Place(holders, _look(tokens, kinds, before), _look(tokens, kinds, behind)))
        start = end
    return tuple(places)


def _joins(tokens: Sequence[str], kinds: Sequence[frozenset[str] | None], place: int) -> bool:
    """Whether "and", "or" or a comma stands between two names or numbers: a list is one place."""
    if place + 1 >= len(tokens) or kinds[place + 1] is None:
        return False
    # A comma alone may as well end a phrase: "According to Smith, China ..." is no list.
    is_list = tokens[place] == "," and place + 2 < len(tokens) and tokens[place + 2].lower() in (",", "and", "or")
    return is_list or tokens[place].lower() in ("and", "or", "&", "of", "for")


def _hold(token: str, names: frozenset[str] | set[str]) -> frozenset[str] | None:
    """What a token stands for: of a name the word and its parts, of a number the number; None for another word."""
    parts = [fold(part) for part in re.split(r"[-’']", token) if part]
    found = {alias for part in parts if part in names for alias in aliases_of(part)}
    if found and token[0].isupper():
        return frozenset(found)
    if token[0].isdigit():
        return frozenset(find_quantities(token).given)
    return find_quantities(token).stated or None if _NUMBER_WORD.fullmatch(token) else None


def _look(tokens: Sequence[str], kinds: Sequence[frozenset[str] | None], places: Sequence[int]) -> tuple[str, str]:
    """The two words at these places; of a name or number only that it is one, for it has a place of its own."""
    words = [
        _ANYBODY if kinds[place] else tokens[place] if not tokens[place][0].isalnum() else stem(fold(tokens[place]))
        for place in places[:2]
    ]
    first, second, *_ = [*words, _EDGE, _EDGE]
    return first, second


def _looks_common(written: str, text: str) -> bool:
    """Whether a word at the start may have its capital from there: nothing else with a capital follows it."""
    place = text.find(written)
    behind = text[place + len(written) :].removeprefix("’s").removeprefix("'s")
    return not (len(behind) > 1 and behind[0] == " " and behind[1].isupper()) and text.count(written) == 1
