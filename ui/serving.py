"""The web server around the window: what it serves, to whom, and with which headers."""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import ArticleNotFoundError, DatelineError
from ui import wording
from ui.articles_as_json import article_as_json, changes_as_json, newest_of
from ui.conversations.browsers import browser_of, introduce

if TYPE_CHECKING:
    from rag.assemble import Dateline

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_HERE = Path(__file__).parent
_Look = Literal[
    "window.css",
    "window.js",
    "views.js",
    "room.js",
    "elements.js",
    "elsewhere.js",
    "feedback.js",
    "days.css",
    "days.js",
    "evals.css",
    "evals.js",
    "cases.js",
    "library.css",
    "library.js",
    "articles.js",
    "aspects.js",
    "sources.js",
    "uploads.js",
    "condition.js",
    "conversations.css",
    "conversations.js",
    "drawer.css",
    "drawer.js",
    "manner.js",
    "scope.js",
    "settings.js",
    "stepping.js",
]
# A conversation cites fewer articles; each costs the ledger three look-ups.
_MOST_ASKED = 500
_READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FOREIGN_SITES = frozenset({"cross-site", "same-site"})
# All that the window itself asks of Gradio. Uploads, files, proxying, the API pages, deep links and the developer's
# routes are left out: `file=http...` alone would make this server fetch any page for whoever asks.
_GRADIO_PATHS = re.compile(
    r"/(?:config|theme\.css|(?:static|assets|svelte)/.+"
    r"|gradio_api/(?:queue/(?:join|data)|heartbeat/[^/]+|run/[^/]+|cancel|reset|startup-events|info|app_id))?/?"
)
_OWN_PATHS = re.compile(
    r"/(?:window/[a-z]+\.(?:css|js)|favicon\.ico|manifest\.json|health|articles/[^/]+(?:/(?:changes|elsewhere))?"
    r"|settings(?:/endpoint(?:/forget)?)?|conversations(?:/[\w-]+/(?:title|delete|export|answers/\d+(?:/further)?))?"
    r"|evals(?:/(?:progress|start|stop|dismiss|runs/[^/]+(?:/(?:comparison|continue|report))?))?|feedback/[^/]+"
    r"|library/(?:state|storage|health|articles|days|outlets|statuses|failures|sources(?:/(?:add|remove|sync))?|uploads(?:/remove)?|undo|watching))"
)
# What changes the library, its conversations or the settings must come from the window's own script: no other page can add this header without asking first.
_DEED_PATHS = re.compile(r"/(?:library|settings|conversations)/.+")
DEED_HEADER = "x-dateline"
_PROGRAMS_PATHS = re.compile(r"/(?:api|v1)(?:/.*)?")
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="5" fill="#8c2f23"/>'
    '<path d="M9 7h7c5.500 0 8.500 3.500 8.500 9s-3 9-8.500 9H9zm3.500 3v12H16c3.300 0 5-2.200 5-6s-1.700-6-5-6z" '
    'fill="#fff"/></svg>'
)


def make_app(dateline: "Dateline", programs: ASGIApp | None = None) -> FastAPI:
    """The application that the window is mounted into: articles for the reading room, health, and the guard.

    `programs` answers what is asked under /api and /v1.
    """
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    _serve_articles(app, dateline)

    @app.get("/health")
    def health() -> JSONResponse:
        try:
            counts = dateline.counts()
        except DatelineError as error:
            return JSONResponse({"status": "failing", "message": str(error)}, status_code=503)
        model = dateline.model_status().name
        return JSONResponse(
            {
                "status": "ok",
                "articles": counts.articles,
                "passages": counts.passages,
                "model": model,
            }
        )

    _serve_looks(app)
    app.add_middleware(Switch, programs=programs or JSONResponse({"message": wording.NOT_SERVED}, status_code=404))
    app.add_middleware(Guard)
    return app


def _serve_articles(app: FastAPI, dateline: "Dateline") -> None:
    # Before the route of single articles, which would take its name for an id.
    @app.get("/articles/status")
    def status(ids: str) -> JSONResponse:
        asked = dict.fromkeys(ids.split(",")[:_MOST_ASKED])
        return _answer_in_json(lambda: {article_id: _find_status(dateline, article_id) for article_id in asked})

    @app.get("/articles/{article_id}")
    def article(article_id: str) -> JSONResponse:
        return _answer_in_json(lambda: article_as_json(dateline.article(article_id), dateline.versions(article_id)))

    @app.get("/articles/{article_id}/changes")
    def changes(article_id: str, since: str) -> JSONResponse:
        def compare() -> dict[str, Any]:
            return changes_as_json(dateline.article(since), dateline.article(article_id), dateline.versions(article_id))

        return _answer_in_json(compare)


def _answer_in_json(answer: Callable[[], dict[str, Any]]) -> JSONResponse:
    try:
        return JSONResponse(answer())
    except ArticleNotFoundError:
        return JSONResponse({"message": wording.ROOM_LOST}, status_code=404)
    except DatelineError as error:
        return JSONResponse({"message": str(error)}, status_code=503)


def _find_status(dateline: "Dateline", article_id: str) -> Literal["current", "corrected", "removed"]:
    """What became of an article since it was cited."""
    try:
        versions = dateline.versions(article_id)
    except ArticleNotFoundError:
        return "removed"
    return "current" if newest_of(versions) == article_id else "corrected"


def _serve_looks(app: FastAPI) -> None:
    @app.get("/window/{name}")
    def window_file(name: _Look) -> FileResponse:
        return FileResponse(_HERE / name)

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(_ICON, media_type="image/svg+xml")

    @app.get("/manifest.json")
    def manifest() -> JSONResponse:
        return JSONResponse({"name": wording.NAME, "start_url": "/", "display": "browser"})


class Guard:
    """Answers only this computer's own pages, only at known addresses, and never without the protective headers.

    A page of another site can make a browser send requests here: its Host differs when it has rebound its own name to
    127.0.0.1, its Origin differs when it posts a form.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or pass on with headers added to the response."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        protected = _Protected(send, is_known=browser_of(cookie_parser(headers.get("cookie", ""))) is not None)
        refusal = refuse_request(scope["method"], scope["path"], headers)
        if refusal:
            await refusal(scope, receive, protected.send)
        else:
            await self._app(scope, receive, protected.send)


class Switch:
    """Sends what programs ask to the application for them, and all else to the window."""

    def __init__(self, app: ASGIApp, programs: ASGIApp) -> None:
        self._app = app
        self._programs = programs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it where it belongs."""
        is_of_programs = scope["type"] == "http" and _PROGRAMS_PATHS.fullmatch(scope["path"])
        await (self._programs if is_of_programs else self._app)(scope, receive, send)


def refuse_request(method: str, path: str, headers: Headers) -> Response | None:
    """Why this request gets no answer, or None when it does."""
    host = headers.get("host", "")
    if _hostname(f"//{host}") not in LOOPBACK_NAMES:
        return JSONResponse({"message": wording.FOREIGN_HOST}, status_code=400)
    origin = headers.get("origin")
    is_foreign = (origin is not None and origin != f"http://{host}") or headers.get("sec-fetch-site") in _FOREIGN_SITES
    is_unasked = _DEED_PATHS.fullmatch(path) and DEED_HEADER not in headers
    if method not in _READING_METHODS and (is_foreign or is_unasked):
        return JSONResponse({"message": wording.FOREIGN_ORIGIN}, status_code=403)
    if not any(paths.fullmatch(path) for paths in (_GRADIO_PATHS, _OWN_PATHS, _PROGRAMS_PATHS)):
        return JSONResponse({"message": wording.NOT_SERVED}, status_code=404)
    return None


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


class _Protected:
    """Sends a response on with protective headers; an HTML page is held back until its scripts can be named."""

    def __init__(self, send: Send, *, is_known: bool) -> None:
        self._send = send
        self._is_known = is_known
        self._page: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            # A page that brings a policy of its own is complete as it is.
            is_own_page = "content-security-policy" in headers
            protect(headers)
            if headers.get("content-type", "").startswith("text/html") and not is_own_page:
                self._page = message
                return
        elif self._page is not None and message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send_page(self._page)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        page = dress_page(self._body.decode())
        headers = MutableHeaders(scope=start)
        headers["content-security-policy"] = content_security_policy(_INLINE_SCRIPT.findall(page))
        headers["content-length"] = str(len(page.encode()))
        if not self._is_known:
            headers.append("set-cookie", introduce())
        self._page = None
        await self._send(start)
        await self._send({"type": "http.response.body", "body": page.encode()})


def dress_page(page: str) -> str:
    """Gradio's page with Dateline's title, style and script, so that they are there before the window is."""
    ours = (
        f"<title>{escape(wording.NAME)}</title>"
        '<meta name="color-scheme" content="light dark">'
        '<link rel="icon" type="image/svg+xml" href="/favicon.ico">'
        '<link rel="stylesheet" href="/window/window.css"><link rel="stylesheet" href="/window/evals.css">'
        '<link rel="stylesheet" href="/window/drawer.css"><link rel="stylesheet" href="/window/conversations.css">'
        '<link rel="stylesheet" href="/window/library.css"><link rel="stylesheet" href="/window/days.css">'
        '<script src="/window/window.js" type="module"></script></head>'
    )
    return page.replace("</head>", ours, 1)


def content_security_policy(inline_scripts: Sequence[str] = ()) -> str:
    """What a page may load: nothing from another host, and of inline scripts only these.

    Gradio compiles its HTML templates with `new Function`, hence 'unsafe-eval'; it styles elements inline.
    """
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in inline_scripts]
    allowed = " ".join(["'self'", "'unsafe-eval'", *(f"'sha256-{digest}'" for digest in hashes)])
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


def protect(headers: MutableHeaders) -> None:
    """Add the headers that every response carries; a stricter policy of its own stays."""
    headers.setdefault("content-security-policy", content_security_policy())
    headers["x-content-type-options"] = "nosniff"
    headers["x-frame-options"] = "DENY"
    headers["referrer-policy"] = "no-referrer"
    headers["cross-origin-opener-policy"] = "same-origin"
    headers["cross-origin-resource-policy"] = "same-origin"
    headers["permissions-policy"] = "camera=(), geolocation=(), microphone=()"
