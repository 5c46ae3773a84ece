"""Greetings, thanks and questions about the program itself: answered as such, without the articles."""

import re

_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|good (?:morning|afternoon|evening)|greetings)(?:\s+there)?\s*[!.,]*\s*$", re.IGNORECASE
)
_THANKS = re.compile(r"\s*(?:thanks?|thank you|thx|cheers|bye|goodbye)\b[^?]{0,40}$", re.IGNORECASE)
_ABOUT_ITSELF = re.compile(
    r"\s*(?:who|what) (?:exactly )?are you\s*[?!.]*\s*$|\s*what (?:can|do) you do(?: for me| here)?\s*[?!.]*\s*$|\s*how do you work\s*[?!.]*\s*$|\s*help\s*[!?.]*\s*$",
    re.IGNORECASE,
)


def reply_to_small_talk(text: str) -> str | None:
    """The reply to what is no question about the articles, or None."""
    if _GREETING.match(text):
        return "Hello. Ask me anything about the articles; every sentence of an answer comes with its source."
    if _THANKS.match(text):
        return "You are welcome."
    if _ABOUT_ITSELF.match(text):
        return (
            "I am Dateline. I answer questions from the articles in this library and from nothing else: each sentence is"
            " checked against the exact words that it cites, and what the articles do not say I do not say either."
        )
    return None
