"""RSS and Atom feeds, parsed from bytes; nothing is fetched here."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from time import struct_time
from typing import Any
from urllib.parse import urljoin

from index.errors import ArticleUnreadableError
from index.reading.damage import refusing
from index.reading.plain_text import clean
from index.reading.stated import to_authors, to_date, to_line, to_url
from index.reading.web_page import read_fragment

_NO_FEED = "this address gives no RSS or Atom feed; look on the site for the address of its feed."


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One article that a feed announces; `content` is its HTML where the feed carries the full text."""

    url: str
    title: str | None
    published: date | None
    updated: date | None
    authors: tuple[str, ...]
    summary: str | None
    content: str | None


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed is called and announces, in its own order."""

    title: str | None
    entries: tuple[FeedEntry, ...]


def read_feed(data: bytes, address: str) -> Feed:
    """Parse a feed that came from `address`; links are made whole with it, entries without a web link left out.

    Raises:
        ArticleUnreadableError: it is no feed.
    """
    import feedparser  # noqa: PLC0415 - only who follows feeds pays

    with refusing(_NO_FEED):
        # Bytes alone it would take for the name of a file; a stream is only ever read.
        parsed = feedparser.parse(io.BytesIO(data), response_headers={"content-location": address})
    if not parsed.get("version") and not parsed.entries:
        raise ArticleUnreadableError(_NO_FEED)
    entries = (_read_entry(entry, address) for entry in parsed.entries)
    return Feed(_to_words(parsed.feed.get("title")), tuple(entry for entry in entries if entry is not None))


def _read_entry(entry: Mapping[str, Any], address: str) -> FeedEntry | None:
    url = _read_url(entry, address)
    if url is None:
        return None
    contents = [each.get("value", "") for each in entry.get("content", [])]
    return FeedEntry(
        url=url,
        title=_to_words(entry.get("title")),
        published=_read_day(entry, "published"),
        updated=_read_day(entry, "updated"),
        authors=to_authors([author.get("name") for author in entry.get("authors", [])])
        or to_authors(entry.get("author")),
        summary=_to_words(entry.get("summary")),
        content=max(contents, key=len, default="").strip() or None,
    )


def _read_url(entry: Mapping[str, Any], address: str) -> str | None:
    link = entry.get("link") or (entry.get("id") if entry.get("guidislink") else None)
    try:
        return to_url(urljoin(address, str(link))) if link else None
    except ValueError:  # a bracket that is never closed
        return None


def _read_day(entry: Mapping[str, Any], name: str) -> date | None:
    if name not in entry:  # asked for what is not there, feedparser gives the other date, with a warning
        return None
    # As it is written, since the parsed one is the day in Greenwich.
    stated = to_date(entry[name])
    parsed = entry.get(f"{name}_parsed")
    return stated or (to_date(date(*parsed[:3])) if isinstance(parsed, struct_time) else None)


def _to_words(html: object) -> str | None:
    """Titles and summaries come as HTML."""
    return to_line(clean(read_fragment(html))) if isinstance(html, str) else None
