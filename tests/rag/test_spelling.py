from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from index.embedding import WordHashEmbedder
from index.keyword_search import KeywordSearch
from index.ledger import Ledger
from index.vectors import VectorSearch
from rag.retrieving import Retriever

NEWS = (
    "Harbour closes\n\nMinister Katarzyna Nowak said in Gdańsk on Monday that the harbour would be closed because of the"
    " accumulated sediment. The commission recommends dredging, said Nowak, and a consultation with the fishermen follows.\n"
)


@pytest.fixture(scope="module")
def correct(tmp_path_factory: pytest.TempPathFactory, fill: Callable[..., object]) -> Iterator[Callable[[str], str]]:
    folder, library = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("library")
    (folder / "harbour.txt").write_text(NEWS)
    fill(library, folder)
    embedder = WordHashEmbedder()
    with closing(Ledger(library)) as ledger:
        vectors = VectorSearch(library, ledger, embedder.name, embedder.dimension)
        yield Retriever(ledger, KeywordSearch(library, ledger), vectors, embedder).correct_spelling


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Why is the harbuor closed?", "Why is the harbour closed?"),
        ("what does the comission recomend?", "what does the commission recommends?"),
        ("Who is Katarzina?", "Who is Katarzyna?"),
        ("Who is Nowik?", "Who is Nowak?"),  # it may be somebody else: the window shows what was understood
        ("wich sedimnet is abuot the harbour", "which sediment is about the harbour"),
    ],
)
def test_misspelt_words_become_those_of_the_library(correct: Callable[[str], str], asked: str, meant: str) -> None:
    assert correct(asked) == meant


@pytest.mark.parametrize(
    "question",
    [
        "Why is the harbour closed?",
        "What did they agree about fishing quotas?",  # English words that the library lacks
        "What does Novik say?",  # two letters away from a name
        "What is the NATO plan for 2024-03-01?",
        "Warum wurde der Hafen geschlossen?",
        "中国怎么说？",
        "",
    ],
)
def test_what_could_be_meant_as_it_is_stays(correct: Callable[[str], str], question: str) -> None:
    assert correct(question) == question
