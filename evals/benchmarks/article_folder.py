"""Articles as the files of a folder: those of a dump or invented ones, as many as make so many passages."""

import gzip
import json
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from evals.benchmarks.corpus import Row

# Title and text, paragraphs apart.
Story = tuple[str, str]

_PARAGRAPHS = 8
_SENTENCE_WORDS = 15
_SENTENCES_A_PARAGRAPH = 4
_PAST_SECONDS = 60.0
# Of the words of a dump's article a passage takes so many in the mean.
_PASSAGE_WORDS = 95


def read_stories(dump: Path) -> list[Story]:
    """The articles of a dump: JSON Lines, gzipped or not, with `text`, and `title` where it is known."""
    opener = gzip.open if dump.suffix == ".gz" else open
    with opener(dump, "rt", encoding="utf-8") as lines:
        return [(article.get("title") or "", article["text"]) for article in map(json.loads, lines)]


def write_stories(rows: Iterable[Row]) -> Iterator[Story]:
    """Stories made of passages without sentences: each a story of eight paragraphs."""
    waiting: list[str] = []
    title = ""
    for title, _, _, body in rows:
        waiting += body.split()
        while len(waiting) >= _PARAGRAPHS * _SENTENCES_A_PARAGRAPH * _SENTENCE_WORDS:
            paragraphs = [_take_paragraph(waiting) for _ in range(_PARAGRAPHS)]
            yield title, "\n\n".join(paragraphs)
    if waiting:
        yield title, _take_paragraph(waiting)


def choose_stories(stories: Iterable[Story], passages: int) -> list[Story]:
    """The first stories that make about so many passages."""
    chosen, made = [], 0.0
    for story in stories:
        if made >= passages:
            break
        chosen.append(story)
        made += max(1.0, len(story[1].split()) / _PASSAGE_WORDS)
    return chosen


def write_folder(folder: Path, stories: Sequence[Story]) -> None:
    """A text file each, last changed a minute ago, as files mostly are long before they are indexed."""
    folder.mkdir()
    for number, (title, text) in enumerate(stories):
        write_file(folder / f"{number:05}.txt", f"{title}\n\n{text}\n")


def write_file(path: Path, text: str) -> None:
    """Write a file that was not changed just now: such a one is read again."""
    path.write_text(text, encoding="utf-8")
    past = time.time() - _PAST_SECONDS
    os.utime(path, (past, past))


def edit_paragraph(folder: Path) -> None:
    """Add a sentence to a paragraph in the middle of the longest article."""
    path = max(folder.iterdir(), key=lambda path: (path.stat().st_size, path.name))
    paragraphs = path.read_text(encoding="utf-8").split("\n\n")
    paragraphs[len(paragraphs) // 2] += " This sentence was added by an editor on the following day."
    write_file(path, "\n\n".join(paragraphs))


def _take_paragraph(words: list[str]) -> str:
    """Take the words of a paragraph from the front."""
    sentences = []
    for _ in range(_SENTENCES_A_PARAGRAPH):
        if some := words[:_SENTENCE_WORDS]:
            sentences.append(f"{' '.join(some).capitalize()}.")
            del words[:_SENTENCE_WORDS]
    return " ".join(sentences)
