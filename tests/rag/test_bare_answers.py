import pytest

from rag.bare_answers import check_bare, is_bare
from rag.conversation import Citation

ASKED = {"countri": 2.0, "first": 1.0, "recogn": 3.0, "taliban": 5.0, "govern": 2.0}


def cite(quote: str, title: str | None = None) -> list[Citation]:
    return [Citation(1, "a", "a.txt", title, None, None, None, 0, len(quote), quote)]


@pytest.mark.parametrize(
    "text",
    ["Pakistan.", "HP", "Gobble and Waddle.", "Flight attendants", "About 7,000 steps", "Albania, Greece and Malta."],
)
def test_a_name_or_a_few_words_are_no_statement(text: str) -> None:
    assert is_bare(text)


@pytest.mark.parametrize(
    "text",
    [
        "It was Pakistan.",
        "Wang Yi will attend.",
        "Zhao said no.",
        "The harbour of Lindau reopened on Wednesday after a flood.",
    ],
)
def test_a_statement_is_one(text: str) -> None:
    assert not is_bare(text)


def test_a_bare_answer_needs_words_that_speak_of_what_was_asked() -> None:
    beside = cite("In the 1990s three nations dealt with the Taliban: Pakistan and two others.")
    assert check_bare("Pakistan.", {**ASKED, "taliban": 1.0}, beside)
    assert (
        check_bare("Russia.", ASKED, cite("Russia was the first country to recognise the Taliban government.")) is None
    )
    assert check_bare("Russia was the first.", ASKED, beside) is None


def test_a_title_counts_for_a_third() -> None:
    quote = "Russia did so in July, as the first country."
    assert check_bare("Russia.", ASKED, cite(quote))
    assert check_bare("Russia.", ASKED, cite(quote, "Taliban government recognised: who recognises a government?"))
    assert check_bare("Russia.", {"first": 2.0, "taliban": 2.0}, cite(quote, "The Taliban")) is None
