"""Pairs of sentences of two articles: which say the same, which differ in one thing, and which only look as if they did."""

from datetime import date

import pytest

from index.articles import Article, Role, Sentence
from rag.agreeing import Agreement, Comparison, Told, compare
from rag.conversation import Citation

DAY = date(2022, 5, 4)


def tell(text: str, *, title: str | None = None, published: date | None = DAY, id_: str = "one") -> Told:
    sentence = Sentence(0, len(text), 0, Role.BODY)
    article = Article(id_, f"{id_}.txt", title, "The Lookout", published, None, text, (sentence,))
    return Told(Citation(1, id_, f"{id_}.txt", title, "The Lookout", published, None, 0, len(text), text), article)


def stand(one: str, other: str, *, later: date | None = DAY) -> Comparison | None:
    return compare(tell(one), tell(other, published=later, id_="other"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The council voted on Tuesday to close the old bridge at Harwich.",
            "On Tuesday the Harwich council voted to close the old bridge.",
        ),
        (
            "Repairs to the Harwich bridge would cost 40 million crowns, the council said.",
            "According to the council, repairs to the Harwich bridge would cost 40 million crowns.",
        ),
        (
            "Brandt told reporters that the closure of the bridge was not permanent.",
            "The closure of the bridge was not permanent, Brandt told reporters.",
        ),
        (
            "“Nobody will rebuild the old bridge before 2030,” Vance said.",
            "“Nobody will rebuild the old bridge before 2030,” said Vance.",
        ),
    ],
)
def test_what_says_the_same_in_other_words_is_found(one: str, other: str) -> None:
    assert stand(one, other) == Comparison(Agreement.SAME)


def test_of_a_sentence_that_says_more_the_other_says_a_part() -> None:
    long = (
        "The council voted on Tuesday to close the old bridge at Harwich, which carried lorries to the port since 1961."
    )
    short = "The council voted on Tuesday to close the old bridge at Harwich."
    assert stand(long, short) == Comparison(Agreement.PART)
    assert stand(short, long) == Comparison(Agreement.SAME)


@pytest.mark.parametrize(
    ("one", "other", "own", "theirs"),
    [
        (
            "Repairs to the Harwich bridge would cost 40 million crowns, the council said.",
            "Repairs to the Harwich bridge would cost 55 million crowns, the county said.",
            "40 million",
            "55 million",
        ),
        (
            "The fire in Malmo injured twelve people on Tuesday.",
            "On Tuesday the fire in Malmo injured 9 people.",
            "twelve",
            "9",
        ),
        (
            "The Harwich bridge will reopen to traffic on 1 September 2022.",
            "The Harwich bridge will reopen to traffic on 3 October 2022.",
            "1 September 2022",
            "3 October 2022",
        ),
        (
            "Unemployment in Norhaven rose to 5.2 percent in April.",
            "Unemployment in Norhaven rose to 5.9% in April.",
            "5.2",
            "5.9",
        ),
        (
            "The council of Harwich sold the ferry for $3 million in April.",
            "The council of Harwich sold the ferry for $2 million in April.",
            "$3 million",
            "$2 million",
        ),
    ],
)
def test_another_value_of_the_same_thing_is_found_with_both_values(one: str, other: str, own: str, theirs: str) -> None:
    assert stand(one, other) == Comparison(Agreement.OTHER_VALUE, own, theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "The closure of the Harwich bridge is permanent, the mayor said.",
            "The closure of the Harwich bridge is not permanent, the mayor said.",
        ),
        (
            "Brandt signed the contract for the Harwich ferry on Monday.",
            "Brandt did not sign the contract for the Harwich ferry on Monday.",
        ),
        (
            "Exports of Norhaven rose by 4 percent in April.",
            "Exports of Norhaven fell by 4 percent in April.",
        ),
        (
            "Brandt told reporters that the closure of the Harwich bridge was not permanent.",
            "According to Vance, the closure of the Harwich bridge was permanent.",
        ),
    ],
)
def test_the_contrary_is_found_whichever_of_the_two_denies(one: str, other: str) -> None:
    assert stand(one, other) == Comparison(Agreement.CONTRARY)
    assert stand(other, one) == Comparison(Agreement.CONTRARY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Somebody else.
        (
            "Christmas falls on Thursday, 25 December, this year.",
            "Thanksgiving falls on Thursday, 27 November, this year.",
        ),
        (
            "Lincoln was not the first president to proclaim Thanksgiving, for Washington did so in 1789.",
            "The first national Thanksgiving was proclaimed by President Washington in 1789.",
        ),
        (
            "The fire in Malmo injured twelve people on Tuesday.",
            "The fire in Lund injured nine people on Tuesday.",
        ),
        # Something else.
        (
            "The fire in Malmo injured twelve people on Tuesday.",
            "The fire in Malmo destroyed nine houses on Tuesday.",
        ),
        (
            "Repairs to the Harwich bridge would cost 40 million crowns.",
            "Repairs to the Harwich bridge would take 14 months.",
        ),
        # Until when something was so.
        (
            "As of 4 November, Brandt had not commented on the closure of the Harwich bridge.",
            "As of 7 November, Brandt had not commented on the closure of the Harwich bridge.",
        ),
        # Another day.
        (
            "On Monday the fire in Malmo injured twelve people.",
            "On Friday the fire in Malmo injured nine people.",
        ),
        # A question, and what is said by anybody.
        (
            "The funeral of Brandt will take place in the cathedral of Norhaven.",
            "Where will the funeral of Brandt take place?",
        ),
        ("He declined to comment.", "He declined to comment."),
        # Surer than the other.
        (
            "The cameras of the Norhaven phone were moved to the back of its case.",
            "The cameras of the Norhaven phone will likely be moved to the back of its case.",
        ),
        # Two that share little more than names.
        (
            "Plans for the funeral of Ada Brandt, the former mayor of Norhaven, could come to light soon.",
            "Funeral services have been set for Ada Brandt, former mayor of Norhaven.",
        ),
        # A part that is bounded otherwise.
        (
            "The Harwich ferry carries up to 40 lorries a day.",
            "The Harwich ferry carries at least 40 lorries a day.",
        ),
    ],
)
def test_what_only_looks_alike_is_neither_the_same_nor_otherwise(one: str, other: str) -> None:
    assert stand(one, other) is None
    assert stand(other, one) is None


def test_another_number_of_another_month_is_no_disagreement() -> None:
    one = "The fire in Malmo injured twelve people on Tuesday."
    other = "The fire in Malmo injured nine people on Tuesday."
    assert stand(one, other, later=date(2022, 6, 14)) is None
    # Where it is not known when one of them was written, it cannot be told.
    assert stand(one, other, later=None) is None
