"""Server-sent events about a question under way, which ends when the stream does."""

from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ui.api.service import Question


class EventStream(StreamingResponse):
    """A stream of events; however it ends, the client gone or all sent, the question is ended with it."""

    media_type = "text/event-stream"

    def __init__(self, question: Question, events: AsyncIterator[str]) -> None:
        super().__init__(events, headers={"cache-control": "no-cache"})
        self._question = question

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._question.end()


def write_event(data: str, name: str = "") -> str:
    """One event; `data` is JSON on one line."""
    return f"event: {name}\ndata: {data}\n\n" if name else f"data: {data}\n\n"
