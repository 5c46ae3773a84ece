"""The worker of the product reads every format in its confinement as it is read without."""

import base64
import json
import sys
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from index.articles import Article
from index.errors import ArticleUnreadableError
from index.parsing.limits import Limits
from index.parsing.pool import ParserPool, ReadRequest
from index.reading.feed import read_feed
from index.reading.files import read_file

WORDS = "The ferry sailed on Monday, said Łukasz Nowak. It came back on Tuesday with forty passengers on board."
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>The Post</title>
<entry><title>Ferry</title><link href="/ferry"/><published>2021-03-10T10:00:00Z</published><updated>2021-03-11T10:00:00Z</updated>
<author><name>Ann Lee</name></author><summary>{WORDS}</summary><content type="html">&lt;p&gt;{WORDS}&lt;/p&gt;</content></entry>
</feed>""".encode()


def make_html() -> bytes:
    return (
        f"<!doctype html><meta charset=utf-8><title>Ferry</title><article><h1>Ferry</h1><p>{WORDS}</article>".encode()
    )


def make_mail() -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = "Ferry", "ann@news.example", "Wed, 10 Mar 2021 10:00:00 +0000"
    mail.set_content(WORDS)
    return bytes(mail)


def make_pdf() -> bytes:
    """One page with one line of text."""
    drawn = b"BT /F1 12 Tf 50 700 Td (The ferry sailed on Monday and came back on Tuesday.) Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    pdf, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(pdf))
        pdf += b"%d 0 obj%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(pdf)
    pdf += b"xref\n0 6\n0000000000 65535 f \n" + table
    return pdf + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


def make_docx(path: Path) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
        )
        body = f"<w:body><w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p></w:body>"
        archive.writestr("word/document.xml", f"<w:document xmlns:w='{space}'>{body}</w:document>")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("formats")
    rows = [{"id": str(number), "title": f"Ferry {number}", "text": WORDS} for number in range(230)]
    (folder / "a.txt").write_text(f"Ferry sails\n\n{WORDS}\n", encoding="utf-8")
    (folder / "b.md").write_text(f"# Ferry sails\n\n{WORDS}\n", encoding="utf-8")
    (folder / "c.html").write_bytes(make_html())
    (folder / "d.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (folder / "e.csv").write_text(f'id,title,text\n1,Ferry,"{WORDS}"\n', encoding="utf-8")
    (folder / "f.eml").write_bytes(make_mail())
    (folder / "g.pdf").write_bytes(make_pdf())
    make_docx(folder / "h.docx")
    with zipfile.ZipFile(folder / "i.zip", "w") as archive:
        for path in sorted(folder.glob("[a-h].*")):
            archive.write(path, path.name)
    return sorted(folder.iterdir())


def test_every_format_is_read_as_without_confinement(files: list[Path]) -> None:
    with ParserPool(workers=2) as pool:
        parsed = list(pool.read_files(ReadRequest(path, path.name, {}) for path in files))
    assert [part.failure for part in parsed] == [None] * len(parsed)
    for path in files:
        expected = list(read_file(path, path.name, {}))
        assert expected
        assert [found for part in parsed if part.request.path == path for found in part.found] == expected
        assert all(isinstance(found, Article) for found in expected)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells")
def test_a_worker_is_one_thread_since_it_may_start_none_unless_root_runs_it(files: list[Path]) -> None:
    def list_children() -> set[str]:
        listed = [children.read_text().split() for children in Path("/proc/self/task").glob("*/children")]
        return {number for numbers in listed for number in numbers}

    # Other tests of this process may have children of their own.
    before = list_children()
    with ParserPool(workers=1) as pool:
        assert list(pool.read_files(ReadRequest(path, path.name, {}) for path in files))
        (worker,) = list_children() - before
        assert len(list(Path(f"/proc/{worker}/task").iterdir())) == 1


def test_a_path_may_be_relative_to_where_the_program_stands(files: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(files[0].parent)
    with ParserPool(workers=1) as pool:
        (parsed,) = pool.read_files([ReadRequest(Path("a.txt"), "a.txt", {})])
    assert (parsed.failure, len(parsed.found)) == (None, 1)


def test_what_cannot_be_read_fails_with_the_reason_of_its_reader(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    names = ["missing.txt", "empty.txt"]
    with ParserPool(workers=1) as pool:
        failures = [part.failure for part in pool.read_files(ReadRequest(tmp_path / name, name, {}) for name in names)]
    assert failures == [
        "it cannot be opened (No such file or directory); check its permissions.",
        "it holds no words; delete it or fill it.",
    ]


def test_a_feed_is_read_as_without_confinement() -> None:
    entries = b"".join(ATOM.splitlines()[1:-1]) * 250
    long = ATOM.splitlines()[0] + entries + b"</feed>"
    with ParserPool(workers=1) as pool:
        for data in (ATOM, long):
            feed = pool.read_feed(data, "https://news.example/feed")
            assert feed == read_feed(data, "https://news.example/feed")
            assert feed.entries
        with pytest.raises(ArticleUnreadableError, match="gives no RSS or Atom feed"):
            pool.read_feed(b"Not found", "https://news.example/feed")


def test_a_feed_that_costs_too_much_is_refused() -> None:
    with (
        ParserPool(Limits(wall_seconds=0.2), workers=1) as pool,
        pytest.raises(ArticleUnreadableError, match=r"it took longer than 0\.2 seconds to read"),
    ):
        pool.read_feed(b"<rss>" + base64.b64encode(bytes(9_000_000)) + ATOM * 2_000, "https://news.example/feed")
