"""The kinds of control runs, by name and in words."""

from typing import Literal

Control = Literal["no-evidence", "gold-evidence"]
MEANINGS: dict[Control, str] = {
    "no-evidence": "the language model answered from memory, without any article",
    "gold-evidence": "the gold evidence was given, nothing was searched for",
}
