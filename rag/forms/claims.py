"""What a question claims: what "Was the venue settled?" asks to be confirmed and "Why was it moved?" takes for granted."""

import re
from dataclasses import dataclass
from enum import StrEnum

_AUXILIARY = r"(?:won['’]t|can['’]t|cannot|(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|might|must)(?:n['’]t)?)"
_OPENING = re.compile(
    r"^(?:so|and|but|then|please|ok(?:ay)?|well)?,?\s*"
    r"(?:(?:is|was) it (?:really |actually )?(?:true|correct|right|the case|certain|a fact|accurate(?: to say)?)(?: or (?:false|not))?,? that"
    r"|true or false\W+|(?:do|does) (?:the|these|any|your) (?:articles?|sources?|reports?) (?:say|state|report|claim|mention|confirm) (?:that|whether|if)"
    r"|(?:can|could) you (?:confirm|tell me|say) (?:that|whether|if)|(?:please )?confirm that|did it (?:become|turn out to be) (?:certain|clear|known) that)\s+",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    rf"^(?:so|and|but|then|well)?,?\s*(?P<aux>{_AUXILIARY})\s+(?P<rest>(?!(?:you|i|we)\b).+)$", re.IGNORECASE
)
# "Why", "when", "where" and "how" take the rest of the question for granted; "how many" asks what may as well be none.
_PREMISE = re.compile(
    rf"^(?:so|and|but|then)?,?\s*(?P<asked>why|when|where|how)\s+(?P<aux>{_AUXILIARY})\s+(?P<rest>.+)$", re.IGNORECASE
)
_WHY_WITHOUT_AUXILIARY = re.compile(r"^(?:why|how come|for what reason)\s+(?P<rest>.+)$", re.IGNORECASE)
_CHOICE = re.compile(r"\bor\b(?! (?:not|no|so|more|less|false)\b)", re.IGNORECASE)
_ENDS_ALTERNATIVE = re.compile(
    r"[,;?]|\b(?:for|in|of|at|on|from|by|with|to|according|during|after|before|when|if|because|between|among)\b",
    re.IGNORECASE,
)
# "When do they start, and at which hotel?": the second question claims nothing.
_SECOND_QUESTION = re.compile(
    r",? and (?:at |in |on |for |by |to |from )?(?:which|what|who|whom|when|where|why|how)\b.*$", re.IGNORECASE
)
_DENYING = re.compile(r"(?:n['’]t|(?<=can)['’]t|not)$", re.IGNORECASE)
_SHORTENED = {"wo": "will"}


class Kind(StrEnum):
    """How a question stands to its claim."""

    ASKED = "asked"
    TAKEN_FOR_GRANTED = "taken for granted"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a question claims, in its own words without the question's form, and how.

    `auxiliary` is the folded verb that made it a question, without its negation, "" where there is none. `alternatives` are
    the two between which it asks for a choice ("a dialogue or a meeting"), else empty. `asked` is the question word of what is
    taken for granted (why, when, where, how), else "".
    """

    text: str
    kind: Kind
    auxiliary: str
    alternatives: tuple[str, str] | tuple[()] = ()
    asked: str = ""


def read_claim(question: str) -> Claim | None:
    """The claim in a question, None for one that claims nothing: who, what, which, how many."""
    text = _SECOND_QUESTION.sub("", " ".join(question.split()).rstrip(" ?!."))
    opened = _OPENING.match(text)
    if opened:
        return _make(text[opened.end() :], Kind.ASKED)
    match = _YES_NO.match(text)
    if match:
        return _make(match["rest"], Kind.ASKED, match["aux"].lower())
    match = _PREMISE.match(text)
    if match:
        return _make(match["rest"], Kind.TAKEN_FOR_GRANTED, match["aux"].lower(), match["asked"].lower())
    match = _WHY_WITHOUT_AUXILIARY.match(text)
    return _make(match["rest"], Kind.TAKEN_FOR_GRANTED, asked="why") if match else None


def asks_to_confirm(question: str) -> bool:
    """Whether a question asks if something is so."""
    claim = read_claim(question)
    return claim is not None and claim.kind is Kind.ASKED


def _make(text: str, kind: Kind, auxiliary: str = "", asked: str = "") -> Claim:
    plain = _DENYING.sub("", auxiliary)
    is_denied = plain != auxiliary
    # A question such as "Didn't they agree?" asks whether they did.
    denied = f"not {text}" if is_denied and kind is Kind.TAKEN_FOR_GRANTED else text
    alternatives = _find_alternatives(text) if kind is Kind.ASKED else ()
    return Claim(denied, kind, _SHORTENED.get(plain, plain), alternatives, asked)


def _find_alternatives(text: str) -> tuple[str, str] | tuple[()]:
    parts = _CHOICE.split(text)
    if len(parts) != 2:
        return ()
    before, behind = parts[0].strip(), _ENDS_ALTERNATIVE.split(parts[1].strip())[0].strip()
    length = max(1, len(behind.split()))
    return (" ".join(before.split()[-length:]), behind) if before and behind else ()
