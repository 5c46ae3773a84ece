"""PDF files: their words in reading order, and what their information states.

pypdfium2 and not pypdf: it gives the place of every letter, which columns need, and its engine is the one that a
billion browsers try on damaged files. It must not be used in two threads at once.
"""

import re
from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from index.errors import ArticleUnreadableError
from index.reading.damage import refusing
from index.reading.drafts import Draft
from index.reading.page_layout import Paragraph, Piece, find_paragraphs
from index.reading.stated import to_authors, to_date, to_language, to_title

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_DAMAGED = "it is damaged, or no PDF; fetch it again."
# In shares of the size of the letters: a wider gap in a line parts columns; word spaces of narrow columns stay below.
_COLUMN_GAP = 1.2
_LINE_STEP = 0.5
_STEP_BACK = 20
_LINE_END = 0x0D
_SPACES = frozenset({_LINE_END, 0x0A, 0x09, 0x20, 0xA0})
_HYPHENS = frozenset({0x02, 0xFFFE})  # what PDFium gives for a hyphen at the end of a line
# Letters of the headline against those of the text.
_HEADLINE_SIZE = 1.3
_MAX_HEADLINE_WORDS = 40
# Publishers state the day of publication in the PRISM words of the XMP packet, which stands unpacked in the file.
_PUBLISHED = re.compile(
    rb"prism:(?:publicationDate|coverDate|onSaleDate)(?:\s*=\s*[\"']|[^>]{0,80}>)\s*(\d{4}-\d{2}-\d{2})"
)
_LANGUAGE = re.compile(rb"<dc:language>.{0,80}?<rdf:li[^>]{0,40}>([^<]{2,20})<", re.DOTALL)
_OUTLET = re.compile(rb"<prism:publicationName[^>]{0,40}>([^<]{2,200})<")


def read_pdf(data: bytes) -> Draft:
    """Read a PDF as one article.

    The day the file was made is not the day its article was published (a page printed today is not today's news), so
    only a stated day of publication is taken.

    Raises:
        ArticleUnreadableError: it is damaged, locked with a password, or has pictures of pages instead of words.
    """
    import pypdfium2  # noqa: PLC0415 - a library of 8 MB that only PDFs load

    with refusing(_DAMAGED):
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise ArticleUnreadableError(
                    "it is locked with a password; save it again without one (print it to PDF)."
                ) from error
            raise
        try:
            paragraphs = find_paragraphs([list(_read_pieces(page)) for page in _open_pages(document)])
            facts = document.get_metadata_dict()
        finally:
            document.close()
    if not any(map(str.isalnum, "".join(paragraph.text for paragraph in paragraphs))):
        raise ArticleUnreadableError("it holds pictures of pages, no words: run OCR over it.")
    return Draft(
        "\n".join(paragraph.text for paragraph in paragraphs),
        title=to_title(facts.get("Title")) or _find_headline(paragraphs),
        outlet=_find(_OUTLET, data),
        authors=to_authors(facts.get("Author")),
        published=to_date(_find(_PUBLISHED, data)),
        language=to_language(_find(_LANGUAGE, data)),
        has_head=True,
    )


def _find(pattern: re.Pattern[bytes], data: bytes) -> str | None:
    match = pattern.search(data)
    return match[1].decode("utf-8", "replace").strip() if match else None


def _open_pages(document: "PdfDocument") -> Iterator["PdfPage"]:
    for number in range(len(document)):
        page = document[number]
        yield page
        page.close()


def _read_pieces(page: "PdfPage") -> Iterator[Piece]:
    """The runs of words of a page, ended by line breaks, by gaps as between columns, and by steps up or down."""
    text_page = page.get_textpage()
    try:
        run: list[_Word] = []
        for word in _read_words(text_page):
            if run and (word is None or _is_apart(run[-1], word)):
                yield _to_piece(run)
                run = []
            if word is not None:
                run.append(word)
        if run:
            yield _to_piece(run)
    finally:
        text_page.close()


class _Word(NamedTuple):
    """A tuple and no dataclass: a page of a newspaper has a thousand, and these are made three times as fast."""

    text: str
    left: float
    right: float
    bottom: float
    top: float


def _read_words(text_page: "PdfTextPage") -> Iterator[_Word | None]:
    """The words in the order of the file; None where a line ends."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - as above

    page = text_page.raw
    codes = [pdfium.FPDFText_GetUnicode(page, index) for index in range(text_page.count_chars())]
    start = 0
    for index, code in enumerate([*codes, _LINE_END]):
        # A hyphen at the end of a line stands for the line break, too.
        end = index + 1 if code in _HYPHENS else index
        if end == index and code not in _SPACES:
            continue
        if end > start and (text := _to_text(codes[start:end])):
            # The places of the first and the last letter tell that of the word; asking for all takes three times as long.
            first, last = pdfium.FS_RECTF(), pdfium.FS_RECTF()
            pdfium.FPDFText_GetLooseCharBox(page, start, first)
            pdfium.FPDFText_GetLooseCharBox(page, end - 1, last)
            left, right = min(first.left, last.left), max(first.right, last.right)
            yield _Word(text, left, right, first.bottom, first.top)
        start = index + 1
        if code == _LINE_END:
            yield None


def _to_text(codes: list[int]) -> str:
    """The letters of a word; PDFium gives those beyond the first plane in two halves, as UTF-16 does."""
    letters = ("-" if code in _HYPHENS else chr(code) for code in codes if 0 < code < 0x110000)
    return "".join(letters).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def _is_apart(last: _Word, word: _Word) -> bool:
    size = max(last.top - last.bottom, word.top - word.bottom)
    gap = word.left - last.right
    is_step = abs(word.bottom - last.bottom) > _LINE_STEP * size
    # Right-to-left script steps back by the width of a word; a column that comes first in the file, by far more.
    return is_step or gap > _COLUMN_GAP * size or gap < -_STEP_BACK * size


def _to_piece(run: list[_Word]) -> Piece:
    return Piece(
        " ".join(word.text for word in run),
        min(word.left for word in run),
        max(word.right for word in run),
        min(word.bottom for word in run),
        max(word.top for word in run),
        median(word.top - word.bottom for word in run),
    )


def _find_headline(paragraphs: list[Paragraph]) -> str | None:
    """The first paragraph in the largest letters, if they are clearly larger than those of most of the text."""
    counts: Counter[float] = Counter()
    for paragraph in paragraphs:
        counts[paragraph.size] += len(paragraph.text)
    usual = counts.most_common(1)[0][0]
    largest = max(paragraphs, key=lambda paragraph: paragraph.size)
    is_headline = largest.size >= _HEADLINE_SIZE * usual and 1 < len(largest.text.split()) <= _MAX_HEADLINE_WORDS
    return to_title(largest.text) if is_headline else None
