import os
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from index.embedding import Vectors, WordHashEmbedder
from index.embedding_job import embed_library, measure_reach
from index.errors import LibraryLockedError
from index.generations import read_current
from index.ledger import Ledger
from index.shelving import SyncReport
from index.sources import name_source
from index.updating import SyncTools, update_library
from index.write_lock import hold_lock

Update = Callable[..., SyncReport]


class Counting(WordHashEmbedder):
    """Remembers what it was asked to embed, and ends after so many texts."""

    def __init__(self, limit: int = 10**9) -> None:
        self.seen: list[str] = []
        self._limit = limit

    def embed(self, texts: Sequence[str]) -> Vectors:
        if len(self.seen) + len(texts) > self._limit:
            raise KeyboardInterrupt
        self.seen += texts
        return super().embed(texts)


class Other(Counting):
    name = "another"


def quietly(*_: object) -> None:
    """Nobody watches."""


def story(number: int) -> str:
    paragraphs = [
        f"In district {number}-{n} the council met on day {n} of the month and spoke about road {n * 7}, bridge {n * 3} and"
        f" the school of quarter {n}. It was said that budget {n * 11} would be decided later, after hearing {n * 5} people."
        for n in range(70)
    ]
    return f"Council meets {number}\n\n" + "\n\n".join(paragraphs) + "\n"


def write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    past = time.time() - 60
    os.utime(path, (past, past))


@pytest.fixture
def sync(library: Path, folder: Path, tools: SyncTools) -> Callable[[], SyncReport]:
    """Bring the folder into the library, without vectors."""

    def run() -> SyncReport:
        return update_library(library, [name_source(str(folder))], tools, on_progress=quietly)[str(folder)]

    return run


def test_a_paragraph_edited_in_a_long_article_costs_three_vectors_at_most(
    folder: Path, library: Path, sync: Callable[[], SyncReport]
) -> None:
    write(folder / "long.txt", story(1))
    sync()
    first = Counting()
    embed_library(library, first, on_progress=quietly)
    assert len(first.seen) > 15
    for edited in (3, 20, 38):
        write(folder / "long.txt", story(1).replace(f"budget {edited * 11} would", f"the budget of {edited * 11} may"))
        assert sync().changed == ("long.txt",)
        again = Counting()
        embed_library(library, again, on_progress=quietly)
        assert 1 <= len(again.seen) <= 6  # the edit before is taken back, too
    write(folder / "long.txt", story(1))
    sync()
    embed_library(library, Counting(), on_progress=quietly)
    write(folder / "long.txt", story(1).replace("road 70,", "the road 70,"))
    sync()
    last = Counting()
    embed_library(library, last, on_progress=quietly)
    assert 1 <= len(last.seen) <= 3


def test_ended_in_the_middle_it_goes_on_where_it_was_and_embeds_nothing_twice(
    folder: Path, library: Path, sync: Callable[[], SyncReport]
) -> None:
    for n in range(8):
        write(folder / f"{n}.txt", story(n))
    sync()
    with closing(Ledger(library)) as ledger:
        total = ledger.counts().passages
        assert ledger.search_keywords(["council"], 5)  # searchable before there is one vector
    first = Counting(limit=70)
    with pytest.raises(KeyboardInterrupt):
        embed_library(library, first, on_progress=quietly)
    with closing(Ledger(library)) as ledger:
        reach = measure_reach(library, ledger, "word-hash")
    assert (reach.embedded, reach.passages, reach.is_complete, reach.is_under_way) == (64, total, False, False)
    assert reach.seconds_left is not None
    second = Counting()
    embed_library(library, second, on_progress=quietly)
    assert len(first.seen) + len(second.seen) == total
    assert not set(first.seen) & set(second.seen)


def test_the_newest_articles_come_first(folder: Path, library: Path, sync: Callable[[], SyncReport]) -> None:
    for year in (2019, 2023, 2021):
        write(folder / f"{year}.txt", f"Date: {year}-05-01\n\nThe harvest of {year} was brought in on time.\n")
    sync()
    seen = Counting()
    embed_library(library, seen, on_progress=quietly)
    assert ["2023" in seen.seen[0], "2021" in seen.seen[1], "2019" in seen.seen[2]] == [True] * 3


def test_equal_passages_are_embedded_once(folder: Path, library: Path, sync: Callable[[], SyncReport]) -> None:
    text = "The ferry sank off Naxos on Friday, and all forty passengers were saved.\n"
    write(folder / "a.md", f"---\nurl: https://a.example/1\n---\n\n{text}")
    write(folder / "b.md", f"---\nurl: https://b.example/1\n---\n\n{text}")
    sync()
    seen = Counting()
    embed_library(library, seen, on_progress=quietly)
    with closing(Ledger(library)) as ledger:
        assert (ledger.counts().articles, len(seen.seen)) == (2, 1)
        reach = measure_reach(library, ledger, "word-hash")
    assert reach.is_complete
    assert reach.passages == 2


def test_only_one_process_makes_vectors(folder: Path, library: Path, sync: Callable[[], SyncReport]) -> None:
    write(folder / "a.txt", story(1))
    sync()
    with hold_lock(library, "embed"), pytest.raises(LibraryLockedError, match="is making the vectors of"):
        embed_library(library, Counting(), on_progress=quietly)


def test_files_may_be_read_while_vectors_are_made(folder: Path, library: Path, sync: Callable[[], SyncReport]) -> None:
    write(folder / "a.txt", story(1))
    sync()
    added: list[Path] = []

    def interfere() -> None:
        if not added:
            added.append(folder / "b.txt")
            write(added[0], story(2))
            sync()

    embed_library(library, Counting(), on_progress=quietly, pause=interfere)
    with closing(Ledger(library)) as ledger:
        assert ledger.counts().articles == 2
        assert measure_reach(library, ledger, "word-hash").is_complete


def test_another_embedder_takes_over_when_its_vectors_are_complete(
    folder: Path, library: Path, sync: Callable[[], SyncReport]
) -> None:
    for n in range(4):
        write(folder / f"{n}.txt", story(n))
    sync()
    embed_library(library, Counting(), on_progress=quietly)
    before = read_current(library)
    with pytest.raises(KeyboardInterrupt):
        embed_library(library, Other(limit=64), on_progress=quietly)
    with closing(Ledger(library)) as ledger:
        assert ledger.embedder() == "word-hash"
        assert ledger.count_vectors("word-hash") == ledger.counts().passages
    assert read_current(library) == before
    embed_library(library, Other(), on_progress=quietly)
    current = read_current(library)
    with closing(Ledger(library)) as ledger:
        assert ledger.embedder() == "another"
        assert (ledger.count_vectors("word-hash"), ledger.count_vectors("another")) == (0, ledger.counts().passages)
    assert current is not None
    assert current.embedder == "another"
