"""Web pages: the article without what surrounds it, and what the page states of it."""

import logging
from dataclasses import replace
from email import policy
from email.parser import BytesParser
from typing import TYPE_CHECKING

from index.errors import ArticleUnreadableError
from index.reading.damage import refusing
from index.reading.drafts import Draft
from index.reading.markup import parse_page, parse_page_text, to_lines
from index.reading.page_metadata import read_page_metadata
from index.reading.stated import to_url
from index.reading.visible import strip_invisible

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

# Of the private use area: no page holds it, no library strips it.
_PARAGRAPH = "\ue000"


def read_web_page(data: bytes) -> Draft:
    """Read the article of an HTML or XHTML page.

    Raises:
        ArticleUnreadableError: it is no page, or holds no article.
    """
    return _read(parse_page(data))


def read_saved_page(data: bytes) -> Draft:
    """Read the article of an .mhtml file, as browsers save a page with all that belongs to it.

    Raises:
        ArticleUnreadableError: it is no saved page, or holds no article.
    """
    with refusing("it is no web page as browsers save them; save it again, as HTML."):
        message = BytesParser(policy=policy.default).parsebytes(data)
        page = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
        content = page.get_payload(decode=True) if page else None
    if not isinstance(content, bytes) or page is None:
        raise ArticleUnreadableError("it holds no web page; save the page again, as HTML.")
    draft = read_web_page(content)
    location = to_url(str(page.get("Content-Location", ""))) or to_url(
        str(message.get("Snapshot-Content-Location", ""))
    )
    return replace(draft, url=draft.url or location)


def read_fragment(html: str) -> str:
    """The visible words of a piece of HTML that is the article alone, a paragraph on each line; "" if there are none."""
    if not html.strip():
        return ""
    # A comment alone, or words without an element around them, would else be no page.
    page = parse_page_text(html if "<html" in html.lower() else f"<div>{html}</div>")
    strip_invisible(page)
    return "\n".join(to_lines(page))


def _read(page: "HtmlElement") -> Draft:
    draft = read_page_metadata(page)
    with refusing("its markup is damaged; open the page in a browser and save it again, or its words as .txt."):
        strip_invisible(page)
    _mark_double_breaks(page)
    lines = [line.strip() for each in to_lines(_extract(page)) for line in each.split(_PARAGRAPH)]
    if not any(map(str.isalnum, "".join(lines))):
        raise ArticleUnreadableError(
            "it is a page without an article in it; open it in a browser and save its words as .txt."
        )
    return replace(draft, text="\n".join(filter(None, lines)))


def _mark_double_breaks(page: "HtmlElement") -> None:
    """Two breaks make a paragraph on many pages, and trafilatura keeps but one of them."""
    for second in page.xpath("//br[preceding-sibling::node()[not(self::text()[not(normalize-space())])][1][self::br]]"):
        second.tail = f"{_PARAGRAPH}{second.tail or ''}"


def _extract(page: "HtmlElement") -> "_Element":
    import trafilatura  # noqa: PLC0415 - 0.5 s that only web pages cost

    # It warns on standard error of what comes back as an empty result, and is said below.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    with refusing("it is no web page that can be read; save the page again, or its words as .txt."):
        found = trafilatura.bare_extraction(page, include_comments=False, include_tables=True)
    body: _Element = found.body if isinstance(found, trafilatura.settings.Document) else page
    return body
