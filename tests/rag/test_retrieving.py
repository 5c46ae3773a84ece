from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

import rag.retrieving
from index.embedding import WordHashEmbedder
from index.keyword_search import KeywordSearch
from index.ledger import Ledger
from index.selecting import Selection
from index.vectors import VectorSearch
from rag.retrieving import Retriever

QUARTERS = "Altstadt Neuhof Westend Bornheim Riederwald Sachsenhausen Niederrad Höchst Griesheim Nied Sossenheim Fechenheim".split()
BODY = "\n\n".join(
    f"In {quarter} the council spoke about road {n * 7} and bridge {n * 3}, and {n * 11} people came to hear what would be"
    f" decided about the school of {quarter}."
    for n, quarter in enumerate(QUARTERS, 1)
)
STRANGE = (
    "\n\nReaders in the valley may also remember the flood that closed the mill for a summer and most of an autumn."
)
OTHER = (
    "The harvest of apples was brought in on time, said the growers, who had feared for the trees of the school garden."
)


@pytest.fixture
def retriever(folder: Path, library: Path, update: Callable[[], object]) -> Iterator[Retriever]:
    (folder / "agency.txt").write_text(f"Title: Councils meet\nSource: The Agency\n\n{BODY}\n")
    (folder / "paper.txt").write_text(f"Title: How our councils met\nSource: The Paper\n\n{BODY}{STRANGE}\n")
    (folder / "apples.txt").write_text(f"Title: Apples\nSource: The Grower\n\n{OTHER}\n")
    update()
    embedder = WordHashEmbedder()
    with closing(Ledger(library)) as ledger:
        vectors = VectorSearch(library, ledger, embedder.name, embedder.dimension)
        yield Retriever(ledger, KeywordSearch(library, ledger), vectors, embedder)


def test_copies_of_an_article_are_one_source(retriever: Retriever) -> None:
    found = retriever.retrieve("What was said about the school of Bornheim?", limit=8)
    outlets = {passage.article.outlet for passage in found}
    assert len(outlets & {"The Agency", "The Paper"}) == 1
    assert "The Grower" in outlets


def test_what_only_one_of_the_copies_says_is_found_in_it(retriever: Retriever) -> None:
    (best, *_) = retriever.retrieve("Which mill was closed by the flood in the valley?")
    assert best.article.outlet == "The Paper"
    assert "mill" in best.article.body(best.passage)


def test_a_copy_whose_file_is_gone_silences_no_other(retriever: Retriever, folder: Path) -> None:
    (folder / "agency.txt").unlink()
    found = retriever.retrieve("What was said about the school of Bornheim?")
    assert {passage.article.outlet for passage in found} == {"The Paper", "The Grower"}
    assert "Bornheim" in next(each for each in found if each.article.outlet == "The Paper").article.text


def test_the_same_words_weeks_apart_are_two_sources(folder: Path, library: Path, update: Callable[[], object]) -> None:
    for number, day in enumerate(("2024-03-01", "2024-03-03", "2024-05-03")):
        (folder / f"{number}.txt").write_text(f"Source: Paper {number}\nDate: {day}\n\n{BODY}\n")
    update()
    with closing(Ledger(library)) as ledger:
        groups = {
            frozenset(ledger.article(id_).outlet for id_ in group)
            for group in ledger.copies_of(ledger.article_ids()).values()
        }
    assert groups == {frozenset({"Paper 0", "Paper 1"}), frozenset({"Paper 2"})}


def test_an_article_that_is_removed_while_it_is_searched_for_ends_nothing(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = "What did The Paper report about the school of Bornheim?"
    assert retriever.retrieve(question)[0].article.outlet == "The Paper"
    # Another process has removed all of them between the search and this.
    monkeypatch.setattr(Ledger, "origins_of", lambda *_: {})
    assert retriever.retrieve(question)


def test_only_the_selected_articles_are_looked_at(retriever: Retriever) -> None:
    question = "What was said about the school of Bornheim?"
    grower = Selection(outlets=("the grower",))
    found = retriever.retrieve(question, selection=grower)
    assert {passage.article.outlet for passage in found} == {"The Grower"}
    # They are scored as they are among all.
    among_all = {passage.passage.id: passage.similarity for passage in retriever.retrieve(question, limit=50)}
    assert {passage.passage.id: pytest.approx(passage.similarity) for passage in found}.items() <= among_all.items()
    named = retriever.retrieve(question, selection=Selection(article_ids=(found[0].article.id, "unknown")))
    assert {passage.article.id for passage in named} == {found[0].article.id}
    assert retriever.retrieve(question, selection=Selection(outlets=("Nobody",))) == []
    assert retriever.retrieve(question, selection=Selection(since=date(2021, 1, 1))) == []


def test_a_large_selection_is_found_however_deep_it_lies(retriever: Retriever, monkeypatch: pytest.MonkeyPatch) -> None:
    question = "What was said about the school of Bornheim?"
    grower = Selection(outlets=("The Grower",))
    expected = [passage.passage.id for passage in retriever.retrieve(question, selection=grower)]
    monkeypatch.setattr(rag.retrieving, "_LOOKED_THROUGH", 0)
    monkeypatch.setattr(rag.retrieving, "_DEPTH", 1)
    assert [passage.passage.id for passage in retriever.retrieve(question, selection=grower)] == expected
