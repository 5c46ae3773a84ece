"""Bring web pages and the articles of feeds into the library. A feed forgets what is old; the library does not."""

import codecs
import hashlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from index.articles import Article
from index.errors import ArticleUnreadableError, PageNotFetchedError
from index.ledger import FileRecord
from index.parsing.pool import ReadRequest
from index.reading.feed import Feed, FeedEntry
from index.reading.structure import renew_identity
from index.shelving import Shelf
from index.sources import SourceKind
from index.syncing import FileReader, Progress
from index.web.pages import NotModified, Page

_TEXTS = frozenset({".html", ".txt", ".md"})


class Fetch(Protocol):
    """Fetches an address (`fetch_page`)."""

    def __call__(
        self, address: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> Page | NotModified:
        """The page, or that it is the one that these validators name.

        Raises:
            PageNotFetchedError: it may not or could not be fetched.
        """
        ...


class WebReader(FileReader, Protocol):
    """Reads files, and feeds (`ParserPool`, `InProcessReader`)."""

    def read_feed(self, data: bytes, address: str) -> Feed:
        """The entries of a feed.

        Raises:
            ArticleUnreadableError: it is none.
        """
        ...


def sync_web(shelf: Shelf, reader: WebReader, fetch: Fetch, *, on_progress: Progress) -> None:
    """Fetch a page, or a feed and the pages that it names and that are new or changed; nothing is ever removed.

    What cannot be fetched is reported and tried again at the next sync; what was read before keeps answering.
    """
    if shelf.source.kind is SourceKind.PAGE:
        _sync_page(shelf, reader, fetch, shelf.source.place, {})
        return
    feed = _fetch_feed(shelf, reader, fetch)
    entries = feed.entries if feed else ()
    for done, entry in enumerate(entries):
        on_progress("Fetching articles", done, len(entries))
        _sync_entry(shelf, reader, fetch, entry)
    on_progress("Fetching articles", len(entries), len(entries))
    for path in set(shelf.known) - {entry.url for entry in entries}:
        shelf.leave(shelf.known[path])


def _fetch_feed(shelf: Shelf, reader: WebReader, fetch: Fetch) -> Feed | None:
    address = shelf.source.place
    try:
        page = fetch(address)
        if isinstance(page, NotModified):
            return None
        return reader.read_feed(page.data, page.url)
    except (PageNotFetchedError, ArticleUnreadableError) as error:
        shelf.fail(address, str(error))
        return None


def _sync_entry(shelf: Shelf, reader: WebReader, fetch: Fetch, entry: FeedEntry) -> None:
    stated = entry.updated or entry.published
    marks = {"stated": stated.isoformat()} if stated else {}
    known = shelf.known.get(entry.url)
    if known and known.digest and known.validators.get("stated") == marks.get("stated"):
        # The feed would say if it had been corrected: the page is not asked for again.
        shelf.leave(known)
        return

    def complete(article: Article) -> Article:
        return replace(
            article,
            title=article.title or entry.title,
            authors=article.authors or entry.authors,
            published=article.published or entry.published,
        )

    _sync_page(shelf, reader, fetch, entry.url, marks, complete)


def _sync_page(
    shelf: Shelf,
    reader: WebReader,
    fetch: Fetch,
    address: str,
    marks: dict[str, str],
    complete: Callable[[Article], Article] = lambda article: article,
) -> None:
    known = shelf.known.get(address)
    before = known.validators if known and known.digest else {}
    try:
        page = fetch(address, etag=before.get("etag"), last_modified=before.get("last_modified"))
    except PageNotFetchedError as error:
        shelf.fail(address, str(error))
        return
    now = time.time_ns()
    if isinstance(page, NotModified):
        if known:
            shelf.touch(replace(known, checked_ns=now, validators={**before, **marks}))
        return
    digest = hashlib.sha256(page.data).hexdigest()
    stated = {"etag": page.etag, "last_modified": page.last_modified}
    validators = {**{name: value for name, value in stated.items() if value}, **marks}
    record = FileRecord(address, digest, len(page.data), 0, now, validators)
    if known and known.digest == digest:
        shelf.touch(replace(record, articles=known.articles))
        return
    _read_page(shelf, reader, page, record, complete)


def _read_page(
    shelf: Shelf, reader: WebReader, page: Page, record: FileRecord, complete: Callable[[Article], Article]
) -> None:
    address = record.path
    if page.suffix == ".xml":
        shelf.fail(
            address, "it is a feed or another list, no article; add a feed with  dateline source add --feed ADDRESS."
        )
        return
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        file = Path(folder, f"page{page.suffix}")
        file.write_bytes(_as_stated(page))
        for part in reader.read_files([ReadRequest(file, file.name, shelf.source.fields)]):
            found = [
                renew_identity(complete(replace(each, url=each.url or page.url))) if isinstance(each, Article) else each
                for each in part.found
            ]
            if found or part.failure is None:
                shelf.put(record, found, is_last=part.is_last and part.failure is None)
            if part.failure is not None:
                shelf.fail(address, part.failure, record)


def _as_stated(page: Page) -> bytes:
    """The bytes of a page, in UTF-8 where the server said in which encoding they are: that outweighs the page's own word."""
    if page.charset is None or page.suffix not in _TEXTS:
        return page.data
    try:
        return codecs.BOM_UTF8 + page.data.decode(page.charset).encode("utf-8", "replace")
    except (LookupError, UnicodeDecodeError):
        return page.data
