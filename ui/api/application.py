"""The application for programs: /api/v1 and /v1, their description, and every failure said in a sentence."""

from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse

from ui.api.articles import route_articles
from ui.api.ask import route_asking
from ui.api.completions import route_completions
from ui.api.docs_page import show_docs
from ui.api.entrance import Entrance
from ui.api.refusals import say_failures
from ui.api.service import Service
from ui.api.shapes import Problem
from ui.api.upkeep import route_upkeep

_ABOUT = "Questions over a folder of news articles; every sentence of an answer is checked against the words it cites."
_PROBLEMS: dict[int | str, dict[str, Any]] = {"default": {"model": Problem, "description": "Why there is no answer."}}


def make_api(service: Service) -> FastAPI:
    """The application; whoever serves it puts the guard of `ui.serving` before it."""
    api = FastAPI(
        title="Dateline",
        version="1",
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    for route in (route_asking, route_articles, route_upkeep):
        api.include_router(route(service), prefix="/api/v1", responses=_PROBLEMS)
    api.include_router(route_completions(service), prefix="/v1")

    @api.get("/api/v1/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return show_docs(api.openapi())

    @api.get("/", include_in_schema=False)
    @api.get("/api", include_in_schema=False)
    def start() -> RedirectResponse:
        return RedirectResponse("/api/v1/docs")

    say_failures(api)
    api.add_middleware(Entrance)
    return api
