"""The model's text with its [n] marks -> sentences, each with the numbers that it points at."""

import re
from dataclasses import dataclass

from index.sentences import find_sentences

# [1], [1][2], [1, 2], [1-3], [^1], [Source 1], and the full-width brackets that some models write.
_MARK = re.compile(
    r"\s*[\[【]\^?\s*(?:(?:source|evidence|citation)s?\s+)?(\d{1,3}(?:\s*(?:,|;|-|–|and|&)\s*\d{1,3})*)\s*(?:†[^\]】]*)?[\]】]",
    re.IGNORECASE,
)
_NUMBER_OR_RANGE = re.compile(r"(\d{1,3})(?:\s*[-–]\s*(\d{1,3}))?")
_LIST_MARKER = re.compile(r"^\s*(?:[-*•]\s+|\d{1,2}[.)]\s+|#{1,6}\s+)")
# Small models put a space into these, which would end a sentence and hide a name.
_SPACED_ABBREVIATION = re.compile(r"\b([UE])\. ?([SKNU])\.")
# Nothing in a source can prove a bare yes or no; what follows it can be checked, and says the same.
_BARE_REPLY = re.compile(r"^(?:yes|no)\s*[,:;–—-]\s*(?=\S)", re.IGNORECASE)
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_MAX_RANGE = 20


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence without its marks, and the evidence numbers that they named, in order, each once."""

    text: str
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MarkedText:
    """Sentences in order; `dangling` counts the marks that pointed at no evidence and were dropped."""

    sentences: tuple[MarkedSentence, ...]
    dangling: int


def parse_marks(text: str, evidence_count: int) -> MarkedText:
    """Split a model's text into sentences and give each its marks, which stand in it or right behind it.

    A mark outside 1..evidence_count is dropped and counted.
    """
    sentences: list[MarkedSentence] = []
    dangling = 0
    for line in text.splitlines():
        tidy = _SPACED_ABBREVIATION.sub(r"\1.\2.", _EMPHASIS.sub(r"\2", _LIST_MARKER.sub("", line)))
        plain, marks = _take_marks(tidy)
        spans = find_sentences(plain)
        if not spans:
            continue
        numbers: list[list[int]] = [[] for _ in spans]
        for position, number in marks:
            if not 1 <= number <= evidence_count:
                dangling += 1
                continue
            # A mark belongs to the last sentence that began before it.
            owner = max((i for i, span in enumerate(spans) if span.start < position), default=0)
            if number not in numbers[owner]:
                numbers[owner].append(number)
        for span, own in zip(spans, numbers, strict=True):
            sentences.append(MarkedSentence(_drop_bare_reply(plain[span.start : span.end]), tuple(own)))
    return MarkedText(tuple(sentences), dangling)


def _drop_bare_reply(sentence: str) -> str:
    rest = _BARE_REPLY.sub("", sentence)
    return rest if rest == sentence else rest[0].upper() + rest[1:]


def _take_marks(line: str) -> tuple[str, list[tuple[int, int]]]:
    """The line without marks, and each number with the position in it where its mark stood."""
    plain = ""
    marks: list[tuple[int, int]] = []
    cursor = 0
    for match in _MARK.finditer(line):
        plain += line[cursor : match.start()]
        cursor = match.end()
        marks += [(len(plain), number) for number in _read_numbers(match[1])]
    return plain + line[cursor:], marks


def _read_numbers(inside: str) -> list[int]:
    numbers: list[int] = []
    for first, last in _NUMBER_OR_RANGE.findall(inside):
        end = int(last) if last else int(first)
        numbers += range(int(first), min(end, int(first) + _MAX_RANGE) + 1)
    return numbers
