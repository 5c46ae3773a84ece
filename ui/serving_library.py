"""What the Library view asks of the server to be shown: its state, its articles, its sources."""

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI, Query
from fastapi.responses import JSONResponse

from index.article_list import count_days
from index.ledger import Ledger
from index.removing import find_removed
from index.updating import find_source
from index.uploads import uploads_source
from ui.article_query import ArticleQuery, filter_of, find_articles
from ui.days_as_json import days_as_json
from ui.health import Finding
from ui.json_answers import answer_in_json
from ui.library_as_json import (
    articles_as_json,
    failures_as_json,
    findings_as_json,
    outlets_as_json,
    sources_as_json,
    state_as_json,
    statuses_as_json,
    storage_as_json,
    uploads_as_json,
)
from ui.observing import LibraryObserver

if TYPE_CHECKING:
    from rag.assemble import Dateline

_MOST_PLACE_CHARACTERS = 4_000
_MOST_ASKED = 50
_A_LOOK = 0.01


def serve_library(app: FastAPI, dateline: "Dateline", examine: Callable[[], Sequence[Finding]] | None) -> None:
    """Add the addresses of what the Library view shows; without `examine` it tells nothing of the library's health."""
    _serve_state(app, dateline, has_health=examine is not None)
    _serve_articles(app, dateline)
    _serve_sources(app, dateline)

    @app.get("/library/health")
    def health() -> JSONResponse:
        return answer_in_json(lambda: findings_as_json(examine() if examine else ()))


def _serve_state(app: FastAPI, dateline: "Dateline", *, has_health: bool) -> None:
    observer = LibraryObserver(dateline)

    def look(uploads: list[str]) -> dict[str, Any]:
        is_resting = dateline.upkeep is None or dateline.upkeep.wait(_A_LOOK)
        state = state_as_json(observer.look(), is_resting=is_resting, removed=find_removed(dateline.library))
        with closing(Ledger(dateline.library)) as ledger:
            became = uploads_as_json(ledger, uploads_source(dateline.library), uploads) if uploads else {}
        return {**state, "uploads": became, "has_health": has_health}

    @app.get("/library/state")
    def state(uploads: str = "") -> JSONResponse:
        return answer_in_json(lambda: look([path for path in uploads.split(",")[:_MOST_ASKED] if path]))

    @app.get("/library/storage")
    def storage() -> JSONResponse:
        return answer_in_json(lambda: storage_as_json(dateline.library))


def _serve_articles(app: FastAPI, dateline: "Dateline") -> None:
    @app.get("/library/articles")
    def articles(query: Annotated[ArticleQuery, Query()]) -> JSONResponse:
        def look(ledger: Ledger) -> dict[str, Any]:
            total, found = find_articles(ledger, query)
            return articles_as_json(total, query.offset, found)

        return _read(dateline, look)

    @app.get("/library/days")
    def days(query: Annotated[ArticleQuery, Query()]) -> JSONResponse:
        return _read(dateline, lambda ledger: days_as_json(count_days(ledger, filter_of(query))))

    @app.get("/library/outlets")
    def outlets() -> JSONResponse:
        return _read(dateline, outlets_as_json)

    @app.get("/library/statuses")
    def statuses() -> JSONResponse:
        return _read(dateline, statuses_as_json)


def _serve_sources(app: FastAPI, dateline: "Dateline") -> None:
    @app.get("/library/sources")
    def sources() -> JSONResponse:
        return _read(dateline, sources_as_json)

    @app.get("/library/failures")
    def failures(place: Annotated[str, Query(max_length=_MOST_PLACE_CHARACTERS)]) -> JSONResponse:
        return _read(dateline, lambda ledger: failures_as_json(ledger, find_source(ledger, place)))


def _read(dateline: "Dateline", look: Callable[[Ledger], dict[str, Any]]) -> JSONResponse:
    def answer() -> dict[str, Any]:
        # A connection of its own: a long list keeps no question waiting.
        with closing(Ledger(dateline.library)) as ledger:
            return look(ledger)

    return answer_in_json(answer)
