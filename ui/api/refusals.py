"""Every failure as JSON with one sentence that says what to do next, under the status code that fits."""

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from index.errors import (
    ArticleNotFoundError,
    DatelineError,
    LibraryLockedError,
    NothingSelectedError,
    QuestionError,
    SettingsError,
)

DESCRIBED = "/api/v1/docs describes what is expected"
UNEXPECTED = "Something unexpected went wrong, and the details are in Dateline's terminal: try again."
BUSY = "Dateline is answering as many questions as it can at once: ask again in a moment."
STOPPED = "The question was stopped before it was answered: ask again."
_STATUS_CODES: dict[type[DatelineError], int] = {
    QuestionError: 422,
    NothingSelectedError: 422,
    SettingsError: 422,
    ArticleNotFoundError: 404,
    LibraryLockedError: 409,
}
_PLAIN = {
    400: f"The body cannot be read as JSON in UTF-8; {DESCRIBED}.",
    404: f"There is nothing at this address; {DESCRIBED}.",
    405: f"This address takes another method; {DESCRIBED}.",
}
_log = logging.getLogger(__name__)


class RefusedError(DatelineError):
    """A request that is not answered, with the status code that says why to a program."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def status_of(error: DatelineError) -> int:
    """The status code of a failure; what is not the sender's mistake is 503."""
    if isinstance(error, RefusedError):
        return error.status
    return next((status for kind, status in _STATUS_CODES.items() if isinstance(error, kind)), 503)


def refuse(path: str, status: int, message: str) -> JSONResponse:
    """The response to a request for `path`, which under /v1/ has the shape that OpenAI's clients read."""
    content = problem_for_openai(status, message) if path.startswith("/v1/") else {"message": message}
    # Closed: of a body that was not read whole the rest would be taken for the next request.
    headers = {"connection": "close"} if status in {413, 415} else None
    return JSONResponse(content, status_code=status, headers=headers)


def problem_for_openai(status: int, message: str) -> dict[str, Any]:
    """A failure in the shape of OpenAI's interface."""
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


def say_failures(app: FastAPI) -> None:
    """Have an application answer every failure so."""

    @app.exception_handler(DatelineError)
    def known(request: Request, error: DatelineError) -> JSONResponse:
        return refuse(request.url.path, status_of(error), str(error))

    @app.exception_handler(RequestValidationError)
    def misshapen(request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        if first["type"] == "json_invalid":
            return refuse(request.url.path, 400, f"The body is no JSON ({first['ctx']['error']}); {DESCRIBED}.")
        return refuse(request.url.path, 422, f"{_name(first['loc'])}: {_lower(first['msg'])}; {DESCRIBED}.")

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> JSONResponse:
        return refuse(
            request.url.path, error.status_code, _PLAIN.get(error.status_code, f"{error.detail}; {DESCRIBED}.")
        )

    @app.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        _log.error("A request for %s failed unexpectedly", request.url.path, exc_info=error)
        return refuse(request.url.path, 500, UNEXPECTED)


def _name(location: tuple[Any, ...]) -> str:
    """Where in a request something is wrong: body.history.0.role -> history.0.role."""
    return ".".join(str(part) for part in location[1:]) or "The request"


def _lower(message: str) -> str:
    return message[:1].lower() + message[1:]
