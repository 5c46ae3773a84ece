import io
import zipfile

import pytest

from index.articles import Article
from index.errors import ArticleUnreadableError
from index.reading.drafts import Unreadable
from tests.index.reading.making import LINES, TEXT, body, make_docx, make_page, make_zip, read_all, read_articles


def test_each_member_is_read_as_a_file_of_its_own() -> None:
    data = make_zip(
        {
            "2024/a.txt": TEXT,
            "b.html": make_page(),
            "c.docx": make_docx(),
            "rows.jsonl": '{"id": 1, "text": "All were saved."}\n{"id": 2, "text": "All were glad."}\n',
            "picture.png": b"\x89PNG",
            "__MACOSX/._a.txt": b"\0",
            ".hidden.txt": "Not seen.",
        }
    )
    articles = read_articles(data, "news.zip")
    assert [article.item for article in articles] == ["2024/a.txt", "b.html", "c.docx", "rows.jsonl#1", "rows.jsonl#2"]
    assert {article.file for article in articles} == {"news.zip"}
    assert all(body(article) == list(LINES) for article in articles[:3])


def test_a_member_that_fails_is_named_and_the_others_are_read() -> None:
    found = read_all(
        make_zip({"a.txt": TEXT, "b.pdf": b"no PDF", "c.txt": " ", "d.jsonl": "{}\n", "e.txt": TEXT}), "a.zip"
    )
    assert [each.item for each in found] == ["a.txt", "b.pdf", "c.txt", "d.jsonl", "e.txt"]
    assert [isinstance(each, Unreadable) for each in found] == [False, True, True, True, False]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/a.txt", "etc/a.txt"),
        ("/root/a.txt", "root/a.txt"),
        ("C:\\news\\..\\a.txt", "news/a.txt"),
        ("news/./a\u202etxt.txt", "news/atxt.txt"),
        ("Zürich/été.txt", "Zürich/été.txt"),
    ],
)
def test_names_are_shown_without_roots_and_steps_upwards(name: str, shown: str) -> None:
    (article,) = read_articles(make_zip({name: TEXT}), "a.zip")
    assert article.item == shown


def test_an_archive_in_an_archive_is_read_and_one_deeper_is_not() -> None:
    inner = make_zip({"a.txt": TEXT})
    (article,) = read_articles(make_zip({"inner.zip": inner}), "a.zip")
    assert article.item == "inner.zip#a.txt"
    (failure,) = read_all(make_zip({"middle.zip": make_zip({"inner.zip": inner})}), "a.zip")
    assert isinstance(failure, Unreadable)
    assert failure.item == "middle.zip#inner.zip"


def test_a_bomb_is_refused_and_its_neighbours_are_read() -> None:
    found = read_all(make_zip({"bomb.txt": b"a" * 30_000_000, "large.txt": b"a " * 26_000_000, "a.txt": TEXT}), "a.zip")
    assert [type(each) for each in found] == [Unreadable, Unreadable, Article]
    assert isinstance(found[0], Unreadable)
    assert "as attacks do" in found[0].reason


def test_an_archive_of_too_many_members_is_refused() -> None:
    with pytest.raises(ArticleUnreadableError, match="more than 20,000 files"):
        read_all(make_zip({f"{number}.txt": "" for number in range(20_001)}), "a.zip")


def test_an_archive_that_says_it_unpacks_to_too_much_is_refused() -> None:
    buffer = io.BytesIO(make_zip({f"{number}.txt": "a" for number in range(30)}))
    with zipfile.ZipFile(buffer, "a") as archive:
        for member in archive.infolist():
            member.file_size = 40_000_000
        archive.writestr("last.txt", "a")
    with pytest.raises(ArticleUnreadableError, match="more than 1,000 MB"):
        read_all(buffer.getvalue(), "a.zip")


def test_a_locked_member_is_refused_with_a_remedy() -> None:
    data = bytearray(make_zip({"a.txt": TEXT}))
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag that says so
    (failure,) = read_all(bytes(data), "a.zip")
    assert isinstance(failure, Unreadable)
    assert "password" in failure.reason


def test_a_link_in_an_archive_is_left_out() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.txt", TEXT)
    assert [article.item for article in read_articles(buffer.getvalue(), "a.zip")] == ["a.txt"]


# Named: a zip holds the second in which it was made, and processes that collect a test in two seconds must agree on it.
@pytest.mark.parametrize(
    "data",
    [b"", b"no zip", make_zip({}), make_zip({"a.png": b""}), make_zip({"a.txt": TEXT})[:60]],
    ids=["nothing", "text", "empty zip", "pictures", "torn zip"],
)
def test_what_is_no_archive_of_articles_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(ArticleUnreadableError, match=r"\.$"):
        read_all(data, "a.zip")
