"""Two questions in one: each is looked for, and what is found of one is not withheld for want of the other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.articles import Role
from index.reading.plain import read_article
from rag.assemble import Dateline
from rag.conversation import Answer, Answered, EvidenceFound, Manner, Status
from rag.dividing import divide_question
from rag.evidence import EvidenceSentence, make_evidence
from rag.finding import Ranked, add_up
from rag.language_model import ScriptedModel

OPENED = "The new bridge at Harwich was opened by Mayor Ada Brandt on 3 August 1961."
PAID = "The ferry company of Norhaven paid the toll of all lorries for a year."
STRICTNESS = 0.2


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who won, and what was the score?", ("Who won?", "What was the score?")),
        ("Who opened the bridge, and when was it closed?", ("Who opened the bridge?", "When was it closed?")),
        ("Where is Harwich and in which year was it built", ("Where is Harwich?", "In which year was it built?")),
        ("How long was the call? And who interpreted?", ("How long was the call?", "Who interpreted?")),
        ("Who opened the bridge and the school?", None),
        ("Did the mayor say who opened the bridge and when it was?", None),
        ("Who opened the bridge?", None),
        ("When do the talks start, and at which hotel?", ("When do the talks start?", "At which hotel?")),
        ("Who won and who lost the race?", None),
        ("In which city and on which day does it begin?", None),
        ("What did China say and what did the U.S. say about Taiwan?", None),
        ("Who said when and where the talks take place?", None),
        ("What is the difference between what Biden said and what Xi said?", None),
        ("Which company owns the ferry and which was sued?", None),
        ("Which country decides who stays and who leaves?", None),
        ("What did Biden do before and when he met Xi?", None),
    ],
)
def test_a_question_is_divided_where_a_second_begins(question: str, parts: tuple[str, str] | None) -> None:
    assert tuple(part.asked for part in divide_question(question)) == (parts or (question,))


def test_the_second_is_understood_from_the_first() -> None:
    first, second = divide_question("Who is Ada Brandt, and what did she open?")
    assert first.standalone == "Who is Ada Brandt?"
    assert "Ada Brandt" in second.standalone


def test_what_is_to_be_said_of_a_part_is_said_before_it() -> None:
    article = read_article(f"Title: Harwich\n\n{OPENED} {PAID} Nobody paid.\n".encode(), "harwich.txt")
    opened, paid, nobody = (
        EvidenceSentence(article, each, 0.5) for each in article.sentences if each.role is Role.BODY
    )
    first = make_evidence("Who opened it?", [opened], 0.9)
    second = replace(make_evidence("Who paid?", [opened, paid, nobody], 0.7), leads=("", "", "To compare:"))
    parts = [
        Ranked("Who opened it?", (opened,), replace(first, remark="The articles say otherwise.")),
        Ranked("Who paid?", (paid, nobody, opened), replace(second, remark="Accounts differ.")),
    ]
    both = add_up("Who opened it, and who paid?", parts).quotable
    assert both.sentences == (opened, paid, nobody)
    assert both.probability == 0.7
    assert both.remark == ""
    assert both.leads == ("The articles say otherwise.", "Accounts differ.", "To compare:")
    # A sentence that both parts quote is said once, for the first.
    parts[1] = replace(parts[1], quotable=replace(parts[1].quotable, sentences=(paid, nobody), leads=()))
    assert add_up("", parts).quotable.leads == ("The articles say otherwise.", "Accounts differ.", "")


@pytest.fixture
def ask(
    folder: Path, update: Callable[..., object], open_fake: Callable[..., Dateline]
) -> Callable[..., tuple[EvidenceFound, Answer]]:
    (folder / "bridge.txt").write_text(f"Title: Harwich\n\n{OPENED}\n")
    (folder / "toll.txt").write_text(f"Title: Norhaven\n\n{PAID}\n")
    update()

    def run(question: str, model: ScriptedModel | None = None) -> tuple[EvidenceFound, Answer]:
        found, *_, answered = open_fake(model).ask(question, manner=Manner(strictness=STRICTNESS))
        assert isinstance(found, EvidenceFound)
        assert isinstance(answered, Answered)
        return found, answered.answer

    return run


def test_both_answers_are_given_in_the_order_in_which_they_were_asked_for(
    ask: Callable[..., tuple[EvidenceFound, Answer]],
) -> None:
    _, answer = ask("Who paid the toll of all lorries at Norhaven, and who opened the new bridge at Harwich?")
    assert answer.status is Status.ANSWERED
    assert [citation.quote for citation in answer.citations] == [PAID, OPENED]
    assert answer.missing is None


def test_one_answer_is_given_and_the_other_question_named_as_not_answered(
    ask: Callable[..., tuple[EvidenceFound, Answer]],
) -> None:
    question = "Who opened the new bridge at Harwich, and which surgeon operated on the Queen of Denmark?"
    _, answer = ask(question)
    assert answer.status is Status.PARTIAL
    assert [citation.quote for citation in answer.citations] == [OPENED]
    assert answer.missing == "The articles do not answer “Which surgeon operated on the Queen of Denmark?”"
    assert answer.standalone_question == question


def test_a_model_is_asked_the_part_that_can_be_answered(ask: Callable[..., tuple[EvidenceFound, Answer]]) -> None:
    model = ScriptedModel(["Mayor Ada Brandt opened the new bridge at Harwich [1]."], evidence_tokens=250)
    _, answer = ask("Who opened the new bridge at Harwich, and which surgeon operated on the Queen of Denmark?", model)
    assert "surgeon" not in model.asked[-1][-1].content
    assert answer.status is Status.PARTIAL
    assert answer.text.startswith("Mayor Ada Brandt opened")
    assert answer.missing == "The articles do not answer “Which surgeon operated on the Queen of Denmark?”"


def test_where_neither_can_be_answered_it_is_refused(ask: Callable[..., tuple[EvidenceFound, Answer]]) -> None:
    _, answer = ask("Which surgeon operated on the Queen of Denmark, and who sang for the Pope in Lima?")
    assert answer.status is Status.REFUSED
