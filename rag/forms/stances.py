"""How a sentence stands to a claim: it says so, says otherwise, says it with a reserve, or speaks of something else."""

import re
from collections.abc import Sequence
from enum import StrEnum

from rag.evidence import EvidenceSentence
from rag.forms.claims import Claim
from rag.forms.meanings import list_alike, share_meaning
from rag.forms.offices import means_both
from rag.forms.terms import Terms, has_name, is_place_in, list_places, read_terms, spell_alike, stems_of_text
from rag.forms.values import list_counted
from rag.names import find_names
from rag.quantities import find_quantities, quantities_of_date
from rag.question_words import head_of
from rag.verification.certainty import rate_words
from rag.verification.negation import negated_stems, plain_stems
from rag.verification.opposites import list_opposites
from rag.words import find_tokens, fold, stem

# Share of the claim's own words, beside names and numbers, that a sentence must hold to speak of the claim; of a short claim
# all of them, and a word that only the sentence before or the title holds counts half.
_SPEAKS_OF, _SHORT, _ONLY_AROUND = 0.6, 3, 0.5
_SURE, _LIKELY, _OPEN = 3, 2, 1
# How sure a source must be of what is asked: plans answer "will", anything answers "could".
_NEEDED = {"will": _LIKELY, "would": _LIKELY, "should": _LIKELY, "can": _OPEN, "could": _OPEN, "might": _OPEN}
_STILL_TO_COME = re.compile(r"\b(?:future|upcoming|proposed|planned|possible) ([\w-]+)", re.IGNORECASE)
_NEAR = 4
_DATED = ("date", "month", "weekday")
# A sentence that begins like this speaks of somebody or something named before it.
_LEANS = re.compile(
    r"[“\"‘]?(?:(?:moreover|however|in addition|meanwhile|but|and|also|still|yet|so|then|instead),?\s+)?"
    r"(?:he|she|it|they|his|her|its|their|the|this|that|these|those)\b",
    re.IGNORECASE,
)
# And one that begins like this may speak of anybody.
_POINTS = re.compile(
    r"[“\"‘]?(?:\w+, )?(?:he|she|it|they|his|her|its|their|this|that|these|those|both|the two)\b", re.IGNORECASE
)


class Stance(StrEnum):
    """What a sentence does with a claim; `OF_ANOTHER`: says the same of somebody else, `ELSEWHERE`: of another place."""

    SAYS_SO = "says so"
    SAYS_OTHERWISE = "says otherwise"
    RESERVED = "with a reserve"
    OF_ANOTHER = "of another"
    ELSEWHERE = "elsewhere"


def list_stances(claim: Claim, ranked: Sequence[EvidenceSentence]) -> list[tuple[EvidenceSentence, Stance]]:
    """The sentences that speak of a claim, in the order given, each with how it stands to it."""
    stances = ((found, find_stance(claim, found)) for found in ranked)
    return [(found, stance) for found, stance in stances if stance]


def find_stance(claim: Claim, found: EvidenceSentence) -> Stance | None:
    """How a sentence stands to a claim, None when it speaks of something else.

    A sentence speaks of a claim when it holds its words, or words for the same, and its names: those of whom it speaks may
    stand before it when it leans on that, a place may not.
    """
    terms = read_terms(claim.text)
    before = read_before(found)
    words = _find_held(terms, found, before)
    if not words:
        return None
    if _is_denied(found.text, words) != bool(terms.denied) or _is_turned(terms, found.text):
        stance = Stance.SAYS_OTHERWISE
    else:
        level = min((level for word, level in rate_words(spell_alike(found.text)) if word in words), default=_SURE)
        if words & {stem(fold(each)) for each in _STILL_TO_COME.findall(found.text)}:
            level = min(level, _LIKELY)
        stance = Stance.SAYS_SO if level >= _NEEDED.get(claim.auxiliary, _SURE) else Stance.RESERVED
    if any(name & terms.places and not is_place_in(name, found.text) for name in terms.names):
        return _find_elsewhere(terms, found.text)
    missing = [name for name in terms.names if not has_name(name, found.text)]
    if means_both(missing, found):
        missing = []
    if missing and not (_LEANS.match(found.text) and all(has_name(name, before) for name in missing)):
        return Stance.OF_ANOTHER if _names_another(terms, found.text) else None
    return _compare_quantities(claim, terms, found, stance)


def read_before(found: EvidenceSentence) -> str:
    """The sentence before one in its article, empty for the first."""
    place = found.article.sentences.index(found.sentence)
    return found.article.quote(found.article.sentences[place - 1]) if place else ""


def _find_held(terms: Terms, found: EvidenceSentence, before: str) -> frozenset[str]:
    """The words of a sentence that stand for those of the claim; empty when there are too few of them."""
    own = frozenset(stems_of_text(found.text))
    around = frozenset(stems_of_text(" . ".join([before, *head_of(found.article)])))
    held = {one: list_alike(one) & own for one in terms.stems}
    inside = sum(bool(words) for words in held.values())
    outside = sum(not held[one] and bool(list_alike(one) & around) for one in terms.stems)
    is_enough = inside + _ONLY_AROUND * outside >= _SPEAKS_OF * len(terms.stems)
    if len(terms.stems) <= _SHORT:
        is_enough = inside + outside == len(terms.stems) and inside >= outside
    return frozenset[str]().union(*held.values()) if is_enough and inside else frozenset()


def _is_denied(text: str, words: frozenset[str]) -> bool:
    text = spell_alike(text)
    return bool(words & negated_stems(text) - set(plain_stems(text)))


def _is_turned(terms: Terms, text: str) -> bool:
    """Whether a sentence has the opposite of a word of the claim, and not the word, beside the claim's other words."""
    tokens = [fold(token) for token in find_tokens(text)]
    stems = [stem(token) for token in tokens]
    for word in terms.words:
        if any(share_meaning(stem(word), each) for each in stems):
            continue
        others = [one for one in terms.stems if one != stem(word)]
        for place, token in enumerate(tokens):
            beside = stems[max(0, place - _NEAR) : place + _NEAR + 1]
            if token in list_opposites(word) and any(share_meaning(one, each) for one in others for each in beside):
                return True
    return False


def _find_elsewhere(terms: Terms, text: str) -> Stance | None:
    """Whether a sentence says of another place all that the claim says of the one that it lacks."""
    own = frozenset(stems_of_text(text))
    others = [name for name in terms.names if not name & terms.places]
    is_same = all(list_alike(one) & own for one in terms.stems) and all(has_name(name, text) for name in others)
    return Stance.ELSEWHERE if is_same and list_places(text) - frozenset().union(*terms.names) else None


def _names_another(terms: Terms, text: str) -> bool:
    """Whether a text speaks of a name that the claim does not hold, and says itself of whom it speaks."""
    asked = frozenset[str]().union(*terms.names)
    others = [name for name in find_names(text) if not name.initial and name.word not in asked]
    return bool(others) and not _POINTS.match(text)


def _compare_quantities(claim: Claim, terms: Terms, found: EvidenceSentence, stance: Stance) -> Stance | None:
    if not terms.quantities:
        return stance
    given = find_quantities(found.text).given
    if found.article.published:
        given |= quantities_of_date(found.article.published)
    missing = terms.quantities - given
    if not missing:
        return stance
    return Stance.SAYS_OTHERWISE if _gives_another(claim.text, found.text, missing) else None


def _gives_another(claim: str, text: str, missing: frozenset[str]) -> bool:
    """Whether a text gives another quantity of the kind that it lacks: another date, another number of the same thing."""
    if any(each.startswith(_DATED) for each in missing):
        return any(each.startswith(_DATED) for each in find_quantities(text).stated)
    units = {unit for number, unit in list_counted(claim) if number & missing}
    return any(unit in units and not number & missing for number, unit in list_counted(text))
