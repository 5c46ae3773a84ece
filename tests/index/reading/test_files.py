import subprocess
import sys
from pathlib import Path

import pytest

from index.errors import ArticleUnreadableError
from index.reading.files import READABLE_SUFFIXES, is_readable, read_file
from index.reading.plain import read_article
from tests.index.reading.making import (
    LINES,
    TEXT,
    body,
    make_docx,
    make_epub,
    make_odt,
    make_page,
    make_pdf,
    make_zip,
    read_all,
    read_articles,
    read_one,
)


@pytest.mark.parametrize(
    "name", ["a.txt", "a.MD", "b/c.jsonl.gz", "a.b.csv.gz", "a.html", "a.PDF", "ä ö.docx", "a.zip", "a.mbox"]
)
def test_names_of_readable_files(name: str) -> None:
    assert is_readable(name)


@pytest.mark.parametrize(
    "name", ["a", "txt", "a.gz", "a.tar.gz", "a.png", "a.txt/b", "~$a.docx", "a.txt.gz", "a.jsonl.bz2", ""]
)
def test_names_of_files_that_are_not_readable(name: str) -> None:
    assert not is_readable(name)


def test_plain_text_is_read_as_ever_but_for_its_language() -> None:
    text = f"Ferry sinks\n\n{TEXT}"
    article, as_ever = read_one(text.encode(), "a.txt"), read_article(text.encode(), "a.txt")
    assert (article.id, article.text, article.sentences) == (as_ever.id, as_ever.text, as_ever.sentences)
    assert article.language == "en"


@pytest.mark.parametrize("suffix", sorted(READABLE_SUFFIXES))
@pytest.mark.parametrize("data", [b"", b"\0", b"\0\1\2\3" * 100, b"\xff\xfe\x00"])
def test_a_file_without_words_is_refused_with_a_reason_in_every_format(suffix: str, data: bytes) -> None:
    with pytest.raises(ArticleUnreadableError, match=r"^[a-z].*\.$"):
        read_all(data, f"a{suffix}")


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.docx", "a.pdf", "a.md"])
@pytest.mark.parametrize(
    "data",
    [make_docx(), make_odt(), make_epub({"1.xhtml": make_page()}), make_pdf([[(72, 700, LINES[1])]])],
    ids=["docx", "odt", "epub", "pdf"],
)
def test_a_document_under_a_wrong_name_is_read_as_what_it_is(data: bytes, name: str) -> None:
    assert LINES[1] in read_one(data, name).text


def test_a_page_that_is_called_text_is_read_without_its_markup() -> None:
    assert body(read_one(make_page().encode(), "a.txt")) == list(LINES)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.epub", "a.odt"])
def test_a_page_in_the_place_of_a_document_is_refused(name: str) -> None:
    with pytest.raises(ArticleUnreadableError, match=r"web page, .* fetch it again"):
        read_all(make_page().encode(), name)


@pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0" + b"\0" * 600, b"{\\rtf1 words}", make_zip({"a.txt": TEXT})])
def test_what_cannot_be_read_under_this_name_is_refused_with_a_remedy(data: bytes) -> None:
    with pytest.raises(ArticleUnreadableError, match=r"save it as \.docx|ends in \.zip"):
        read_all(data, "a.txt")


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(ArticleUnreadableError, match="larger than 50 MB"):
        read_all(b"a" * 50_000_001, "a.html")


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ArticleUnreadableError, match="cannot be opened"):
        list(read_file(tmp_path / "gone.txt", "gone.txt", {}))


def test_invisible_characters_of_titles_and_names_go() -> None:
    row = '{"id": "a\u202eb", "title": "Fer\u200bry\\nsinks", "outlet": "The\ufeff Example", "authors": ["Ann\u200b Lee"], "text": "It sank."}'
    (article,) = read_articles(row.encode(), "a.jsonl")
    assert (article.item, article.title, article.outlet, article.authors) == (
        "ab",
        "Ferry sinks",
        "The Example",
        ("Ann Lee",),
    )


def test_importing_the_readers_loads_no_heavy_library() -> None:
    heavy = ["lxml", "trafilatura", "feedparser", "pypdfium2", "py3langid", "dateparser", "numpy"]
    program = f"import sys, index.reading.files, index.reading.feed; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
