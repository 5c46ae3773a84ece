import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from index.articles import Article
from index.errors import ArticleUnreadableError, SettingsError
from index.reading.drafts import Unreadable
from index.reading.files import read_file
from tests.index.reading.making import LINES, TEXT, read_all, read_articles, read_one

ROW = {
    "id": 7,
    "title": "Ferry sinks",
    "text": TEXT,
    "published": "2024-05-03T23:30:00-05:00",
    "updated": "2024-05-04",
    "url": "https://example.org/ferry",
    "outlet": "The Example",
    "authors": ["Ann Lee", "Bo Xu"],
    "language": "en",
}


def lines_of(*rows: object) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def assert_is_row(article: Article, *, item: str = "7") -> None:
    assert (article.item, article.title, article.text) == (item, "Ferry sinks", TEXT)
    assert (article.published, article.updated) == (date(2024, 5, 3), date(2024, 5, 4))
    assert (article.url, article.outlet) == ("https://example.org/ferry", "The Example")
    assert (article.authors, article.language) == (("Ann Lee", "Bo Xu"), "en")


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.jsonl.gz", "A.JSONL.GZ"])
def test_each_line_is_an_article(name: str) -> None:
    data = lines_of(ROW, {**ROW, "id": 8})
    first, second = read_articles(gzip.compress(data) if name.lower().endswith("gz") else data, name)
    assert_is_row(first)
    assert_is_row(second, item="8")


@pytest.mark.parametrize(
    "value",
    [
        [ROW],
        {"articles": [ROW]},
        {"status": "ok", "response": {"pages": 1, "docs": [ROW]}},
        {"tags": ["a", "b"], "items": [ROW]},
    ],
)
def test_a_list_of_articles_is_found_wherever_it_is_in_the_json(value: object) -> None:
    assert_is_row(read_one(json.dumps(value, indent=1).encode(), "a.json"))


def test_one_object_is_one_article_and_the_file_is_its_name() -> None:
    assert_is_row(read_one(json.dumps(ROW, indent=1).encode(), "a.json"), item="")


def test_json_lines_that_are_called_json_and_lists_that_are_called_json_lines_are_read() -> None:
    assert len(read_articles(lines_of(ROW, ROW), "a.json")) == 2
    assert len(read_articles(json.dumps([ROW, ROW]).encode(), "a.jsonl")) == 2
    assert len(read_articles(gzip.compress(lines_of(ROW, ROW)), "a.jsonl")) == 2
    assert len(read_articles(lines_of(ROW, ROW), "a.jsonl.gz")) == 2


@pytest.mark.parametrize(
    "row",
    [
        {"_id": {"$oid": "7"}, "headline": "Ferry sinks", "body": TEXT, "pubDate": "Fri, 03 May 2024 23:30:00 -0500"}
        | {
            "dateModified": 1714809600,
            "link": "https://example.org/ferry",
            "source": {"id": None, "name": "The Example"},
        }
        | {"byline": "By Ann Lee and Bo Xu", "lang": "en-GB"},
        {
            "doc_id": "7",
            "Title": "Ferry sinks",
            "Content": TEXT,
            "publish_date": "3 May 2024",
            "last_modified": 1714809600000,
        }
        | {
            "web_url": "https://example.org/ferry",
            "publisher": "The Example",
            "author": [{"name": "Ann Lee"}, {"name": "Bo Xu"}],
        }
        | {"language": "English"},
        {
            "uuid": "7",
            "title": {"rendered": "Ferry sinks"},
            "content": {"rendered": "".join(f"<p>{line}</p>" for line in LINES)},
        }
        | {"date": "2024-05-03T10:00:00", "modified": "2024-05-04T10:00:00", "link": "https://example.org/ferry"}
        | {"site_name": "The Example", "authors": "Ann Lee; Bo Xu", "lang": "en"},
    ],
    ids=["interface", "crawler", "wordpress"],
)
def test_names_that_dumps_use_are_understood(row: dict[str, object]) -> None:
    assert_is_row(read_one(lines_of(row), "a.jsonl"))


def test_names_of_ones_own_are_followed_also_into_the_row() -> None:
    row = {"nr": 7, "t": {"main": "Ferry sinks"}, "parts": [{"p": line} for line in LINES], "text": "Not this."}
    article = read_one(lines_of(row), "a.jsonl", {"id": "nr", "title": "t.main", "text": "parts.p"})
    assert (article.item, article.title, article.text) == ("7", "Ferry sinks", TEXT)


def test_a_name_that_is_not_ours_cannot_be_mapped() -> None:
    with pytest.raises(SettingsError, match=r'no field "headline"; an article has id, title, text'):
        read_all(lines_of(ROW), "a.jsonl", {"headline": "title"})


def test_a_broken_line_is_named_and_the_others_are_read() -> None:
    data = (
        lines_of(ROW)
        + b'{"title": "Broken\n'
        + b"\n"
        + b"\xff\xfe\n"
        + lines_of(["no object"], {**ROW, "text": " "}, ROW)
    )
    found = read_all(data, "a.jsonl")
    failures = [each for each in found if isinstance(each, Unreadable)]
    assert [type(each) for each in found] == [Article, *[Unreadable] * 4, Article]
    assert [each.item for each in failures] == ["line 2", "line 4", "line 5", "7"]
    assert all(each.reason.endswith(".") for each in failures)


def test_a_row_without_text_among_others_is_named() -> None:
    (failure, article) = read_all(lines_of({"title": "No text"}, ROW), "a.jsonl")
    assert failure == Unreadable("line 1", "it has no text.")
    assert isinstance(article, Article)


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.csv"])
def test_a_dump_without_a_text_says_which_fields_it_has_and_how_to_map_them(name: str) -> None:
    data = {
        "a.jsonl": lines_of(*[{"head": "a", "words": "b"}] * 3),
        "a.json": b'[{"head": "a", "words": "b"}]',
        "a.csv": b"head,words\na,b\n",
    }
    with pytest.raises(ArticleUnreadableError, match=r'"head", "words"; .* --field text=NAME'):
        read_all(data[name], name)
    assert len(read_all(data[name], name, {"text": "words"})) >= 1


def test_a_mapping_that_no_row_has_says_which_fields_there_are() -> None:
    with pytest.raises(ArticleUnreadableError, match=r'no row has a field "wrods"; they have "id", "title"'):
        read_all(lines_of(ROW), "a.jsonl", {"text": "wrods"})


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"no json\nat all\n", b"[1, 2]", b"[" * 100_000, b'{"a": 1' + b"0" * 5000 + b"}"]
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.jsonl.gz"])
def test_what_holds_no_rows_is_refused_with_a_reason(data: bytes, name: str) -> None:
    with pytest.raises(ArticleUnreadableError, match=r"\.$"):
        read_all(data, name)


def test_a_row_without_an_id_is_known_by_its_link_and_without_that_by_its_words() -> None:
    rows = [{"url": "https://example.org/1", "text": TEXT}, {"title": "A", "text": TEXT}, {"title": "B", "text": TEXT}]
    items = [article.item for article in read_articles(lines_of(*rows), "a.jsonl")]
    assert items[0] == "https://example.org/1"
    assert len(set(items)) == 3
    inserted = [article.item for article in read_articles(lines_of({"text": "First."}, *rows), "a.jsonl")]
    assert inserted[1:] == items


def test_text_with_angle_brackets_that_is_no_markup_stays_as_it_is() -> None:
    text = "The index fell <5 percent> and x < y, said a@b <a@b.example>."
    assert read_one(lines_of({"text": text}), "a.jsonl").text == text


def test_halves_of_characters_are_left_out() -> None:
    row = b'{"id": "\\ud83d7", "title": "Ferry\\ud800 sinks", "text": "A ferry\\udfff sank."}\n'
    article = read_one(row, "a.jsonl")
    assert (article.item, article.title, article.text) == ("7", "Ferry sinks", "A ferry sank.")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_is_read_with_any_delimiter_in_any_encoding(delimiter: str, encoding: str) -> None:
    rows = [
        ["id", "headline", "body", "date"],
        ["7", "Détente in the café", "“Yes”, he said.\nAll agreed; or not, ok | no.", "2024-05-03"],
    ]
    table = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows) + "\r\n"
    article = read_one(table.encode(encoding), "a.csv")
    assert (article.item, article.title, article.published) == ("7", "Détente in the café", date(2024, 5, 3))
    assert article.text == "“Yes”, he said.\nAll agreed; or not, ok | no."


def test_a_table_in_another_old_encoding_is_read() -> None:
    table = "id,text\n" + "".join(f"{number},Паром затонул в пятницу вечером у острова.\n" for number in range(20))
    articles = read_articles(table.encode("cp1251"), "a.csv")
    assert articles[3].text == "Паром затонул в пятницу вечером у острова."


def test_a_text_longer_than_the_csv_module_likes_is_read() -> None:
    text = "A ferry sank. " * 20_000
    assert len(read_one(f'id,text\n1,"{text}"\n'.encode(), "a.csv").text) == len(text)


def test_a_row_with_too_many_columns_is_named_and_the_others_are_read() -> None:
    found = read_all(b"id,text\n1,All were saved.\n2,One, two.\n\n3,All were saved.\n", "a.csv.gz")
    assert [type(each) for each in found] == [Article, Unreadable, Article]
    assert isinstance(found[1], Unreadable)
    assert (found[1].item, "quotation mark" in found[1].reason) == ("row 3", True)


@pytest.mark.parametrize("data", [b"", b"\n", b"id,text\n", b'"', b"\0\0\0\n\0", b"id,text\n,\n"])
def test_a_table_without_rows_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(ArticleUnreadableError, match=r"\.$"):
        read_all(data, "a.csv")


def test_a_packed_dump_that_breaks_off_gives_what_came_before_and_says_so() -> None:
    rows = [{**ROW, "id": number, "text": f"{TEXT} {number * 7919}"} for number in range(5000)]
    packed = gzip.compress(lines_of(*rows))
    found = []
    with pytest.raises(ArticleUnreadableError, match="breaks off"):
        found.extend(read_all(packed[: len(packed) // 2], "a.jsonl.gz"))


def test_a_packed_dump_that_unpacks_like_a_bomb_is_refused() -> None:
    with pytest.raises(ArticleUnreadableError, match="as attacks do"):
        read_all(gzip.compress(b"\n" * 30_000_000), "a.jsonl.gz")


def test_a_large_dump_is_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines_of(ROW) * 1000 + b"{broken")
    found = read_file(path, "a.jsonl", {})
    assert isinstance(next(found), Article)
    path.unlink()
    assert sum(isinstance(each, Article) for each in found) == 999
