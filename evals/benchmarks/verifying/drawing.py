"""Articles of a dump and the seeds -> sentences that statements can be made of."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from urllib.parse import urlsplit

from evals.benchmarks.verifying.pairs import Dice, Drawn
from index.articles import Article, Role
from index.reading.files import read_file

_MIN_WORDS, _MAX_WORDS = 8, 45
_MIN_BODY = 4
_SENTENCE = re.compile(r"[A-Z“\"][^\n\t|]*[.!?][”\"’']?$")
_ACRONYM_LETTERS = 4


def read_articles(dump: Path | None, limit: int, seeds: Path | None, skip: int = 0) -> Iterator[Article]:
    """The articles of the seeds' folder, and `limit` articles of a dump after the first `skip`."""
    files = sorted(seeds.glob("*.txt")) if seeds else []
    inside = chain.from_iterable(read_file(path, path.name, {}) for path in files)
    rows = (
        islice((row for row in read_file(dump, dump.name, {}) if isinstance(row, Article)), skip, skip + limit)
        if dump
        else ()
    )
    for article in chain(inside, rows):
        if isinstance(article, Article):
            yield replace(article, outlet=article.outlet or _outlet_of(article.url))


def tell_half(article: Article) -> str:
    """Which half an article belongs to, by a digest of its id, whatever else is read."""
    digest = hashlib.sha256(f"verifying {article.id}".encode()).digest()
    return "development" if digest[0] % 2 == 0 else "held-out"


def draw_sentences(article: Article, count: int, dice: Dice) -> list[Drawn]:
    """Up to `count` whole sentences of the article's body, by chance."""
    body = [sentence for sentence in article.sentences if sentence.role is Role.BODY]
    fitting = [place for place, span in enumerate(body) if _is_sentence(article.quote(span))]
    if len(body) < _MIN_BODY:
        return []
    return [Drawn(article, body, place) for place in sorted(dice.shuffle(fitting)[:count])]


def _is_sentence(text: str) -> bool:
    return bool(_SENTENCE.match(text)) and _MIN_WORDS <= len(text.split()) <= _MAX_WORDS


def _outlet_of(url: str | None) -> str | None:
    """A name for the outlet where none is stated: of www.example.com "Example"."""
    parts = (urlsplit(url or "").hostname or "").removeprefix("www.").split(".")
    name = parts[-3] if len(parts) > 2 and parts[-2] in ("co", "com", "org") else parts[-2] if len(parts) > 1 else ""
    return (name.upper() if len(name) <= _ACRONYM_LETTERS else name.title()) or None
