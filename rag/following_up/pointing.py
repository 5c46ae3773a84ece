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
_OBJECTS = frozenset("him them her".split())
_NO_VERB_BEHIND = re.compile(rf"\s*(?:$|[?.!,;:]|(?:{'|'.join(sorted(lexicon.PREPOSITIONS))}|and|or|again|now|then)\b)")
_WITHIN = re.compile(
    r"\b(?:that|when|if|because|whether|what|and|or|but|before|after|while|how|why|which|who|as|since|so)\b|[,;:.?!]"
)
# "It" that stands for nothing, and "there" that only says that something exists.
_EMPTY_IT = re.compile(
    r"\bit\s+(?:really\s+|still\s+)?(?:rain|snow|seem|appear|turn(?:s|ed)? out|matter)\w*"
    r"|\b(?:is|was|isn['’]t|wasn['’]t|be)\s+it\s+(?:\w+\s+){0,2}(?:to|that|for|who|whether|if|when|raining|snowing|time)\b"
    r"|\bit(?:['’]s| is| was| will be| would be)\s+(?:\w+\s+){1,3}(?:to|that|whether|if)\b"
    r"|\bit\s+(?:takes?|took)\s+(?!place|effect|part|off|over|back|up|out)\w+|\bit(?:['’]s| is| has| had) been\b|\bit\s+costs?\s+(?:\w+\s+){0,3}to\b|\bwhat (?:time|day|date|year|is) it\b|\bwhat (?:time|day|date|year) (?:is|was) it\b"
    r"|\bgot it\b|\bit (?:make|makes|made) (?:\w+ )?sense\b|\bhow (?:far|late|cold|warm|hot) (?:is|was) it\b|\b(?:makes?|making|made) it \w+\b|\bfind it\b|\bfound it \w+ (?:to|that)\b",
    re.IGNORECASE,
)
_EMPTY_THERE = re.compile(
    r"\b(?:is|are|was|were|be|been|will|would|could|can|should|may|might|has|have|had|does|did|isn['’]t|aren['’]t|wasn['’]t)\s+there\b(?!\s*[?.!]?$)"
    r"|\bthere\s+(?:is|are|was|were|be|been|will|would|could|can|has|have|had|any|a|an|no)\b|\bthere['’]s\b|\b(?:what|which|how many)\b.*\b(?:is|are|was|were) there(?=\s*[?.!]*$)|\bout there\b|\bhi there\b",
    re.IGNORECASE,
)


# "When she resigned, ...", "Other than its centre, ...": what it stands for comes behind.
_OPENING = re.compile(
    r"\s*(?:when|if|before|after|because|while|as|since|although|though|other than|besides|despite|with|in|during|unlike|like|given"
    r"|considering)\b(?!\s+(?:what|which|do|does|did|is|are|was|were|will|would|can|could|has|have|had|should)\b)[^,?]*\b(?:he|she|they|it|his|her|its|their)\b[^,?]*,",
    re.IGNORECASE,
)
_ASKED = re.compile(r".*?\b(?:(?:which|what) (?P<noun>\w+)|whose \w+|who)\b(?P<rest>.*)$", re.IGNORECASE | re.DOTALL)
_WH_PHRASE = re.compile(
    r"\s*(?:(?:and|but|so)[\s,]+)?(?:what|which|how|when|where|why|who|whom|whose)\b(?P<rest>.*)$", re.IGNORECASE
)
_AUX_LAST = re.compile(
    r"\b(?:is|are|was|were|do|does|did|will|would|can|could|has|have|had|should|may|might)\s*$", re.IGNORECASE
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
    if _OPENING.match(question) or _is_asked_for(question, pointer):
        return True
    if _is_inverted(before) or not any(_find_fitting(before, pointer.group)):
        return False
    # "Did Hale meet him?": an object is never the one who acts in the same clause.
    return not _is_object(question, pointer) or bool(_WITHIN.search(_from_first_noun(before)))


def _is_inverted(before: str) -> bool:
    """Whether nothing but the question word's phrase and the auxiliary stands before: "what kind of sport does it"."""
    asked = _WH_PHRASE.match(before)
    return bool(asked) and bool(_AUX_LAST.search(before)) and not _WITHIN.search(asked["rest"])  # type: ignore[index]


def _is_object(question: str, pointer: Pointer) -> bool:
    if pointer.word == "it":
        return bool(_NO_VERB_BEHIND.match(question[pointer.end :]))
    return pointer.word in _OBJECTS and not pointer.is_possessive


def _is_asked_for(question: str, pointer: Pointer) -> bool:
    """Whether the one whom the question asks for explains the pronoun: "which player won his second title"."""
    before = question[: pointer.start]
    asked = _ASKED.match(before)
    if not asked or (_is_object(question, pointer) and not _WITHIN.search(asked["rest"])):
        return False
    is_behind_verb = len(asked["rest"].split()) > 1 or (bool(asked["noun"]) and pointer.is_possessive)
    return is_behind_verb and not _AUX_LAST.search(before)


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
    if group == "they":
        yield any(each.kind is not Kind.PERSON for each in find_mentions(before))
    for phrase in find_noun_phrases(before):
        if group == "they":
            yield phrase.is_plural or phrase.is_group or bool(re.search(r"[A-Z]\w* and [A-Z]", before))
        elif group == "it":
            yield not phrase.is_person and not phrase.is_date and (not phrase.is_plural or phrase.is_name)
