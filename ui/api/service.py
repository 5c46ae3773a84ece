"""What the interface for programs works with, and how a question is begun, followed and ended."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from anyio.to_thread import run_sync
from fastapi import Request

from rag.chain import check_question
from rag.conversation import AS_SET, Answer, Answered, Event, Manner, Turn
from rag.settings import Settings
from ui import wording
from ui.api.refusals import BUSY, STOPPED, UNEXPECTED, RefusedError
from ui.asking import QUESTIONS_AT_ONCE, Asking
from ui.health import Finding, examine
from ui.rendering import Failure

if TYPE_CHECKING:
    from rag.assemble import Dateline


@dataclass(frozen=True, slots=True)
class Service:
    """One library as programs see it; `running` are the questions under way, those of an open window among them."""

    dateline: "Dateline"
    library: Path
    examine: Callable[[], Sequence[Finding]]
    running: dict[str, Asking] = field(default_factory=dict)


def make_service(dateline: "Dateline", settings: Settings, running: dict[str, Asking]) -> Service:
    """The service over the library that these settings name."""
    return Service(dateline, settings.library, lambda: examine(settings), running)


class Question:
    """A question under way; whoever began it ends it, which stops the model."""

    def __init__(self, service: Service, text: str, history: Sequence[Turn] = (), manner: Manner = AS_SET) -> None:
        """Begin it.

        Raises:
            QuestionError: it is empty or too long.
            NothingSelectedError: it is to be answered from articles of which there are none.
            RefusedError: as many as can be answered at once are under way (429).
        """
        check_question(text)
        service.dateline.check_selection(manner.selection)
        if len(service.running) >= QUESTIONS_AT_ONCE:
            raise RefusedError(429, BUSY)
        self._running = service.running
        self._name = f"program {uuid4()}"
        self._asking = self._running[self._name] = Asking(service.dateline, text.strip(), tuple(history), manner)

    def end(self) -> None:
        """Nobody wants more of it."""
        self._asking.stop()
        self._running.pop(self._name, None)

    async def events(self) -> AsyncIterator[Event]:
        """What comes of it, the answer last.

        Raises:
            RefusedError: no answer came (503), or something unexpected happened (500).
        """
        batches = self._asking.events()
        # Abandoned when the client goes: ending the question is what wakes the thread.
        while (batch := await run_sync(next, batches, None, abandon_on_cancel=True)) is not None:
            for event in batch:
                if isinstance(event, Failure):
                    raise _refusal_of(event)
                yield event
        if self._asking.is_stopped:
            raise RefusedError(503, STOPPED)

    async def answer(self) -> Answer:
        """The answer.

        Raises:
            RefusedError: as `events`.
        """
        async for event in self.events():
            if isinstance(event, Answered):
                return event.answer
        raise RefusedError(503, STOPPED)

    async def answer_while_awaited(self, request: Request) -> Answer:
        """The answer, unless the client goes away: then the model is stopped.

        Raises:
            RefusedError: as `events`.
        """
        watch = asyncio.create_task(self._end_when_left(request))
        try:
            return await self.answer()
        finally:
            watch.cancel()
            self.end()

    async def _end_when_left(self, request: Request) -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        self.end()


def _refusal_of(failure: Failure) -> RefusedError:
    if failure.sentence == wording.UNEXPECTED:
        return RefusedError(500, UNEXPECTED)
    return RefusedError(503, failure.sentence)
