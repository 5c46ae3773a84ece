"""Whatever the bytes, a file is read or refused in words; nothing else happens."""

import gzip
import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.articles import Article
from index.errors import ArticleUnreadableError
from index.reading.feed import read_feed
from tests.index.reading.making import (
    LINES,
    TEXT,
    make_docx,
    make_epub,
    make_mail,
    make_odt,
    make_page,
    make_pdf,
    make_zip,
    read_all,
)

ROWS = "".join(json.dumps({"id": number, "title": "Ferry", "text": line}) + "\n" for number, line in enumerate(LINES))
TABLE = "id,title,text\n" + "".join(f'{number},Ferry,"{line}"\n' for number, line in enumerate(LINES))
FEED = '<rss version="2.0"><channel><title>T</title><item><title>F</title><link>https://example.org/</link></item></channel></rss>'
MAIL = make_mail(TEXT, make_page()).as_bytes()
GOOD: dict[str, bytes] = {
    "a.txt": f"Ferry sinks\n\n{TEXT}".encode(),
    "a.html": make_page(
        "<table><tr><td>1</td></tr></table>", '<script type="application/ld+json">{"@type":"Article"}</script>'
    ).encode(),
    "a.mhtml": MAIL,
    "a.pdf": make_pdf([[(72, 700 - 12 * number, line) for number, line in enumerate(LINES)]] * 2, title="Ferry sinks"),
    "a.docx": make_docx(title="Ferry sinks"),
    "a.odt": make_odt(),
    "a.epub": make_epub({"1.xhtml": make_page(), "2.xhtml": make_page()}),
    "a.eml": MAIL,
    "a.mbox": b"From a\n" + MAIL + b"\nFrom b\n" + MAIL,
    "a.json": json.dumps({"articles": [json.loads(row) for row in ROWS.splitlines()]}).encode(),
    "a.jsonl": ROWS.encode(),
    "a.jsonl.gz": gzip.compress(ROWS.encode()),
    "a.csv": TABLE.encode(),
    "a.zip": make_zip({"a.txt": TEXT, "b.jsonl": ROWS, "c.html": make_page(), "d.zip": make_zip({"a.txt": TEXT})}),
}
UNHURRIED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def read_or_refuse(data: bytes, name: str) -> None:
    try:
        found = read_all(data, name)
    except ArticleUnreadableError:
        return
    for each in found:
        if isinstance(each, Article):
            each.text.encode()  # no halves of characters
            assert any(map(str.isalnum, each.text))
        else:
            assert each.item
            assert each.reason.endswith(".")


@st.composite
def damaged(draw: st.DrawFn, good: bytes) -> bytes:
    """A good file of which some bytes are changed, doubled or cut out, or that breaks off."""
    data = bytearray(good)
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 40))
        data[at : at + length] = draw(st.one_of(st.binary(max_size=8), st.just(bytes(data[at : at + length]) * 2)))
    return bytes(data[: draw(st.integers(0, len(data)))] if draw(st.booleans()) else data)


@pytest.mark.parametrize("name", GOOD)
def test_the_files_that_are_damaged_below_are_good(name: str) -> None:
    assert all(isinstance(each, Article) for each in read_all(GOOD[name], name))


@pytest.mark.parametrize("name", GOOD)
@given(st.data())
@UNHURRIED
def test_a_damaged_file_is_read_or_refused(name: str, data: st.DataObject) -> None:
    read_or_refuse(data.draw(damaged(GOOD[name])), name)


@pytest.mark.parametrize("name", GOOD)
@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
)
@example(b"\xef\xbb\xbf")
@UNHURRIED
def test_random_bytes_are_read_or_refused(name: str, data: bytes) -> None:
    read_or_refuse(data, name)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside, max_size=4),
    max_leaves=8,
)
NAMES = st.sampled_from(
    ["id", "title", "text", "published", "url", "outlet", "authors", "language", "body", "date", "source"]
)


@given(st.lists(st.dictionaries(NAMES, JSON_VALUES, max_size=6) | JSON_VALUES, max_size=4))
@UNHURRIED
def test_rows_of_any_shape_are_read_or_refused(rows: list[object]) -> None:
    read_or_refuse("\n".join(map(json.dumps, rows)).encode(), "a.jsonl")
    read_or_refuse(json.dumps({"articles": rows}).encode(), "a.json")


@given(st.one_of(st.binary(max_size=300), damaged(FEED.encode())))
@UNHURRIED
def test_a_feed_is_read_or_refused(data: bytes) -> None:
    try:
        feed = read_feed(data, "https://example.org/feed")
    except ArticleUnreadableError:
        return
    assert all(entry.url.startswith(("http://", "https://")) for entry in feed.entries)
