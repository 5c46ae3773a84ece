"""EPUB books and newspapers: chapters in the order of their spine."""

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from index.errors import ArticleUnreadableError
from index.reading.drafts import Draft
from index.reading.markup import parse_page, parse_xml, to_lines
from index.reading.stated import to_authors, to_date, to_language, to_line, to_title
from index.reading.visible import strip_invisible
from index.reading.zipped import open_zip, read_named

if TYPE_CHECKING:
    from lxml.etree import _Element

_WHAT = "EPUB book"
_PACKAGE = "{http://www.idpf.org/2007/opf}"
_CORE = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
# Two chapters of this length under headings are what tells a newspaper or a book from one article saved as a book.
_CHAPTER_WORDS = 200
# A cover or the title of a part is no article; a brief in a newspaper has more words.
_MIN_WORDS = 25


@dataclass(frozen=True, slots=True)
class _Chapter:
    name: str
    title: str | None
    lines: tuple[str, ...]

    @property
    def words(self) -> int:
        return sum(len(line.split()) for line in self.lines)


def read_epub(data: bytes) -> Iterator[Draft]:
    """Read a book: one draft for each chapter, or one in all if it has no two long chapters with headings.

    A reader cites the article of a newspaper and the chapter of a book, never a book of 400 pages. A chapter without a
    heading continues the one before it, since converters cut long ones. `item` is the file of a chapter in the book.

    Raises:
        ArticleUnreadableError: it is no book, damaged, or protected against reading.
    """
    with open_zip(io.BytesIO(data), _WHAT) as opened:
        path = _find_package(opened)
        package = parse_xml(read_named(opened, path, _WHAT), "list of chapters")
        if "META-INF/encryption.xml" in opened.namelist() and _is_protected(opened):
            raise ArticleUnreadableError("it is protected against copying; add it without the protection.")
        chapters = list(_join(_read_chapters(opened, package, posixpath.dirname(path))))
    book = _read_facts(package)
    long_ones = [chapter for chapter in chapters if chapter.title and chapter.words > _CHAPTER_WORDS]
    if len(long_ones) < 2:
        lines = [line for chapter in chapters for line in chapter.lines]
        title = book.title or next((chapter.title for chapter in chapters if chapter.title), None)
        yield replace(book, text="\n".join(lines), title=title)
        return
    for chapter in chapters:
        if chapter.words >= _MIN_WORDS:
            yield replace(book, text="\n".join(chapter.lines), title=chapter.title or book.title, item=chapter.name)


def _find_package(opened: zipfile.ZipFile) -> str:
    container = parse_xml(read_named(opened, "META-INF/container.xml", _WHAT), "container")
    path = next((root.get("full-path") for root in container.iter(f"{_CONTAINER}rootfile")), None)
    if not path:
        raise ArticleUnreadableError("it is no EPUB book: it does not say where its chapters are; save it again.")
    return path


def _is_protected(opened: zipfile.ZipFile) -> bool:
    """Whether more than fonts is encrypted; many free books scramble their fonts."""
    root = parse_xml(read_named(opened, "META-INF/encryption.xml", _WHAT), "encryption")
    names = [element.get("URI") or "" for element in root.iter("{http://www.w3.org/2001/04/xmlenc#}CipherReference")]
    return any(name.lower().endswith((".xhtml", ".html", ".htm", ".xml")) for name in names)


def _read_facts(package: "_Element") -> Draft:
    def all_of(name: str) -> list[str]:
        return [line for line in (to_line(element.text) for element in package.iter(f"{_CORE}{name}")) if line]

    def first_of(name: str) -> str | None:
        return next(iter(all_of(name)), None)

    # Calibre writes its own name where the people who wrote belong.
    people = [name for name in all_of("creator") if name.lower() != "calibre"]
    publisher = first_of("publisher")
    return Draft(
        text="",
        title=to_title(first_of("title")),
        outlet=publisher if publisher and publisher.lower() != "calibre" else None,
        authors=to_authors(people),
        published=to_date(first_of("date")),
        language=to_language(first_of("language")),
    )


def _read_chapters(opened: zipfile.ZipFile, package: "_Element", folder: str) -> Iterator[_Chapter]:
    manifest = {item.get("id"): item for item in package.iter(f"{_PACKAGE}item")}
    for reference in package.iter(f"{_PACKAGE}itemref"):
        item = manifest.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no" or "nav" in (item.get("properties") or "").split():
            continue
        if "html" not in (item.get("media-type") or "html"):
            continue
        name = posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
        data = read_named(opened, name, _WHAT)
        if data.strip():
            yield from _read_chapter(data, name)


def _read_chapter(data: bytes, name: str) -> Iterator[_Chapter]:
    page = parse_page(data)
    strip_invisible(page)
    body = next(page.iter("body"), page)
    linked = sum(len(link.text_content()) for link in body.iter("a"))
    # A table of contents is links and nothing else.
    if linked * 2 <= len(body.text_content()):
        headings = (to_line(heading.text_content()) for heading in body.iter("h1", "h2", "h3"))
        yield _Chapter(name, next(filter(None, headings), None), tuple(to_lines(body)))


def _join(chapters: Iterator[_Chapter]) -> Iterator[_Chapter]:
    current: _Chapter | None = None
    for chapter in chapters:
        if current is None or chapter.title:
            if current is not None:
                yield current
            current = chapter
        else:
            current = replace(current, lines=current.lines + chapter.lines)
    if current is not None:
        yield current
