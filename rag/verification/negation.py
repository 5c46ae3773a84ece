"""What a text denies, and whether a sentence denies what its source does not, or the other way round."""

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.conversation import Citation
from rag.words import content_stems, find_tokens, fold

_NEGATIONS = frozenset(
    """not no never none neither nor cannot without refuse refused refuses refusing deny denied denies unlikely nt
    fail failed fails failing reject rejected rejects rejecting decline declined declines declining hardly""".split()
)
_NEGATION_REACH = 3
_DENYING_PHRASE = re.compile(
    r"(?<=[a-z])n['’‘]t\b|\byet to\b|\bno longer\b|\boff[ -]limits\b|\brul(?:e|es|ed) out\b", re.IGNORECASE
)
_NOT_ONLY = re.compile(
    r"\bnot (?:only|just|merely|simply)\b|\bno (?:fewer|less|later|earlier|more|matter|doubt)\b", re.IGNORECASE
)
_CANNOT = re.compile(r"\bcan['’]?t\b|\bcannot\b", re.IGNORECASE)
# Of "refused" and its like the source may speak in other words; of these only by other ones of them.
_PLAIN_NEGATIONS = frozenset("not no never cannot without neither nor none nothing nobody".split())
_EDGE = "."


def check_negation_gained(sentence: str, citations: Sequence[Citation]) -> str | None:
    """Something under a negation that the source asserts."""
    own = negated_stems(sentence)
    given = {word for citation in citations for word in negated_stems(citation.quote)}
    plain = {word for citation in citations for word in plain_stems(citation.quote)}
    is_strange = bool(own) and not own & given and (not given or bool(own & plain))
    if is_strange or _differs(sentence, citations, has_more=True):
        return "It denies something that the cited words do not deny."
    return None


def check_negation_dropped(sentence: str, citations: Sequence[Citation]) -> str | None:
    """Two words side by side that the source has with a negation between them."""
    return "The cited words deny this." if _differs(sentence, citations, has_more=False) else None


def check_negation_lost(sentence: str, citations: Sequence[Citation]) -> str | None:
    """Something asserted that the source has under a negation only."""
    own = set(content_stems(sentence))
    negated = negated_stems(sentence)
    for citation in citations:
        denied = negated_stems(citation.quote)
        lost = (denied & own) - negated
        if lost and not negated & denied and not lost & set(plain_stems(citation.quote)):
            return "The cited words deny something that this does not."
    return None


def negated_stems(text: str) -> frozenset[str]:
    """Stems of the content words that stand under a negation."""
    return frozenset(word for word, is_negated in _mark_negation(text) if is_negated)


def plain_stems(text: str) -> tuple[str, ...]:
    """Stems of the content words that stand under no negation, in order."""
    return tuple(word for word, is_negated in _mark_negation(text) if not is_negated)


@lru_cache(maxsize=4_096)
def _mark_negation(text: str) -> tuple[tuple[str, bool], ...]:
    """Stems of the content words, each with whether a negation stands within the three words before it."""
    marked = []
    reach = 0
    for token in find_tokens(_DENYING_PHRASE.sub(" not ", _NOT_ONLY.sub(" ", text))):
        word = fold(token)
        if word in _NEGATIONS:
            # "did not refuse" denies nothing.
            reach = 0 if reach == _NEGATION_REACH else _NEGATION_REACH
            continue
        for found in content_stems(token):
            marked.append((found, reach > 0))
            reach -= 1
    return tuple(marked)


def _differs(sentence: str, citations: Sequence[Citation], *, has_more: bool) -> bool:
    """Whether two content words stand side by side here and in the source, with more (or fewer) negations in between."""
    given: dict[tuple[str, str], set[int]] = {}
    for citation in citations:
        for pair, count in _count_between(citation.quote):
            given.setdefault(pair, set()).add(count)
    for pair, count in _count_between(sentence):
        counts = given.get(pair)
        if counts and count not in counts and all((count > each) == has_more for each in counts):
            return True
    return False


@lru_cache(maxsize=4_096)
def _count_between(text: str) -> tuple[tuple[tuple[str, str], int], ...]:
    """Neighbouring content words, each pair with the number of plain negations between them."""
    found = []
    last, count = _EDGE, 0
    for token in find_tokens(_CANNOT.sub("can not", re.sub(r"n['’‘]t\b", " not", _NOT_ONLY.sub(" ", text)))):
        if fold(token) in _PLAIN_NEGATIONS:
            count += 1
            continue
        for stem in content_stems(token):
            found.append(((last, stem), count))
            last, count = stem, 0
    return (*found, ((last, _EDGE), count))
