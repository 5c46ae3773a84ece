import io
from datetime import date

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from index.articles import Role
from index.errors import ArticleUnreadableError
from tests.index.reading.making import make_pdf, read_one

LEADING = 12


def column(left: float, top: float, lines: list[str]) -> list[tuple[float, float, str]]:
    """Lines one below the other."""
    return [(left, top - LEADING * number, line) for number, line in enumerate(lines)]


FIRST = ["A ferry with forty passengers on", "board sank on Friday evening in", "heavy seas south of the island, the"]
SECOND = ["coast guard said. Everyone was saved", "by fishing boats that were close", "by, and nobody was hurt."]
THIRD = ["The owner of the ferry said that it", "had been inspected in March, and", "that nothing had been found."]
# The second sentence ends with its column; where one does not, the paragraph goes on in the next.
ALL = f"{' '.join(FIRST + SECOND)}\n{' '.join(THIRD)}"


def test_lines_are_joined_into_paragraphs() -> None:
    page = [*column(72, 700, FIRST + SECOND), *column(72, 600, THIRD)]
    article = read_one(make_pdf([page]), "a.pdf")
    assert article.text == f"{' '.join(FIRST + SECOND)}\n{' '.join(THIRD)}"


def test_an_indented_line_begins_a_paragraph() -> None:
    lines = column(72, 700, FIRST + SECOND + THIRD)
    left, bottom, words = lines[6]
    lines[6] = (left + 12, bottom, words)
    assert read_one(make_pdf([lines]), "a.pdf").text.split("\n") == [" ".join(FIRST + SECOND), " ".join(THIRD)]


def test_a_hyphen_at_the_end_of_a_line_goes_unless_a_capital_follows() -> None:
    lines = [
        "The govern-",
        "ment said that the Anglo-",
        "French talks will be held on Mon-",
        "day in a well-known place.",
    ]
    text = read_one(make_pdf([column(72, 700, lines)]), "a.pdf").text
    assert text == "The government said that the Anglo-French talks will be held on Monday in a well-known place."


def test_columns_are_read_one_after_the_other() -> None:
    page = [*column(40, 700, FIRST), *column(220, 700, SECOND), *column(410, 700, THIRD)]
    assert read_one(make_pdf([page]), "a.pdf").text == ALL


def test_columns_that_are_written_line_by_line_across_the_page_are_read_one_after_the_other() -> None:
    rows = zip(column(40, 700, FIRST), column(220, 700, SECOND), column(410, 700, THIRD), strict=True)
    page = [cell for row in rows for cell in row]
    assert read_one(make_pdf([page]), "a.pdf").text == ALL


def test_columns_stand_below_a_headline_that_spans_them() -> None:
    headline = (
        40,
        740,
        "Ferry sinks off the coast of the island in the heavy seas of Friday evening and all are saved",
    )
    page = [headline, *column(40, 700, FIRST), *column(220, 700, SECOND), *column(410, 700, THIRD)]
    assert read_one(make_pdf([page]), "a.pdf").text == f"{headline[2]}\n{ALL}"


def test_a_headline_over_two_of_three_columns_is_read_before_them() -> None:
    headline = (40, 740, "Ferry sinks off the coast of the island and all are saved")
    page = [headline, *column(40, 700, FIRST), *column(220, 700, SECOND), *column(410, 740, THIRD * 2)]
    expected = f"{headline[2]}\n{' '.join(FIRST + SECOND)}\n{' '.join(THIRD)}\n{' '.join(THIRD)}"
    assert read_one(make_pdf([page]), "a.pdf").text == expected


def test_the_numbers_of_a_list_stay_with_their_lines() -> None:
    page = [
        *column(72, 700, ["1.", "2.", "3."]),
        *column(92, 700, ["The first thing.", "The second thing.", "The third thing."]),
    ]
    assert "1. The first thing. 2. The second thing." in read_one(make_pdf([page]), "a.pdf").text.replace("\n", " ")


def test_heads_feet_and_page_numbers_that_return_are_left_out() -> None:
    def page(number: int, lines: list[str]) -> list[tuple[float, float, str]]:
        head = [(72.0, 810.0, "THE DAILY EXAMPLE"), (400.0, 810.0, f"Friday 3 May 2024, page {number}")]
        return [*head, *column(72, 700, lines), (290, 30, str(number))]

    pages = [page(1, FIRST), page(2, SECOND), page(3, THIRD)]
    assert read_one(make_pdf(pages), "a.pdf").text == ALL


def test_two_pages_with_the_same_few_lines_are_not_taken_for_heads_and_feet() -> None:
    page = column(72, 700, FIRST[:2])
    assert read_one(make_pdf([page, page]), "a.pdf").text.count(FIRST[1]) == 2


def test_a_sentence_goes_on_over_the_end_of_a_page() -> None:
    assert read_one(make_pdf([column(72, 700, FIRST), column(72, 700, SECOND)]), "a.pdf").text == " ".join(
        FIRST + SECOND
    )


def test_the_information_of_the_document_names_title_and_author() -> None:
    article = read_one(make_pdf([column(72, 700, FIRST)], title="Ferry sinks"), "a.pdf")
    assert (article.title, article.authors) == ("Ferry sinks", ("Ann Lee",))


def test_the_day_on_which_a_file_was_made_is_no_day_of_publication() -> None:
    assert read_one(make_pdf([column(72, 700, FIRST)], title="Ferry sinks"), "a.pdf").published is None


@pytest.mark.parametrize("title", ["Microsoft Word - ferry.docx", "untitled", "page_1.indd"])
def test_a_title_that_a_program_wrote_is_none(title: str) -> None:
    article = read_one(make_pdf([column(72, 700, FIRST + SECOND)], title=title), "a.pdf")
    assert article.title is None


def test_the_largest_letters_of_the_page_are_the_title_if_nothing_else_is() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setFont("Helvetica-Bold", 24)
    canvas.drawString(72, 760, "Ferry sinks off the coast")
    canvas.setFont("Helvetica", 10)
    for left, bottom, line in column(72, 700, [*FIRST, *SECOND]):
        canvas.drawString(left, bottom, line)
    canvas.save()
    article = read_one(buffer.getvalue(), "a.pdf")
    assert article.title == "Ferry sinks off the coast"
    assert article.text == f"Ferry sinks off the coast\n{' '.join(FIRST + SECOND)}"
    assert article.quote(article.sentences[0]) == article.title
    assert article.sentences[0].role is not Role.BODY


def test_the_day_of_publication_that_a_publisher_states_is_known() -> None:
    packet = b"<prism:publicationDate>2024-05-03</prism:publicationDate><prism:publicationName>The Example</prism:publicationName>"
    article = read_one(make_pdf([column(72, 700, FIRST)]) + b"\n%" + packet, "a.pdf")
    assert (article.published, article.outlet) == (date(2024, 5, 3), "The Example")


def test_a_locked_file_is_refused_with_a_remedy() -> None:
    with pytest.raises(ArticleUnreadableError, match="locked with a password"):
        read_one(make_pdf([column(72, 700, FIRST)], password="secret"), "a.pdf")


def test_pictures_of_pages_are_refused_with_a_remedy() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.rect(72, 72, 300, 300, fill=1)
    canvas.save()
    with pytest.raises(ArticleUnreadableError, match="run OCR over it"):
        read_one(buffer.getvalue(), "a.pdf")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"no PDF at all", make_pdf([column(72, 700, FIRST)])[:300]])
def test_a_damaged_file_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(ArticleUnreadableError, match=r"\.$"):
        read_one(data, "a.pdf")
