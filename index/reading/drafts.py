"""What the reader of a format hands over: the words of an article and what its file states about it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Draft:
    """One article as found in a file, before its sentences are known; what is not stated is None or empty.

    `item` names it inside a file of many: the id of a row, the name in an archive, a Message-ID; "" when the file is the
    article. Paragraphs of `text` are lines, or stand between blank lines. With `has_head` the text itself may begin with
    "Title: ..." lines, front matter or a headline, as plain text does; otherwise it is the body alone.
    """

    text: str
    item: str = ""
    title: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    language: str | None = None
    url: str | None = None
    is_markdown: bool = False
    has_head: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something in a file of many that could not become an article, and why; the others in it can."""

    item: str
    reason: str
