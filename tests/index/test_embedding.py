from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedding import BgeSmallEmbedder, RememberingEmbedder, Vectors, WordHashEmbedder
from index.weights import WEIGHTS, ensure_verified
from rag.settings import load_settings


@pytest.fixture(scope="module")
def bge() -> BgeSmallEmbedder:
    folder = ensure_verified(WEIGHTS["embedding"], load_settings().models)
    return BgeSmallEmbedder(folder / "model.onnx", folder / "tokenizer.json")


def test_texts_of_like_meaning_are_near_each_other(bge: BgeSmallEmbedder) -> None:
    vectors = bge.embed(["The talks are held in Anchorage.", "The meeting takes place in Alaska.", "Cats eat fish."])
    assert vectors.shape == (3, 384)
    assert vectors[0] @ vectors[1] > 0.7 > 0.6 > vectors[0] @ vectors[2]


def test_a_question_is_nearest_to_what_answers_it(bge: BgeSmallEmbedder) -> None:
    texts = [
        "Departures were scrapped after a walkout by ground crew.",
        "The airline ordered 50 new jets.",
        "It rained.",
    ]
    assert (bge.embed(texts) @ bge.embed_question("Why did the airline cancel its flights?")).argmax() == 0


def test_vectors_have_unit_length_and_depend_on_their_text_alone(bge: BgeSmallEmbedder) -> None:
    texts = ["Short.", "A somewhat longer sentence about a ferry.", "word " * 600, ""]
    together = bge.embed(texts)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    for row, text in zip(together, texts, strict=True):
        np.testing.assert_array_equal(row, bge.embed([text])[0])
    assert bge.embed([]).shape == (0, 384)


def test_every_text_of_a_long_call_gets_its_own_vector(bge: BgeSmallEmbedder) -> None:
    topics = ["ferries", "elections", "floods", "football", "vaccines", "satellites", "wheat", "museums"]
    # Of all lengths, so that they are computed in another order than they were asked.
    texts = [f"A report on {topic}. " * (1 + number * 5 % 13) for number, topic in enumerate(topics * 3)]
    alone = np.concatenate([bge.embed([text]) for text in texts])
    np.testing.assert_array_equal(bge.embed(texts), alone)


class Counting(WordHashEmbedder):
    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed(texts)


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=6), max_size=6))
def test_what_is_remembered_is_what_would_be_computed(batches: list[list[str]]) -> None:
    counting = Counting()
    remembering = RememberingEmbedder(counting, capacity=3)
    for batch in batches:
        np.testing.assert_array_equal(remembering.embed(batch), WordHashEmbedder().embed(batch))


def test_a_text_is_embedded_once() -> None:
    counting = Counting()
    remembering = RememberingEmbedder(counting)
    remembering.embed(["a", "b", "a"])
    remembering.embed(["b", "c"])
    assert counting.asked == ["a", "b", "c"]
