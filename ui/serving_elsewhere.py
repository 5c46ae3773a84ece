"""What the reading room asks of the server about the words in view: which other articles say the same, which otherwise."""

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from index.articles import Span
from rag.agreeing import Agreement, Comparison
from rag.elsewhere import Elsewhere, Found
from rag.halting import Halt
from ui import wording, wording_elsewhere
from ui.carriers import name_carriers
from ui.json_answers import answer_in_json
from ui.rendering_text import drop_invisible

if TYPE_CHECKING:
    from rag.assemble import Dateline

_FURTHEST = 100_000_000
_TAGS = {
    Agreement.VERBATIM: wording_elsewhere.VERBATIM,
    Agreement.PART: wording_elsewhere.PART,
    Agreement.CONTRARY: wording_elsewhere.CONTRARY,
}
NameCarriers = Callable[[frozenset[str]], Sequence[str]]


def serve_elsewhere(app: FastAPI, dateline: "Dateline") -> None:
    """Add the address; one request is worked on at a time, and one that nobody waits for is dropped."""
    turn = threading.Lock()

    @app.get("/articles/{article_id}/elsewhere")
    async def elsewhere(
        article_id: str,
        start: Annotated[int, Query(ge=0, le=_FURTHEST)],
        end: Annotated[int, Query(ge=0, le=_FURTHEST)],
        request: Request,
    ) -> JSONResponse:
        halt = Halt()

        def find() -> dict[str, Any]:
            with turn:
                halt.check()
                found = dateline.elsewhere(article_id, Span(start, end), halt)
            return elsewhere_as_json(found, lambda ids: name_carriers(dateline, ids))

        leaving = asyncio.create_task(_halt_when_left(request, halt))
        try:
            return await run_in_threadpool(answer_in_json, find)
        finally:
            leaving.cancel()


async def _halt_when_left(request: Request, halt: Halt) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    halt.call()


def elsewhere_as_json(found: Elsewhere, name: NameCarriers) -> dict[str, Any]:
    """What was found, with the sentences that tell it; `name` gives the outlets of articles that carry the same text."""
    groups: Mapping[str, Sequence[Found]] = {
        wording_elsewhere.SAME: found.same,
        wording_elsewhere.DIFFERING: found.differing,
    }
    carriers = name(found.copies)
    return {
        "said": wording_elsewhere.count_found(len(found.same), len(found.differing)),
        "nothing": None if found.same or found.differing else wording_elsewhere.NOTHING,
        "groups": [
            {"title": title, "entries": [_entry_as_json(one, name) for one in group]}
            for title, group in groups.items()
            if group
        ],
        "copies": wording.also_carried(carriers) if carriers else None,
    }


def _entry_as_json(found: Found, name: NameCarriers) -> dict[str, Any]:
    citation = found.citation
    published = wording.long_date(citation.published) if citation.published else None
    carriers = name(found.copies)
    return {
        "article": citation.article_id,
        "start": citation.start,
        "end": citation.end,
        "quote": drop_invisible(" ".join(citation.quote.split())),
        "title": drop_invisible(citation.title or citation.file),
        "origin": drop_invisible(" · ".join(part for part in (citation.outlet, published) if part)),
        "tag": drop_invisible(_tag(found.comparison)),
        "copies": wording.also_carried(carriers) if carriers else None,
    }


def _tag(comparison: Comparison) -> str:
    if comparison.agreement is Agreement.OTHER_VALUE:
        return wording_elsewhere.other_value(comparison.own, comparison.other)
    return _TAGS.get(comparison.agreement, "")
