"""Pronouns of a question that point out of it, at what was said before."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.following_up import lexicon
from rag.following_up.mentions import Kind, find_mentions
from rag.following_up.noun_phrases import find_noun_phrases
from rag.words import STOP_WORDS, fold

_PRONOUN = re.compile(
    r"\b(?P<word>he|him|his|she|her|hers|they|them|their|theirs|it|its|there)\b(?P<joined>['’](?:s|re|ve|ll|d)\b)?",
    re.IGNORECASE,
)
_CLASSES = {
    "he": "he him his", "she": "she her hers", "they": "they them their theirs", "it": "it its", "there": "there"
}  # fmt: skip
_CLASS_OF = {word: name for name, words in _CLASSES.items() for word in words.split()}
_OBJECTS = frozenset("him them it her".split())
_WITHIN = re.compile(
    r"\b(?:that|when|if|because|whether|what|and|or|but|before|after|while|how|why|which|who|as|since|so)\b|[,;:.?!]"
)
# "It" that stands for nothing, and "there" that only says that something exists.
_EMPTY_IT = re.compile(
    r"\bit\s+(?:really\s+|still\s+)?(?:rain|snow|seem|appear|turn(?:s|ed)? out|matter)\w*"
    r"|\b(?:is|was|isn['’]t|wasn['’]t|be)\s+it\s+(?:\w+\s+){0,2}(?:to|that|for|who|whether|if|when|raining|snowing|time)\b"
    r"|\bit(?:['’]s| is| was| will be| would be)\s+(?:\w+\s+){1,3}(?:to|that|whether|if)\b"
    r"|\bit\s+(?:takes?|took|cost|costs)\s+(?:\w+\s+){0,3}to\b|\bwhat (?:time|day|date|year|is) it\b|\bwhat (?:time|day|date|year) (?:is|was) it\b"
    r"|\bhow (?:far|late|cold|warm|hot) (?:is|was) it\b|\bmak(?:e|es|ing) it to\b|\bmade it to\b|\bfind it\b|\bfound it \w+ (?:to|that)\b",
    re.IGNORECASE,
)
_EMPTY_THERE = re.compile(
    r"\b(?:is|are|was|were|be|been|will|would|could|can|should|may|might|has|have|had|does|did|isn['’]t|aren['’]t|wasn['’]t)\s+there\b(?!\s*[?.!]?$)"
    r"|\bthere\s+(?:is|are|was|were|be|been|will|would|could|can|has|have|had|any|a|an|no)\b|\bthere['’]s\b|\bout there\b|\bhi there\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Pointer:
    """A pronoun that points out of the question: `group` is its nominative, `joined` what is contracted with it."""

    group: str
    word: str
    start: int
    end: int
    joined: str
    is_possessive: bool


def find_pointers(question: str) -> list[Pointer]:
    """The first pronoun of each kind that nothing within the question explains."""
    pointers: dict[str, Pointer] = {}
    empty = [match.span() for pattern in (_EMPTY_IT, _EMPTY_THERE) for match in pattern.finditer(question)]
    explained: set[str] = set()
    for match in _PRONOUN.finditer(question):
        word = match["word"].lower()
        group = _CLASS_OF[word]
        if group in explained or any(start <= match.start() < end for start, end in empty):
            continue
        # The first of its kind decides: what explains it explains the later ones, and so does what replaces it.
        explained.add(group)
        if match["word"] == "IT":
            continue
        pointer = _point(question, match, word, group)
        if not _is_explained(question, pointer):
            pointers[group] = pointer
    return sorted(pointers.values(), key=lambda each: each.start)


def _point(question: str, match: re.Match[str], word: str, group: str) -> Pointer:
    is_possessive = word in {"his", "their", "its"} or (word == "her" and _has_noun_behind(question, match.end()))
    return Pointer(group, word, match.start(), match.end(), (match["joined"] or "")[1:], is_possessive)


def _has_noun_behind(question: str, end: int) -> bool:
    behind = re.match(r"\s+([\w-]+)", question[end:])
    return bool(behind) and fold(behind[1]) not in STOP_WORDS | lexicon.PREPOSITIONS  # type: ignore[index]


def _is_explained(question: str, pointer: Pointer) -> bool:
    """Whether something before the pronoun, within reach of it, can be what it stands for."""
    if pointer.group == "there":
        return bool(re.search(r"\b(?:in|at|to|from)\s+(?:the\s+)?[A-Z]", question[: pointer.start]))
    before = question[: pointer.start]
    if not any(fits for fits in _find_fitting(before, pointer.group)):
        return bool(re.match(r"\s*(?:when|if|before|after|because|while|as)\b[^,]*,", question, re.IGNORECASE))
    # "Did Hale meet him?": an object is never the one who acts in the same clause.
    if pointer.word in _OBJECTS and not pointer.is_possessive:
        return bool(_WITHIN.search(_from_first_noun(before)))
    return True


def _from_first_noun(before: str) -> str:
    """The text behind the first noun phrase: what stands before it opens the question and divides nothing."""
    phrases = find_noun_phrases(before)
    if not phrases:
        return ""
    first = phrases[0].text.split()[-1]
    return before[before.find(first) + len(first) :]


def _find_fitting(before: str, group: str) -> Iterator[bool]:
    if group in {"he", "she"}:
        people = [each for each in find_mentions(before) if each.kind is Kind.PERSON]
        yield any(each.sex in ("", group) for each in people)
        # A single name of which nothing tells more may be a person's.
        yield any(each.kind is Kind.UNKNOWN and " " not in each.text for each in find_mentions(before))
        yield any(phrase.is_person for phrase in find_noun_phrases(before))
        yield bool(re.search(r"\b(?:someone|anyone|nobody|everyone|one)\b", before, re.IGNORECASE))
    for phrase in find_noun_phrases(before):
        if group == "they":
            yield phrase.is_plural or phrase.is_group or bool(re.search(r"[A-Z]\w* and [A-Z]", before))
        elif group == "it":
            yield not phrase.is_person and not phrase.is_date and (not phrase.is_plural or phrase.is_name)
