"""What the window asks of the server about conversations; each browser gets its own alone."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from index.errors import DatelineError
from rag.conversation import Answer
from ui import wording, wording_conversations
from ui.conversations.browsers import browser_of
from ui.conversations.exporting import Style, conversation_as_json, write_answer, write_conversation
from ui.conversations.store import (
    ConversationNotFoundError,
    Conversations,
    KeptConversation,
)
from ui.json_answers import answer_in_json
from ui.rendering import Exchange

_MOST_SENT = 500


class TitleGiven(BaseModel):
    """A new title."""

    title: str = Field(max_length=_MOST_SENT)


Further = Callable[[Answer, Sequence[str]], list[str]]


def serve_conversations(app: FastAPI, conversations: Conversations, find_further: Further) -> None:
    """Add the addresses of conversations; `find_further` gives questions to go on with after an answer."""

    @app.get("/conversations")
    def headings(request: Request) -> JSONResponse:
        return answer_in_json(
            lambda: {
                "conversations": [
                    {
                        "id": heading.id,
                        "title": heading.title,
                        "about": f"{wording_conversations.counted_questions(heading.exchanges)}, "
                        f"{wording.moment(heading.changed.isoformat())}",
                    }
                    for heading in conversations.headings(_browser(request))
                ]
            }
        )

    @app.post("/conversations/{id_}/title")
    def rename(id_: str, given: TitleGiven, request: Request) -> JSONResponse:
        return answer_in_json(lambda: conversations.rename(_browser(request), id_, given.title))

    @app.post("/conversations/{id_}/delete")
    def delete(id_: str, request: Request) -> JSONResponse:
        return answer_in_json(lambda: conversations.delete(_browser(request), id_))

    @app.get("/conversations/{id_}/answers/{number}/further")
    def further(id_: str, number: int, request: Request) -> JSONResponse:
        def find() -> dict[str, Any]:
            conversation = conversations.read(_browser(request), id_)
            answer = _find(conversation, number).outcome
            asked = [exchange.question for exchange in conversation.exchanges]
            return {"questions": find_further(answer, asked) if isinstance(answer, Answer) else []}

        return answer_in_json(find)

    _serve_exports(app, conversations)


def _serve_exports(app: FastAPI, conversations: Conversations) -> None:
    @app.get("/conversations/{id_}/export")
    def export(id_: str, form: Literal["markdown", "json"], request: Request) -> Response:
        try:
            conversation = conversations.read(_browser(request), id_)
        except DatelineError as error:
            return PlainTextResponse(str(error), status_code=404)
        is_json = form == "json"
        content = conversation_as_json(conversation) if is_json else write_conversation(conversation)
        return Response(
            content.encode(),
            media_type="application/json" if is_json else "text/markdown",
            headers={"content-disposition": f'attachment; filename="{_name_file(conversation, is_json=is_json)}"'},
        )

    @app.get("/conversations/{id_}/answers/{number}")
    def answer(id_: str, number: int, style: Style, request: Request) -> JSONResponse:
        return answer_in_json(
            lambda: {"text": write_answer(_find(conversations.read(_browser(request), id_), number), style)}
        )


def _find(conversation: KeptConversation, number: int) -> Exchange:
    for exchange in conversation.exchanges:
        if exchange.number == number:
            return exchange
    raise ConversationNotFoundError(wording_conversations.NOT_HERE)


def _browser(request: Request) -> str:
    browser = browser_of(request.cookies)
    if browser is None:
        raise ConversationNotFoundError(wording_conversations.NO_COOKIE)
    return browser


def _name_file(conversation: KeptConversation, *, is_json: bool) -> str:
    # Headers hold ASCII.
    words = re.sub(r"[^a-z0-9]+", "-", conversation.title.lower()).strip("-")[:60].strip("-") or "conversation"
    return f"{words}.{'json' if is_json else 'md'}"
