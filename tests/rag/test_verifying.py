from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Role
from index.reading.plain import read_article
from rag.conversation import Citation, Verdict
from rag.quantities import find_quantities
from rag.verifying import verify

ARTICLE = read_article(
    b"""Title: U.S. and China meet in Alaska
Source: The Example
Date: 10 March 2021

The two-day talks should take place on March 18 in Anchorage in the U.S. state of Alaska.
Secretary of State Anthony Blinken said that this was not a strategic dialogue between the U.S. and China.
According to Foreign Ministry spokesman Zhao Lijian, the U.S. invited the PRC to hold a high-level strategic dialogue.
If confirmed, the meeting may bring 25 delegates and cost $1.2 million, or 3.5 percent of the budget.
"Both sides should respect each other," Zhao said. The officials met in April 2019 for the last time.
""",
    "a.txt",
)
BODY = [sentence for sentence in ARTICLE.sentences if sentence.role is Role.BODY]


def cite(*numbers: int, article: Article = ARTICLE) -> list[Citation]:
    return [
        Citation(
            n=n,
            article_id=article.id,
            file=article.file,
            title=article.title,
            outlet=article.outlet,
            published=article.published,
            url=article.url,
            start=BODY[n].start,
            end=BODY[n].end,
            quote=article.quote(BODY[n]),
        )
        for n in numbers
    ]


def verdict(sentence: str, *numbers: int) -> Verdict:
    return verify(sentence, cite(*numbers), [ARTICLE]).verdict


@pytest.mark.parametrize(
    ("sentence", "n"),
    [
        ("The talks should take place on 18 March in Anchorage, Alaska.", 0),
        ("The 2-day talks should take place in Anchorage on 2021-03-18.", 0),
        ("The talks between the United States and China should take place in Anchorage on the 18th.", 0),
        ("Blinken said this was not a strategic dialogue between the United States and China.", 1),
        ("The meeting may bring twenty-five delegates and cost 1,200,000 dollars.", 3),
        ("It may cost 3.5% of the budget.", 3),
        ('Zhao said: "Both sides should respect each other".', 4),
        ("“both sides should respect each other,” Zhao said.", 4),
        ("The Example reported on 10 March that the talks should take place in Anchorage.", 0),
    ],
)
def test_what_the_source_says_in_other_spellings_is_not_refused(sentence: str, n: int) -> None:
    assert verdict(sentence, n) is Verdict.SUPPORTED, verify(sentence, cite(n), [ARTICLE]).reason


@pytest.mark.parametrize(
    ("sentence", "n", "reason"),
    [
        ("The talks should take place on March 19 in Anchorage.", 0, "19 March"),
        ("The talks should take place on April 18 in Anchorage.", 0, "18 April"),
        ("The three-day talks should take place in Anchorage.", 0, "3"),
        ("The talks should take place in Anchorage in 2022.", 0, "2022"),
        ("The talks should take place on Tuesday in Anchorage, Alaska.", 0, "Tuesday"),
        ("The talks should take place in Juneau, Alaska.", 0, "Juneau"),
        ("Sullivan said that this was not a strategic dialogue.", 1, "Sullivan"),
        (
            "According to Zhao, Washington's guest, China, was invited by the US to a strategic dialogue.",
            2,
            "Washington",
        ),
        ("Adele said that this was not a strategic dialogue.", 1, "Adele"),
        ("The talks should not take place in Anchorage.", 0, "denies"),
        ("Zhao said: “Both parties must respect each other”.", 4, "word for word"),
        ("It may cost $1.3 million.", 3, "1300000"),
        ("It may cost 35 percent of the budget.", 3, "35"),
        ("Fishing quotas were the subject of lengthy quarrels.", 0, "little"),
    ],
)
def test_an_altered_sentence_is_unsupported_and_the_reason_names_what_is_wrong(
    sentence: str, n: int, reason: str
) -> None:
    judgement = verify(sentence, cite(n), [ARTICLE])
    assert judgement.verdict is Verdict.UNSUPPORTED
    assert reason in judgement.reason


def test_a_lost_hedge_is_partly_supported() -> None:
    assert verdict("The meeting brings 25 delegates.", 3) is Verdict.PARTLY


def test_a_negation_lost_from_the_very_words_is_unsupported_and_from_others_partly_supported() -> None:
    in_its_words = "Blinken said that this was a strategic dialogue between the U.S. and China."
    assert verdict(in_its_words, 1) is Verdict.UNSUPPORTED
    assert verdict("Blinken spoke of a strategic dialogue between the U.S. and China.", 1) is Verdict.PARTLY


def test_somebodys_statement_told_as_a_fact_is_partly_supported() -> None:
    flat = "The U.S. invited China to hold a high-level strategic dialogue."
    assert verdict(flat, 2) is Verdict.PARTLY
    assert verdict(f"According to Zhao Lijian, {flat}", 2) is Verdict.SUPPORTED


def test_a_sentence_may_rest_on_two_spans_together() -> None:
    sentence = "Blinken denied a strategic dialogue, and the talks should take place on March 18."
    assert verdict(sentence, 1) is Verdict.UNSUPPORTED
    assert verdict(sentence, 0, 1) is Verdict.SUPPORTED


def test_a_sentence_without_a_source_is_unsupported() -> None:
    assert verify("The talks take place.", [], []).verdict is Verdict.UNSUPPORTED


RANK = {Verdict.SUPPORTED: 2, Verdict.PARTLY: 1, Verdict.UNSUPPORTED: 0}


@given(
    st.sampled_from(range(len(BODY))),
    st.sampled_from([("18", "27"), ("March", "June"), ("two-day", "nine-day"), ("Blinken", "Kissinger"), ("Zhao Lijian", "Hua Chunying"), ("25", "26"), ("1.2", "2.1"), ("2019", "2011"), ("Anchorage", "Fairbanks")]),
)  # fmt: skip
def test_altering_a_number_a_date_or_a_name_never_raises_the_verdict(n: int, change: tuple[str, str]) -> None:
    (citation,) = cite(n)
    before = verify(citation.quote, [citation], [ARTICLE]).verdict
    altered = citation.quote.replace(*change)
    after = verify(altered, [citation], [ARTICLE]).verdict
    assert before is Verdict.SUPPORTED
    assert RANK[after] <= RANK[before]
    if altered != citation.quote:
        assert after is Verdict.UNSUPPORTED


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_date_is_the_same_in_every_spelling(day: date) -> None:
    spellings = [f"{day:%Y-%m-%d}", f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%B} {day.year}", f"{day.day}th of {day:%B} {day.year}"]  # fmt: skip
    assert len({find_quantities(spelling).stated for spelling in spellings}) == 1


@given(st.integers(0, 99))
def test_a_number_is_the_same_in_words_and_in_figures(number: int) -> None:
    ones = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    word = ones[number] if number < 20 else tens[number // 10] + (f"-{ones[number % 10]}" if number % 10 else "")
    assert find_quantities(f"{word} people").given == (
        frozenset() if number == 1 else find_quantities(f"{number} people").given
    )
