from datetime import date, datetime

import pytest

from index.reading.languages import detect_language
from index.reading.stated import to_authors, to_date, to_language, to_title, to_url

DAY = date(2024, 5, 3)


@pytest.mark.parametrize(
    "value",
    [
        *("2024-05-03", "2024-05-03T23:30:00-05:00", "2024/5/3", "20240503", "20240503T101112Z", "2024-05-03 10:00"),
        *("Fri, 03 May 2024 23:30:00 -0500", "May 3, 2024", "Friday, 3 May 2024 14:05 BST", "Published: 3 May 2024"),
        *("3. Mai 2024", "3 mai 2024", "3 de mayo de 2024", "3 мая 2024", "2024年5月3日", "3.5.2024", "03.05.2024"),
        *(20240503, 1714730000, 1714730000.5, 1714730000000, "1714730000", "1714730000000"),
        *(DAY, datetime(2024, 5, 3, 23, 59), {"$date": "2024-05-03T10:00:00Z"}),  # noqa: DTZ001 - files state none
    ],
)
def test_a_day_is_read_in_any_way_of_writing_as_the_day_at_its_place(value: object) -> None:
    assert to_date(value) == DAY


@pytest.mark.parametrize(
    "value",
    [
        *(
            "03/04/2024",
            "05-03-2024",
            "May 2024",
            "2024",
            "3 May",
            "yesterday",
            "2 days ago",
            "Monday",
            "",
            "soon in 2024",
        ),
        *("2024-02-31", "0001-01-01", "9999-12-31", 0, 7, 2024, True, None, [], float("nan"), float("inf"), "x" * 1000),
    ],
)
def test_what_states_no_day_or_two_is_no_date(value: object) -> None:
    assert to_date(value) is None


def test_a_day_above_twelve_tells_the_day_from_the_month() -> None:
    assert to_date("25/12/2024") == to_date("12/25/2024") == date(2024, 12, 25)


@pytest.mark.parametrize(
    ("value", "language"),
    [
        ("en-GB", "en"),
        ("de_AT", "de"),
        ("English", "en"),
        ("eng", "en"),
        ("und", None),
        ("no words", None),
        (None, None),
    ],
)
def test_a_language_is_known_by_its_code(value: object, language: str | None) -> None:
    assert to_language(value) == language


def test_names_are_read_from_bylines_lists_and_things_with_names() -> None:
    assert to_authors("By Ann Lee and Bo Xu") == ("Ann Lee", "Bo Xu")
    assert to_authors(["Ann Lee <ann@example.org>", {"name": "Bo Xu"}, "https://example.org/ann", "Ann Lee"]) == (
        "Ann Lee",
        "Bo Xu",
    )
    assert to_authors({"name": None}) == to_authors(None) == ()


@pytest.mark.parametrize(
    "value", ["javascript:alert(1)", "file:///etc/passwd", "http://", "http://[x", "https://a b", "a", 7, None]
)
def test_what_is_no_web_address_is_no_link(value: object) -> None:
    assert to_url(value) is None


@pytest.mark.parametrize(
    "value", ["", "  ", "untitled", "Document1", "Microsoft Word - a.doc", "scan.pdf", "---", "12"]
)
def test_what_a_program_wrote_is_no_title(value: str) -> None:
    assert to_title(value) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("A ferry with forty passengers on board sank on Friday evening in heavy seas south of the island, the coast guard said. All were saved.", "en"),
        ("Eine Fähre mit vierzig Passagieren an Bord ist am Freitagabend bei schwerer See südlich der Insel gesunken, teilte die Küstenwache mit.", "de"),
        ("Паром с сорока пассажирами на борту затонул в пятницу вечером в бурном море к югу от острова, сообщила береговая охрана. Все спасены.", "ru"),
        ("A ferry sank.", None),
        ("1 2 3 " * 100, None),
        ("\ud800" * 200, None),
    ],
)  # fmt: skip
def test_a_language_is_told_from_the_words_where_there_are_enough(text: str, language: str | None) -> None:
    assert detect_language(text) == language
