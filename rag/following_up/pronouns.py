"""Pronouns that point at an earlier turn give way to what they stand for."""

import re

from rag.following_up import lexicon
from rag.following_up.antecedents import find_antecedent
from rag.following_up.context import Context, drop_leading
from rag.following_up.mentions import find_mentions
from rag.following_up.noun_phrases import find_noun_phrases
from rag.following_up.pointing import Pointer, find_pointers
from rag.words import find_tokens, fold

_SINGULAR = {"do": "does", "are": "is", "were": "was", "have": "has"}
_PLURAL = {singular: plural for plural, singular in _SINGULAR.items()}
_AUX_BEFORE = re.compile(r"\b(do|does|are|is|were|was|have|has)(\s+)$", re.IGNORECASE)
_AUX_BEHIND = re.compile(r"^(\s+)(do|does|are|is|were|was|have|has)\b")
_JOINED = {"s": " is", "re": " are", "ve": " have", "ll": " will", "d": " would"}
# "That" and "this" before a noun, and alone where they can be nothing but what was said.
_THAT_NOUN = re.compile(r"\b(?:that|this|these|those)\s+(?P<noun>[a-z][\w-]+)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\s*(?:(?:and|but|so)[\s,]+)?(?:who|what|when|where|why|how|which|whose|tell|explain|describe|list|is|are|was|were|do|does"
    r"|did|will|would|can|could|has|have|had|should)\b",
    re.IGNORECASE,
)
# "Suggest that users left" tells what is suggested; "the cost of that bridge" points.
_BEFORE_THAT = re.compile(
    rf"(?:^|\b(?:{'|'.join(sorted(lexicon.AUXILIARIES | lexicon.PREPOSITIONS))}|of|and|but))\s*$", re.IGNORECASE
)
_ASKS_WHO = re.compile(r"(?:(?:and|but|so)[\s,]+)?who (?:is|was|are|were) (?:he|she|they)[?!. ]*", re.IGNORECASE)
# What takes two: after a question about China alone, "what did they agree on?" is not asked of China.
_TAKES_SEVERAL = re.compile(
    r"\bthey\s+(?:\w+\s+){0,2}?(?:(?:dis)?agree|meet|met|negotiat|discuss|talk|differ|quarrel|argue|compromise|clash|part)\w*\b"
    r"|\bthey\b.*\b(?:each other|one another|among themselves)\b",
    re.IGNORECASE,
)
_HAPPENS = re.compile(r"\bit\s+(?:\w+\s+)?(?:happen|occur)\w*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_TIMES = frozenset(
    "year month week day morning evening time season point summer winter spring autumn night weekend kind".split()
)
_THAT_ALONE = re.compile(
    r"\b(?:about|after|before|of|for|from|with|by|on|to|since|until|despite|like|against)\s+(?:that|this|these|those)(?=\s*[?!.,]|\s*$)"
    r"|\b(?:is|was|are|were|will|does|did|would|has|can|could)\s+(?:that|this|those|these)(?=\s+\w+|\s*[?!.]|\s*$)"
    r"|\b(?:said|say|says|do|did|mean|confirm|confirmed|deny|denied|want)\s+(?:that|this|those|these|so)(?=\s*[?!.]|\s*$)"
    r"|^\s*(?:that|this)(?:['’]s|\s+is|\s+was)\b",
    re.IGNORECASE,
)


def resolve_pronouns(question: str, context: Context) -> tuple[str, bool]:
    """The question with names for pronouns, and whether all that points out of it was found."""
    found = find_pointers(question)
    antecedents = [_find_new(question, pointer, context) for pointer in found]
    is_whole = None not in antecedents and all(_can_replace(question, pointer) for pointer in found)
    resolved = question
    for pointer, antecedent in reversed(list(zip(found, antecedents, strict=True))):
        # Beside a pronoun that nobody understands, only a person's name is sure to be right.
        if antecedent is not None and _can_replace(question, pointer) and (is_whole or pointer.group in {"he", "she"}):
            resolved = _replace(resolved, pointer, *antecedent)
    resolved, points = _resolve_that_noun(resolved, context)
    is_whole = is_whole and not points and not points_with_that(resolved)
    return (drop_leading(resolved) if resolved != question else question), is_whole


def _find_new(question: str, pointer: Pointer, context: Context) -> tuple[str, bool] | None:
    """What the pronoun stands for, unless the question speaks of that by its name: then it is something else."""
    antecedent = find_antecedent(pointer.group, context, is_new=bool(_ASKS_WHO.fullmatch(question.strip())))
    said = {fold(token) for token in find_tokens(question)}
    if antecedent is None or fold(find_tokens(antecedent[0])[-1]) in said:
        return None
    if pointer.group == "they" and not antecedent[1] and _asks_for_several(question, pointer, antecedent[0]):
        return None
    return None if pointer.group == "it" and _is_doubtful(question, pointer, antecedent[0]) else antecedent


def _is_doubtful(question: str, pointer: Pointer, name: str) -> bool:
    """Whether "it" may as well be what was done: "who voted against it?" is not of the bank that did it."""
    is_object = pointer.word == "it" and bool(re.match(r"\s*(?:[?.!]|$)", question[pointer.end :]))
    is_name = name.split()[-1][0].isupper()
    return (is_object and is_name) or bool(_HAPPENS.search(question))


def _asks_for_several(question: str, pointer: Pointer, name: str) -> bool:
    """Whether "they" must be more than one party that has a name: with another named behind it, one will do."""
    is_name = name.split()[-1][0].isupper()
    is_alone = not find_mentions(question[pointer.end :])
    return is_name and is_alone and bool(_TAKES_SEVERAL.search(question) or _ASKS_WHO.fullmatch(question.strip()))


def _can_replace(question: str, pointer: Pointer) -> bool:
    """Only in a question, and in its first sentence: a remark that someone types is not made into another's."""
    first = _SENTENCE_END.split(question.strip(), maxsplit=1)[0]
    is_asked = first.endswith("?") or bool(_ASKS.match(first))
    return is_asked and not _SENTENCE_END.search(question[: pointer.start])


def points_with_that(question: str) -> bool:
    """Whether a "that" stands for what was said: "is that true?", "what about this?"."""
    found = _THAT_ALONE.search(question)
    # A question with names of its own may end in a loose "that" and still be searched for.
    return bool(found) and len({each.key for each in find_mentions(question)}) == 0


def _replace(question: str, pointer: Pointer, name: str, is_plural: bool) -> str:
    before, behind = question[: pointer.start], question[pointer.end :]
    forms = _PLURAL if is_plural else _SINGULAR
    if pointer.group == "there":
        return f"{before}{name}{behind}"
    if pointer.is_possessive:
        return f"{before}{_lower(name, before)}{_possess(name)}{behind}"
    joined = _JOINED.get(pointer.joined, "")
    joined = " are" if joined == " is" and is_plural else " is" if joined == " are" and not is_plural else joined
    if pointer.word in {"he", "she", "they", "it"}:
        before = _AUX_BEFORE.sub(lambda aux: _agree(aux[1], forms) + aux[2], before)
        if not before.strip() or before.rstrip().endswith((",", "and", "that", "when", "if", "because")):
            behind = _AUX_BEHIND.sub(lambda aux: aux[1] + _agree(aux[2], forms), behind)
    return f"{before}{_lower(name, before)}{joined}{behind}"


def _agree(aux: str, forms: dict[str, str]) -> str:
    put = forms.get(aux.lower(), aux)
    return put.capitalize() if aux[0].isupper() else put


def _possess(name: str) -> str:
    return "’" if name.endswith("s") and name.split()[-1].islower() else "’s"


def _lower(name: str, before: str) -> str:
    starts = name.split()[0] in {"The", "These", "Both"} and before.strip()
    return name[0].lower() + name[1:] if starts else name


def _resolve_that_noun(question: str, context: Context) -> tuple[str, bool]:
    """Put for "this bridge" the one that was spoken of; and whether there is one that was not found."""
    points = False
    for found in _THAT_NOUN.finditer(question):
        noun = found["noun"].lower()
        if noun in _TIMES or (found[0][:4].lower() == "that" and not _BEFORE_THAT.search(question[: found.start()])):
            continue
        same = {each.text for each in find_noun_phrases(context.topic) if each.head == noun and not each.is_asked}
        longer = {each for each in same if len(each.split()) > 2 or each[0].isupper()}
        if len(longer) == 1:
            phrase = longer.pop()
            needs_article = not phrase.startswith("the ") and (phrase[0].islower() or " of " in phrase)
            article = "the " if needs_article else ""
            return f"{question[: found.start()]}{article}{phrase}{question[found.end() :]}", False
        points = points or bool(same) or (found[0][:4].lower() in {"this", "thes", "thos"})
    return question, points and not find_mentions(question)
