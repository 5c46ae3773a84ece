from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import DatelineError
from index.ledger import Ledger
from index.updating import SyncTools, update_library
from index.uploads import UPLOADS, keep_upload, show_name

NOTE = b"A note\n\nThe harbour was closed on Monday, as the note says.\n"


def test_an_upload_is_kept_under_its_digest_and_shown_under_its_name(library: Path, tools: SyncTools) -> None:
    source = keep_upload(library, "Meine Notiz.txt", NOTE)
    (report,) = update_library(library, [source], tools, on_progress=lambda *_: None).values()
    assert len(report.added) == 1
    with closing(Ledger(library)) as ledger:
        (id_,) = ledger.article_ids()
        assert ledger.article(id_).file == "Meine Notiz.txt"
    (kept,) = (path for path in (library / UPLOADS).iterdir() if not path.name.startswith("."))
    assert kept.read_bytes() == NOTE
    assert len(kept.stem) == 64


def test_the_same_bytes_twice_are_one_article(library: Path, tools: SyncTools) -> None:
    keep_upload(library, "a.txt", NOTE)
    source = keep_upload(library, "b.txt", NOTE)
    update_library(library, [source], tools, on_progress=lambda *_: None)
    with closing(Ledger(library)) as ledger:
        assert [ledger.article(id_).file for id_ in ledger.article_ids()] == ["b.txt"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("note.txt", b"", "is empty"),
        ("tool.exe", b"MZ", "does not read"),
        ("../../etc/passwd", b"root", "does not read"),
        ("big.txt", b"x" * 50_000_001, "larger than 50 MB"),
    ],
)
def test_what_cannot_be_kept_is_a_sentence_and_leaves_nothing(library: Path, name: str, data: bytes, said: str) -> None:
    with pytest.raises(DatelineError, match=said):
        keep_upload(library, name, data)
    assert not (library / UPLOADS).exists()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../secret.txt", "secret.txt"),
        ("C:\\Users\\me\\note.txt", "note.txt"),
        ("nul\x00l.txt", "null.txt"),
        ("gpj\u202etxt.txt", "gpjtxt.txt"),
        ("", "upload"),
        ("a" * 300 + ".txt", "a" * 116 + ".txt"),
    ],
)
def test_a_name_is_only_shown(name: str, shown: str) -> None:
    assert show_name(name) == shown


@given(st.text(max_size=300))
def test_any_name_is_shown_on_one_line_of_bounded_length(name: str) -> None:
    shown = show_name(name)
    assert 0 < len(shown) <= 120
    assert not any(character in shown for character in "/\\\n\r\x00\u202e")
