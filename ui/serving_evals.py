"""What the Evals tab and the thumbs ask of the server: plain values, and the report as a page of its own."""

import base64
import hashlib
from collections.abc import Callable
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from evals.feedback_cases import Thumb
from index.errors import DatelineError
from ui.evals_as_json import comparison_as_json, overview_as_json, progress_as_json, run_as_json
from ui.evaluating import Evaluating
from ui.feedback import Feedback, Opinion
from ui.json_answers import answer_in_json

if TYPE_CHECKING:
    from rag.assemble import Dateline

_REFUSED = 409


class RunWanted(BaseModel):
    """What the form for a new run holds."""

    set: str = Field(max_length=300)
    with_model: bool = False
    limit: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class OpinionGiven(BaseModel):
    """What a thumb and the line under it say."""

    thumb: Thumb | None = None
    right: str = Field(default="", max_length=2_000)
    should_refuse: bool = False


def serve_evals(app: FastAPI, dateline: "Dateline", evaluating: Evaluating) -> None:
    """Add the addresses of the Evals tab."""
    _serve_running(app, evaluating)
    _serve_runs(app, evaluating)

    @app.get("/evals")
    def overview() -> JSONResponse:
        return answer_in_json(lambda: overview_as_json(evaluating, dateline.model_status()))


def _serve_running(app: FastAPI, evaluating: Evaluating) -> None:
    @app.get("/evals/progress")
    def progress() -> JSONResponse:
        return answer_in_json(lambda: {"progress": progress_as_json(evaluating.progress())})

    @app.post("/evals/start")
    def start(wanted: RunWanted) -> JSONResponse:
        return _do(lambda: evaluating.start(wanted.set, is_with_model=wanted.with_model, limit=wanted.limit))

    @app.post("/evals/stop")
    def stop() -> JSONResponse:
        return _do(evaluating.stop)

    @app.post("/evals/dismiss")
    def dismiss() -> JSONResponse:
        return _do(evaluating.dismiss)

    @app.post("/evals/runs/{name}/continue")
    def proceed(name: str) -> JSONResponse:
        return _do(lambda: evaluating.proceed(name))


def _serve_runs(app: FastAPI, evaluating: Evaluating) -> None:
    @app.get("/evals/runs/{name}")
    def run(name: str) -> JSONResponse:
        return answer_in_json(lambda: run_as_json(name, evaluating.run(name)))

    @app.get("/evals/runs/{name}/comparison")
    def comparison(name: str, against: str) -> JSONResponse:
        return answer_in_json(lambda: comparison_as_json(evaluating.run(against), evaluating.run(name)))

    @app.get("/evals/runs/{name}/report")
    def report(name: str, against: str | None = None) -> Response:
        try:
            page = evaluating.report(name, against)
        except DatelineError as error:
            return PlainTextResponse(str(error), status_code=_REFUSED)
        return HTMLResponse(page, headers={"content-security-policy": report_policy()})


def serve_feedback(app: FastAPI, feedback: Feedback) -> None:
    """Add the address of the thumbs."""

    @app.post("/feedback/{answer}")
    def judge(answer: str, given: OpinionGiven) -> JSONResponse:
        opinion = Opinion(given.thumb, given.right, given.should_refuse)
        return answer_in_json(lambda: {"said": feedback.judge(answer, opinion)})


def report_policy() -> str:
    """What a report may do: run its one script, whatever else came to stand in it, and nothing in the window's name."""
    script = files("evals").joinpath("report.js").read_bytes()
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'; sandbox allow-scripts"
    )


def _do(deed: Callable[[], None]) -> JSONResponse:
    def answer() -> dict[str, Any]:
        deed()
        return {}

    return answer_in_json(answer)
