from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question_scope import Origin, Period, Scope, favour_scope, find_scope

OUTLETS = {"The Harbour Post", "Politico", "Gazeta.Ru", "The Week"}
NEWEST = date(2021, 3, 20)
TODAY = date(2024, 7, 1)


def scope_of(question: str, newest: date | None = NEWEST) -> Scope:
    return find_scope(question, OUTLETS, newest=newest, today=TODAY)


@pytest.mark.parametrize(
    ("question", "outlets"),
    [
        ("According to Politico, who will speak?", {"Politico"}),
        ("What did the Harbour Post report about the strike?", {"The Harbour Post"}),
        ("Does the 'Gazeta.Ru' article agree with Politico's report?", {"Gazeta.Ru", "Politico"}),
        ("What happened in the week after the talks?", set()),
        ("Who pays for the harbour?", set()),
        ("What did The Week say of it?", {"The Week"}),
        ("who bought Politico", set()),
    ],
)
def test_an_outlet_counts_where_it_is_named_as_a_source(question: str, outlets: set[str]) -> None:
    assert set(scope_of(question).outlets) == outlets


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What was said on 18 March?", date(2021, 3, 18), date(2021, 3, 18)),
        ("What was said on March 18, 2019?", date(2019, 3, 18), date(2019, 3, 18)),
        ("What was said on 2021-03-18?", date(2021, 3, 18), date(2021, 3, 18)),
        ("What happened in March?", date(2021, 3, 1), date(2021, 3, 31)),
        ("What happened in April?", date(2020, 4, 1), date(2020, 4, 30)),
        ("What happened in February 2020?", date(2020, 2, 1), date(2020, 2, 29)),
        ("And in the last week of February 2021?", date(2021, 2, 22), date(2021, 2, 28)),
        ("Who resigned in early May 2020?", date(2020, 5, 1), date(2020, 5, 10)),
        ("Who has resigned since 10 March?", date(2021, 3, 10), date.max),
        ("Who resigned before 10 March?", date.min, date(2021, 3, 10)),
        ("Who resigned between 10 March and 12 March?", date(2021, 3, 10), date(2021, 3, 12)),
        ("Who resigned between 10 and 12 March?", date(2021, 3, 10), date(2021, 3, 12)),
        ("Who resigned from 10 to 12 March 2019?", date(2019, 3, 10), date(2019, 3, 12)),
        ("Who resigned between March 10 and 12?", date(2021, 3, 10), date(2021, 3, 12)),
        ("Who resigned March 10–12, 2019?", date(2019, 3, 10), date(2019, 3, 12)),
        ("Who won in 2019?", date(2019, 1, 1), date(2019, 12, 31)),
        # The library ends in 2021: its own last week is meant, not the reader's.
        ("What happened last week?", date(2021, 3, 7), date(2021, 3, 20)),
        ("What happened in the past three days?", date(2021, 3, 17), date(2021, 3, 20)),
    ],
)
def test_a_period_is_read_as_people_write_it(question: str, first: date, last: date) -> None:
    assert [(period.first, period.last) for period in scope_of(question).periods] == [(first, last)]


@pytest.mark.parametrize(
    "question",
    [
        "Which programme could be paused in April?",
        "What will happen on 18 May?",
        "Which moon landing is planned for 2027?",
    ],
)
def test_what_is_still_to_come_was_told_in_no_such_period(question: str) -> None:
    assert scope_of(question).periods == ()


def test_on_a_monday_this_week_holds_the_days_before() -> None:
    (period,) = scope_of("What happened this week?", newest=TODAY).periods
    assert (period.first, period.last) == (date(2024, 6, 25), TODAY)


@pytest.mark.parametrize(
    ("question", "since"),
    [
        ("Which region was flooded this week?", date(2024, 6, 19)),
        ("Who resigned yesterday?", date(2024, 6, 28)),
        ("Who resigned in the past three days?", date(2024, 6, 25)),
        ("Which bank recently closed its doors?", date(2024, 4, 2)),
        ("What did Biden say this week that he would do?", date(2024, 6, 19)),
        # What holds today may have been told long ago; what is to come was told before it.
        ("Who leads the party today?", None),
        ("Who will speak this week?", None),
        # Later articles tell of a period that has its name.
        ("Which region was flooded in January?", None),
        ("Which region was flooded in 2024?", None),
        ("Who has resigned since May?", None),
        ("Which bank was the most recent to close?", None),
        ("How has the town grown in recent years?", None),
        ("How many recent graduates are unemployed?", None),
        # A programme and a film.
        ("Who hosts Last Week Tonight?", None),
        ("Who directed Yesterday?", None),
        ("Who resigned?", None),
        ("Was the flood of this week worse than that of January 2021?", None),
    ],
)
def test_days_that_just_passed_are_told_of_in_them(question: str, since: date | None) -> None:
    assert scope_of(question, newest=TODAY).find_window() == since


@pytest.mark.parametrize("question", ["May he speak?", "Did they march?", "Will Jan speak?", "Who was 31 in 1812?"])
def test_what_is_no_date_is_no_period(question: str) -> None:
    assert not scope_of(question).periods


def test_a_day_that_no_calendar_has_is_left_aside() -> None:
    assert all(period.first < period.last for period in scope_of("On 31 February 2021, or 2021-03-99?").periods)


def test_in_a_library_of_today_the_days_are_counted_from_today() -> None:
    (period,) = scope_of("What happened yesterday?", newest=TODAY).periods
    assert (period.first, period.last) == (date(2024, 6, 30), date(2024, 6, 30))


def test_who_asks_for_the_latest_wants_the_newest() -> None:
    assert scope_of("What is the latest on the talks?").wants_newest
    assert not scope_of("Who was late for the talks?").wants_newest
    assert not scope_of("Who was late for the talks?")


SCORES = {"a": 1.0, "b": 0.8, "c": 0.6, "d": 0.2}
ORIGINS = {
    "a": Origin("Politico", date(2021, 3, 1)),
    "b": Origin("Politico", date(2021, 3, 10)),
    "c": Origin("Gazeta.Ru", date(2021, 3, 18)),
    "d": Origin(None, None),
}


def test_the_best_of_every_outlet_that_is_named_leads() -> None:
    ranked = list(favour_scope(SCORES, ORIGINS, Scope(outlets=("Gazeta.Ru", "Politico"))))
    assert ranked[:2] == ["a", "c"]
    assert next(iter(favour_scope(SCORES, ORIGINS, Scope(outlets=("Gazeta.Ru",))))) == "c"


def test_what_was_published_in_the_period_or_just_after_is_raised() -> None:
    scope = Scope(periods=(Period(date(2021, 3, 8), date(2021, 3, 9)),))
    assert list(favour_scope(SCORES, ORIGINS, scope)) == ["b", "a", "c", "d"]


def test_the_newest_is_raised_for_who_wants_the_latest() -> None:
    raised = favour_scope(SCORES, ORIGINS, Scope(wants_newest=True))
    assert raised["c"] - SCORES["c"] > raised["b"] - SCORES["b"] > raised["a"] - SCORES["a"] == 0


@given(
    st.dictionaries(st.sampled_from("abcd"), st.floats(0, 1)),
    st.sets(st.sampled_from(["Politico", "Gazeta.Ru", "Elsewhere"])),
)
def test_a_scope_leaves_nothing_out_and_keeps_the_best_first(scores: dict[str, float], outlets: set[str]) -> None:
    raised = favour_scope(scores, ORIGINS, Scope(outlets=tuple(sorted(outlets))))
    assert set(raised) == set(scores)
    assert list(raised.values()) == sorted(raised.values(), reverse=True)


def test_a_library_of_the_first_year_has_no_days_before_it() -> None:
    scope = find_scope("What happened this week?", (), newest=date(1, 1, 3), today=TODAY)
    assert scope.find_window() == date.min
