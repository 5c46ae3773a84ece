from datetime import date

import pytest

from index.errors import ArticleUnreadableError
from index.reading.feed import FeedEntry, read_feed

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Example &amp;amp; Co</title><link>https://example.org/</link>
<item><title>Ferry &lt;b&gt;sinks&lt;/b&gt;</title><link>/ferry</link><dc:creator>Ann Lee</dc:creator>
<pubDate>Fri, 03 May 2024 23:30:00 -0500</pubDate><description>&lt;p&gt;All were saved.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p>A ferry sank.</p><p>All were saved.</p>]]></content:encoded></item>
<item><title>No link</title></item><item><title>Bad link</title><link>javascript:alert(1)</link></item>
<item><title>Short</title><guid isPermaLink="true">https://example.org/short</guid></item></channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>The Example</title><entry><title>Ferry sinks</title>
<link rel="alternate" href="../ferry"/><published>2024-05-03T23:30:00-05:00</published><updated>2024-05-04T08:00:00Z</updated>
<author><name>Ann Lee</name></author><author><name>Bo Xu</name></author><summary>All were saved.</summary></entry></feed>"""


def test_an_rss_feed_is_read_with_links_made_whole_and_entries_without_one_left_out() -> None:
    feed = read_feed(RSS.encode(), "https://example.org/news/feed.xml")
    assert feed.title == "The Example & Co"
    assert [entry.url for entry in feed.entries] == ["https://example.org/ferry", "https://example.org/short"]
    assert feed.entries[0] == FeedEntry(
        url="https://example.org/ferry",
        title="Ferry sinks",
        published=date(2024, 5, 3),
        updated=None,
        authors=("Ann Lee",),
        summary="All were saved.",
        content="<p>A ferry sank.</p><p>All were saved.</p>",
    )


def test_an_atom_feed_is_read() -> None:
    (entry,) = read_feed(ATOM.encode(), "https://example.org/news/feeds/all").entries
    assert entry.url == "https://example.org/news/ferry"
    assert (entry.published, entry.updated) == (date(2024, 5, 3), date(2024, 5, 4))
    assert (entry.title, entry.authors, entry.summary, entry.content) == (
        "Ferry sinks",
        ("Ann Lee", "Bo Xu"),
        "All were saved.",
        None,
    )


def test_a_feed_without_entries_is_a_feed() -> None:
    assert (
        read_feed(b'<rss version="2.0"><channel><title>T</title></channel></rss>', "https://example.org/").entries == ()
    )


@pytest.mark.parametrize(
    "data",
    [b"", b"\0", b"<html><body><p>Not found</p></body></html>", b"https://example.org/", b"/etc/passwd", b'{"a": 1}'],
)
def test_what_is_no_feed_is_refused_with_a_remedy(data: bytes) -> None:
    with pytest.raises(ArticleUnreadableError, match="gives no RSS or Atom feed"):
        read_feed(data, "https://example.org/")


def test_a_title_without_words_is_left_empty() -> None:
    rss = RSS.replace("Ferry &lt;b&gt;sinks&lt;/b&gt;", "&lt;!-- --&gt;")
    assert read_feed(rss.encode(), "https://example.org/").entries[0].title is None


def test_entities_of_a_feed_do_not_expand() -> None:
    bomb = (
        '<!DOCTYPE r [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY a{number} "&a{number - 1 or ""};&a{number - 1 or ""};">' for number in range(1, 40))
        + ']><rss version="2.0"><channel><title>&a39;</title></channel></rss>'
    )
    assert len(read_feed(bomb.encode(), "https://example.org/").title or "") < 100
