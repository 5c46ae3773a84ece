"""POST /v1/chat/completions as OpenAI's clients speak it: only verified text, its citations as annotations."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from json import dumps
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from rag.conversation import Answer, Answered
from ui.api.annotating import annotate, cut_into_sentences, link_to_page
from ui.api.completion_shapes import MODEL, CompletionWanted, read_conversation
from ui.api.event_stream import EventStream, write_event
from ui.api.refusals import RefusedError, problem_for_openai
from ui.api.service import Question, Service
from ui.api.shapes import give_answer

_ABOUT = {"id": MODEL, "object": "model", "created": 0, "owned_by": "dateline"}
# A client that hears nothing for long gives up; a comment is no event.
_STILL_AT_IT = ": searching, composing, checking\n\n"


@dataclass(frozen=True, slots=True)
class _Reply:
    """One answer on its way: what all its parts carry, and where this server is."""

    id: str
    created: int
    address: str

    def head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": MODEL}


def route_completions(service: Service) -> APIRouter:
    """The addresses under /v1."""
    router = APIRouter(tags=["OpenAI-compatible"])

    @router.post("/chat/completions")
    async def complete(wanted: CompletionWanted, request: Request) -> Response:
        """An answer as a chat completion, or with `stream` its chunks: whole sentences, sent once they are verified.

        `annotations` of the message (of the last chunk's delta) are `url_citation`s that point at the [n] marks of the
        content, in characters (code points). Beside `choices`, `dateline` holds the whole answer: status, verdicts,
        exact quotes with their offsets, as_of. `usage` is null: tokens are not counted.
        """
        text, history = read_conversation(wanted)
        question = Question(service, text, history)
        reply = _Reply(f"chatcmpl-{uuid4().hex}", int(time.time()), f"http://{request.headers['host']}")
        if wanted.stream:
            return EventStream(question, _write_chunks(question, reply))
        answer = await question.answer_while_awaited(request)
        return JSONResponse(_complete(answer, reply))

    @router.get("/models")
    def models() -> dict[str, Any]:
        """The one model there is."""
        return {"object": "list", "data": [_ABOUT]}

    @router.get("/models/{name}")
    def model(name: str) -> dict[str, Any]:
        """What there is to know of a model."""
        if name != MODEL:
            raise RefusedError(404, f'There is no model {name[:60]!r} here: ask for "{MODEL}".')
        return _ABOUT

    return router


def _complete(answer: Answer, reply: _Reply) -> dict[str, Any]:
    message = {
        "role": "assistant",
        "content": answer.text,
        "refusal": None,
        "annotations": annotate(answer, reply.address),
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return {**reply.head("chat.completion"), "choices": [choice], "usage": None, "dateline": _extend(answer, reply)}


async def _write_chunks(question: Question, reply: _Reply) -> AsyncIterator[str]:
    yield _write_chunk(reply, {"role": "assistant", "content": ""})
    try:
        async for event in question.events():
            if not isinstance(event, Answered):
                yield _STILL_AT_IT
                continue
            answer = event.answer
            for piece in cut_into_sentences(answer):
                yield _write_chunk(reply, {"content": piece})
            annotations = {"annotations": annotate(answer, reply.address)}
            yield _write_chunk(reply, annotations, "stop", dateline=_extend(answer, reply))
            yield write_event("[DONE]")
    except RefusedError as error:
        yield write_event(dumps(problem_for_openai(error.status, str(error))))


def _write_chunk(reply: _Reply, delta: dict[str, Any], finish_reason: str | None = None, **more: Any) -> str:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    return write_event(dumps({**reply.head("chat.completion.chunk"), "choices": [choice], **more}))


def _extend(answer: Answer, reply: _Reply) -> dict[str, Any]:
    """What OpenAI's interface has no place for."""
    extension = give_answer(answer).model_dump(mode="json")
    for given, citation in zip(extension["citations"], answer.citations, strict=True):
        given["page"] = link_to_page(citation, reply.address)
    return extension
