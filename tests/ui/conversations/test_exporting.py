import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from rag.conversation import Answer
from tests.ui.conversations.samples import FIRST, answered, refused
from ui.answers_as_json import answer_as_json
from ui.conversations.exporting import conversation_as_json, write_answer, write_conversation
from ui.conversations.store import KeptConversation
from ui.rendering import Exchange, Failure

KEPT = KeptConversation("c", "The # talks", datetime(2021, 3, 10, tzinfo=UTC), (answered(), refused()))


def test_footnotes_give_the_words_and_where_they_stand() -> None:
    assert write_answer(answered(), "footnotes") == (
        "They begin on 18 March in Alaska.[^1][^2] Bring fur.[^3]\n\n*As of 10 March 2021*\n\n"
        "[^1]: “They begin on \\[18\\] March.” *The talks \\*begin\\**, The Paper, 10 March 2021."
        " <https://paper.example/talks>\n"
        "[^2]: “In Alaska,” he said. *The talks \\*begin\\**, The Paper, 10 March 2021. <https://paper.example/talks>\n"
        "[^3]: “Bring fur.” *notes.txt*."
    )


def test_sources_name_each_article_once() -> None:
    assert write_answer(answered(), "sources") == (
        "They begin on 18 March in Alaska.\\[1\\] Bring fur.\\[2\\]\n\n*As of 10 March 2021*\n\n**Sources**\n\n"
        "1. *The talks \\*begin\\**, The Paper, 10 March 2021. <https://paper.example/talks>\n2. *notes.txt*."
    )


def test_a_refusal_cites_nothing() -> None:
    assert write_answer(refused(), "footnotes") == "The articles do not tell."


def test_the_footnotes_of_a_conversation_are_numbered_through() -> None:
    twice = replace(
        KEPT, exchanges=(answered("One?"), Exchange("Gone?", outcome=Failure("", "Lost.")), answered("Two?"))
    )
    written = write_conversation(twice)
    assert written.startswith("# The \\# talks\n\n## One?\n\nThey begin")
    assert "## Gone?\n\n*Lost.*" in written
    assert [mark for mark in range(1, 8) if f"[^{mark}]: " in written] == [1, 2, 3, 4, 5, 6]
    assert written.split("## Two?")[1].lstrip().startswith("They begin on 18 March in Alaska.[^4][^5] Bring fur.[^6]")


@pytest.mark.parametrize(
    ("words", "written"),
    [
        ("# Not a heading", "\\# Not a heading"),
        ("- no list", "\\- no list"),
        ("1. no list", "1\\. no list"),
        ("![x](http://a.example/x.png)", "!\\[x\\](http://a.example/x.png)"),
        ("<script>", "\\<script\\>"),
        ("one\ntwo", "one\n\ntwo"),
        ("a\u202eb", "ab"),
    ],
)
def test_what_an_article_says_is_shown_and_not_obeyed(words: str, written: str) -> None:
    exchange = answered()
    assert isinstance(exchange.outcome, Answer)
    answer = replace(exchange.outcome, text=f"{words} [1]", citations=(FIRST,), as_of=None)
    assert write_answer(replace(exchange, outcome=answer), "footnotes").startswith(f"{written}[^1]\n\n[^1]: ")


def test_json_holds_the_answers_as_programs_get_them() -> None:
    given = json.loads(conversation_as_json(KEPT))
    assert [exchange["question"] for exchange in given["exchanges"]] == ["When do they begin?", "Who fishes?"]
    outcome = answered().outcome
    assert isinstance(outcome, Answer)
    assert given["exchanges"][0]["answer"] == answer_as_json(outcome)
