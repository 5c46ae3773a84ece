"""Files of a library are truncated, zeroed, flipped and deleted: answers go on, the damage is found, and mended."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import DatelineError, LibraryDamagedError
from index.generations import find_generation_damage, read_current
from index.ledger import Ledger
from index.mending import mend_library
from index.storage import LEDGER_FILE
from tests.index.torture.conftest import Sealed
from tests.index.torture.judging import EMBEDDER, bring_in, embed, export, find_faults
from tests.index.torture.warm import Warm

Spoil = Callable[..., Path]
HARMS: dict[str, Callable[[Path], object]] = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "flipped": lambda path: path.write_bytes(_flip_the_middle(path.read_bytes())),
    "deleted": lambda path: path.unlink(),
}
GENERATION = [
    "chroma.sqlite3",
    "header.bin",
    "data_level0.bin",
    "length.bin",
    "link_lists.bin",
    "index_metadata.pickle",
]
PAGE = 4096


def _flip_the_middle(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]


def is_found(library: Path) -> bool:
    """Whether a look at the files, as the doctor's, finds that something is wrong with what was sealed."""
    current = read_current(library)
    return current is None or find_generation_damage(library / "generations" / current.folder, current) is not None


@pytest.mark.parametrize("name", [*GENERATION, "current.json"])
@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_file_of_a_generation_is_found_and_answers_go_on(
    warm: Warm, spoil: Spoil, name: str, harm: str
) -> None:
    library = spoil(keeps_seal=True)
    right = warm.run("search", spoil(), "ferry sank Naxos").said
    library = spoil(keeps_seal=True)
    assert not is_found(library)
    path = next(library.rglob(name))
    before = path.read_bytes()
    HARMS[harm](path)
    if path.exists() and path.read_bytes() == before:
        pytest.skip("of so few vectors this file holds nothing but zeros")
    outcome = warm.run("search", library, "ferry sank Naxos")
    assert outcome.status == 0, outcome
    assert outcome.said["meaning"] == right["meaning"]
    assert outcome.said["scores"] == pytest.approx(right["scores"], abs=1e-4)
    assert outcome.said["keyword"] == ["Ferry sinks"]
    if (name, harm) != ("chroma.sqlite3", "flipped"):  # of that file a part is unused
        assert is_found(library)


def test_a_sealed_store_whose_rows_were_exchanged_is_found(warm: Warm, spoil: Spoil) -> None:
    library = spoil(keeps_seal=True)
    with closing(sqlite3.connect(next(library.rglob("chroma.sqlite3")))) as connection:
        connection.execute("update embeddings set embedding_id = 'x' || embedding_id")
        connection.commit()
    assert is_found(library)
    outcome = warm.run("search", library, "ferry sank Naxos")
    assert (outcome.status, outcome.said["meaning"][0]) == (0, "Ferry sinks")


def test_a_sealed_store_is_as_it_was_after_it_was_searched(warm: Warm, spoil: Spoil) -> None:
    library = spoil(keeps_seal=True)
    for _ in range(2):
        assert warm.run("search", library, "ferry sank Naxos").said["problem"] is None
    assert not is_found(library)


@pytest.mark.parametrize(("name", "harm"), [("data_level0.bin", "flipped"), ("chroma.sqlite3", "zeroed")])
def test_what_is_harmed_is_sealed_anew(warm: Warm, spoil: Spoil, name: str, harm: str) -> None:
    library = spoil(keeps_seal=True)
    before, sealed_before = export(library), read_current(library)
    HARMS[harm](next(library.rglob(name)))
    if harm == "zeroed":
        assert len(mend_library(library, EMBEDDER)) == 1
    else:
        embed(library)
    assert not is_found(library)
    assert read_current(library) != sealed_before
    assert warm.run("search", library, "ferry sank Naxos").said["problem"] is None
    assert export(library) == before


@pytest.mark.parametrize("filling", [0xFF, 0x00])
def test_a_ledger_with_any_page_overwritten_is_mended_with_its_sources(
    sealed: Sealed, spoil: Spoil, filling: int
) -> None:
    expected = [(article["id"], article["text"], article["places"]) for article in export(spoil())]
    pages = (spoil() / LEDGER_FILE).stat().st_size // PAGE
    assert pages > 30
    wrong = []
    for page in range(pages):
        library = spoil()
        with (library / LEDGER_FILE).open("r+b") as file:
            file.seek(page * PAGE)
            file.write(bytes([filling]) * PAGE)
        mend_library(library, EMBEDDER)
        bring_in(library)
        wrong += [f"page {page + 1}: {fault}" for fault in find_faults(library)]
        if expected != [(article["id"], article["text"], article["places"]) for article in export(library)]:
            wrong.append(f"page {page + 1}: another library")
    assert wrong == []


def test_articles_whose_places_were_lost_are_read_again(spoil: Spoil) -> None:
    library = spoil()
    expected = [(article["id"], article["text"], article["places"]) for article in export(library)]
    with closing(sqlite3.connect(library / LEDGER_FILE)) as connection:
        connection.execute("delete from holdings")
        connection.commit()
    assert len(mend_library(library, EMBEDDER)) >= 1
    bring_in(library)
    assert [(article["id"], article["text"], article["places"]) for article in export(library)] == expected
    assert find_faults(library) == []


def test_a_keyword_index_harmed_inside_sound_pages_is_found_and_written_anew(spoil: Spoil) -> None:
    library = spoil()
    before = export(library)
    with closing(sqlite3.connect(library / LEDGER_FILE)) as connection:
        connection.execute("update passages_fts_data set block = zeroblob(length(block)) where id > 10")
        connection.commit()
    with closing(Ledger(library)) as ledger:
        try:
            answers = ledger.search_keywords(["naxos"], 5)
        except LibraryDamagedError:
            answers = []
        assert answers == []
        assert ledger.find_damage() is not None
    mend_library(library, EMBEDDER)
    assert find_faults(library) == []
    assert export(library) == before


def test_a_text_harmed_inside_a_sound_page_is_found_and_read_again(sealed: Sealed, spoil: Spoil) -> None:
    library = spoil()
    before = export(library)
    with closing(sqlite3.connect(library / LEDGER_FILE)) as connection:
        changed = connection.execute(
            "update articles set text = replace(text, 'forty', 'fifty') where text like '%forty%'"
        ).rowcount
        connection.commit()
    assert changed > 0
    with closing(Ledger(library)) as ledger:
        assert "not as they were read" in (ledger.find_damage() or "")
    mend_library(library, EMBEDDER)
    bring_in(library, sealed.folder)
    assert find_faults(library) == []
    assert [article["text"] for article in export(library)] == [article["text"] for article in before]


@pytest.mark.parametrize("harm", HARMS)
def test_a_harmed_ledger_file_is_mended_or_said(warm: Warm, sealed: Sealed, spoil: Spoil, harm: str) -> None:
    library = spoil()
    HARMS[harm](library / LEDGER_FILE)
    if harm == "deleted":
        with pytest.raises(DatelineError, match="no library"):
            mend_library(library, EMBEDDER)
    else:
        mend_library(library, EMBEDDER)
    bring_in(library, sealed.folder)
    assert find_faults(library) == []
    assert len(export(library)) == 3


def test_a_list_of_sources_that_is_harmed_does_no_harm(sealed: Sealed, spoil: Spoil) -> None:
    library = spoil()
    before = export(library)
    for text in ("", "[[1]]", "{}", '[["folder", 3, "{}"]]', '[["folder", "/x", "[]"]]', "null"):
        (library / "sources.json").write_text(text)
        bring_in(library)
        assert export(library) == before
        assert json.loads((library / "sources.json").read_text())
        (library / "sources.json").write_text(text)
        data = bytearray((library / LEDGER_FILE).read_bytes())
        shutil.copyfile(library / LEDGER_FILE, library / "kept")
        (library / LEDGER_FILE).write_bytes(b"\xff" * len(data))
        assert mend_library(library, EMBEDDER)
        (library / "kept").rename(library / LEDGER_FILE)
