from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Role
from index.errors import ArticleUnreadableError
from index.reading.plain import read_article
from index.reading.plain_text import clean

SEEDS = Path(__file__).resolve().parents[2] / "seeds"


def read(text: str, file: str = "article.txt") -> Article:
    return read_article(text.encode(), file)


def texts(article: Article, role: Role) -> list[str]:
    return [article.quote(sentence) for sentence in article.sentences if sentence.role is role]


def seed(name: str) -> Article:
    return read_article((SEEDS / name).read_bytes(), name)


class TestTheFirstSeed:
    article = seed("000_5ec2cbd345442b2e.txt")

    def test_its_headline_is_its_title_and_its_date_and_outlet_are_left_empty(self) -> None:
        assert self.article.title == "A chance for détente: U.S. and China meet in Alaska"
        assert (self.article.published, self.article.outlet, self.article.url) == (None, None, None)

    def test_the_second_headline_is_a_repetition(self) -> None:
        assert texts(self.article, Role.REPETITION) == ["U.S. and China meet in Alaska"]

    def test_headings_and_the_also_read_line_are_no_evidence(self) -> None:
        assert texts(self.article, Role.HEADING) == ["Negative background", "U.S.-China Plans"]
        (boilerplate,) = texts(self.article, Role.BOILERPLATE)
        assert boilerplate.startswith("ALSO READ:")

    def test_abbreviations_and_site_names_end_no_sentence(self) -> None:
        body = texts(self.article, Role.BODY)
        assert "Negotiations should take place on March 18 in Anchorage in the U.S. state of Alaska." in body
        assert any("told Gazeta.Ru that it is understandable" in sentence for sentence in body)


class TestTheSecondSeed:
    article = seed("004_b9ba0dd348728266.txt")

    def test_the_leading_date_is_its_date_and_it_has_no_title(self) -> None:
        assert self.article.published == date(2021, 3, 10)
        assert self.article.title is None
        assert texts(self.article, Role.METADATA) == ["date 2021-03-10"]
        assert texts(self.article, Role.BODY)[0].startswith("The White House has confirmed")

    def test_what_it_says_twice_is_evidence_once(self) -> None:
        body = texts(self.article, Role.BODY)
        assert sum("on the eve of the Lunar New Year" in sentence for sentence in body) == 1
        assert sum("a range of engagements" in sentence for sentence in body) == 1
        assert sum("We are directly engaged" in sentence for sentence in body) == 1


@pytest.mark.parametrize(
    ("text", "title", "outlet", "published"),
    [
        ("Title: Ferry sinks\nSource: The Example\nDate: 3 May 2024\n\nIt sank.", "Ferry sinks", "The Example", "2024-05-03"),
        ("Ferry sinks off coast\n\nMay 3, 2024\n\nA ferry sank on Friday. All were saved.", "Ferry sinks off coast", None, "2024-05-03"),
        ("Ferry sinks\n\nATHENS (Reuters) - A ferry sank. All were saved.", "Ferry sinks", "Reuters", None),
        ("A ferry sank on Friday. All were saved.", None, None, None),
        ("Date: 31 February 2024\n\nA ferry sank.", None, None, None),
    ],
)  # fmt: skip
def test_metadata_are_found_where_they_stand_and_empty_where_they_do_not(
    text: str, title: str | None, outlet: str | None, published: str | None
) -> None:
    article = read(text)
    found = (article.title, article.outlet, article.published.isoformat() if article.published else None)
    assert found == (title, outlet, published)


def test_front_matter_of_markdown_is_metadata_and_hash_marks_are_headings() -> None:
    article = read(
        "---\ntitle: Ferry sinks\ndate: 2024-05-03\nurl: https://example.org/a\n---\n# Ferry sinks\n\nIt sank.\n\n## Why\n\nA leak.\n",
        "a.md",
    )
    assert (article.title, article.url) == ("Ferry sinks", "https://example.org/a")
    assert texts(article, Role.BODY) == ["It sank.", "A leak."]


def test_lines_wrapped_by_hand_are_joined_into_sentences() -> None:
    article = read(
        "Ferry sinks\n\nA ferry with forty passengers on board sank on Friday evening\nin heavy seas south of the island, "
        "the coast guard\nsaid. Everyone was saved by fishing boats that were\nclose by.\n"
    )
    assert len(texts(article, Role.BODY)) == 2
    assert texts(article, Role.BODY)[1] == "Everyone was saved by fishing boats that were\nclose by."


def test_sentences_that_differ_in_a_number_or_a_not_are_no_repetitions() -> None:
    article = read(
        "The company said that it will close 12 of its mines in the north this year.\n"
        "The company said that it will close 14 of its mines in the north this year.\n"
        "The company said that it will not close 12 of its mines in the north this year.\n"
    )
    assert len(texts(article, Role.BODY)) == 3


def test_a_sentence_that_contradicts_an_earlier_one_in_a_word_is_no_repetition() -> None:
    article = read(
        "The Senate voted to approve the bill on Tuesday after a long debate in the chamber.\n"
        "The House voted to reject the bill on Tuesday after a long debate in the chamber.\n"
    )
    assert len(texts(article, Role.BODY)) == 2


def test_a_rule_at_the_top_of_a_markdown_article_is_no_front_matter() -> None:
    article = read("---\n# Ferry sinks\n\nA ferry sank.\n\n---\n\nAll were saved.\n", "a.md")
    assert texts(article, Role.BODY)[-2:] == ["A ferry sank.", "All were saved."]


def test_fields_stand_above_an_article_that_is_wrapped_by_hand() -> None:
    article = read(
        "Title: Ferry sinks\nSource: The Example\nDate: 3 May 2024\n\nA ferry with forty passengers on board sank on Friday"
        " evening\nin heavy seas south of the island, the coast guard\nsaid. Everyone was saved by fishing boats that were\n"
        "close by.\n"
    )
    assert (article.title, article.outlet) == ("Ferry sinks", "The Example")
    assert len(texts(article, Role.BODY)) == 2


@pytest.mark.parametrize(
    "line",
    [
        "Copyright reform was passed by parliament on Tuesday by 250 votes to 200.",
        "Advertisement revenue fell by 10 percent last year, the paper said.",
        "Subscribers left in large numbers.",
        "Related companies were not affected.",
    ],
)
def test_a_sentence_that_begins_like_boilerplate_is_evidence(line: str) -> None:
    assert line in texts(read(f"Title: News\n\nIt was a long day in the capital.\n{line}\n"), Role.BODY)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_text_is_read_in_the_encoding_that_it_is_in(encoding: str) -> None:
    text = (
        "Café talks\n\nThe café owners’ détente held, said Mr. Müller. It was “fine”, he added, and the fee is small."
    )
    assert read_article(text.encode(encoding), "a.txt").text == text


@pytest.mark.parametrize(
    "data", [b"", b" \n ", b"\x00\x01\x02\x03" * 50, b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xfe\x00"]
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(ArticleUnreadableError) as refused:
        read_article(data, "a.txt")
    assert str(refused.value).endswith(".")


def test_invisible_characters_go_and_joiners_that_carry_meaning_stay() -> None:
    assert clean("pay\u200bload\u202e \U000e0041x\ufeff") == "payload x"
    assert clean("می\u200cخواهم 👩\u200d👩\u200d👧 क्\u200dष") == "می\u200cخواهم 👩\u200d👩\u200d👧 क्\u200dष"


@given(st.text(max_size=400))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(
    st.lists(
        st.sampled_from(
            ["Title line", "A full sentence stands here.", "“Quoted,” she said.", "", "ALSO READ: more", "in the U.S. today", "Ünïcode 🚢 here!"]
        ),
        min_size=1,
        max_size=12,
    )
)  # fmt: skip
def test_sentences_lie_in_the_text_in_order_and_leave_out_no_letter(lines: list[str]) -> None:
    text = "\n".join(lines)
    if not any(character.isalnum() for character in text):
        return
    article = read(text)
    cursor = 0
    for sentence in article.sentences:
        assert cursor <= sentence.start <= sentence.end <= len(article.text)
        assert not any(character.isalnum() for character in article.text[cursor : sentence.start])
        cursor = sentence.end
    assert not any(character.isalnum() for character in article.text[cursor:])
