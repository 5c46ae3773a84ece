import pytest

from rag.conversation import Turn
from rag.rewriting import rewrite_question

HISTORY = [Turn("user", "Who leads the Chinese delegation?"), Turn("assistant", "Yang Jiechi leads it.")]


@pytest.mark.parametrize(
    "question",
    [
        "And the other side?",
        "When was that?",
        "Why?",
        "What did he say?",
        "Where will they meet?",
        "What is their goal?",
        "Is he optimistic?",
        "What was his reaction?",
        "And Liu Weidong?",
    ],
)
def test_a_follow_up_takes_the_topic_of_the_question_before(question: str) -> None:
    assert rewrite_question(question, HISTORY) == f"{question} (about: Who leads the Chinese delegation)"


@pytest.mark.parametrize(
    "question",
    [
        "What did Liu Weidong say about Anchorage?",
        "What sanctions does Beijing want lifted?",
        "Is there a joint statement after the meeting?",
    ],
)
def test_a_new_topic_stands_alone(question: str) -> None:
    assert rewrite_question(question, HISTORY) == question


def test_without_a_history_nothing_is_rewritten() -> None:
    assert rewrite_question("Why?", []) == "Why?"


def test_a_chain_of_follow_ups_keeps_the_topic() -> None:
    history = [*HISTORY, Turn("user", "When was that?"), Turn("assistant", "On 18 March.")]
    assert rewrite_question("And why?", history) == "And why? (about: Who leads the Chinese delegation)"
