import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.citing import parse_marks


def parsed(text: str, count: int = 5) -> list[tuple[str, tuple[int, ...]]]:
    return [(sentence.text, sentence.marks) for sentence in parse_marks(text, count).sentences]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One thing [1]. Another [2].", [("One thing.", (1,)), ("Another.", (2,))]),
        ("One thing. [1] Another. [2]", [("One thing.", (1,)), ("Another.", (2,))]),
        ("One thing.[1][3] Another.", [("One thing.", (1, 3)), ("Another.", ())]),
        ("One [1, 2] thing 【4】.", [("One thing.", (1, 2, 4))]),
        ("Ranges count [2-4].", [("Ranges count.", (2, 3, 4))]),
        ("In the U.S. on Monday [1]. “It is,” he said [2].", [("In the U.S. on Monday.", (1,)), ("“It is,” he said.", (2,))]),
        ("- One **thing** [1]\n- Another [^2]", [("One thing", (1,)), ("Another", (2,))]),
        ("[1] It began. Then it ended [2].", [("It began.", (1,)), ("Then it ended.", (2,))]),
        ("It cost [sic] 5 euros [Source 3].", [("It cost [sic] 5 euros.", (3,))]),
        ("Yes, it has yet to be finalised [1]. No.", [("It has yet to be finalised.", (1,)), ("No.", ())]),
        ("On U. S. soil [1].", [("On U.S. soil.", (1,))]),
        ("", []),
        ("[1]", []),
    ],
)  # fmt: skip
def test_marks_go_to_the_sentence_that_they_stand_in_or_behind(text: str, expected: object) -> None:
    assert parsed(text) == expected


def test_a_mark_that_points_at_nothing_is_dropped_and_counted() -> None:
    marked = parse_marks("One [7]. Two [0][2]. Three [12].", 3)
    assert [sentence.marks for sentence in marked.sentences] == [(), (2,), ()]
    assert marked.dangling == 3


@given(st.text(alphabet=st.sampled_from("ab .[]1290,-\n!?“”"), max_size=120), st.integers(0, 4))
def test_no_text_makes_a_mark_outside_the_evidence(text: str, count: int) -> None:
    for sentence in parse_marks(text, count).sentences:
        assert all(1 <= mark <= count for mark in sentence.marks)
        assert len(set(sentence.marks)) == len(sentence.marks)
        assert not re.search(r"\[\s*\d{1,3}\s*\]", sentence.text)
