"""What the settings in the window ask of the server."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from index.errors import DatelineError
from ui.endpoint import EndpointSetting, EndpointWanted
from ui.settings_as_json import settings_as_json

if TYPE_CHECKING:
    from rag.assemble import Dateline


def serve_settings(app: FastAPI, dateline: "Dateline", setting: EndpointSetting) -> None:
    """Add the addresses of the settings."""

    @app.get("/settings")
    def shown() -> JSONResponse:
        return _answer(lambda: settings_as_json(setting, dateline.model_status()))

    @app.post("/settings/endpoint")
    def change(wanted: EndpointWanted) -> JSONResponse:
        return _answer(lambda: {"said": setting.change(wanted)})

    @app.post("/settings/endpoint/forget")
    def forget() -> JSONResponse:
        return _answer(lambda: {"said": setting.forget()})


def _answer(answer: Callable[[], dict[str, Any]]) -> JSONResponse:
    try:
        return JSONResponse(answer())
    except DatelineError as error:
        # An answer like any other: of another status the browser would complain in its console.
        return JSONResponse({"message": str(error)})
