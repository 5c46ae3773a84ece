"""An address -> the page there, fetched without trusting the address, the name service, or the server."""

import importlib.metadata
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import httpcore
import httpx

from index.errors import PageNotFetchedError
from index.web.bodies import find_suffix, read_body, read_content_type, too_large
from index.web.pinned_network import PinnedNetwork
from index.web.rules import DEFAULT_RULES, FetchRules

Headers = dict[str | bytes, str | bytes]

_ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, text/plain, application/pdf, */*;q=0.5"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(rb"[\w.:-]+")
_OK = 200
_NOT_MODIFIED = 304
_SHOWN_CHARACTERS = 200
_SAVE_IT = "save the page from your browser into a folder instead."
_MISSING = "There is no page at {url} ({status}); check the address in your browser."
_FOR_SUBSCRIBERS = f"{{host}} shows the page to its subscribers only ({{status}}); {_SAVE_IT}"
_REFUSED = f"{{host}} refuses programs ({{status}}); {_SAVE_IT}"
_SENTENCES = {
    401: _FOR_SUBSCRIBERS,
    402: _FOR_SUBSCRIBERS,
    403: _REFUSED,
    404: _MISSING,
    406: _REFUSED,
    410: _MISSING,
    429: "{host} was asked too often ({status}); try again in an hour.",
    451: _REFUSED,
    500: "{host} has a failure of its own ({status}); try again later.",
}
_OTHER_STATUS = "{host} gives no page but the answer {status}; check the address in your browser."


@dataclass(frozen=True, slots=True)
class Page:
    """What was found at an address; `url` is where the redirects led, `suffix` (".html") names its kind for the readers.

    `etag` and `last_modified` are handed back to ask whether it has changed.
    """

    url: str
    data: bytes
    content_type: str
    charset: str | None
    etag: str | None
    last_modified: str | None
    suffix: str


@dataclass(frozen=True, slots=True)
class NotModified:
    """The page at `url` is still the one that was fetched before."""

    url: str


def fetch_page(
    address: str, *, etag: str | None = None, last_modified: str | None = None, rules: FetchRules = DEFAULT_RULES
) -> Page | NotModified:
    """Fetch a page or feed from the open web, following redirects; with `etag` or `last_modified` only if it changed.

    No cookies, no proxies, no names or passwords; proxies of the environment are left alone because they would resolve
    the names, and no check made here would hold.

    Raises:
        PageNotFetchedError: it may not be fetched, is not there, too large, too slow, or no article.
    """
    deadline = time.monotonic() + rules.seconds
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    asked: Headers = {name: value for name, value in conditions.items() if value and value.isascii()}
    url = _parse(httpx.URL(), address, rules)
    for _ in range(rules.max_redirects + 1):
        with _say_failures(url, rules):
            found = _fetch_once(url, asked, rules, deadline)
        if not isinstance(found, str):
            return found
        url = _parse(url, found, rules)
    raise PageNotFetchedError(
        f"{_show(url)} is passed on from address to address; open it in your browser and copy the address it ends at."
    )


def _fetch_once(url: httpx.URL, conditions: Headers, rules: FetchRules, deadline: float) -> Page | NotModified | str:
    """What is at an address, or where it redirects to."""
    tls = (rules.tls or httpx.create_ssl_context(trust_env=False)) if url.scheme == "https" else None
    target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
    headers: Headers = {
        "Host": url.netloc.decode("ascii"),
        "User-Agent": _name_program(),
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip",
        **conditions,
    }
    with (
        httpcore.ConnectionPool(ssl_context=tls, network_backend=PinnedNetwork(rules, deadline)) as connections,
        connections.stream("GET", target, headers=headers) as response,
    ):
        said = httpx.Headers(response.headers)
        if response.status in _REDIRECTS and "location" in said:
            return said["location"]
        if response.status == _NOT_MODIFIED and conditions:
            return NotModified(str(url))
        if response.status != _OK:
            raise PageNotFetchedError(_explain_status(response.status, url))
        return _read_page(url, said, response.iter_stream(), rules)


@cache
def _name_program() -> str:
    version = importlib.metadata.version("dateline")
    return f"Dateline/{version} (news reader; fetches what its user asks for)"


def _read_page(url: httpx.URL, said: httpx.Headers, parts: Iterable[bytes], rules: FetchRules) -> Page:
    content_type, charset = read_content_type(said.get("content-type", ""))
    suffix = find_suffix(content_type, url.path)
    if suffix is None:
        raise PageNotFetchedError(
            f"{_show(url)} is no article but {content_type[:50]}; give the address of a page, a PDF or a feed."
        )
    length = said.get("content-length", "")
    if length.isdecimal() and int(length) > rules.max_bytes:
        raise too_large(rules.max_bytes)
    return Page(
        url=str(url),
        data=read_body(parts, said.get("content-encoding", "").strip().lower(), rules.max_bytes),
        content_type=content_type,
        charset=charset,
        etag=said.get("etag"),
        last_modified=said.get("last-modified"),
        suffix=suffix,
    )


def _parse(base: httpx.URL, address: str, rules: FetchRules) -> httpx.URL:
    """Where an address leads from `base`, if one may go there as far as its looks tell."""
    try:
        url = base.join(address.strip())
    except (httpx.InvalidURL, ValueError) as error:
        raise PageNotFetchedError(_no_address(address)) from error
    if url.scheme not in {"http", "https"} or not _HOST.fullmatch(url.raw_host):
        raise PageNotFetchedError(_no_address(address))
    if url.userinfo:
        raise PageNotFetchedError(
            f"The address at {url.host} holds a name or password, and neither is sent to any site; take out what stands "
            f"before the @, or {_SAVE_IT}"
        )
    if (url.port or _DEFAULT_PORTS[url.scheme]) not in rules.ports:
        raise PageNotFetchedError(f"{_show(url)} is not on a port of the open web (80 or 443); {_SAVE_IT}")
    return url


def _no_address(address: str) -> str:
    return f"“{address[:_SHOWN_CHARACTERS]}” is no address of a web page; copy one that begins with https:// from your browser."


def _show(url: httpx.URL) -> str:
    return str(url)[:_SHOWN_CHARACTERS]


def _explain_status(status: int, url: httpx.URL) -> str:
    sentence = _SENTENCES.get(status, _SENTENCES[500] if status >= 500 else _OTHER_STATUS)
    return sentence.format(host=url.host, url=_show(url), status=status)


@contextmanager
def _say_failures(url: httpx.URL, rules: FetchRules) -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise PageNotFetchedError(
            f"{url.host} took longer than {rules.seconds:g} seconds; try again later, or {_SAVE_IT}"
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise PageNotFetchedError(
            f"{url.host} does not answer; try the address in your browser, and if it opens there, {_SAVE_IT}"
        ) from error
