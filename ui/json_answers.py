"""What the window's script is answered: plain values, or the sentence of what went wrong."""

from collections.abc import Callable
from typing import Any

from fastapi.responses import JSONResponse

from index.errors import DatelineError


def answer_in_json(answer: Callable[[], dict[str, Any] | None]) -> JSONResponse:
    """The answer, {} where there is nothing to say, or the sentence of what went wrong as its `message`."""
    try:
        return JSONResponse(answer() or {})
    except DatelineError as error:
        # An answer like any other: of another status the browser would complain in its console.
        return JSONResponse({"message": str(error)})
