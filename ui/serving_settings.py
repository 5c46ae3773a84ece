"""What the settings in the window ask of the server."""

from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from ui.endpoint import EndpointSetting, EndpointWanted
from ui.json_answers import answer_in_json
from ui.settings_as_json import settings_as_json

if TYPE_CHECKING:
    from rag.assemble import Dateline


def serve_settings(app: FastAPI, dateline: "Dateline", setting: EndpointSetting) -> None:
    """Add the addresses of the settings."""

    @app.get("/settings")
    def shown() -> JSONResponse:
        return answer_in_json(lambda: settings_as_json(setting, dateline.model_status()))

    @app.post("/settings/endpoint")
    def change(wanted: EndpointWanted) -> JSONResponse:
        return answer_in_json(lambda: {"said": setting.change(wanted)})

    @app.post("/settings/endpoint/forget")
    def forget() -> JSONResponse:
        return answer_in_json(lambda: {"said": setting.forget()})
