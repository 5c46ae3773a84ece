import json
from datetime import date

import pytest

from index.errors import DatelineError
from index.selecting import EVERYTHING, Selection
from rag.conversation import AS_SET, Manner
from ui.manner import describe_selection, read_manner


def test_what_the_page_tells_becomes_the_manner() -> None:
    told = {"outlets": ["The Paper"], "since": "2021-03-01", "strictness": 0.7, "quote_only": True}
    expected = Manner(Selection(outlets=("The Paper",), since=date(2021, 3, 1)), 0.7, True)
    assert read_manner(json.dumps(told)) == expected
    assert read_manner("") == AS_SET
    assert read_manner("{}") == AS_SET


@pytest.mark.parametrize("told", ["[", "[]", '{"strictness": 3}', '{"since": "soon"}', '{"lang": "en"}'])
def test_a_page_of_another_version_is_asked_to_be_reloaded(told: str) -> None:
    with pytest.raises(DatelineError, match="reload the page"):
        read_manner(told)


@pytest.mark.parametrize(
    ("selection", "titles", "words"),
    [
        (EVERYTHING, (), ""),
        (Selection(outlets=("The Paper", "The Wire")), (), "The Paper, The Wire"),
        (Selection(since=date(2021, 3, 1), until=date(2021, 3, 9)), (), "1 March 2021 to 9 March 2021"),
        (Selection(since=date(2021, 3, 1), until=date(2021, 3, 1)), (), "1 March 2021"),
        (Selection(until=date(2021, 3, 9)), (), "until 9 March 2021"),
        (Selection(article_ids=("a",), outlets=("The Wire",)), ("The talks",), "“The talks”; The Wire"),
        (Selection(article_ids=("a", "b", "c")), (), "3 articles"),
    ],
)
def test_a_selection_is_told_in_words(selection: Selection, titles: tuple[str, ...], words: str) -> None:
    assert describe_selection(selection, titles) == words
