import gzip
from datetime import date

import pytest

from index.articles import Article
from index.errors import ArticleUnreadableError
from index.reading.drafts import Unreadable
from tests.index.reading.making import LINES, TEXT, body, make_mail, read_all, read_articles, read_one


def mailbox(*mails: bytes) -> bytes:
    return b"".join(b"From news@example.org Fri May  3 10:00:00 2024\n" + mail + b"\n" for mail in mails)


def test_a_mail_is_an_article_of_its_sender() -> None:
    article = read_one(make_mail(Content_Language="en-GB").as_bytes(), "a.eml")
    assert (article.title, article.outlet, article.published) == (
        "Ferry sinks off the coast",
        "The Example",
        date(2024, 5, 3),
    )
    assert (article.language, article.authors, article.item) == ("en", (), "")
    assert body(article) == list(LINES)


def test_a_sender_without_a_name_is_known_by_the_address() -> None:
    assert read_one(make_mail(From="news@example.org").as_bytes(), "a.eml").outlet == "news@example.org"


def test_subjects_in_other_scripts_are_decoded() -> None:
    mail = make_mail("Паром затонул в пятницу вечером.", Subject="Паром затонул").as_bytes()
    assert b"=?utf-8?" in mail
    article = read_one(mail, "a.eml")
    assert (article.title, article.text.strip()) == ("Паром затонул", "Паром затонул в пятницу вечером.")


def test_the_html_of_a_mail_is_read_where_its_plain_part_says_nothing() -> None:
    html = "".join(f"<p>{line}</p>" for line in LINES) + '<p style="display:none">Not seen.</p>'
    article = read_one(make_mail("Open this mail in a browser.", html).as_bytes(), "a.eml")
    assert article.text == TEXT


def test_lines_that_a_mail_program_wrapped_are_joined() -> None:
    mail = (
        b"From: a@example.org\nSubject: S\nContent-Type: text/plain; charset=utf-8; format=flowed\n\n"
        b"A ferry with forty \npassengers sank.\nAll were saved.\n"
    )
    assert read_one(mail, "a.eml").text.strip() == "A ferry with forty passengers sank.\nAll were saved."


def test_a_mail_in_an_unknown_encoding_is_read() -> None:
    mail = b"From: a@example.org\nSubject: S\nContent-Type: text/plain; charset=x-none\n\nThe caf\xc3\xa9 sank.\n"
    assert read_one(mail, "a.eml").text.strip() == "The café sank."


@pytest.mark.parametrize("data", [b"", b"\0\1\2", b"just words, no mail", b"From: a@example.org\nSubject: S\n\n"])
def test_what_is_no_mail_or_has_no_words_is_refused(data: bytes) -> None:
    with pytest.raises(ArticleUnreadableError, match=r"\.$"):
        read_one(data, "a.eml")


@pytest.mark.parametrize("name", ["a.mbox", "a.mbox.gz"])
def test_each_mail_of_a_mailbox_is_an_article_under_its_message_id(name: str) -> None:
    data = mailbox(
        make_mail().as_bytes(),
        make_mail("From here it went on.\n\nFrom there, too.", Message_ID="<2@example.org>").as_bytes(unixfrom=False),
    )
    data = data.replace(b"\nFrom there", b"\n>From there").replace(b"\nFrom here", b"\n>From here")
    first, second = read_articles(gzip.compress(data) if name.endswith("gz") else data, name)
    assert (first.item, second.item) == ("1@example.org", "2@example.org")
    assert second.text.strip() == "From here it went on.\n\nFrom there, too."


def test_a_mail_that_fails_is_named_and_the_others_are_read() -> None:
    found = read_all(mailbox(make_mail().as_bytes(), b"Subject: Empty\n\n", make_mail().as_bytes()), "a.mbox")
    assert [type(each) for each in found] == [Article, Unreadable, Article]
    assert isinstance(found[1], Unreadable)
    assert found[1].item == "mail 2"


@pytest.mark.parametrize("data", [b"", b"no mailbox", b"\n\n\0"])
def test_what_is_no_mailbox_is_refused(data: bytes) -> None:
    with pytest.raises(ArticleUnreadableError, match="no mailbox"):
        read_all(data, "a.mbox")
