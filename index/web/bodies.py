"""What a server sends -> the bytes of a page: unpacked, bounded, and of a kind that can hold an article."""

import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath

from index.errors import PageNotFetchedError

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "multipart/related": ".mhtml",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "application/rdf+xml": ".xml",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/json": ".json",
    "application/ld+json": ".json",
    "application/feed+json": ".json",
    "application/x-ndjson": ".jsonl",
    "application/jsonl": ".jsonl",
    "text/csv": ".csv",
    "message/rfc822": ".eml",
    "application/epub+zip": ".epub",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
# What servers say that do not know what they serve; the name of the page may.
_UNKNOWN = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/download"})
_GZIP = 16 + zlib.MAX_WBITS


def read_content_type(value: str) -> tuple[str, str | None]:
    """A Content-Type header -> the type in small letters and the charset, or None."""
    content_type, *parameters = (part.strip() for part in value.lower().split(";"))
    charsets = [part.partition("=")[2].strip(" \"'") for part in parameters if part.startswith("charset")]
    return content_type, charsets[0] if charsets and charsets[0] else None


def find_suffix(content_type: str, path: str) -> str | None:
    """The suffix by which the readers know a page of that type, or None when it can hold no article.

    A page whose server does not say what it is goes by the end of its `path`, or is taken for a web page without one.
    """
    if content_type not in _UNKNOWN:
        return _SUFFIXES.get(content_type)
    suffix = PurePosixPath(path).suffix.lower()
    if not suffix and not content_type:
        return ".html"
    return suffix if suffix in {*_SUFFIXES.values(), ".htm", ".mht"} else None


def read_body(parts: Iterable[bytes], encoding: str, max_bytes: int) -> bytes:
    """The body, unpacked if `encoding` is gzip; neither what is sent nor what comes out may exceed `max_bytes`.

    Raises:
        PageNotFetchedError: it is larger, packed otherwise, or damaged.
    """
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise PageNotFetchedError(
            f"The site packs its pages in a way that was not asked for ({encoding[:20]}); save the page from your browser "
            "into a folder instead."
        )
    unpack = zlib.decompressobj(_GZIP) if encoding.endswith("gzip") else None
    body = bytearray()
    received = 0
    for part in parts:
        received += len(part)
        try:
            # One byte more than allowed is enough to know; a bomb never unfolds.
            body += unpack.decompress(part, max_bytes + 1 - len(body)) if unpack else part
        except zlib.error as error:
            raise _damaged() from error
        if max(received, len(body)) > max_bytes:
            raise too_large(max_bytes)
    if unpack and received and not unpack.eof:
        raise _damaged()
    return bytes(body)


def too_large(max_bytes: int) -> PageNotFetchedError:
    """Why a page is refused that is larger than that."""
    return PageNotFetchedError(
        f"The page is larger than {max_bytes // 1_000_000} MB; save it from your browser into a folder instead."
    )


def _damaged() -> PageNotFetchedError:
    return PageNotFetchedError("The page arrived damaged; try again later.")
