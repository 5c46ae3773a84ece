"""What changed between two versions of a text, by paragraph and by word; pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

from index.articles import Role

# A word, a run of spaces, or one other character; scripts without spaces between words are compared letter by letter.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|\s+|[^\w\s]")
_SENTENCE = re.compile(r".+?(?:[.!?…][^\w\s]*\s+|[。！？]|\Z)", re.DOTALL)
# The same two words by chance between two changes are no reason to read the sentence in splinters.
_SPLINTER_WORDS = 2
# Comparing takes time with the square of the length; what is longer is shown as replaced whole.
_MOST_TOKENS = 4_000


class Change(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a version of a text."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a compared paragraph and what became of them."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class ComparedParagraph:
    """One paragraph of both versions at once: without the added pieces it is the earlier one, without the removed the later."""

    role: Role
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _End:
    """The end of a paragraph, compared like a word."""

    role: Role


_Token = str | _End
_Run = tuple[Change, tuple[_Token, ...]]
_Compare = Callable[[Sequence[_Token], Sequence[_Token]], Iterator[_Run]]


def compare_paragraphs(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> list[ComparedParagraph]:
    """Both versions as one text, in which what was removed stands before what took its place."""
    compared: list[ComparedParagraph] = []
    matcher = SequenceMatcher(None, [p.text for p in before], [p.text for p in after])
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            compared += [ComparedParagraph(p.role, (Piece(Change.KEPT, p.text),)) for p in after[start:end]]
        else:
            compared += _compare_blocks(before[first:last], after[start:end])
    return compared


def _compare_blocks(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> list[ComparedParagraph]:
    """Paragraphs that are not the same, compared by sentence, and sentences that are not the same by word."""
    runs = _find_runs(_sentences_of(before), _sentences_of(after), _find_word_runs)
    return list(_cut_paragraphs(_join_splinters(_join_neighbours(runs))))


def _sentences_of(paragraphs: Iterable[Paragraph]) -> list[_Token]:
    return [token for p in paragraphs for token in (*_SENTENCE.findall(p.text), _End(p.role))]


def _find_runs(old: Sequence[_Token], new: Sequence[_Token], compare_replaced: _Compare) -> Iterator[_Run]:
    if len(old) + len(new) > _MOST_TOKENS:
        yield from _replace(old, new)
        return
    for kind, first, last, start, end in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            yield Change.KEPT, tuple(new[start:end])
        else:
            yield from compare_replaced(old[first:last], new[start:end])


def _find_word_runs(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[_Run]:
    return _find_runs(_words_of(old), _words_of(new), _replace)


def _words_of(sentences: Iterable[_Token]) -> list[_Token]:
    return [word for each in sentences for word in (_WORD.findall(each) if isinstance(each, str) else [each])]


def _replace(old: Sequence[_Token], new: Sequence[_Token]) -> Iterator[_Run]:
    yield Change.REMOVED, tuple(old)
    yield Change.ADDED, tuple(new)


def _join_neighbours(runs: Iterable[_Run]) -> list[_Run]:
    joined = [
        (change, tuple(token for _, tokens in group for token in tokens))
        for change, group in groupby(runs, lambda run: run[0])
    ]
    return [run for run in joined if run[1]]


def _join_splinters(runs: Sequence[_Run]) -> list[_Run]:
    """The runs without short kept ones between two changes: these words are removed and added with their neighbours."""
    inner = range(1, len(runs) - 1)
    splinters = {i for i in inner if runs[i][0] is Change.KEPT and _is_splinter(runs[i][1])}
    joined: list[_Run] = []
    for is_kept, group in groupby(enumerate(runs), lambda run: run[1][0] is Change.KEPT and run[0] not in splinters):
        members = [run for _, run in group]
        if is_kept:
            joined += members
            continue
        for change, other in ((Change.REMOVED, Change.ADDED), (Change.ADDED, Change.REMOVED)):
            tokens = tuple(token for kind, run in members if kind is not other for token in run)
            if tokens:
                joined.append((change, tokens))
    return joined


def _is_splinter(tokens: Sequence[_Token]) -> bool:
    if any(isinstance(token, _End) for token in tokens):
        return False
    words: list[str] = _WORD.findall("".join(map(str, tokens)))
    return sum(word[0].isalnum() for word in words) <= _SPLINTER_WORDS


def _cut_paragraphs(runs: Iterable[_Run]) -> Iterator[ComparedParagraph]:
    pieces: list[Piece] = []
    for change, tokens in runs:
        for is_word, group in groupby(tokens, lambda token: isinstance(token, str)):
            members = list(group)
            if is_word:
                pieces.append(Piece(change, "".join(map(str, members))))
            for end in members:
                if isinstance(end, str):
                    continue
                if change is Change.REMOVED and any(piece.change is not Change.REMOVED for piece in pieces):
                    # The paragraph goes on in the later version: the break that was there is among what was removed.
                    pieces.append(Piece(change, "\n"))
                else:
                    yield ComparedParagraph(end.role, tuple(pieces))
                    pieces = []
