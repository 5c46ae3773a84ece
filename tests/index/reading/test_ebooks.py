from datetime import date

import pytest

from index.errors import ArticleUnreadableError
from tests.index.reading.making import LINES, TEXT, make_epub, read_articles, read_one

FACTS = (
    "<dc:title>The Weekly Example</dc:title><dc:creator>Ann Lee</dc:creator><dc:publisher>Example House</dc:publisher>"
    "<dc:date>2024-05-03T00:00:00+00:00</dc:date><dc:language>en-GB</dc:language>"
)


def chapter(heading: str, lines: tuple[str, ...] = LINES) -> str:
    top = f"<h1>{heading}</h1>" if heading else ""
    paragraphs = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{top}{paragraphs}</body></html>'
    )


def long_lines(word: str) -> tuple[str, ...]:
    return tuple(
        f"In {word} number {number} of the year the ferry went over to the island and back again."
        for number in range(20)
    )


def test_each_chapter_of_a_newspaper_is_an_article() -> None:
    chapters = {
        "b.xhtml": chapter("Ferry sinks", long_lines("week")),
        "a.xhtml": chapter("Bridge opens", long_lines("month")),
    }
    first, second = read_articles(make_epub(chapters, FACTS), "a.epub")
    assert (first.title, first.item) == ("Ferry sinks", "OEBPS/text/b.xhtml")
    assert (second.title, second.item) == ("Bridge opens", "OEBPS/text/a.xhtml")
    assert first.text == "\n".join(("Ferry sinks", *long_lines("week")))
    assert (first.outlet, first.authors, first.published) == ("Example House", ("Ann Lee",), date(2024, 5, 3))
    assert first.language == "en"


def test_a_short_book_is_one_article() -> None:
    article = read_one(
        make_epub({"1.xhtml": chapter("One"), "2.xhtml": chapter("Two", ("All were saved.",))}, FACTS), "a.epub"
    )
    assert (article.title, article.item) == ("The Weekly Example", "")
    assert article.text == f"One\n{TEXT}\nTwo\nAll were saved."


def test_the_contents_are_left_out_and_a_chapter_without_a_heading_continues_the_one_before() -> None:
    contents = '<html><body><h1>Contents</h1><p><a href="1.xhtml">Ferry sinks off the coast of the island</a></p></body></html>'
    chapters = {
        "toc.xhtml": contents,
        "1.xhtml": chapter("Ferry sinks", long_lines("week")),
        "1b.xhtml": chapter("", ("All were saved.",)),
        "2.xhtml": chapter("Bridge opens", long_lines("month")),
    }
    first, second = read_articles(make_epub(chapters, FACTS), "a.epub")
    assert first.text.endswith("\nAll were saved.")
    assert second.title == "Bridge opens"


def test_chapters_come_in_the_order_of_the_spine() -> None:
    chapters = {"1.xhtml": chapter("One", ("It began.",)), "2.xhtml": chapter("Two", ("It ended.",))}
    spine = '<itemref idref="c1"/><itemref idref="c0"/>'
    assert read_one(make_epub(chapters, FACTS, spine), "a.epub").text == "Two\nIt ended.\nOne\nIt began."


def test_hidden_words_of_a_chapter_are_not_read() -> None:
    page = chapter("One").replace("</body>", '<p style="display:none">Not seen.</p></body>')
    assert "Not seen" not in read_one(make_epub({"1.xhtml": page}), "a.epub").text


def test_a_protected_book_is_refused_and_one_with_scrambled_fonts_is_not() -> None:
    def encryption(name: str) -> dict[str, str]:
        xml = f'<e:r xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:CipherReference URI="{name}"/></e:r>'
        return {"META-INF/encryption.xml": xml}

    with pytest.raises(ArticleUnreadableError, match="protected"):
        read_one(make_epub({"1.xhtml": chapter("One")}, extra=encryption("OEBPS/text/1.xhtml")), "a.epub")
    book = make_epub({"1.xhtml": chapter("One")}, extra=encryption("OEBPS/font.otf"))
    assert read_one(book, "a.epub").text == f"One\n{TEXT}"


def test_a_damaged_book_is_refused_with_a_reason() -> None:
    good = make_epub({"1.xhtml": chapter("One")})
    for data in (b"", b"no zip", good[:200], make_epub({}), make_epub({"1.xhtml": ""})):
        with pytest.raises(ArticleUnreadableError, match=r"\.$"):
            read_articles(data, "a.epub")
