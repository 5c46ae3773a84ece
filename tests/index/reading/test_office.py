import io
import zipfile
from datetime import date

import pytest
from docx import Document
from docx.oxml import parse_xml

from index.errors import ArticleUnreadableError
from tests.index.reading.making import LINES, TEXT, body, make_docx, make_odt, make_zip, read_one

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def test_a_word_document_is_its_paragraphs_and_what_its_properties_state() -> None:
    article = read_one(make_docx(title="Ferry sinks", author="Ann Lee"), "a.docx")
    assert article.text == TEXT
    assert (article.title, article.authors, article.language) == ("Ferry sinks", ("Ann Lee",), "en")
    assert (article.published, article.outlet, article.url) == (None, None, None)


def test_what_stands_at_the_head_of_a_word_document_is_known_of_it() -> None:
    head = ("Title: Ferry sinks", "Source: The Example", "Date: 3 May 2024")
    article = read_one(make_docx((*head, *LINES)), "a.docx")
    assert (article.title, article.outlet, article.published) == ("Ferry sinks", "The Example", date(2024, 5, 3))
    assert body(article) == list(LINES)


def test_a_paragraph_in_the_style_of_a_title_is_the_title() -> None:
    document = Document()
    document.core_properties.title = "Word Document"
    document.add_heading("Ferry sinks off the coast", level=0)
    for line in LINES:
        document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    article = read_one(buffer.getvalue(), "a.docx")
    assert (article.title, article.authors) == ("Ferry sinks off the coast", ())
    assert body(article) == list(LINES)


def test_tables_and_links_and_insertions_are_read_and_deletions_and_hidden_words_are_not() -> None:
    document = Document()
    for xml in (
        f"<w:p {WORD}><w:r><w:t>A ferry </w:t></w:r><w:ins><w:r><w:t>with forty passengers </w:t></w:r></w:ins>"
        f"<w:del><w:r><w:delText>without anyone </w:delText></w:r></w:del><w:hyperlink><w:r><w:t>sank</w:t></w:r></w:hyperlink>"
        f"<w:r><w:rPr><w:vanish/></w:rPr><w:t> NOT SEEN</w:t></w:r><w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>.</w:t></w:r></w:p>",
        f"<w:tbl {WORD}><w:tr><w:tc><w:p><w:r><w:t>Forty were saved.</w:t></w:r></w:p></w:tc></w:tr></w:tbl>",
    ):
        document.element.body.insert(-1, parse_xml(xml))
    buffer = io.BytesIO()
    document.save(buffer)
    article = read_one(buffer.getvalue(), "a.docx")
    assert article.text == "A ferry with forty passengers sank.\nForty were saved."


def test_an_open_document_text_is_its_paragraphs_and_what_it_states() -> None:
    facts = "<dc:title>Ferry sinks</dc:title><meta:initial-creator>Ann Lee</meta:initial-creator><dc:language>en-GB</dc:language>"
    article = read_one(make_odt(facts=facts), "a.odt")
    assert article.text == TEXT
    assert (article.title, article.authors, article.language) == ("Ferry sinks", ("Ann Lee",), "en")


def test_spans_spaces_and_notes_of_an_open_document_text() -> None:
    content = (
        '<text:h text:outline-level="1">What happened</text:h>'
        "<text:p>A <text:span>ferry<text:s/>with</text:span> forty<text:line-break/>passengers"
        "<text:note><text:note-body><text:p>A footnote.</text:p></text:note-body></text:note> sank.</text:p>"
        "<text:list><text:list-item><text:p>All were saved.</text:p></text:list-item></text:list>"
    )
    assert (
        read_one(make_odt(content), "a.odt").text
        == "What happened\nA ferry with forty passengers sank.\nAll were saved."
    )


@pytest.mark.parametrize("name", ["a.docx", "a.odt"])
def test_a_damaged_document_is_refused_with_a_reason(name: str) -> None:
    good = make_docx() if name == "a.docx" else make_odt()
    for data in (b"", b"no zip", good[: len(good) // 2], make_zip({"other.xml": "<a/>"})):
        with pytest.raises(ArticleUnreadableError, match=r"\.$"):
            read_one(data, name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_that_expand_are_refused(encoding: str) -> None:
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE w [<!ENTITY a "ha ha">'
        + "".join(f'<!ENTITY a{number} "&a{number - 1 or ""};&a{number - 1 or ""};">' for number in range(1, 30))
        + f"]><w:document {WORD}><w:body><w:p><w:r><w:t>&a29;</w:t></w:r></w:p></w:body></w:document>"
    )
    with pytest.raises(ArticleUnreadableError, match="declares entities"):
        read_one(make_zip({"word/document.xml": bomb.encode(encoding)}), "a.docx")


def test_a_document_that_unpacks_like_a_bomb_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 20_000_000)
    with pytest.raises(ArticleUnreadableError, match="as attacks do"):
        read_one(buffer.getvalue(), "a.docx")


def test_paragraphs_nested_deeper_than_any_stack_are_read_or_refused() -> None:
    deep = f"<w:document {WORD}>" + "<w:p>" * 100_000 + "</w:p>" * 100_000 + "</w:document>"
    with pytest.raises(ArticleUnreadableError):
        read_one(make_zip({"word/document.xml": deep}, packing=zipfile.ZIP_STORED), "a.docx")
