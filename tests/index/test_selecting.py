from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from index.ledger import Ledger
from index.selecting import EVERYTHING, Selection, passages_within, select_articles

STORY = "The council of {town} met for an hour and spoke of the bridge that is to be built across the river there."


@pytest.fixture
def titles(folder: Path, library: Path, update: Callable[[], object]) -> Callable[[Selection], set[str]]:
    for day, outlet, town in ((1, "The Paper", "Alm"), (2, "the paper", "Birk"), (3, "The Wire", "Carl")):
        header = f"Title: {town}\nSource: {outlet}\nDate: 2021-03-0{day}\n\n"
        (folder / f"{town}.txt").write_text(header + STORY.format(town=town), encoding="utf-8")
    (folder / "undated.txt").write_text("Title: Dorn\n\n" + STORY.format(town="Dorn"), encoding="utf-8")
    update()

    def select(selection: Selection) -> set[str]:
        with closing(Ledger(library)) as ledger:
            return {ledger.article(id_).title or "" for id_ in select_articles(ledger, selection)}

    return select


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (EVERYTHING, {"Alm", "Birk", "Carl", "Dorn"}),
        (Selection(outlets=("THE PAPER",)), {"Alm", "Birk"}),
        (Selection(outlets=("The Paper", "The Wire")), {"Alm", "Birk", "Carl"}),
        (Selection(since=date(2021, 3, 2)), {"Birk", "Carl"}),
        (Selection(until=date(2021, 3, 2)), {"Alm", "Birk"}),
        (Selection(since=date(2021, 3, 2), until=date(2021, 3, 2)), {"Birk"}),
        (Selection(outlets=("The Wire",), until=date(2021, 3, 2)), set()),
    ],
)
def test_a_selection_takes_what_meets_all_of_it(
    titles: Callable[[Selection], set[str]], selection: Selection, expected: set[str]
) -> None:
    assert titles(selection) == expected
    assert bool(selection) == (expected != {"Alm", "Birk", "Carl", "Dorn"})


def test_named_articles_are_taken_once_and_only_where_they_lie(
    titles: Callable[[Selection], set[str]], library: Path
) -> None:
    assert titles(EVERYTHING)
    with closing(Ledger(library)) as ledger:
        one, *_ = ledger.article_ids()
        assert select_articles(ledger, Selection(article_ids=(one, one, "gone"))) == {one}
        few = passages_within(ledger, {one}, at_most=5)
        assert few is not None
        assert {passage.article_id for passage in few} == {one}
        assert passages_within(ledger, ledger.article_ids(), at_most=3) is None
