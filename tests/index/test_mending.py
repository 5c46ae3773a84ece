import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.embedding import WordHashEmbedder
from index.errors import LibraryDamagedError, LibraryNotFoundError
from index.exporting import export_articles
from index.generations import read_current
from index.ledger import Ledger
from index.mending import compact_library, mend_library
from index.shelving import SyncReport
from index.storage import LEDGER_FILE

Update = Callable[..., SyncReport]
SECRET = "Quicksilver"


@pytest.fixture
def filled(folder: Path, library: Path, update: Update) -> Path:
    for name in ("ferry", "bridge", SECRET):
        (folder / f"{name}.txt").write_text(f"About the {name}\n\nThe {name} was in the news on Monday again.\n")
    update()
    return library


def holds(library: Path, word: str) -> list[str]:
    """The files of a library in which a word stands, as it is written or as the stem without its first letter."""
    files = (path for path in library.rglob("*") if path.is_file())
    return [path.name for path in files if word[1:-2].lower().encode() in path.read_bytes().lower()]


def export(library: Path) -> list[dict[str, object]]:
    with closing(Ledger(library)) as ledger:
        return list(export_articles(ledger))


def test_compacting_leaves_none_of_the_removed_text_on_disk(filled: Path, folder: Path, update: Update) -> None:
    (folder / f"{SECRET}.txt").unlink()
    update()
    assert holds(filled, SECRET)  # gone from answers at once, and from the disk when asked
    before, after = compact_library(filled, WordHashEmbedder())
    assert holds(filled, SECRET) == []
    assert holds(filled, "ferry")
    assert 0 < after < before
    assert len(list((filled / "generations").iterdir())) == 1
    current = read_current(filled)
    assert current is not None
    assert current.count == 2


def test_a_sound_library_is_left_as_it_is(filled: Path) -> None:
    current = (filled / "current.json").read_bytes()
    assert mend_library(filled, WordHashEmbedder()) == []
    assert (filled / "current.json").read_bytes() == current


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        ("delete from passages_fts where rowid = 1", "missing from the keyword index"),
        ("insert into passages_fts (rowid, body) values (999, 'ghost')", "belong to no passage"),
        ("insert into vectors (digest, embedder, vector) values (x'00', 'word-hash', x'00')", "belong to no passage"),
    ],
)
def test_parts_that_disagree_are_found_and_mended(filled: Path, harm: str, said: str) -> None:
    before = export(filled)
    with closing(sqlite3.connect(filled / LEDGER_FILE)) as connection:
        connection.execute(harm)
        connection.commit()
    with closing(Ledger(filled)) as ledger:
        assert said in (ledger.find_damage() or "")
    (deed,) = mend_library(filled, WordHashEmbedder())
    assert said in deed
    with closing(Ledger(filled)) as ledger:
        assert ledger.find_damage() is None
        assert len(ledger.search_keywords(["news"], 10)) == 3
    assert export(filled) == before


def test_a_damaged_generation_is_sealed_anew(filled: Path) -> None:
    path = next((filled / "generations").rglob("data_level0.bin"))
    path.write_bytes(b"")
    assert mend_library(filled, WordHashEmbedder()) == ["sealed the vectors anew from those in the ledger."]


def test_a_ledger_that_cannot_be_read_is_begun_anew_from_its_sources(
    filled: Path, folder: Path, fill: Callable[..., dict[str, SyncReport]]
) -> None:
    before = export(filled)
    path = filled / LEDGER_FILE
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle:] = b"\xff" * (len(data) - middle)
    path.write_bytes(bytes(data))
    for leftover in filled.glob(f"{LEDGER_FILE}-*"):
        leftover.unlink()
    with pytest.raises(LibraryDamagedError, match="doctor --repair"), closing(Ledger(filled)) as ledger:
        list(export_articles(ledger))
    moved, begun = mend_library(filled, WordHashEmbedder())
    assert "aside" in moved
    assert str(folder) in begun
    fill(filled)
    assert export(filled) == before


def test_without_the_saved_list_the_sources_are_read_from_the_damaged_ledger(filled: Path, folder: Path) -> None:
    (filled / "sources.json").unlink()
    with closing(sqlite3.connect(filled / LEDGER_FILE)) as connection:
        (page,) = connection.execute("select rootpage from sqlite_master where name = 'articles'").fetchone()
        (size,) = connection.execute("pragma page_size").fetchone()
        connection.execute("pragma wal_checkpoint(truncate)")
    with (filled / LEDGER_FILE).open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert str(folder) in mend_library(filled, WordHashEmbedder())[1]


def test_a_library_of_another_version_is_begun_anew_from_its_sources(
    filled: Path, folder: Path, fill: Callable[..., dict[str, SyncReport]]
) -> None:
    before = export(filled)
    with closing(sqlite3.connect(filled / LEDGER_FILE)) as connection:
        connection.execute("drop table sources")
        connection.execute("create table sources (id integer primary key, folder text not null unique)")
        connection.execute("insert into sources (folder) values (?)", (str(folder),))
        connection.execute("pragma user_version = 1")
        connection.commit()
    with pytest.raises(LibraryDamagedError, match="version 1"):
        Ledger(filled)
    mend_library(filled, WordHashEmbedder())
    fill(filled)
    assert export(filled) == before


def test_there_must_be_a_library_to_mend(library: Path) -> None:
    with pytest.raises(LibraryNotFoundError):
        mend_library(library, WordHashEmbedder())
