"""Passages in any number, like those of a news library, and questions over them."""

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from rag.words import content_words

# title, outlet, published, body: the columns of passages_fts
Row = tuple[str, str, str, str]

_PASSAGE_WORDS = 120  # in a passage of 180 tokens
_SYNTHETIC = 3_000
_VOCABULARY = 60_000
_CHANGED = 0.2
_SEED = 20250704
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]


def read_passages(dump: Path) -> list[Row]:
    """The passages of a dump: JSON Lines, gzipped or not, with `text`, and `title` and `published` where they are known."""
    opener = gzip.open if dump.suffix == ".gz" else open
    rows = []
    with opener(dump, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            words = article["text"].split()
            for first in range(0, len(words), _PASSAGE_WORDS):
                body = " ".join(words[first : first + _PASSAGE_WORDS])
                rows.append((article.get("title") or "", "Herald", str(article.get("published") or ""), body))
    return rows


def invent_passages() -> list[Row]:
    """Passages of invented words, whose frequencies fall as those of a language do (Zipf)."""
    generator = np.random.default_rng(_SEED)
    syllables = np.array(_SYLLABLES)[generator.integers(len(_SYLLABLES), size=(_VOCABULARY, 4))].tolist()
    lengths = generator.integers(1, 5, _VOCABULARY).tolist()
    words = np.array(["".join(some[:length]) for some, length in zip(syllables, lengths, strict=True)])
    frequencies = 1 / np.arange(1, _VOCABULARY + 1)
    drawn = generator.choice(words, (_SYNTHETIC, 10 + _PASSAGE_WORDS), p=frequencies / frequencies.sum())
    return [(" ".join(row[:10]), "Herald", "2025-07-04", " ".join(row[10:])) for row in drawn.tolist()]


def vary_passages(rows: Sequence[Row], count: int) -> Iterator[Row]:
    """`count` passages: the given ones, then copies, a fifth of whose words are another passage's, with a new name each."""
    generator = np.random.default_rng(_SEED)
    for number in range(count):
        title, outlet, published, body = rows[number % len(rows)]
        if number >= len(rows):
            words = body.split()
            others = rows[int(generator.integers(len(rows)))][3].split() or words
            changed = np.flatnonzero(generator.random(len(words)) < _CHANGED).tolist()
            for place, other in zip(changed, generator.integers(len(others), size=len(changed)).tolist(), strict=True):
                words[place] = others[other]
            body = " ".join([*words, f"Name{number}"])
        yield title, outlet, published, body


def draw_questions(rows: Sequence[Row], count: int) -> list[list[str]]:
    """The content words of twelve words in a row, out of passages by chance."""
    generator = np.random.default_rng(_SEED + 1)
    questions: list[list[str]] = []
    while len(questions) < count:
        words = rows[int(generator.integers(len(rows)))][3].split()
        first = int(generator.integers(max(1, len(words) - 12)))
        if question := content_words(" ".join(words[first : first + 12])):
            questions.append(question)
    return questions


def read_questions(path: Path) -> list[list[str]]:
    """The content words of the questions in a file: JSON Lines, gzipped or not, with `question`."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [words for line in lines if (words := content_words(json.loads(line)["question"]))]
