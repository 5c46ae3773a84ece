"""What happened "this week" is answered out of articles of this week, or not at all."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from index.selecting import Selection
from rag.assemble import Dateline
from rag.conversation import Answer, Answered, EvidenceFound, Manner, Status
from rag.language_model import ScriptedModel

Open = Callable[..., Dateline]
FLOODS = {
    "2024-02-05": "Heavy rain flooded the region of Norhaven on Monday, and 40 houses were left by their people.",
    "2024-07-02": "Heavy rain flooded the region of Harwich on Monday, and 90 houses were left by their people.",
    "2024-07-20": "The council of Melby opened a school of music on Friday, and 300 children came to sing.",
}
# What hashed words tell of nearness is little.
STRICTNESS = 0.2
ASKED = "Heavy rain flooded which region this week?"


@pytest.fixture
def ask(folder: Path, update: Callable[..., object], open_fake: Open) -> Callable[..., tuple[EvidenceFound, Answer]]:
    for day, said in FLOODS.items():
        (folder / f"{day}.txt").write_text(f"Source: The Post\nDate: {day}\n\n{said}\n")
    update()

    def run(
        question: str, until: str | None, model: ScriptedModel | None = None, since: date | None = None
    ) -> tuple[EvidenceFound, Answer]:
        selection = Selection(since=since, until=date.fromisoformat(until) if until else None)
        found, *_, answered = open_fake(model).ask(question, manner=Manner(selection, STRICTNESS))
        assert isinstance(found, EvidenceFound)
        assert isinstance(answered, Answered)
        return found, answered.answer

    return run


@pytest.mark.parametrize(("until", "region"), [("2024-02-07", "Norhaven"), ("2024-07-04", "Harwich")])
def test_it_is_answered_out_of_the_articles_of_those_days(
    ask: Callable[..., tuple[EvidenceFound, Answer]], until: str, region: str
) -> None:
    _, answer = ask(ASKED, until)
    assert answer.status is Status.ANSWERED
    assert region in answer.text
    assert {citation.file for citation in answer.citations} == {f"{answer.as_of}.txt"}


def test_where_they_tell_nothing_it_is_refused_and_the_nearest_of_another_time_is_named(
    ask: Callable[..., tuple[EvidenceFound, Answer]],
) -> None:
    model = ScriptedModel(["Harwich. [1]"], evidence_tokens=250)
    found, answer = ask(ASKED, "2024-07-22", model)
    assert answer.status is Status.REFUSED
    assert "published since 10 July 2024" in answer.text
    assert "2 July 2024: “Heavy rain flooded the region of Harwich" in answer.text
    assert any("Harwich" in citation.quote for citation in found.citations)
    # What no article of those days tells is nothing to be composed from.
    assert model.asked == []


def test_a_model_that_reads_them_and_refuses_leaves_the_nearest_of_another_time_named_too(
    ask: Callable[..., tuple[EvidenceFound, Answer]],
) -> None:
    model = ScriptedModel(["Not in the articles."])
    _, answer = ask(ASKED, "2024-07-22", model)
    assert len(model.asked) == 1
    assert all("Harwich" not in message.content.split("Evidence")[-1] for message in model.asked[0][-1:])
    assert answer.status is Status.REFUSED
    assert "published since 10 July 2024" in answer.text
    assert "flooded the region of Harwich" in answer.text


@pytest.mark.parametrize("question", ["Heavy rain flooded which region?", "Heavy rain flooded which region in July?"])
def test_a_question_of_no_passing_days_is_answered_whenever_it_was_told(
    ask: Callable[..., tuple[EvidenceFound, Answer]], question: str
) -> None:
    _, answer = ask(question, "2024-07-22")
    assert answer.status is Status.ANSWERED
    assert "Harwich" in answer.text


def test_an_article_without_a_date_may_be_of_those_days(
    ask: Callable[..., tuple[EvidenceFound, Answer]], folder: Path, update: Callable[..., object]
) -> None:
    (folder / "undated.txt").write_text("Heavy rain flooded the region of Skoberg, and 7 houses were left.\n")
    update()
    # Counted from the last day of the library, which ended long ago.
    _, answer = ask(ASKED, None)
    assert answer.status is Status.ANSWERED
    assert {citation.file for citation in answer.citations} == {"undated.txt"}
    # Who asks of certain days does not ask of what has none.
    _, answer = ask(ASKED, "2024-07-22")
    assert answer.status is Status.REFUSED
