"""Answers and conversations as text to paste and to file: Markdown with footnotes or a list of sources, and JSON."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from rag.conversation import Answer, Citation, Status
from ui import wording, wording_conversations
from ui.answers_as_json import answer_as_json
from ui.conversations.store import KeptConversation
from ui.rendering import Exchange, Failure
from ui.rendering_citations import OPENING_MARKS
from ui.rendering_text import drop_invisible, is_web_address

Style = Literal["footnotes", "sources"]
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
# What begins a list or a heading where it begins a line.
_LIST_OR_HEADING = re.compile(r"^(\s*\d*)([-+.)=])(?=\s|=|-|$)", re.MULTILINE)
_MARK = re.compile(r"\[(\d{1,4}(?:\s*,\s*\d{1,4})*)\]")


def write_answer(exchange: Exchange, style: Style) -> str:
    """An exchange's answer as Markdown: footnotes give each citation's words, a list of sources each article once."""
    return _write_body(exchange, style, first=1)


def write_conversation(conversation: KeptConversation) -> str:
    """A conversation as Markdown: each question a heading, the citations of all answers as numbered footnotes."""
    parts = [f"# {_escape(conversation.title)}"]
    first = 1
    for exchange in conversation.exchanges:
        parts += [f"## {_escape(exchange.question)}", _write_body(exchange, "footnotes", first)]
        first += len(exchange.citations)
    return "\n\n".join(parts) + "\n"


def conversation_as_json(conversation: KeptConversation) -> str:
    """A conversation as a JSON object: its answers are those of `dateline ask --json`; null for one that is unreadable."""
    content: dict[str, Any] = {
        "title": conversation.title,
        "changed": conversation.changed.isoformat(),
        "exchanges": [
            {
                "question": exchange.question,
                "answer": answer_as_json(exchange.outcome) if isinstance(exchange.outcome, Answer) else None,
            }
            for exchange in conversation.exchanges
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _write_body(exchange: Exchange, style: Style, first: int) -> str:
    match exchange.outcome:
        case Answer() as answer:
            cited = () if answer.status is Status.REFUSED and not answer.citations else exchange.citations
            return _write_cited(answer, cited, style, first)
        case Failure(sentence=sentence):
            return f"*{_escape(sentence)}*"
        case None:
            return ""


def _write_cited(answer: Answer, cited: Sequence[Citation], style: Style, first: int) -> str:
    if style == "footnotes":
        numbers = {citation.n: f"[^{first + place}]" for place, citation in enumerate(cited)}
        notes = [f"{numbers[citation.n]}: {_write_footnote(citation)}" for citation in cited]
    else:
        sources = _number_sources(cited)
        numbers = {citation.n: rf"\[{sources[citation.article_id][0]}\]" for citation in cited}
        notes = [f"{number}. {_write_source(citation)}" for number, citation in sources.values()]
        if notes:
            notes.insert(0, f"**{wording_conversations.SOURCES}**\n")
    parts = [_write_text(answer, numbers)]
    if answer.missing and answer.status is not Status.REFUSED:
        parts.append(_escape(answer.missing))
    if answer.as_of:
        parts.append(f"*{wording.as_of(answer.as_of)}*")
    return "\n\n".join([*parts, "\n".join(notes)] if notes else parts)


def _write_text(answer: Answer, numbers: Mapping[int, str]) -> str:
    """The answer's text with its marks replaced; those of one place that became the same stand there once."""
    pieces = _MARK.split(answer.text)
    written = _escape_running(pieces[0])
    for marks, words in zip(pieces[1::2], pieces[2::2], strict=True):
        shown = [numbers.get(int(mark), "") for mark in marks.split(",")]
        # Two spans of one article, "[1][2]", are one source.
        written = written.rstrip(" ")
        written += "".join(mark for mark in dict.fromkeys(shown) if not written.endswith(mark)) + _escape_running(words)
    return written.strip()


def _number_sources(cited: Iterable[Citation]) -> dict[str, tuple[int, Citation]]:
    sources: dict[str, tuple[int, Citation]] = {}
    for citation in cited:
        sources.setdefault(citation.article_id, (len(sources) + 1, citation))
    return sources


def _write_footnote(citation: Citation) -> str:
    quote = _escape(citation.quote)
    quoted = quote if quote[:1] in OPENING_MARKS else f"“{quote}”"
    return f"{quoted} {_write_source(citation)}"


def _write_source(citation: Citation) -> str:
    title = _escape(citation.title or citation.file)
    day = wording.long_date(citation.published) if citation.published else ""
    where = ", ".join(filter(None, [f"*{title}*", _escape(citation.outlet or ""), day]))
    return f"{where}. <{citation.url}>" if _can_be_linked(citation.url) else f"{where}."


def _can_be_linked(url: str | None) -> bool:
    return url is not None and is_web_address(url) and not re.search(r"[<>\s]", url)


def _escape(text: str) -> str:
    """Text that Markdown shows letter for letter, on one line: an article must not bring links, pictures or headings along."""
    return _escape_running(" ".join(text.split()))


def _escape_running(text: str) -> str:
    """The same of text that may go over several lines, each of which is a paragraph."""
    lines = [" ".join(re.split(r"[ \t\r]+", line)) for line in drop_invisible(text).split("\n")]
    return _LIST_OR_HEADING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", re.sub(r"\n{2,}", "\n\n", "\n\n".join(lines))))
