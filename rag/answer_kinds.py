"""What kind of thing a question asks for, and whether a text holds one."""

import re
from collections.abc import Sequence

from rag.names import find_names
from rag.quantities import find_quantities

_ASKS_WHEN = re.compile(
    r"\b(?:when|what (?:day|date|month|year|time)|which (?:day|date|month|year)|how long|until|since)\b", re.IGNORECASE
)
_ASKS_COUNT = re.compile(r"\bhow (?:many|much|long|old|large|big|high|far|often)\b", re.IGNORECASE)
_ASKS_WHO = re.compile(r"\b(?:who|whom|whose|which (?:officials?|diplomats?|experts?|people))\b", re.IGNORECASE)
_ASKS_WHERE = re.compile(
    r"\b(?:where|which (?:city|country|place|state)|what (?:city|country|place|venue))\b", re.IGNORECASE
)
_AGE = re.compile(r"\byears?[- ]old\b|\baged?\b|\bborn\b|\bturn(?:s|ed) \d|, \d{2},|\bbirthday\b", re.IGNORECASE)
_PLACE = re.compile(r"\b(?:in|at|near|from|to)\s+(?:the\s+)?[A-Z]")
_TIME = re.compile(
    r"\b(?:today|tomorrow|yesterday|week|month|morning|evening|eve|year|hours?|days?|soon|later)\b", re.IGNORECASE
)


def fits_kind(question: str, text: str) -> float:
    """How far a sentence holds the kind of thing asked for, 0..1: a date for "when", a name for "who"."""
    asked: list[bool] = []
    if _ASKS_WHEN.search(question):
        stated = find_quantities(text).stated
        dated = any(quantity.startswith(("date", "month", "weekday")) for quantity in stated)
        asked.append(dated or bool(_TIME.search(text)))
    if _ASKS_COUNT.search(question):
        asked.append(any(quantity.startswith("number") for quantity in find_quantities(text).stated))
    if _ASKS_WHO.search(question):
        in_question = {name.word for name in find_names(question)}
        asked.append(any(not name.initial and name.word not in in_question for name in find_names(text)))
    if _ASKS_WHERE.search(question):
        asked.append(bool(_PLACE.search(text)))
    return sum(asked) / len(asked) if asked else 0.0


def asks_for_quantity(question: str) -> bool:
    """Whether a question asks for a number, a day or a length of time."""
    return bool(_ASKS_WHEN.search(question) or _ASKS_COUNT.search(question))


def brings_news(question: str, text: str) -> float:
    """Whether a text names something that the question does not, 0 or 1: what could be asked for with "which"."""
    asked = {name.word for name in find_names(question)}
    return float(any(not name.initial and name.word not in asked for name in find_names(text)))


def lacks_kind(question: str, texts: Sequence[str]) -> bool:
    """Whether a number is asked for and none of the texts holds one that the question does not."""
    if re.search(r"\bhow old\b", question, re.IGNORECASE):
        return not any(_AGE.search(text) for text in texts)
    if not _ASKS_COUNT.search(question):
        return False
    return not any(
        quantity.startswith("number")
        for text in texts
        for quantity in find_quantities(text).given - find_quantities(question).given
    )
