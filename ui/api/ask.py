"""POST /api/v1/ask: a question, answered at once or as events; and search, which finds passages without an answer."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from index.selecting import EVERYTHING, Selection
from rag.chain import check_question
from rag.conversation import Answered, Event, EvidenceFound
from ui.api.event_stream import EventStream, write_event
from ui.api.refusals import RefusedError
from ui.api.service import Question, Service
from ui.api.shapes import (
    AnswerGiven,
    AskWanted,
    EvidenceGiven,
    Given,
    Limit,
    Problem,
    QuestionText,
    RankingGiven,
    SearchWanted,
    TextGiven,
    give_answer,
    give_ranking,
)

_STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer; with `stream` events named evidence, text, answer, error.",
        "content": {"text/event-stream": {}},
    }
}


def route_asking(service: Service) -> APIRouter:
    """The addresses of asking and searching."""
    router = APIRouter(tags=["Asking"])

    @router.post("/ask", response_model=AnswerGiven, responses=_STREAMED)
    async def ask(wanted: AskWanted, request: Request) -> Response | AnswerGiven:
        """Answer a question from the articles; every sentence of the answer is checked against what it cites.

        With `stream` the events are: `evidence` (the sentences that bear on the question, at once), `text` (fragments as
        the model writes them, **not verified**), `answer` (the verified answer, which replaces them) or `error`.
        """
        question = Question(service, wanted.question, [turn.as_turn() for turn in wanted.history], wanted.as_manner())
        if wanted.stream:
            return EventStream(question, _write_events(question))
        return give_answer(await question.answer_while_awaited(request))

    @router.get("/search")
    def search(q: QuestionText, limit: Annotated[Limit, Query()] = 10) -> RankingGiven:
        """The passages that bear on a question, best first, without an answer."""
        return _search(service, q, limit)

    @router.post("/search")
    def search_with_body(wanted: SearchWanted) -> RankingGiven:
        """The same, for a question that is better not part of an address, and among chosen articles alone."""
        return _search(service, wanted.question, wanted.limit, wanted.as_selection())

    return router


def _search(service: Service, question: str, limit: int, selection: Selection = EVERYTHING) -> RankingGiven:
    check_question(question)
    return give_ranking(question, service.dateline.search(question, limit=limit, selection=selection))


async def _write_events(question: Question) -> AsyncIterator[str]:
    try:
        async for event in question.events():
            name, given = _name_event(event)
            yield write_event(given.model_dump_json(), name)
    except RefusedError as error:
        yield write_event(Problem(message=str(error)).model_dump_json(), "error")


def _name_event(event: Event) -> tuple[str, Given]:
    if isinstance(event, EvidenceFound):
        return "evidence", EvidenceGiven.model_validate(event)
    if isinstance(event, Answered):
        return "answer", give_answer(event.answer)
    return "text", TextGiven.model_validate(event)
