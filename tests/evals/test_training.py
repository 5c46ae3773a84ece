import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.cases import Case, parse_case
from evals.library import view_library
from evals.training.examples import Example, collect, read_examples, write_examples
from evals.training.fitting import fit_answerable, fit_read, fit_sentences
from evals.training.reading import ReadExample, load_read_examples, read_cases, states_answer, write_read_examples
from evals.training.regression import fit_listwise, fit_logistic, fold_of
from index.embedding import WordHashEmbedder
from rag.assemble import Dateline
from rag.halting import Halt
from rag.language_model import Message
from rag.reranking import Scores

RANDOM = np.random.default_rng(5)


class Overlapping:
    name = "overlapping"

    def score(self, question: str, texts: Sequence[str]) -> Scores:
        words = set(question.lower().split())
        return np.array([len(words & set(text.lower().split())) - 3 for text in texts], dtype=np.float32)


def test_the_weights_that_made_the_labels_are_found_again() -> None:
    rows = RANDOM.normal(size=(20_000, 3)) * [1.0, 5.0, 0.2]
    odds = 0.7 + rows @ [1.5, -0.3, 4.0]
    labels = (RANDOM.random(len(rows)) < 1 / (1 + np.exp(-odds))).astype(float)
    bias, slopes = fit_logistic(rows, labels, np.ones(len(rows)), penalty=1.0)
    assert bias == pytest.approx(0.7, abs=0.1)
    assert slopes == pytest.approx([1.5, -0.3, 4.0], rel=0.1)


def test_a_feature_that_never_varies_gets_no_weight() -> None:
    rows = np.array([[0.0, 7.0], [1.0, 7.0], [2.0, 7.0], [3.0, 7.0]])
    bias, slopes = fit_logistic(rows, np.array([0.0, 0.0, 1.0, 1.0]), np.ones(4), penalty=0.1)
    assert slopes[0] > 0 == slopes[1]
    assert bias + slopes[0] * 1.5 == pytest.approx(0.0, abs=1e-6)


def test_of_a_group_the_right_row_is_put_first_though_another_is_right_by_chance() -> None:
    groups = []
    for _ in range(300):
        rows = RANDOM.normal(size=(12, 2))
        labels = np.zeros(12)
        labels[rows[:, 0].argmax()] = labels[RANDOM.integers(12)] = 1.0
        groups.append((rows, labels))
    slopes = fit_listwise(groups, penalty=1.0)
    assert slopes[0] > 5 * abs(slopes[1])


@given(st.integers(1, 200), st.integers(1, 7))
def test_folds_are_of_equal_size_and_always_the_same(count: int, folds: int) -> None:
    found = fold_of(count, folds)
    sizes = [list(found).count(fold) for fold in range(folds)]
    assert sum(sizes) == count
    assert max(sizes) - min(sizes) <= 1
    assert found == fold_of(count, folds)


def make_example(number: int, *, is_answerable: bool) -> Example:
    relevance = RANDOM.normal(size=9)
    labels = [False] * 9
    if is_answerable:
        relevance[number % 9] += 6
        labels[number % 9] = True
    features = {"relevance": relevance.tolist(), "noise": RANDOM.normal(size=9).tolist()}
    return Example(str(number), "made up", features, labels, is_answerable)


def test_what_is_learned_is_measured_on_questions_left_out() -> None:
    examples = [make_example(number, is_answerable=number % 2 == 0) for number in range(120)]
    fitted = fit_sentences(examples, ["relevance", "noise"])
    assert fitted.figures["questions"] == 60
    assert fitted.figures["answered by the best 1"] > 0.95
    assert fitted.model.weights["relevance"] > 10 * abs(fitted.model.weights["noise"])
    assert fit_answerable(examples, "relevance").figures["told apart, made up"] > 0.95


def test_by_chance_alone_nothing_is_learned() -> None:
    examples = [make_example(number, is_answerable=number % 2 == 0) for number in range(120)]
    assert 0.3 < fit_answerable(examples, "noise").figures["told apart, made up"] < 0.7


CASES: list[Case] = [
    parse_case(
        {
            "id": "city",
            "question": "In which city should the negotiations take place on March 18?",
            "answers": ["Anchorage"],
            "expected": "answered",
            "gold": [{"file": "000_5ec2cbd345442b2e.txt", "quote": "on March 18 in Anchorage"}],
        }
    ),
    parse_case({"id": "moon", "question": "Who walked on the moon?", "expected": "refused"}),
    parse_case({"id": "open", "question": "What is planned?"}),
]


def test_examples_of_a_set_say_which_sentences_answer(
    seeds_library: Path, open_fake: Callable[..., Dateline], tmp_path: Path
) -> None:
    dateline = open_fake(at=seeds_library)
    tools = (dateline.retriever(), dateline.embedder, Overlapping())
    view = view_library(seeds_library, WordHashEmbedder.name)
    path = tmp_path / "examples.jsonl"
    assert write_examples(collect("set", CASES, view, tools, lambda *_: None), path) == 3
    city, moon, undecided = read_examples([path])
    assert any(city.labels)
    assert not all(city.labels)
    assert [city.is_answerable, moon.is_answerable, undecided.is_answerable] == [True, False, None]
    assert not any(moon.labels)
    assert {len(values) for values in city.features.values()} == {len(city.labels)}
    assert city.features["relevance"][city.labels.index(True)] > np.mean(city.features["relevance"])
    assert all(json.loads(line)["set"] == "set" for line in path.read_text().splitlines())


class Reader:
    """Finds only questions about negotiations answered; remembers what it read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def weigh_yes(self, messages: Sequence[Message], halt: Halt | None = None) -> float:
        del halt
        self.read.append(messages[-1].content)
        return 2.0 if "negotiations" in messages[-1].content.split("Question:")[1] else -2.0


def test_what_a_model_reads_of_a_set_is_kept_beside_the_estimate(
    seeds_library: Path, open_fake: Callable[..., Dateline], tmp_path: Path
) -> None:
    dateline = open_fake(at=seeds_library)
    reader, path = Reader(), tmp_path / "read.jsonl"
    tools = (dateline.retriever(), dateline.embedder, Overlapping())
    assert write_read_examples(read_cases("set", CASES, tools, reader, lambda *_: None), path) == len(reader.read)
    found = {example.id: example for example in load_read_examples([path])}
    # What expects no single status is not read.
    assert "open" not in found
    assert found["city"].is_stated
    assert found["city"].features["read"] == 2.0
    assert "March 18 in Anchorage" in reader.read[0]
    assert not found["moon"].is_stated
    assert found["moon"].features["read"] == -2.0
    assert found["moon"].features["estimate"] < found["city"].features["estimate"]


def test_a_reader_that_knows_counts_more_than_an_estimate_that_does_not() -> None:
    examples = [
        ReadExample(
            str(number),
            "made up",
            {"estimate": RANDOM.normal(), "read": (number % 2) * 4 - 2 + RANDOM.normal()},
            bool(number % 2),
        )
        for number in range(200)
    ]
    fitted = fit_read(examples)
    assert fitted.model.weights["read"] > 5 * abs(fitted.model.weights["estimate"])
    assert fitted.figures["told apart, made up"] > 0.95
    assert 0.3 < fitted.figures["told apart, made up, unread"] < 0.7


def test_sentences_state_an_answer_when_they_hold_it_and_the_case_has_one() -> None:
    city, moon, _ = CASES
    assert states_answer(city, ["They meet in", "Anchorage."])
    assert not states_answer(city, ["They meet in Alaska."])
    assert not states_answer(moon, ["Neil Armstrong walked on the moon."])
