from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedding import WordHashEmbedder
from index.keyword_search import KeywordSearch
from index.ledger import Ledger
from index.selecting import Selection
from index.vectors import VectorSearch
from rag.question_scope import Origin, find_scope
from rag.recency import favour_recent
from rag.retrieving import Retriever

TODAY = date(2024, 7, 10)
DAYS = st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2030, 1, 1)))


@given(st.lists(st.tuples(st.floats(0, 1), DAYS), max_size=12))
def test_nothing_is_lost_and_of_two_that_fit_equally_the_newer_is_first(found: list[tuple[float, date | None]]) -> None:
    scores = {str(number): score for number, (score, _) in enumerate(found)}
    origins = {str(number): Origin(None, published) for number, (_, published) in enumerate(found)}
    raised = favour_recent(scores, origins, TODAY)
    assert raised.keys() == scores.keys()
    assert list(raised.values()) == sorted(raised.values(), reverse=True)
    assert all(raised[id_] >= scores[id_] for id_ in scores)
    ranks = {id_: rank for rank, id_ in enumerate(raised)}
    for one, origin in origins.items():
        for other, elder in origins.items():
            if origin.published and elder.published and elder.published < origin.published <= TODAY:
                assert scores[one] < scores[other] or raised[one] >= raised[other]
                assert scores[one] <= scores[other] or ranks[one] < ranks[other]


def test_what_fits_much_better_stays_first_and_an_archive_stays_as_it_is() -> None:
    origins = {
        "new": Origin(None, TODAY),
        "old": Origin(None, date(2019, 1, 1)),
        "older": Origin(None, date(2018, 1, 1)),
    }
    assert list(favour_recent({"old": 0.9, "new": 0.5}, origins, TODAY)) == ["old", "new"]
    assert list(favour_recent({"old": 0.9, "new": 0.8}, origins, TODAY)) == ["new", "old"]
    assert favour_recent({"older": 0.52, "old": 0.5}, origins, TODAY) == pytest.approx({"older": 0.52, "old": 0.5})


def test_a_day_that_has_not_come_is_no_news() -> None:
    origins = {"ahead": Origin(None, TODAY + timedelta(days=400)), "undated": Origin(None, None)}
    assert favour_recent({"ahead": 0.6, "undated": 0.5}, origins, TODAY) == {"ahead": 0.6, "undated": 0.5}
    # Beyond the date line it is tomorrow already.
    assert favour_recent({"x": 0.5}, {"x": Origin(None, TODAY + timedelta(days=1))}, TODAY)["x"] > 0.5


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who won the election?", True),
        ("Who won the election this week?", True),
        ("Who won the election in 2019?", False),
        ("What is the latest on the election?", False),
    ],
)
def test_a_question_of_another_time_does_not_ask_of_today(question: str, asks: bool) -> None:
    assert find_scope(question, (), newest=TODAY, today=TODAY).asks_of(TODAY) is asks


@pytest.fixture
def retriever(folder: Path, library: Path, update: Callable[[], object]) -> Iterator[Retriever]:
    for day, winner in (("2024-03-01", "Meier"), ("2024-07-08", "Novak"), ("2024-11-20", "Okoro")):
        (folder / f"{day}.txt").write_text(
            f"Title: {winner} wins\nSource: The Post\nDate: {day}\n\n{winner} won the election in Harwich by many votes.\n"
        )
    update()
    embedder = WordHashEmbedder()
    with closing(Ledger(library)) as ledger:
        vectors = VectorSearch(library, ledger, embedder.name, embedder.dimension)
        yield Retriever(ledger, KeywordSearch(library, ledger), vectors, embedder)


@pytest.mark.parametrize("question", ["Who won the election in Harwich?", "Who won the election in Harwich this week?"])
@pytest.mark.parametrize(
    ("until", "winner"), [("2024-03-02", "Meier"), ("2024-07-10", "Novak"), ("2024-11-22", "Okoro")]
)
def test_what_is_new_is_counted_from_the_last_day_that_is_asked_of(
    retriever: Retriever, question: str, until: str, winner: str
) -> None:
    found = retriever.retrieve(question, selection=Selection(until=date.fromisoformat(until)))
    assert found[0].article.title == f"{winner} wins"
    assert all(each.article.published <= date.fromisoformat(until) for each in found if each.article.published)
