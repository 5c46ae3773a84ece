"""Where the sentences of a text begin and end."""

import re

from sentencex import get_sentence_boundaries

from index.articles import Span

MAX_SENTENCE_CHARACTERS = 1_000
_BREAK = re.compile(r"\s+")


def find_sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Split `text[start:end]` into sentences, trimmed of surrounding white space, in order, never overlapping.

    Line breaks inside the range count as spaces, so the caller hands over one paragraph at a time. A sentence longer
    than 1,000 characters is divided at white space: it would fit no embedding and no reader's eye.
    """
    paragraph = text[start:end].replace("\n", " ")
    pieces: list[tuple[int, int]] = []
    for boundary in get_sentence_boundaries("en", paragraph):
        first, last = boundary["start_index"], boundary["end_index"]
        # "Gazeta.Ru": a full stop with nothing blank behind it ends no sentence, unless the script writes none.
        if pieces and not _is_separated(paragraph, first):
            pieces[-1] = (pieces[-1][0], last)
        else:
            pieces.append((first, last))
    spans = (_trim(paragraph, first, last) for first, last in pieces)
    return [
        Span(start + part.start, start + part.end)
        for span in spans
        if span.start < span.end
        for part in _divide(paragraph, span)
    ]


def _is_separated(text: str, position: int) -> bool:
    before = text[position - 1]
    return before.isspace() or before in "。！？｡…؟।" or ord(before) > 0x2E80


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def _divide(text: str, span: Span) -> list[Span]:
    parts = []
    start = span.start
    while span.end - start > MAX_SENTENCE_CHARACTERS:
        limit = start + MAX_SENTENCE_CHARACTERS
        breaks = [match.start() for match in _BREAK.finditer(text, start + 1, limit)]
        cut = breaks[-1] if breaks else limit
        parts.append(_trim(text, start, cut))
        start = cut + len(text[cut:]) - len(text[cut:].lstrip()) if breaks else cut
    parts.append(_trim(text, start, span.end))
    return [part for part in parts if part.start < part.end]
