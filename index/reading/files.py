"""THE door to every readable format: a file in, its articles out, one after the other."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from index.articles import Article
from index.errors import ArticleUnreadableError
from index.reading.archive import read_archive
from index.reading.drafts import Draft, Unreadable
from index.reading.dump import read_csv, read_json, read_json_lines
from index.reading.ebook import read_epub
from index.reading.languages import detect_language
from index.reading.mail import read_mail, read_mailbox
from index.reading.office import read_docx, read_odt
from index.reading.pdf import read_pdf
from index.reading.plain import MAX_BYTES, read_plain
from index.reading.row_fields import check_fields
from index.reading.structure import to_article
from index.reading.web_page import read_saved_page, read_web_page

# One article, held in memory.
_SINGLE: dict[str, Callable[[bytes], Draft]] = {
    ".html": read_web_page,
    ".htm": read_web_page,
    ".xhtml": read_web_page,
    ".mhtml": read_saved_page,
    ".mht": read_saved_page,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".odt": read_odt,
    ".eml": read_mail,
}
_PLAIN = frozenset({".txt", ".md"})
_JSON_LINES = frozenset({".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz"})
_CSV = frozenset({".csv", ".csv.gz"})
_MAILBOX = frozenset({".mbox", ".mbox.gz"})
READABLE_SUFFIXES = frozenset({*_SINGLE, *_PLAIN, *_JSON_LINES, *_CSV, *_MAILBOX, ".json", ".epub", ".zip"})
_MAX_ZIP_DEPTH = 1
# What files begin with, whatever they are called: what it is, and the suffix that it should have had.
_MAGIC = ((b"%PDF-", ".pdf"), (b"PK\x03\x04", ".zip"), (b"\xd0\xcf\x11\xe0", ".doc"), (b"{\\rtf", ".rtf"))
_PAGE_STARTS = (b"<!doctype html", b"<html")
_WORD_LOCK = "~$"


def is_readable(name: str) -> bool:
    """Whether a file of that name can be read, as far as its suffix tells."""
    return _suffix_of(name) in READABLE_SUFFIXES and not name.rpartition("/")[2].startswith(_WORD_LOCK)


def read_file(path: Path, name: str, fields: Mapping[str, str]) -> Iterator[Article | Unreadable]:
    """Read the articles of the file at `path`, as they come; `name` is its path inside its source, with slashes.

    `fields` maps names of ours (id, title, text, ...) to those of a dump, or to paths with dots in it; dumps are read
    row by row, so a failure of the whole (a stream that breaks off) may come after articles. Not for several threads
    at once: PDFium is not.

    Raises:
        ArticleUnreadableError: the whole file cannot be read.
        SettingsError: `fields` maps a name that is not ours.
    """
    check_fields(fields)
    try:
        stream = path.open("rb")
    except OSError as error:
        raise ArticleUnreadableError(f"it cannot be opened ({error.strerror}); check its permissions.") from error
    with stream:
        for each in _read(stream, name, fields, depth=0):
            yield each if isinstance(each, Unreadable) else _to_article(each, name)


def _to_article(draft: Draft, name: str) -> Article | Unreadable:
    try:
        return to_article(replace(draft, language=draft.language or detect_language(draft.text)), name)
    except ArticleUnreadableError as error:
        if not draft.item:
            raise
        return Unreadable(draft.item, str(error))


def _read(stream: BinaryIO, name: str, fields: Mapping[str, str], depth: int) -> Iterator[Draft | Unreadable]:
    """The drafts of one file; `depth` counts the archives around it."""
    suffix = _suffix_of(name)
    if suffix in _JSON_LINES:
        yield from read_json_lines(stream, fields)
    elif suffix in _CSV:
        yield from read_csv(stream, fields)
    elif suffix in _MAILBOX:
        yield from read_mailbox(stream)
    elif suffix == ".zip":
        yield from _read_zip(stream, fields, depth)
    else:
        yield from _read_whole(_read_bytes(stream), name, suffix, fields)


def _read_whole(data: bytes, name: str, suffix: str, fields: Mapping[str, str]) -> Iterator[Draft | Unreadable]:
    suffix = _find_suffix(data, suffix)
    if suffix == ".json":
        yield from read_json(data, fields)
    elif suffix == ".epub":
        yield from read_epub(data)
    elif suffix in _SINGLE:
        yield _SINGLE[suffix](data)
    else:
        yield read_plain(data, name)


def _read_zip(stream: BinaryIO, fields: Mapping[str, str], depth: int) -> Iterator[Draft | Unreadable]:
    if depth > _MAX_ZIP_DEPTH:
        raise ArticleUnreadableError("it is an archive in an archive in an archive; unpack the outer ones.")

    def read(data: bytes, name: str) -> Iterator[Draft | Unreadable]:
        return _read(io.BytesIO(data), name, fields, depth + 1)

    yield from read_archive(stream, is_readable, read)


def _find_suffix(data: bytes, suffix: str) -> str:
    """The suffix that tells what a file is: its own, unless the file begins as something else.

    Raises:
        ArticleUnreadableError: it is something that cannot be read, or a web page in the place of a document.
    """
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    real = next((other for magic, other in _MAGIC if start.startswith(magic)), suffix)
    is_page = start[:32].lower().startswith(_PAGE_STARTS)
    if real in {".doc", ".rtf"}:
        raise ArticleUnreadableError(f"it is a {real} file; open it in a word processor and save it as .docx.")
    if real == ".zip":
        return _find_packed_suffix(data, suffix)
    if is_page and suffix in {".pdf", ".docx", ".odt", ".epub"}:
        raise ArticleUnreadableError(f"it is a web page, no {suffix} file, as failed downloads are; fetch it again.")
    # A page that was saved as .txt would else have its markup for evidence.
    return ".html" if is_page and suffix in _PLAIN else real


def _find_packed_suffix(data: bytes, suffix: str) -> str:
    if b"word/document.xml" in data:
        return ".docx"
    if b"mimetypeapplication/epub+zip" in data[:200]:
        return ".epub"
    if b"mimetypeapplication/vnd.oasis.opendocument.text" in data[:200]:
        return ".odt"
    if suffix in {".docx", ".odt", ".epub"}:
        return suffix
    raise ArticleUnreadableError("it is a zip archive; give it a name that ends in .zip.")


def _read_bytes(stream: BinaryIO) -> bytes:
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ArticleUnreadableError(f"it is larger than {MAX_BYTES // 1_000_000} MB; split it into articles.")
    return data


def _suffix_of(name: str) -> str:
    parts = name.rpartition("/")[2].lower().split(".")
    packed = f".{'.'.join(parts[-2:])}"
    return packed if packed in READABLE_SUFFIXES and len(parts) > 2 else f".{parts[-1]}" if len(parts) > 1 else ""
