"""What may come in at all: nothing of other sites' pages, only JSON, and no more of it than a question needs."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui import wording
from ui.api.refusals import refuse

MOST_BYTES = 1_000_000
_TOO_MUCH = f"The request is larger than {MOST_BYTES:,} bytes: send less history."
_NOT_JSON = "Send the body as JSON, with the header  Content-Type: application/json"
_READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FOREIGN = frozenset({"cross-site", "same-site"})


class Entrance:
    """Refuses, or passes a request on with its body read whole.

    A form or script of another site can post plain text without asking first, never JSON; what it merely fetches is
    refused by what the browser says of it. A link on another site may be followed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, method, path = Headers(scope=scope), scope["method"], scope["path"]
        if _is_fetched_by_another_site(headers, method):
            await refuse(path, 403, wording.FOREIGN_ORIGIN)(scope, receive, send)
            return
        if method in _READING_METHODS:
            await self._app(scope, receive, send)
            return
        if headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
            await refuse(path, 415, _NOT_JSON)(scope, receive, send)
            return
        body = await _read(receive)
        if body is None:
            await refuse(path, 413, _TOO_MUCH)(scope, receive, send)
            return
        await self._app(scope, _Replay(body, receive).receive, send)


def _is_fetched_by_another_site(headers: Headers, method: str) -> bool:
    is_followed_link = method == "GET" and headers.get("sec-fetch-mode") == "navigate"
    return headers.get("sec-fetch-site") in _FOREIGN and not is_followed_link


async def _read(receive: Receive) -> bytes | None:
    """The body, or None when it is too large."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return bytes(body)


class _Replay:
    """Gives a body that was read already, then what comes after it: that the client has gone."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def receive(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}
