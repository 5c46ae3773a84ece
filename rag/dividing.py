"""Two questions in one: "Which consulate is to reopen, and when was it closed?"."""

import re
from dataclasses import dataclass

from rag.conversation import Turn
from rag.rewriting import rewrite_question

_ASKS = r"(?:who|whom|whose|what|when|where|which|why|how)\b"
_TWO = re.compile(
    rf"(?P<first>(?:(?:in|on|at|by|to|from|with|for) )?{_ASKS}[^?]{{3,}}?)\??,? and "
    rf"(?P<second>(?:(?:in|on|at|by|to|from|with|for) )?{_ASKS}[^?]{{3,}})\?*",
    re.IGNORECASE,
)


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
    if not match:
        return (Part(question, question),)
    first, second = (f"{part[0].upper()}{part[1:]}?" for part in (match["first"], match["second"]))
    return Part(first, first), Part(second, rewrite_question(second, [Turn("user", first)]))
