"""What the Library view has the server do: add, remove, bring in step, undo, and keep uploaded files."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from index.errors import DatelineError
from index.ledger import Ledger
from index.reading.plain import MAX_BYTES
from index.updating import find_source
from index.upkeep import Upkeep
from index.uploads import check_upload, keep_upload, name_upload, show_name, uploads_source
from ui import wording_library
from ui.json_answers import answer_in_json
from ui.library_as_json import name_removed

if TYPE_CHECKING:
    from rag.assemble import Dateline

_MOST_CHARACTERS = 4_000
# Each is held in memory until it is whole.
_UPLOADS_AT_ONCE = 3
_TOO_LARGE = 413


class PlaceWanted(BaseModel):
    """A folder, a file or an address, as it was typed, or as it is known."""

    place: str = Field(max_length=_MOST_CHARACTERS)


class SyncWanted(BaseModel):
    """Which source is to be brought in step, or all, and whether any number of articles may go."""

    place: str | None = Field(default=None, max_length=_MOST_CHARACTERS)
    allow_removal: bool = False


class UploadNamed(BaseModel):
    """An uploaded file, by the path under which it is kept."""

    path: str = Field(max_length=_MOST_CHARACTERS)


class WatchingWanted(BaseModel):
    """Whether changes are to be noticed by themselves."""

    is_on: bool


class _TooLargeError(DatelineError):
    """A body that was not read to its end."""


def serve_changes(app: FastAPI, dateline: "Dateline") -> None:
    """Add the addresses of what changes the library; where nothing keeps it in step, all of them say so."""
    _serve_sources(app, dateline)
    _serve_upkeep(app, dateline)
    _serve_uploads(app, dateline)


def _serve_sources(app: FastAPI, dateline: "Dateline") -> None:
    @app.post("/library/sources/add")
    def add(wanted: PlaceWanted) -> JSONResponse:
        return _change(dateline, lambda upkeep: {"said": wording_library.added(_add(upkeep, wanted.place))})

    @app.post("/library/sources/remove")
    def remove(wanted: PlaceWanted) -> JSONResponse:
        return _change(dateline, lambda upkeep: upkeep.remove(wanted.place))

    @app.post("/library/uploads/remove")
    def remove_upload(wanted: UploadNamed) -> JSONResponse:
        uploads = uploads_source(dateline.library)
        return _change(dateline, lambda upkeep: upkeep.remove(uploads.place, wanted.path))

    @app.post("/library/undo")
    def undo() -> JSONResponse:
        return _change(dateline, _bring_back)


def _add(upkeep: Upkeep, typed: str) -> str:
    place = typed.strip()
    if not place:
        raise DatelineError(wording_library.NOTHING_TYPED)
    return upkeep.add_place(place).place


def _bring_back(upkeep: Upkeep) -> dict[str, Any]:
    removed = upkeep.bring_back()
    return {"said": wording_library.brought_back(name_removed(removed), removed.articles)}


def _serve_upkeep(app: FastAPI, dateline: "Dateline") -> None:
    @app.post("/library/sources/sync")
    def sync(wanted: SyncWanted) -> JSONResponse:
        def deed(upkeep: Upkeep) -> None:
            if wanted.place is None:
                upkeep.request_sync(allow_removal=wanted.allow_removal)
                return
            with closing(Ledger(dateline.library)) as ledger:
                upkeep.request_sync(find_source(ledger, wanted.place), allow_removal=wanted.allow_removal)

        return _change(dateline, deed)

    @app.post("/library/watching")
    def watching(wanted: WatchingWanted) -> JSONResponse:
        return _change(dateline, lambda upkeep: upkeep.set_watching(is_watching=wanted.is_on))


def _serve_uploads(app: FastAPI, dateline: "Dateline") -> None:
    turns = asyncio.Semaphore(_UPLOADS_AT_ONCE)

    @app.post("/library/uploads")
    async def upload(request: Request) -> JSONResponse:
        """Keep the body of the request under the name that its header `x-file-name` says, percent-encoded."""
        try:
            upkeep, name = _upkeep_of(dateline), _file_name_of(request)
            async with turns:
                data = await _read_body(request, name)
            source = await run_sync(keep_upload, dateline.library, name, data)
        except ClientDisconnect:
            # Nobody is there to be told, and nothing was kept.
            return JSONResponse({})
        except _TooLargeError as error:
            return JSONResponse({"message": str(error)}, status_code=_TOO_LARGE, headers={"connection": "close"})
        except DatelineError as error:
            return JSONResponse({"message": str(error)})
        upkeep.add_source(source)
        return JSONResponse({"path": name_upload(name, data), "name": show_name(name)})


def _file_name_of(request: Request) -> str:
    name = unquote(request.headers.get("x-file-name", ""))
    if not name.strip():
        raise DatelineError(wording_library.UPLOAD_WITHOUT_NAME)
    return name


async def _read_body(request: Request, name: str) -> bytes:
    """The body, unless more is announced or comes than may be kept: then the rest is not read."""
    announced = request.headers.get("content-length", "")
    # What comes in pieces of unknown number is measured as it comes.
    _check(name, int(announced) if announced.isascii() and announced.isdigit() else 1)
    data = bytearray()
    async for block in request.stream():
        data += block
        if len(data) > MAX_BYTES:
            _check(name, len(data))
    return bytes(data)


def _check(name: str, size: int) -> None:
    try:
        check_upload(name, size)
    except DatelineError as error:
        if size > MAX_BYTES:
            raise _TooLargeError(str(error)) from error
        raise


def _change(dateline: "Dateline", deed: Callable[[Upkeep], object]) -> JSONResponse:
    def change() -> dict[str, Any]:
        done = deed(_upkeep_of(dateline))
        return done if isinstance(done, dict) else {}

    return answer_in_json(change)


def _upkeep_of(dateline: "Dateline") -> Upkeep:
    if dateline.upkeep is None:
        raise DatelineError(wording_library.ONLY_READ)
    return dateline.upkeep
