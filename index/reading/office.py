"""Word (.docx) and OpenDocument (.odt) texts: zip files of XML, of which the visible words are read.

Read without python-docx: it leaves out what stands in a tracked insertion and keeps what is formatted as hidden.
"""

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index.reading.drafts import Draft
from index.reading.markup import parse_xml
from index.reading.stated import to_authors, to_date, to_language, to_line, to_title
from index.reading.zipped import open_zip, read_named

if TYPE_CHECKING:
    from lxml.etree import _Element

_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFFICE_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
# Alternatives repeat the words of a drawing for old programs; deletions and hidden runs are what nobody sees.
_UNSEEN_IN_WORD = frozenset(
    {f"{_WORD}del", f"{_WORD}moveFrom", f"{_WORD}instrText", f"{_WORD}delText"}
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_UNSEEN_IN_OFFICE = frozenset(
    {f"{_OFFICE_TEXT}tracked-changes", f"{_OFFICE_TEXT}note", f"{_OFFICE_TEXT}hidden-text"}
    | {f"{_OFFICE_TEXT}hidden-paragraph", "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}annotation"}
)
# Names that programs write where the name of a person belongs.
_PROGRAMS = frozenset(
    {"python-docx", "Microsoft Office User", "Microsoft Office", "User", "Author", "Unknown", "Un-named"}
)
_OFF = frozenset({"0", "false", "off"})


def read_docx(data: bytes) -> Draft:
    """Read a Word document.

    The day it was saved is not the day it was published, so only a date in its words is one.

    Raises:
        ArticleUnreadableError: it is no Word document, or damaged.
    """
    with open_zip(io.BytesIO(data), "Word document") as opened:
        body = parse_xml(read_named(opened, "word/document.xml", "Word document"), "text")
        core = _read_facts(opened, "docProps/core.xml")
    titles, lines = [], []
    for paragraph in _find(body, f"{_WORD}p", _UNSEEN_IN_WORD):
        line = " ".join("".join(_word_words(paragraph)).split())
        if line:
            lines.append(line)
            if _style_of(paragraph) == "title":
                titles.append(line)
    return _draft(lines, titles, core, author="creator")


def read_odt(data: bytes) -> Draft:
    """Read an OpenDocument text.

    Raises:
        ArticleUnreadableError: it is no OpenDocument text, or damaged.
    """
    with open_zip(io.BytesIO(data), "OpenDocument text") as opened:
        root = parse_xml(read_named(opened, "content.xml", "OpenDocument text"), "text")
        facts = _read_facts(opened, "meta.xml")
    hidden = _hidden_styles(root)
    titles, lines = [], []
    for paragraph in _find(root, f"{_OFFICE_TEXT}p", _UNSEEN_IN_OFFICE, f"{_OFFICE_TEXT}h"):
        style = paragraph.get(f"{_OFFICE_TEXT}style-name") or ""
        line = " ".join("".join(_office_words(paragraph, hidden)).split())
        if line and style not in hidden:
            lines.append(line)
            if style.lower() == "title":
                titles.append(line)
    return _draft(lines, titles, facts, author="initial-creator")


def _draft(lines: list[str], titles: list[str], facts: dict[str, str], author: str) -> Draft:
    return Draft(
        "\n".join(lines),
        title=to_title(titles[0] if titles else facts.get("title")),
        authors=tuple(name for name in to_authors(facts.get(author) or facts.get("creator")) if name not in _PROGRAMS),
        published=to_date(facts.get("issued")),
        language=to_language(facts.get("language")),
        has_head=True,
    )


def _read_facts(opened: zipfile.ZipFile, name: str) -> dict[str, str]:
    """The facts of the document, by the local names of their elements; the file that holds them may be missing."""
    if name not in opened.namelist():
        return {}
    root = parse_xml(read_named(opened, name, "document"), "list of facts")
    found: dict[str, str] = {}
    for element in root.iter():
        if line := to_line(element.text):
            found.setdefault(element.tag.rpartition("}")[2], line)
    return found


def _find(root: "_Element", name: str, unseen: frozenset[str], other: str = "") -> Iterator["_Element"]:
    """The paragraphs in order, without those in what is not seen; iterative, since files nest as deep as they like."""
    stack = [root]
    while stack:
        element = stack.pop()
        if element.tag in unseen:
            continue
        if element.tag in {name, other}:
            yield element
        stack.extend(reversed(element))


def _word_words(paragraph: "_Element") -> Iterator[str]:
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        # A paragraph in a paragraph is that of a text box: it is found by itself.
        if element.tag in _UNSEEN_IN_WORD or element.tag == f"{_WORD}p" or _is_vanished(element):
            continue
        if element.tag == f"{_WORD}t":
            yield element.text or ""
        elif element.tag in {f"{_WORD}tab", f"{_WORD}br", f"{_WORD}cr"}:
            yield " "
        elif element.tag == f"{_WORD}noBreakHyphen":
            yield "-"
        stack.extend(reversed(element))


def _is_vanished(element: "_Element") -> bool:
    if element.tag != f"{_WORD}r":
        return False
    vanish = element.find(f"{_WORD}rPr/{_WORD}vanish")
    return vanish is not None and (vanish.get(f"{_WORD}val") or "1").lower() not in _OFF


def _style_of(paragraph: "_Element") -> str:
    style = paragraph.find(f"{_WORD}pPr/{_WORD}pStyle")
    return (style.get(f"{_WORD}val") or "").lower() if style is not None else ""


def _office_words(paragraph: "_Element", hidden: frozenset[str]) -> Iterator[str]:
    yield paragraph.text or ""
    stack: list[_Element | str] = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        if isinstance(element, str):
            yield element
            continue
        stack.append(element.tail or "")
        is_seen = element.tag not in _UNSEEN_IN_OFFICE and element.get(f"{_OFFICE_TEXT}style-name") not in hidden
        if element.tag in {f"{_OFFICE_TEXT}s", f"{_OFFICE_TEXT}tab", f"{_OFFICE_TEXT}line-break"}:
            yield " "
        elif is_seen and element.tag not in {f"{_OFFICE_TEXT}p", f"{_OFFICE_TEXT}h"}:
            stack.extend(reversed(element))
            yield element.text or ""


def _hidden_styles(root: "_Element") -> frozenset[str]:
    return frozenset(
        style.get(f"{_OFFICE_STYLE}name") or ""
        for style in root.iter(f"{_OFFICE_STYLE}style")
        for properties in style.iter(f"{_OFFICE_STYLE}text-properties")
        if properties.get(f"{_OFFICE_TEXT}display") == "none"
    )
