from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.embedding import WordHashEmbedder
from index.keyword_search import KeywordSearch
from index.ledger import Ledger
from index.vectors import VectorSearch
from rag.evidence import EvidenceSentence, choose_evidence, describe_answerable, find_evidence
from rag.reranking import Reranker, Scores
from rag.retrieving import Retriever

STORY = """Title: Ferry strike ends
Source: The Harbour Post
Date: 2023-05-04

The ferry strike in Norhaven ended on Tuesday. Crews had stopped work for nine days.

The harbour board agreed to raise pay by 6 percent. It will hold talks about night shifts in June.

Why did it take so long? Readers wrote to us about the price of fish, the weather and the new museum.

A bakery in the old town gave bread to the crews. The mayor came by bicycle.
"""


class Favouring:
    """Finds that only sentences with a certain word answer."""

    name = "favouring"

    def __init__(self, word: str) -> None:
        self.word = word
        self.read: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        self.read += texts
        return np.array([8.0 if self.word in text else -8.0 for text in texts], dtype=np.float32)


@pytest.fixture
def rank(
    folder: Path, library: Path, update: Callable[[], object]
) -> Iterator[Callable[[str, Reranker | None], list[EvidenceSentence]]]:
    (folder / "ferry.txt").write_text(STORY)
    update()
    embedder = WordHashEmbedder()
    with closing(Ledger(library)) as ledger:
        vectors = VectorSearch(library, ledger, embedder.name, embedder.dimension)
        retriever = Retriever(ledger, KeywordSearch(library, ledger), vectors, embedder)

        def run(question: str, reranker: Reranker | None) -> list[EvidenceSentence]:
            return find_evidence(question, retriever.retrieve(question), embedder, reranker, retriever.weigh)

        yield run


Rank = Callable[[str, Reranker | None], list[EvidenceSentence]]


def test_what_the_reranker_favours_comes_first(rank: Rank) -> None:
    (best, *_) = rank("How did the ferry strike in Norhaven end?", Favouring("percent"))
    assert best.text == "The harbour board agreed to raise pay by 6 percent."
    assert best.is_reranked
    assert best.relevance == 8.0


def test_without_a_reranker_words_and_meaning_rank(rank: Rank) -> None:
    (best, *others) = rank("When did the ferry strike in Norhaven end?", None)
    assert best.text == "The ferry strike in Norhaven ended on Tuesday."
    assert not best.is_reranked
    assert all(0.0 <= found.score <= best.score for found in others)


def test_what_answers_is_told_from_what_does_not_by_the_best_sentence(rank: Rank) -> None:
    question = "What did the harbour board agree to?"
    ranked = rank(question, Favouring("percent"))
    lost = rank(question, Favouring("zeppelin"))
    chosen, nothing = (choose_evidence(question, each, tokens=400, most=4, at_least=0.5) for each in (ranked, lost))
    assert chosen.probability > 0.6 > 0.4 > nothing.probability
    assert describe_answerable([1.0, 3.0, -2.0])["best"].tolist() == [3.0]
    assert choose_evidence(question, [], tokens=400, most=4, at_least=0.5).probability == 0.0


def test_a_sentence_that_leans_on_the_one_before_brings_it_along(rank: Rank) -> None:
    question = "What will be talked about in June?"
    evidence = choose_evidence(question, rank(question, Favouring("June")), tokens=400, most=1, at_least=0.5)
    assert [found.text for found in evidence.sentences] == [
        "The harbour board agreed to raise pay by 6 percent.",
        "It will hold talks about night shifts in June.",
    ]


def test_no_more_is_chosen_than_was_asked_for(rank: Rank) -> None:
    ranked = rank("What happened in Norhaven?", None)
    for most in (1, 2, 3):
        evidence = choose_evidence("What happened in Norhaven?", ranked, tokens=10_000, most=most, at_least=0.0)
        leaning = sum(found.text.startswith("It ") for found in evidence.sentences)
        assert most <= len(evidence.sentences) <= most + leaning
    assert len(choose_evidence("?", ranked, tokens=1, most=8, at_least=0.0).sentences) <= 2
