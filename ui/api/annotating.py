"""Where in an answer's text its marks stand and where they lead; and the text in pieces that end with a sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import quote

from rag.conversation import Answer, Citation
from ui.rendering_text import is_web_address

_MARKS = re.compile(r"\s*(?:\[\d+\])+")
_MARK = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Mark:
    """A [n] in the text, from character `start` to `end`."""

    n: int
    start: int
    end: int


def find_marks(answer: Answer) -> list[Mark]:
    """The marks in order; what looks like one inside a sentence is its own words."""
    return [mark for _, marks in _walk(answer) for mark in marks]


def cut_into_sentences(answer: Answer) -> list[str]:
    """Pieces that join to the text, each with the marks of its sentence; a refusal is one piece."""
    ends = [end for end, _ in _walk(answer)]
    bounds = [0, *ends[:-1], len(answer.text)] if ends else [0, len(answer.text)]
    return [answer.text[start:end] for start, end in pairwise(bounds) if start < end]


def annotate(answer: Answer, address: str) -> list[dict[str, Any]]:
    """The marks as `url_citation` annotations; `address` is the server's, for articles without a page of their own."""
    by_number = {citation.n: citation for citation in answer.citations}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": mark.start,
                "end_index": mark.end,
                "title": by_number[mark.n].title or by_number[mark.n].file,
                "url": link_to(by_number[mark.n], address),
            },
        }
        for mark in find_marks(answer)
        if mark.n in by_number
    ]


def link_to(citation: Citation, address: str) -> str:
    """The article's own page, or this server's with the words marked."""
    if citation.url and is_web_address(citation.url):
        return citation.url
    return link_to_page(citation, address)


def link_to_page(citation: Citation, address: str) -> str:
    """This server's page of the article, at the words that are cited."""
    article = quote(citation.article_id, safe="")
    return f"{address}/api/v1/articles/{article}/page?start={citation.start}&end={citation.end}#cited"


def _walk(answer: Answer) -> Iterator[tuple[int, list[Mark]]]:
    """For each sentence where it ends, marks included, and its marks."""
    position = 0
    for sentence in answer.sentences:
        start = answer.text.find(sentence.text, position)
        if start < 0:
            continue
        position = start + len(sentence.text)
        found = _MARKS.match(answer.text, position) if sentence.citations else None
        marks = list(_MARK.finditer(answer.text, position, found.end())) if found else []
        position = found.end() if found else position
        yield position, [Mark(int(mark[1]), mark.start(), mark.end()) for mark in marks]
