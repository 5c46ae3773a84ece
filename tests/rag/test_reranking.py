from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.weights import WEIGHTS, ensure_verified
from rag.reranking import MsMarcoReranker, RememberingReranker, Scores
from rag.settings import load_settings


@pytest.fixture(scope="module")
def reranker() -> MsMarcoReranker:
    folder = ensure_verified(WEIGHTS["reranking"], load_settings().models)
    return MsMarcoReranker(folder / "model.onnx", folder / "tokenizer.json")


@pytest.mark.parametrize(
    ("question", "answer", "others"),
    [
        (
            "How many people died in the flood?",
            "The toll of the flood has risen to 212, officials said.",
            ["The flood came at three in the morning.", "The company laid off 200 people."],
        ),
        (
            "Who won the election for mayor?",
            "Maria Lopez was elected mayor on Tuesday, defeating John Reed.",
            ["The mayor opened a library on Tuesday.", "The bank raised interest rates."],
        ),
    ],
)
def test_what_answers_the_question_scores_above_what_only_speaks_of_it(
    reranker: MsMarcoReranker, question: str, answer: str, others: list[str]
) -> None:
    scores = reranker.score(question, [*others, answer])
    assert scores.argmax() == len(others)
    assert scores[-1] - scores[:-1].max() > 2


def test_a_score_depends_on_its_text_alone(reranker: MsMarcoReranker) -> None:
    texts = ["Short.", "A longer sentence about a ferry and its captain.", "word " * 700, ""]
    together = reranker.score("Who is the captain?", texts)
    assert together.dtype == np.float32
    alone = [reranker.score("Who is the captain?", [text])[0] for text in texts]
    np.testing.assert_array_equal(together, alone)
    assert reranker.score("Who is the captain?", []).shape == (0,)


class Counting:
    name = "counting"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        self.asked += [(question, text) for text in texts]
        return np.array([len(question) + ord(text) for text in texts], dtype=np.float32)


@given(st.lists(st.tuples(st.sampled_from(["", "q"]), st.lists(st.sampled_from("abcdef"), max_size=5)), max_size=6))
def test_what_is_remembered_is_what_would_be_computed(calls: list[tuple[str, list[str]]]) -> None:
    remembering = RememberingReranker(Counting(), capacity=3)
    for question, texts in calls:
        np.testing.assert_array_equal(remembering.score(question, texts), Counting().score(question, texts))


def test_a_text_is_scored_once_for_a_question() -> None:
    counting = Counting()
    remembering = RememberingReranker(counting)
    remembering.score("x", ["a", "b", "a"])
    remembering.score("x", ["b", "c"])
    remembering.score("y", ["c"])
    assert counting.asked == [("x", "a"), ("x", "b"), ("x", "c"), ("y", "c")]
