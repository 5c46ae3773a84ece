"""Who does what to whom, as far as word order tells: enough to notice when a sentence turns its source round."""

import re
from functools import lru_cache
from itertools import pairwise

from rag.names import Name, aliases_of, find_names, normalise_phrases
from rag.words import content_stems, find_tokens, fold

_BE = frozenset(["is", "are", "was", "were", "be", "been", "being"])
_REACH = 6
# A possessive ending goes; any other mark keeps two names apart.
_MARKS = re.compile(r"[’'‘`´]s\b|(?P<mark>[^\w\s.’'-]+|\.(?=\s|$))")

Role = tuple[str, str, str]


def find_reversal(sentence: str, source: str) -> Role | None:
    """A (doer, verb, done to) of the sentence that the source has the other way round, and not this way, or None.

    Taken from the nearest name on either side of each content word; "was accused by" is turned into the active.
    """
    own, given = _find_roles(sentence), _find_roles(source)
    return next(
        ((doer, verb, other) for doer, verb, other in sorted(own - given) if (other, verb, doer) in given),
        None,
    )


def has_joined_name(first: str, second: str, text: str) -> bool:
    """Whether two folded words stand side by side in a text, in either order."""
    pairs = _pair_words(text)
    return (first, second) in pairs or (second, first) in pairs


@lru_cache(maxsize=1_024)
def _pair_words(text: str) -> frozenset[tuple[str, str]]:
    readings = (text, normalise_phrases(text))
    return frozenset(pair for each in readings for pair in pairwise([fold(token) for token in find_tokens(each)]))


def find_name_pairs(text: str) -> list[tuple[Name, Name]]:
    """Names that stand side by side with nothing but a space between them: "Joe" and "Biden"."""
    names = [name for name in find_names(text) if not name.initial]
    every = find_names(text)
    spaced = f" {_MARKS.sub(lambda found: ' | ' if found['mark'] else '', normalise_phrases(text))} "
    return [(first, second) for first in every for second in names if f" {first.written} {second.written} " in spaced]


@lru_cache(maxsize=4_096)
def _find_roles(text: str) -> frozenset[Role]:
    tokens = find_tokens(normalise_phrases(text))
    names = {name.word for name in find_names(text)}
    roles: set[Role] = set()
    for position, token in enumerate(tokens):
        stems = content_stems(token)
        if not stems or fold(token) in names or not token.islower():
            continue
        before = _nearest(tokens[max(0, position - _REACH) : position][::-1], names)
        after = _nearest(tokens[position + 1 : position + 1 + _REACH], names)
        if before and after and before != after:
            behind = [fold(each) for each in tokens[position + 1 : position + 1 + _REACH]]
            is_passive = "by" in behind and any(fold(each) in _BE for each in tokens[max(0, position - 3) : position])
            roles.add((after, stems[0], before) if is_passive else (before, stems[0], after))
    return frozenset(roles)


def _nearest(tokens: list[str], names: set[str]) -> str | None:
    for token in tokens:
        word = fold(token)
        if word in names and not token.islower():
            return min(aliases_of(word))
    return None
