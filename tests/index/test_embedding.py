from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedding import MiniLmEmbedder, RememberingEmbedder, Vectors, WordHashEmbedder
from index.weights import WEIGHTS, ensure_verified
from rag.settings import load_settings


@pytest.fixture(scope="module")
def minilm() -> MiniLmEmbedder:
    folder = ensure_verified(WEIGHTS["embedding"], load_settings().models)
    return MiniLmEmbedder(folder / "model.onnx", folder / "tokenizer.json")


def test_texts_of_like_meaning_are_near_each_other(minilm: MiniLmEmbedder) -> None:
    vectors = minilm.embed(["The talks are held in Anchorage.", "The meeting takes place in Alaska.", "Cats eat fish."])
    assert vectors.shape == (3, 384)
    assert vectors[0] @ vectors[1] > 0.4 > vectors[0] @ vectors[2]


def test_vectors_have_unit_length_and_do_not_depend_on_the_batch(minilm: MiniLmEmbedder) -> None:
    texts = ["Short.", "A somewhat longer sentence about a ferry.", "word " * 600, ""]
    together = minilm.embed(texts)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    for row, text in zip(together, texts, strict=True):
        np.testing.assert_allclose(row, minilm.embed([text])[0], atol=2e-3)
    assert minilm.embed([]).shape == (0, 384)


def test_every_text_of_a_long_call_gets_its_own_vector(minilm: MiniLmEmbedder) -> None:
    topics = ["ferries", "elections", "floods", "football", "vaccines", "satellites", "wheat", "museums"]
    # Of all lengths, so that the call is computed in many batches and in another order than it was asked.
    texts = [f"A report on {topic}. " * (1 + number * 5 % 13) for number, topic in enumerate(topics * 3)]
    together = minilm.embed(texts)
    alone = np.concatenate([minilm.embed([text]) for text in texts])
    assert (together * alone).sum(axis=1).min() > 0.999
    assert (together @ alone.T).argmax(axis=1).tolist() == [texts.index(text) for text in texts]


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
