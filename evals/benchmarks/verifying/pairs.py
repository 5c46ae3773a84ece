"""A sentence drawn from an article, and the statements that are made of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

import numpy as np

from index.articles import Article, Sentence
from rag.conversation import Citation

T = TypeVar("T")
MARKS = '“”"„«»'
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A body sentence, with those around it: `body[position]` is the sentence itself."""

    article: Article
    body: Sequence[Sentence]
    position: int

    @property
    def text(self) -> str:
        """The sentence, as written."""
        return self.read(0)

    def read(self, offset: int) -> str:
        """The sentence so many places further, or "" where the article has none."""
        place = self.position + offset
        return self.article.quote(self.body[place]) if 0 <= place < len(self.body) else ""

    def is_beside(self, offset: int) -> bool:
        """Whether the sentence so many places further is in the same paragraph or the next."""
        place = self.position + offset
        if not 0 <= place < len(self.body):
            return False
        return abs(self.body[place].paragraph - self.body[self.position].paragraph) <= 1

    def cite(self, offsets: Sequence[int]) -> tuple[Citation, ...]:
        """Citations of the sentences so many places further."""
        found = self.article
        head = (found.id, found.file, found.title, found.outlet, found.published, found.url)
        spans = [self.body[self.position + offset] for offset in offsets]
        return tuple(Citation(n, *head, span.start, span.end, found.quote(span)) for n, span in enumerate(spans, 1))


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody might write resting on the sentences at `offsets` from the drawn one, and how it was made."""

    kind: str
    text: str
    offsets: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement, whether it is true, and what it rests on; `half` is "development" or "held-out"."""

    statement: Statement
    is_true: bool
    drawn: Drawn
    half: str


class Dice:
    """Choices by chance, the same for the same seeds."""

    def __init__(self, *seeds: int) -> None:
        self._generator = np.random.default_rng(seeds)

    def choose(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[int(self._generator.integers(len(items)))]

    def shuffle(self, items: Sequence[T]) -> list[T]:
        """The items in another order."""
        return [items[place] for place in self._generator.permutation(len(items)).tolist()]

    def number(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""
        return int(self._generator.integers(low, high + 1))


def has_word(word: str, text: str) -> bool:
    """Whether a word or phrase stands in a text as such, in any case."""
    return f" {_spread(word)} " in _spread_cached(text)


def _spread(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


@lru_cache(maxsize=20_000)
def _spread_cached(text: str) -> str:
    return f" {_spread(text)} "


def replace_match(text: str, match: re.Match[str], words: str) -> str:
    """The text with other words in place of a match."""
    return text[: match.start()] + words + text[match.end() :]


def lower_first(text: str, article: Article) -> str:
    """The text as it goes on in the middle of a sentence: a pronoun, and a word that the article writes small."""
    first = re.match(r"[A-Z][a-z’']*\b", text)
    if not first or first[0] == "I":
        return text
    is_pronoun = first[0] in ("He", "She", "It", "They")
    if not is_pronoun and not re.search(rf"\b{first[0].lower()}\b", article.text):
        return text
    return text[0].lower() + text[1:]


def is_outside_quotes(text: str, position: int) -> bool:
    """Whether a place of the text is not between quotation marks."""
    before = text[:position]
    if any(mark in before for mark in "“„«"):
        return max(map(before.rfind, "“„«")) < max(map(before.rfind, "”»"))
    return before.count('"') % 2 == 0


def know(drawn: Drawn, offsets: Sequence[int] = (0,)) -> str:
    """All that a statement may take its words from: the sentences, title, outlet and date."""
    article = drawn.article
    day = f"{article.published:%A %d %B %Y %b} {article.published.day}" if article.published else ""
    return " ".join([*(drawn.read(offset) for offset in offsets), article.title or "", article.outlet or "", day])
