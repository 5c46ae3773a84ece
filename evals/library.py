"""What a run needs to know of a library beyond asking it: its articles by name, its passages, the state it is in."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from evals.gold import ArticleIndex, FilePlace
from index.articles import Passage
from index.ledger import Ledger


@dataclass(frozen=True, slots=True)
class LibraryView:
    """One library at one moment; `digest` changes when an article, a passage or the number of its vectors does."""

    index: ArticleIndex
    passages: dict[str, tuple[Passage, ...]]
    digest: str
    articles: int
    vectors: int


def view_library(library: Path, embedder: str) -> LibraryView:
    """Look at a library without changing it; `embedder` is the name of the one whose vectors count.

    Raises:
        LibraryNotFoundError: there is none.
    """
    ledger = Ledger(library)
    try:
        ids = ledger.article_ids()
        passages = {id_: tuple(ledger.passages_of(id_)) for id_ in ids}
        places = {id_: [FilePlace(place.path, place.item) for place in ledger.places_of(id_)] for id_ in ids}
        vectors = ledger.count_vectors(embedder)
        index = ArticleIndex((ledger.article(id_) for id_ in ids), places)
    finally:
        ledger.close()
    state = "\n".join(passage.id for id_ in ids for passage in passages[id_])
    digest = hashlib.sha256(f"{embedder} {vectors}\n{ids}\n{state}".encode()).hexdigest()[:16]
    return LibraryView(index, passages, digest, len(ids), vectors)
