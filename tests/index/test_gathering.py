"""Pages and feeds, fetched from a web that the tests write."""

from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from index.errors import PageNotFetchedError
from index.ledger import Ledger
from index.parsing.in_process import InProcessReader
from index.shelving import SyncReport
from index.sources import name_source
from index.splitting import split_article
from index.updating import SyncTools, is_present, update_library
from index.web.pages import NotModified, Page

FEED = "https://news.example/feed.xml"
Sync = Callable[..., SyncReport]


@dataclass
class Web:
    """Pages by address; each has an ETag made of its text. What was asked for is remembered."""

    pages: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def fetch(self, address: str, *, etag: str | None = None, last_modified: str | None = None) -> Page | NotModified:
        self.asked.append(address)
        if address not in self.pages:
            raise PageNotFetchedError(f"{address} is not there (404); check the address.")
        text = self.pages[address]
        tag = f'"{hash(text)}"'
        if etag == tag:
            return NotModified(address)
        suffix = ".xml" if address.endswith(".xml") else ".html"
        return Page(
            url=address,
            data=text.encode(),
            content_type="text/html",
            charset="utf-8",
            etag=tag,
            last_modified=None,
            suffix=suffix,
        )


def page(number: int, words: str = "opened the bridge") -> str:
    paragraphs = "".join(
        f"<p>Mayor number {number} {words} of town {number} on Monday, and {n} people of quarter {n} came to see how it was"
        " done, though it had rained all morning and the river was high.</p>"
        for n in range(4)
    )
    return (
        f'<html lang="en"><head><title>Story {number}</title><meta property="og:site_name" content="The Courier">'
        f'<meta property="article:published_time" content="2024-03-0{number}"></head>'
        f"<body><article><h1>Story {number}</h1>{paragraphs}</article></body></html>"
    )


def address(number: int) -> str:
    return f"https://news.example/story-{number}"


def feed(*numbers: int, updated: str = "2024-03-09T10:00:00Z") -> str:
    entries = "".join(
        f"<entry><title>Story {n}</title><link href='{address(n)}'/><id>{address(n)}</id>"
        f"<updated>{updated}</updated><published>2024-03-0{n}T08:00:00Z</published></entry>"
        for n in numbers
    )
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>The Courier</title><id>x</id>'
        f"<updated>{updated}</updated>{entries}</feed>"
    )


@pytest.fixture
def web() -> Web:
    return Web({FEED: feed(1, 2), **{address(n): page(n) for n in range(1, 5)}})


@pytest.fixture
def sync(library: Path, web: Web) -> Sync:
    tools = SyncTools(lambda: nullcontext(InProcessReader()), web.fetch, lambda: split_article)

    def run(place: str = FEED, *, is_feed: bool = True) -> SyncReport:
        source = name_source(place, is_feed=is_feed)
        return update_library(library, [source], tools, on_progress=lambda *_: None)[place]

    return run


def titles(library: Path) -> set[str | None]:
    with closing(Ledger(library)) as ledger:
        return {ledger.article(id_).title for id_ in ledger.article_ids()}


def test_a_page_is_an_article_with_what_it_states(library: Path, sync: Sync) -> None:
    assert sync(address(1), is_feed=False).added == (address(1),)
    with closing(Ledger(library)) as ledger:
        (id_,) = ledger.article_ids()
        article = ledger.article(id_)
        assert (article.title, article.outlet, str(article.published)) == ("Story 1", "The Courier", "2024-03-01")
        assert (article.url, article.file) == (address(1), address(1))
        assert is_present(ledger, id_)


def test_a_page_is_decoded_as_its_server_says(library: Path) -> None:
    words = "Мост через реку открыли в понедельник, и мэр города сказал, что он соединит две половины города. " * 3
    data = f"<html><head><title>Мост</title></head><body><article><h1>Мост</h1><p>{words}</p></article></body></html>"

    def fetch(address: str, *, etag: str | None = None, last_modified: str | None = None) -> Page:
        return Page(address, data.encode("windows-1251"), "text/html", "windows-1251", None, None, ".html")

    tools = SyncTools(lambda: nullcontext(InProcessReader()), fetch, lambda: split_article)
    update_library(library, [name_source(address(1))], tools, on_progress=lambda *_: None)
    with closing(Ledger(library)) as ledger:
        (id_,) = ledger.article_ids()
        assert ledger.article(id_).title == "Мост"


def test_a_feed_that_is_taken_for_a_page_is_told_from_one(library: Path, sync: Sync) -> None:
    assert "--feed" in sync(FEED, is_feed=False).failed[FEED]


def test_an_unchanged_page_is_left_as_it_is_and_a_corrected_one_is_a_version(
    library: Path, sync: Sync, web: Web
) -> None:
    sync(address(1), is_feed=False)
    assert sync(address(1), is_feed=False).unchanged == 1
    web.pages[address(1)] = page(1, "closed the bridge")
    assert sync(address(1), is_feed=False).changed == (address(1),)
    with closing(Ledger(library)) as ledger:
        (id_,) = ledger.article_ids()
        assert len(ledger.versions_of(id_)) == 2


def test_a_page_that_is_gone_from_the_web_is_kept_and_the_reason_is_told(library: Path, sync: Sync, web: Web) -> None:
    sync(address(1), is_feed=False)
    del web.pages[address(1)]
    report = sync(address(1), is_feed=False)
    assert "404" in report.failed[address(1)]
    assert titles(library) == {"Story 1"}


def test_the_articles_of_a_feed_are_fetched_once(library: Path, sync: Sync, web: Web) -> None:
    assert sync().added == (address(1), address(2))
    web.asked.clear()
    report = sync()
    assert (report.unchanged, report.has_changes) == (2, False)
    assert web.asked == [FEED]


def test_what_rolls_out_of_a_feed_stays_and_what_is_new_in_it_comes(library: Path, sync: Sync, web: Web) -> None:
    sync()
    web.pages[FEED] = feed(2, 3)
    report = sync()
    assert (report.added, report.removed, report.unchanged) == ((address(3),), (), 2)
    assert titles(library) == {"Story 1", "Story 2", "Story 3"}


def test_an_entry_that_says_it_was_updated_is_fetched_again(library: Path, sync: Sync, web: Web) -> None:
    sync()
    web.pages[FEED] = feed(1, 2, updated="2024-03-10T10:00:00Z")
    web.pages[address(2)] = page(2, "blew up the bridge")
    assert sync().changed == (address(2),)


def test_one_dead_page_of_a_feed_stops_no_other_and_is_tried_again(library: Path, sync: Sync, web: Web) -> None:
    web.pages[FEED] = feed(1, 2, 3)
    gone = web.pages.pop(address(2))
    report = sync()
    assert report.added == (address(1), address(3))
    assert set(report.failed) == {address(2)}
    web.pages[address(2)] = gone
    assert sync().added == (address(2),)
    with closing(Ledger(library)) as ledger:
        assert ledger.failures() == []


def test_a_feed_that_is_none_is_a_reason_and_nothing_is_lost(library: Path, sync: Sync, web: Web) -> None:
    sync()
    web.pages[FEED] = "<html><body>We moved.</body></html>"
    report = sync()
    assert FEED in report.failed
    assert titles(library) == {"Story 1", "Story 2"}
    web.pages[FEED] = feed(1, 2)
    assert sync().failed == {}
