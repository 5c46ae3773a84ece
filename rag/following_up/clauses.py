"""A question taken apart: the question word, the auxiliary, and all that follows."""

import re
from dataclasses import dataclass

from rag.following_up import lexicon
from rag.words import fold

_AUX = r"(?:do|does|did|is|are|was|were|will|would|can|could|should|may|might|must|has|have|had)"
_NOUN = r"(?:\s+(?!(?:do|does|did|is|are|was|were|will|would|can|could|should|may|might|must|has|have|had)\b)[\w-]+)"
_ADJUNCT = re.compile(
    rf"(?P<wh>(?:since |until |by )?when|where|why|how(?: (?:long|often|far|quickly|soon|exactly))?)\s+(?P<aux>{_AUX})\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_ARGUMENT = re.compile(
    rf"(?P<wh>who|whom|(?:what|which|how many|how much)(?P<noun>{_NOUN}{{0,3}}))\s+(?P<aux>{_AUX})\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?P<wh>who|(?:what|which|how many)(?P<noun>\s+[\w-]+)?)\s+(?P<rest>(?P<verb>[a-z]+)\b.*)", re.IGNORECASE
)
_YES_NO = re.compile(rf"(?P<aux>{_AUX})\s+(?P<rest>.+)", re.IGNORECASE)
_ENDS_IN_VERB = re.compile(r"\b\w{3,}(?:ed|ing|en)\b")
_PREPOSITION = re.compile(
    rf"\s(?={'|'.join(rf'{word} ' for word in sorted(lexicon.PREPOSITIONS - {'of', 'than', 'as'}))})"
)
_DO = frozenset(["do", "does", "did"])
_BE = frozenset(["is", "are", "was", "were"])


@dataclass(frozen=True, slots=True)
class Clause:
    """A question's parts. `wh` and `noun` ("which ferries": "ferries") are empty for a yes-or-no question.

    `is_subject`: the question word does what `rest` says, which then begins with the verb when `aux` is empty.
    `is_gap`: `rest` lacks the object that is asked for. `is_identity`: "who is the mayor?".
    """

    wh: str
    noun: str
    aux: str
    rest: str
    is_subject: bool = False
    is_gap: bool = False
    is_identity: bool = False

    def ask(self, word: str) -> str | None:
        """The same clause under another question word that asks for a circumstance: "when", "why", "where exactly"."""
        if self.is_subject or self.is_identity:
            return None
        rest = self.rest
        if self.is_gap:
            # What was asked for is known now: it takes the place that the question left empty.
            known = f"the {self.noun}" if self.noun else "that"
            head, *tail = _PREPOSITION.split(rest, maxsplit=1)
            rest = " ".join([head, known, *tail])
        return f"{word} {self.aux.lower()} {rest}?"

    def ask_of(self, word: str, subject: str) -> str | None:
        """The clause under another question word, with the one who was asked for in his place."""
        if self.is_identity:
            return f"{word} {self.aux.lower()} {subject} {self.rest}?"
        if not self.is_subject:
            return None
        if self.aux:
            return f"{word} {self.aux.lower()} {subject} {self.rest}?"
        verb, _, object_ = self.rest.partition(" ")
        aux, base = _take_apart(verb)
        return f"{word} {aux} {subject} {base} {object_}".rstrip() + "?" if base else None


def read_clause(question: str) -> Clause | None:
    """The parts of a question of one sentence, or None for what is no such question."""
    text = question.strip().rstrip("?!. ")
    if "?" in text or "(about:" in text or len(text) > 200:
        return None
    if found := _ADJUNCT.fullmatch(text):
        return Clause(found["wh"], "", found["aux"], found["rest"])
    if found := _ARGUMENT.fullmatch(text):
        return _read_argument(found)
    if found := _SUBJECT.fullmatch(text):
        return Clause(found["wh"], (found["noun"] or "").strip(), "", found["rest"], is_subject=True)
    found = _YES_NO.fullmatch(text)
    return Clause("", "", found["aux"], found["rest"]) if found else None


def _read_argument(found: re.Match[str]) -> Clause:
    wh, noun, aux, rest = found["wh"], (found["noun"] or "").strip(), found["aux"], found["rest"]
    if aux.lower() in _DO or (_begins_with_noun(rest) and (aux.lower() not in _BE or _ENDS_IN_VERB.search(rest))):
        return Clause(wh, noun, aux, rest, is_gap=True)
    if _begins_with_noun(rest):
        return Clause(wh, noun, aux, rest, is_identity=not noun)
    return Clause(wh, noun, aux, rest, is_subject=True)


def _begins_with_noun(rest: str) -> bool:
    first = rest.split()[0]
    return first[:1].isupper() or fold(first) in lexicon.DETERMINERS


def _take_apart(verb: str) -> tuple[str, str]:
    """A verb in the present or past -> "does" or "did" and its base; no base where it cannot be told."""
    verb = verb.lower()
    if verb in lexicon.PAST_FORMS:
        return "did", lexicon.PAST_FORMS[verb]
    if verb.endswith("ied"):
        return "did", f"{verb[:-3]}y"
    stem = verb.removesuffix("ed")
    if stem != verb:
        return "did", _base_of_past(stem)
    if verb.endswith("s") and not verb.endswith("ss"):
        has_e = verb.endswith(("shes", "ches", "sses", "xes", "oes"))
        return "does", verb[:-2] if has_e else f"{verb[:-3]}y" if verb.endswith("ies") else verb[:-1]
    return "", ""


def _base_of_past(stem: str) -> str:
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "ls":
        return stem[:-1]
    if stem.endswith(("c", "v", "z", "u", "s")) and not stem.endswith("ss"):
        return f"{stem}e"
    return stem if stem[-1:] not in "aeiou" and stem[-2:-1] not in "aeiou" else ""
