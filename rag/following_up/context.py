"""What came before a question: the last one, made to stand alone, and what was answered."""

import re
from dataclasses import dataclass

# Longer answers are read from the start: what was asked is answered there.
_READ_CHARACTERS = 1_200
_MARK = re.compile(r"\s*\[\d{1,3}\]")
_REFUSAL = re.compile(r"\s*(?:the articles do not (?:say|tell|mention)|not in the articles)", re.IGNORECASE)
# "Example News, 3 May 2021: “...”": the outlet is no one whom the answer speaks of.
_INTRODUCTION = re.compile(r"(?:^|(?<=[.!?”]\s))(?:“[^“”]{1,160}”|[^“”:]){1,160}:\s*(?=“)")
_LEADING = re.compile(r"^\s*(?:and|but|so|ok|okay|well|then|also)\b[\s,]*(?=\w)", re.IGNORECASE)
_ABOUT = " (about: "


@dataclass(frozen=True, slots=True)
class Context:
    """One exchange: `question` stands alone, `answer` is plain text, empty when nothing was answered.

    `earlier` is the question before it, stand-alone too, for what compares two of them.
    """

    question: str
    answer: str = ""
    earlier: str = ""

    @property
    def topic(self) -> str:
        """What the exchange is about when its question leans on the one before by being put in brackets."""
        return find_topic(self.question)


def clean_answer(text: str) -> str:
    """An answer as text to find names in: no marks, no introductions of quotations, nothing of a refusal."""
    if _REFUSAL.match(text):
        return ""
    return _INTRODUCTION.sub("", _MARK.sub("", text[:_READ_CHARACTERS])).strip()


def find_topic(question: str) -> str:
    """The question that a rewritten one is about; itself when it stands alone."""
    head, _, topic = question.partition(_ABOUT)
    return (topic.removesuffix(")") or head).rstrip("?!. ")


def put_about(question: str, context: Context) -> str:
    """The question as it is, with the one that it leans on: for what no rule understands."""
    return f"{question.strip()}{_ABOUT}{context.topic[:300]})"


def leans_already(question: str) -> bool:
    """Whether what it is about was put behind a question."""
    return _ABOUT in question


def drop_leading(question: str) -> str:
    """The question without the "And" that ties it to the one before."""
    return capitalise(_LEADING.sub("", question.strip(), count=1))


def capitalise(text: str) -> str:
    """The first letter large, the others as they are."""
    return text[:1].upper() + text[1:]
