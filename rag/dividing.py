"""Two questions in one: "Which consulate is to reopen, and when was it closed?"."""

import re
from dataclasses import dataclass

from rag.conversation import Turn
from rag.following_up.lexicon import PAST_FORMS
from rag.rewriting import rewrite_question
from rag.words import content_words

_WORDS = "who whom whose what when where which why how".split()
_WORD = rf"(?:{'|'.join(_WORDS)})\b"
_BY = r"(?:(?:in|on|at|by|to|from|with|for) )?"
_TWO = re.compile(
    rf"(?P<first>{_BY}(?P<one>{_WORD})(?P<rest>[^?]{{3,}}?))\??(?P<comma>,)? and (?P<second>{_BY}(?P<other>{_WORD})[^?]{{3,}})\?*",
    re.IGNORECASE,
)
_AUXILIARY = r"(?:is|are|was|were|do|does|did|will|would|has|have|had|can|could|should|may|might|must)\b"
# A question of its own, and no clause of the first: "when he met her" asks nothing.
_FINITE = rf"(?:{_AUXILIARY}|(?:\w+ed|{'|'.join(PAST_FORMS)})\b)"
_DIRECT = re.compile(
    rf"{_BY}(?:{_WORD} {_AUXILIARY}|how (?:many|much|long|far|old|often|big|large|high|certain|likely) "
    rf"|(?:what|which|whose) \w+ {_FINITE}|(?:who|what) {_FINITE})",
    re.IGNORECASE,
)
_ELLIPTIC = re.compile(r"(?:in|on|at|by|to|from|with|for) (?:which|what|whose) \w+\?*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions in a question, as it was asked, and as it stands alone."""

    asked: str
    standalone: str


def divide_question(question: str) -> tuple[Part, ...]:
    """The questions in one; the question itself where there is but one.

    The second is understood as a follow-up to the first: whose call it was is said there.
    """
    match = _TWO.fullmatch(" ".join(question.split()))
    if not match or not _are_two(match):
        return (Part(question, question),)
    first, second = (f"{part[0].upper()}{part[1:]}?" for part in (match["first"], match["second"]))
    return Part(first, first), Part(second, rewrite_question(second, [Turn("user", first)]))


def _are_two(match: re.Match[str]) -> bool:
    """Whether each of the two asks something by itself: "Who won and who lost the race?" shares what it asks of."""
    second = match["second"]
    is_direct = _DIRECT.match(second) or (match["comma"] and _ELLIPTIC.match(second))
    is_shared = match["one"].lower() == match["other"].lower() and not match["comma"]
    is_whole = re.match(rf"\s*{_AUXILIARY}", match["rest"], re.IGNORECASE)
    says_enough = len(content_words(match["rest"])) > 1 or is_whole or match["comma"]
    return bool(is_direct and says_enough and not is_shared and not re.search(_WORD, match["rest"], re.IGNORECASE))
