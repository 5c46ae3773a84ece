import os
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import ArticleNotFoundError
from index.ledger import Ledger
from index.removing import remove_from_library
from index.shelving import SyncReport

Update = Callable[..., SyncReport]
FIRST = "Ferry sinks\n\nA ferry sank off Naxos on Friday. All forty passengers were saved.\n"
SECOND = FIRST.replace("forty", "thirty-nine")
THIRD = SECOND.replace("Friday", "Thursday")


def write(path: Path, text: str) -> None:
    """Write a file whose time of change is in the past, a different one each time."""
    path.write_text(text, encoding="utf-8")
    past = time.time() - 60 - len(text)
    os.utime(path, (past, past))


@pytest.fixture
def corrected(folder: Path, update: Update) -> Path:
    """A file that was corrected twice."""
    path = folder / "ferry.txt"
    for text in (FIRST, SECOND, THIRD):
        write(path, text)
        update()
    return path


def history(library: Path, article_id: str | None = None) -> list[tuple[str, bool]]:
    """The text of each version, oldest first, and whether it was replaced."""
    with closing(Ledger(library)) as ledger:
        (newest,) = ledger.article_ids()
        return [
            (ledger.article(version.article_id).text, version.replaced is not None)
            for version in ledger.versions_of(article_id or newest)
        ]


def test_a_corrected_article_keeps_its_earlier_versions_in_order(corrected: Path, library: Path) -> None:
    assert history(library) == [(FIRST, True), (SECOND, True), (THIRD, False)]


def test_only_the_newest_version_is_found_and_counted(corrected: Path, library: Path) -> None:
    with closing(Ledger(library)) as ledger:
        assert ledger.counts().articles == 1
        (found,) = ledger.search_keywords(["passengers"], 10)
        assert ledger.article(found.passage.article_id).text == THIRD
        assert ledger.count_vectors("word-hash") == ledger.counts().passages


def test_an_earlier_version_leads_to_the_newest(corrected: Path, library: Path) -> None:
    with closing(Ledger(library)) as ledger:
        (newest,) = ledger.article_ids()
        oldest = ledger.versions_of(newest)[0].article_id
        assert ledger.versions_of(oldest)[-1].article_id == newest
        assert ledger.passages_of(oldest) == []


def test_a_correction_that_is_taken_back_is_a_version_too(corrected: Path, library: Path, update: Update) -> None:
    write(corrected, FIRST)
    update()
    assert [text for text, _ in history(library)] == [FIRST, SECOND, THIRD, FIRST]
    with closing(Ledger(library)) as ledger:
        assert len(ledger.search_keywords(["forty"], 10)) == 1


def test_a_renamed_file_keeps_its_versions(corrected: Path, library: Path, update: Update) -> None:
    corrected.rename(corrected.with_name("boat.txt"))
    assert update().renamed == {"ferry.txt": "boat.txt"}
    assert [text for text, _ in history(library)] == [FIRST, SECOND, THIRD]
    with closing(Ledger(library)) as ledger:
        assert ledger.article(ledger.article_ids()[0]).file == "boat.txt"


def test_a_removed_file_takes_its_versions_with_it(corrected: Path, library: Path, update: Update) -> None:
    with closing(Ledger(library)) as ledger:
        every = [version.article_id for version in ledger.versions_of(ledger.article_ids()[0])]
    corrected.unlink()
    assert update().removed == ("ferry.txt",)
    with closing(Ledger(library)) as ledger:
        for id_ in every:
            with pytest.raises(ArticleNotFoundError):
                ledger.article(id_)
        assert ledger.find_damage() is None


def test_an_earlier_version_that_another_file_still_holds_goes_on_answering(
    corrected: Path, library: Path, update: Update
) -> None:
    write(corrected.with_name("copy.txt"), FIRST)
    update()
    with closing(Ledger(library)) as ledger:
        assert ledger.counts().articles == 2
        assert len(ledger.search_keywords(["forty"], 10)) == 1
    corrected.with_name("copy.txt").unlink()
    update()
    with closing(Ledger(library)) as ledger:
        assert ledger.search_keywords(["forty"], 10) == []
    assert [text for text, _ in history(library)] == [FIRST, SECOND, THIRD]


def test_a_file_that_is_read_again_unchanged_is_no_new_version(corrected: Path, library: Path, update: Update) -> None:
    os.utime(corrected)
    update()
    update()
    assert len(history(library)) == 3


def test_a_forgotten_source_leaves_nothing_behind(corrected: Path, library: Path) -> None:
    assert remove_from_library(library, str(corrected.parent)).articles == 1
    with closing(Ledger(library)) as ledger:
        tables = ["articles", "files", "holdings", "versions", "passages", "vectors", "signatures", "bands", "copies"]
        assert {table: ledger._one(f"select count(*) from {table}")[0] for table in tables} == dict.fromkeys(tables, 0)
        assert ledger._one("select count(*) from passages_fts_docsize")[0] == 0
