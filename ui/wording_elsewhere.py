"""What the reading room says of other articles that tell the same as the words in view, or otherwise."""

from ui.wording import counted

TITLE = "Elsewhere in the library"
LOOKING = "Looking through the other articles"
FAILED = "The other articles could not be looked through. Choose the words again to retry."
NOTHING = "No other article in the library says this or denies it, as far as this could be told."
SAME = "Say the same"
DIFFERING = "Say otherwise"
VERBATIM = "Word for word"
PART = "A part of it"
CONTRARY = "The contrary"
FROM_ELSEWHERE = "These are another article's words."


def other_value(own: str, other: str) -> str:
    """Which value another article gives, and which the one that is read."""
    return f"{other}, not {own}"


def count_found(same: int, differing: int) -> str:
    """How many other articles say the same and how many otherwise, in few words."""
    parts = []
    if same:
        parts.append(f"{counted(same, 'article')} {_says(same)} the same")
    if differing:
        who = f"{differing}" if same else counted(differing, "article")
        parts.append(f"{who} {_says(differing)} otherwise")
    return ", ".join(parts)


def _says(number: int) -> str:
    return "says" if number == 1 else "say"
