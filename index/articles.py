"""Articles, their sentences and their passages: immutable, with character offsets into the text a person sees."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` up to but not including `end` of an article's text."""

    start: int
    end: int


class Role(StrEnum):
    """What a sentence is in its article; only `BODY` is offered as evidence."""

    BODY = "body"
    HEADLINE = "headline"
    HEADING = "heading"
    METADATA = "metadata"
    BOILERPLATE = "boilerplate"
    REPETITION = "repetition"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: where it stands in the article's text, its paragraph (counted from 0), its role."""

    start: int
    end: int
    paragraph: int
    role: Role


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences of one article, the unit of retrieval; `ordinal` counts from 0 within the article."""

    id: str
    article_id: str
    ordinal: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One news article; `text` is what the person sees and every offset points into it.

    What could not be found in the source is None or empty. `id` is derived from the text and what is stated of it (title,
    outlet, date, link, authors), so the same article has the same id wherever the file lies. `file` is the path inside
    the source, with slashes, or the address of a page; `item` names the article inside a file of many (the id of a row,
    the name in an archive) and is "" otherwise. `sentences` are in the order in which they start.
    """

    id: str
    file: str
    title: str | None
    outlet: str | None
    published: date | None
    url: str | None
    text: str
    sentences: tuple[Sentence, ...]
    item: str = ""
    authors: tuple[str, ...] = ()
    updated: date | None = None
    language: str | None = None

    def quote(self, span: Span | Sentence | Passage) -> str:
        """The exact words of a span, sentence or passage."""
        return self.text[span.start : span.end]

    def body(self, passage: Passage) -> str:
        """What of a passage is evidence: its body sentences, without headings, boilerplate and repetitions."""
        first = bisect_left(self.sentences, passage.start, key=_start_of)
        last = bisect_left(self.sentences, passage.end, key=_start_of)
        return " ".join(self.quote(sentence) for sentence in self.sentences[first:last] if sentence.role is Role.BODY)


_start_of = attrgetter("start")
