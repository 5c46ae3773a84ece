"""What is asked and what is answered: the data that the chain takes and gives."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from index.selecting import EVERYTHING, Selection

MAX_QUESTION_CHARACTERS = 4_000


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How a question is to be answered: out of which articles, how strictly (None: as set), in their words alone or not."""

    selection: Selection = EVERYTHING
    strictness: float | None = None
    is_quoting: bool = False


AS_SET = Manner()


class Verdict(StrEnum):
    """How well a sentence stands on the spans it cites."""

    SUPPORTED = "supported"
    PARTLY = "partly"
    UNSUPPORTED = "unsupported"


class Status(StrEnum):
    """Whether the question was answered."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Citation:
    """A span of an article: `article.text[start:end] == quote`, always. `n` is the number shown, counted from 1."""

    n: int
    article_id: str
    file: str
    title: str | None
    outlet: str | None
    published: date | None
    url: str | None
    start: int
    end: int
    quote: str

    @property
    def place(self) -> str:
        """Where it stands, as one word: it tells one span from another, whatever their numbers."""
        return f"{self.article_id}:{self.start}"


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """One sentence of the answer without its marks; `citations` holds the numbers of the citations it rests on.

    `lead` is how `text` begins where that is ours and no article's ("Accounts differ. The Lookout, 4 May 2022: "), else "".
    """

    text: str
    verdict: Verdict
    reason: str
    citations: tuple[int, ...]
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown to the person, and how it came about.

    `text` is made of `sentences` with their [n] marks, or is the refusal. `left_out` are sentences of the model that
    failed verification: never part of `text`. `missing` says what the articles do not tell. `as_of` is the newest
    publication date among the cited articles. `notice` is a sentence about how the answer was made when something
    went wrong on the way (the model was cut off, say). `seconds` is the time from question to answer. `confidence` says how
    likely the evidence found holds the answer (0..1), of a refusal too; None where nothing was looked for.
    """

    question: str
    standalone_question: str
    status: Status
    text: str
    sentences: tuple[AnswerSentence, ...]
    citations: tuple[Citation, ...]
    left_out: tuple[AnswerSentence, ...]
    missing: str | None
    as_of: date | None
    model: str
    notice: str | None
    dangling_marks: int
    seconds: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """The first event: the sentences that bear on the question, as citations numbered in order of first mention.

    The final answer numbers its citations anew in order of first use.
    """

    standalone_question: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class TextStreamed:
    """A fragment of the answer as the model writes it, not verified yet; fragments join without separators.

    Marks in it point at the numbers of the `EvidenceFound` citations.
    """

    text: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The last event: the verified answer, which replaces what was streamed."""

    answer: Answer


Event = EvidenceFound | TextStreamed | Answered
