"""Files of every format, made on the spot, and the reading of them."""

import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

from docx import Document
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from index.articles import Article, Role
from index.reading.drafts import Unreadable
from index.reading.files import read_file

LINES = (
    "A ferry with forty passengers on board sank on Friday evening in heavy seas south of the island, the coast guard said.",
    "Everyone was saved by fishing boats that were close by, and nobody was hurt.",
    "The owner of the ferry said that it had been inspected in March, and that nothing had been found.",
)
TEXT = "\n".join(LINES)


def read_all(data: bytes, name: str, fields: Mapping[str, str] | None = None) -> list[Article | Unreadable]:
    """Everything that is found in a file of that name with those bytes."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "file")
        path.write_bytes(data)
        return list(read_file(path, name, fields or {}))


def read_articles(data: bytes, name: str, fields: Mapping[str, str] | None = None) -> list[Article]:
    """The articles in a file in which nothing fails."""
    found = read_all(data, name, fields)
    assert not [each for each in found if isinstance(each, Unreadable)], found
    return [each for each in found if isinstance(each, Article)]


def read_one(data: bytes, name: str, fields: Mapping[str, str] | None = None) -> Article:
    """The one article in a file."""
    (article,) = read_articles(data, name, fields)
    return article


def body(article: Article) -> list[str]:
    """The sentences that are offered as evidence."""
    return [article.quote(sentence) for sentence in article.sentences if sentence.role is Role.BODY]


def make_page(inside: str = "", head: str = "", attributes: str = 'lang="en-GB"') -> str:
    """A web page with an article of LINES, then `inside`, among what surrounds an article."""
    paragraphs = "".join(f"<p>{line}</p>" for line in LINES)
    return (
        f"<!doctype html><html {attributes}><head><title>Ferry sinks | The Example</title>{head}</head><body>"
        '<nav><a href="/">Home</a> <a href="/world">World news</a></nav>'
        '<div class="cookie-banner"><p>We use cookies to make this site better for you and our partners.</p></div>'
        f"<main><article><h1>Ferry sinks off the coast</h1>{paragraphs}{inside}</article></main>"
        '<section id="comments"><h3>Comments</h3><p>First! I have never liked ferries, and this shows why.</p></section>'
        "<footer><p>Imprint and privacy policy of this site</p></footer></body></html>"
    )


def make_pdf(
    pages: list[list[tuple[float, float, str]]], *, size: float = 10, title: str | None = None, **encryption: str
) -> bytes:
    """A PDF of pages of (left, bottom, line); with `password` it is locked."""
    buffer = io.BytesIO()
    locked = {"encrypt": encryption["password"]} if encryption else {}
    canvas = Canvas(buffer, pagesize=A4, **locked)
    if title:
        canvas.setTitle(title)
        canvas.setAuthor("Ann Lee")
    for page in pages:
        canvas.setFont("Helvetica", size)
        for left, bottom, line in page:
            canvas.drawString(left, bottom, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def make_docx(paragraphs: tuple[str, ...] = LINES, *, title: str = "", author: str = "") -> bytes:
    """A Word document as python-docx writes it."""
    document = Document()
    document.core_properties.title = title
    document.core_properties.author = author
    document.core_properties.language = "en-GB"
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def make_zip(members: Mapping[str, bytes | str], *, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, data in members.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else None)
    return buffer.getvalue()


def make_odt(content: str = "", *, facts: str = "") -> bytes:
    """An OpenDocument text of LINES, or of `content`."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("text", "text"), ("style", "style"), ("meta", "meta"))
    )
    content = content or "".join(f"<text:p>{line}</text:p>" for line in LINES)
    return make_zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {names}><office:body><office:text>{content}</office:text></office:body>"
            "</office:document-content>",
            "meta.xml": f'<office:document-meta {names} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>{facts}'
            "</office:meta></office:document-meta>",
        }
    )


def make_epub(
    chapters: Mapping[str, str], facts: str = "", spine: str = "", extra: Mapping[str, str] | None = None
) -> bytes:
    """A book of XHTML chapters, in their order."""
    items = "".join(
        f'<item id="c{number}" href="text/{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(chapters)
    )
    order = spine or "".join(f'<itemref idref="c{number}"/>' for number in range(len(chapters)))
    return make_zip(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>',
            "OEBPS/content.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<metadata>{facts}</metadata><manifest>{items}</manifest><spine>{order}</spine></package>",
            **{f"OEBPS/text/{name}": chapter for name, chapter in chapters.items()},
            **(extra or {}),
        }
    )


def make_mail(text: str = TEXT, html: str | None = None, **headers: str) -> EmailMessage:
    """A mail of a newsletter."""
    mail = EmailMessage()
    stated = {
        "From": "The Example <news@example.org>",
        "To": "reader@example.com",
        "Subject": "Ferry sinks off the coast",
        "Date": "Fri, 03 May 2024 23:30:00 -0500",
        "Message-ID": "<1@example.org>",
    }
    for name, value in {**stated, **{name.replace("_", "-"): value for name, value in headers.items()}}.items():
        mail[name] = value
    mail.set_content(text)
    if html is not None:
        mail.add_alternative(html, subtype="html")
    return mail
