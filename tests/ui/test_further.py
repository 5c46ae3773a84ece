"""Questions to go on with: the library must have been seen to answer them with something new."""

from collections.abc import Callable
from pathlib import Path

from index.articles import Article
from index.reading.plain import read_article
from rag.assemble import Dateline
from rag.conversation import Answer, Status
from rag.further import propose_questions
from tests.conftest import answer_of
from ui.further import find_further

WHEN = "When and where will the talks take place?"
STORY = """Title: Harwich closes its bridge
Source: The Lookout

The council voted to close the old bridge at Harwich.
Peter Vance, a transport analyst at the Coast Institute, said that the closure was permanent in all but name.
“Nobody will rebuild it before 2030,” Vance said.
Mayor Ada Brandt told reporters that the closure was not permanent.
The hauliers sent a letter to the Ministry of Transport, and on Tuesday another to the Wexford Harbour Trust.
The U.S. firm that built it is gone, and the Vance family with it.
"""


def read() -> Article:
    return read_article(STORY.encode(), "bridge.txt")


def say_nothing(question: str) -> Answer:
    return Answer(question, question, Status.REFUSED, "No.", (), (), (), None, None, "none", None, 0, 0.1)


def test_they_ask_for_speakers_and_names_that_the_answer_leaves_out() -> None:
    proposed = list(propose_questions([read()], say_nothing("Is the bridge closed?"), ["What did Ada Brandt say?"]))
    assert proposed[0] == "What did Peter Vance say?"
    assert "What did Ada Brandt say?" not in proposed
    assert "What do the articles say about the Ministry of Transport?" in proposed
    assert "What do the articles say about the Wexford Harbour Trust?" in proposed
    # Half a name, a weekday and a word that only its place capitalises are nothing to ask about.
    for none in ("the U?", "Tuesday", "the Vance", "Nobody"):
        assert not any(none in question for question in proposed)


def test_what_the_question_names_is_not_proposed_again() -> None:
    answer = say_nothing("What did the hauliers send to the Ministry of Transport?")
    assert not any("Ministry" in question for question in propose_questions([read()], answer, []))


def test_every_question_that_is_offered_is_answered_with_something_new(
    open_fake: Callable[..., Dateline], seeds_library: Path
) -> None:
    dateline = open_fake(at=seeds_library)
    answer = answer_of(dateline.ask(WHEN))
    offered = find_further(dateline, answer, [WHEN])
    assert 0 < len(offered) <= 3
    assert len(set(offered)) == len(offered)
    told = {(citation.article_id, citation.start) for citation in answer.citations}
    for question in offered:
        next_answer = answer_of(dateline.ask(question))
        assert next_answer.status is Status.ANSWERED
        assert {(citation.article_id, citation.start) for citation in next_answer.citations} - told
    assert not set(find_further(dateline, answer, [WHEN, *offered])) & set(offered)


def test_while_somebody_asks_none_are_looked_for(open_fake: Callable[..., Dateline], seeds_library: Path) -> None:
    dateline = open_fake(at=seeds_library)
    answer = answer_of(dateline.ask(WHEN))
    under_way = dateline.ask(WHEN)
    next(under_way)
    assert find_further(dateline, answer, [WHEN]) == []
    list(under_way)
    assert find_further(dateline, answer, [WHEN])


def test_an_answer_whose_articles_are_gone_has_none(open_fake: Callable[..., Dateline], seeds_library: Path) -> None:
    assert find_further(open_fake(at=seeds_library), say_nothing(WHEN), [WHEN]) == []
