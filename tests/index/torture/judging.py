"""What every torture ends in: the library is compared with one that nothing happened to."""

import json
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from index.articles import Article, Passage, Role
from index.embedding import WordHashEmbedder
from index.embedding_job import embed_library
from index.errors import PageNotFetchedError
from index.exporting import export_articles
from index.ledger import Ledger
from index.parsing.in_process import InProcessReader
from index.shelving import SyncReport
from index.sources import Source, name_source
from index.updating import SyncTools, update_library
from index.vectors import VectorSearch
from index.web.pages import NotModified, Page

EMBEDDER = WordHashEmbedder()
_SENTENCES_A_PASSAGE = 2


class EnoughError(Exception):
    """The job was ended before it came to seal."""


def split(article: Article) -> list[Passage]:
    """Two sentences a passage: the product's own splitter is no subject here, and importing it takes seconds."""
    body = [sentence for sentence in article.sentences if sentence.role is Role.BODY]
    runs = [body[first : first + _SENTENCES_A_PASSAGE] for first in range(0, len(body), _SENTENCES_A_PASSAGE)]
    return [
        Passage(f"{article.id}-{ordinal}", article.id, ordinal, run[0].start, run[-1].end)
        for ordinal, run in enumerate(runs)
    ]


def fetch_nothing(address: str, *, etag: str | None = None, last_modified: str | None = None) -> Page | NotModified:
    """No test here has a web."""
    raise PageNotFetchedError(f"A test without a web asked for {address}.")


def quietly(*_: object) -> None:
    """Nobody watches."""


TOOLS = SyncTools(lambda: nullcontext(InProcessReader()), fetch_nothing, lambda: split)


@contextmanager
def make_folder_in_memory() -> Iterator[Path]:
    """A folder, in memory where there is one; it is gone afterwards."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it is made safely
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


def write(path: Path, text: str | bytes, *, age: float = 60) -> None:
    """Write a file whose time of change is well in the past, as files mostly are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    past = time.time() - age
    os.utime(path, (past, past))


def sync(
    library: Path, *places: Path | Source, tools: SyncTools = TOOLS, allow_removal: bool = False
) -> Mapping[str, SyncReport]:
    """One update, without vectors."""
    sources = [place if isinstance(place, Source) else name_source(str(place)) for place in places]
    return update_library(library, sources, tools, on_progress=quietly, allow_removal=allow_removal)


def embed(library: Path) -> None:
    """Make the vectors that are missing, and seal when that is due."""
    embed_library(library, EMBEDDER, on_progress=quietly)


def embed_without_sealing(library: Path) -> None:
    """Make the vectors that are missing; ended before it seals, which costs seconds and is tortured elsewhere."""

    def end_at_the_last(_: str, done: int, total: int) -> None:
        if done == total:
            raise EnoughError

    try:
        embed_library(library, EMBEDDER, on_progress=end_at_the_last)
    except EnoughError:
        return


def bring_in(library: Path, *places: Path | Source, allow_removal: bool = False) -> Mapping[str, SyncReport]:
    """One whole update: what a person gets by running the program once, but for the seal."""
    reports = sync(library, *places, allow_removal=allow_removal)
    embed_without_sealing(library)
    return reports


def export(library: Path) -> list[dict[str, Any]]:
    """All that the library holds."""
    with closing(Ledger(library)) as ledger:
        exported: list[dict[str, Any]] = json.loads(json.dumps(list(export_articles(ledger))))
        return exported


def failures(library: Path) -> dict[str, str]:
    """What could not be read, with the reason, by path and item."""
    with closing(Ledger(library)) as ledger:
        return {f"{failure.path}›{failure.item}".rstrip("›"): failure.reason for failure in ledger.failures()}


def find_faults(library: Path) -> list[str]:
    """Everything that is wrong with a library that was just updated; nothing should be."""
    faults = []
    with closing(Ledger(library)) as ledger:
        damage = ledger.find_damage()
        if damage:
            faults.append(damage)
        passages = ledger.counts().passages
        if ledger.count_embedded_passages(EMBEDDER.name) != passages:
            faults.append(f"only {ledger.count_embedded_passages(EMBEDDER.name)} of {passages} passages have a vector")
        search = VectorSearch(library, ledger, EMBEDDER.name, EMBEDDER.dimension)
        for id_ in ledger.article_ids():
            article = ledger.article(id_)
            for passage in ledger.passages_of(id_)[:1]:
                body = article.body(passage)
                by_word = ledger.search_keywords(re.findall(r"\w+", body), passages)
                if passage not in [found.passage for found in by_word]:
                    faults.append(f"{article.title} is not found by its words")
                words = "\n".join(part for part in (article.title, body) if part)
                by_meaning = search.search(EMBEDDER.embed([words])[0], passages)
                if passage not in [found.passage for found in by_meaning]:
                    faults.append(f"{article.title} is not found by meaning")
        if search.problem:
            faults.append(search.problem)
    return faults


def find_half_states(library: Path, states: Mapping[str, Iterable[str | None]]) -> list[str]:
    """Ask for each word in `states`: the articles with it must be one of its states, a whole text, or None for no article.

    A word stands for one article. An answer that is anything else is returned in words.
    """
    wrong = []
    with closing(Ledger(library)) as ledger:
        search = VectorSearch(library, ledger, EMBEDDER.name, EMBEDDER.dimension)
        for word, allowed in states.items():
            texts = {
                ledger.article(found.passage.article_id).text if _is_whole(ledger, found.passage) else "half"
                for found in ledger.search_keywords([word], 50)
            }
            answer = next(iter(texts)) if len(texts) == 1 else None if not texts else " AND ".join(sorted(texts))
            if answer not in set(allowed):
                wrong.append(f"{word}: {answer!r}")
            for found in search.search(EMBEDDER.embed([word])[0], 50):
                article = ledger.find_article(found.passage.article_id)
                if article is None or not article.quote(found.passage).strip():
                    wrong.append(f"{word}: by meaning a passage of nothing")
    return wrong


def _is_whole(ledger: Ledger, passage: Passage) -> bool:
    return passage in split(ledger.article(passage.article_id)) and passage in ledger.passages_of(passage.article_id)
