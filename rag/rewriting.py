"""A follow-up question and the conversation before it -> a question that stands alone, by rules."""

import re
from collections.abc import Sequence

from rag.conversation import Turn
from rag.names import find_names
from rag.words import content_words

# "Is it true", "is there", "will that be" point at nothing; "was his reaction" and "are they going to" do.
_POINTS_BACK = re.compile(
    r"\b(?:he|she|they|him|her|them|his|its|their|those|these|then|the other (?:side|one|party)|the same|the former|the latter"
    r"|else|(?<!is )(?<!are )(?<!was )(?<!were )(?<!will )(?:it|that|this|there))\b",
    re.IGNORECASE,
)
_STARTS_LIKE_FOLLOW_UP = re.compile(
    r"\s*(?:and|but|so|or|why|how come|what about|how about|when|where|who)\b", re.IGNORECASE
)
_MAX_SHORT = 2


def rewrite_question(question: str, history: Sequence[Turn]) -> str:
    """The question itself when it stands alone; else the question with what the one before it was about."""
    standalone = ""
    for asked in [*(turn.content for turn in history if turn.role == "user"), question]:
        points_back = bool(standalone) and _is_follow_up(asked)
        standalone = f"{asked.strip()} (about: {_strip_about(standalone)})" if points_back else asked.strip()
    return standalone


def _is_follow_up(question: str) -> bool:
    has_name = bool(find_names(question))
    words = content_words(question)
    if question.lower().startswith(("and ", "but what", "what about", "how about")):
        return True
    if _POINTS_BACK.search(question) and not (has_name and len(words) > _MAX_SHORT):
        return True
    return not has_name and len(words) <= _MAX_SHORT and bool(_STARTS_LIKE_FOLLOW_UP.match(question))


def _strip_about(question: str) -> str:
    head, _, topic = question.partition(" (about: ")
    return (topic.rstrip(")") or head).rstrip("?!. ")
