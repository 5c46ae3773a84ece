"""Ways to the same library: whatever the order, the parts and the detours, the same articles give the same library."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing, nullcontext
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from index.ledger import Ledger
from index.parsing.in_process import InProcessReader
from index.parsing.pool import Parsed
from index.uploads import keep_upload
from tests.index.torture.conftest import BRIDGE, COMET, FERRY, VOLCANO
from tests.index.torture.judging import TOOLS, bring_in, export, failures, find_faults, sync, write

LONG = " ".join(f"On day {n} the council spoke about road {n * 7} and about bridge {n * 3}." for n in range(12))
COPIES = [f"Council meets\n\n{LONG} It was late.\n", f"The council\n\n{LONG} It was early, said the mayor.\n"]
TEXTS = [FERRY, BRIDGE, VOLCANO, COMET, *COPIES]


@pytest.fixture
def filled(folder: Path) -> Path:
    """A folder of six articles, two of them copies of each other."""
    for n, text in enumerate(TEXTS):
        write(folder / f"{n}.txt", text)
    return folder


def nameless(exported: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """An export without the names of files and the places that they lie in."""
    return [{key: value for key, value in each.items() if key not in {"file", "places", "item"}} for each in exported]


def everything(library: Path) -> list[tuple[Any, ...]]:
    """All rows that derive from the articles, numbers that only count left out."""
    with closing(Ledger(library)) as ledger:
        queries = (
            "select * from articles order by id",
            'select id, article_id, ordinal, start, "end", digest from passages order by id',
            "select digest, embedder, vector from vectors order by digest",
            "select * from signatures order by article_id",
            "select * from bands order by article_id, band",
            "select * from copies order by article_id, other_id",
            "select title, outlet, published, body from passages_fts order by body, title",
            "select path, name, digest, size, modified_ns from files order by path",
            "select path, item, article_id from holdings order by path, item",
            "select path, item, article_id from versions order by number",
        )
        return [tuple(row) for query in queries for row in ledger._all(query)]


def test_the_copies_are_known(filled: Path, library: Path) -> None:
    bring_in(library, filled)
    assert sum(bool(article["copies"]) for article in export(library)) == 2
    assert find_faults(library) == []


@pytest.mark.parametrize("seed", range(3))
def test_names_and_the_order_that_they_give_change_nothing_else(
    filled: Path, library: Path, tmp_path: Path, seed: int
) -> None:
    bring_in(library, filled)
    names = [f"{n}.txt" for n in range(len(TEXTS))]
    shuffled = tmp_path / "shuffled"
    for name, other in zip(
        names, sorted(names, key=lambda name: sha256(f"{seed}{name}".encode()).digest()), strict=True
    ):
        write(shuffled / other, (filled / name).read_bytes())
    bring_in(tmp_path / "other", shuffled)
    assert nameless(export(tmp_path / "other")) == nameless(export(library))


def test_articles_added_one_by_one_give_the_library_of_all_at_once(filled: Path, library: Path, tmp_path: Path) -> None:
    bring_in(library, filled)
    kept = Path(shutil.copytree(filled, tmp_path / "kept"))
    shutil.rmtree(filled)
    filled.mkdir()
    for path in sorted(kept.iterdir(), reverse=True):
        shutil.copy2(path, filled)
        bring_in(tmp_path / "other", filled)
    assert everything(tmp_path / "other") == everything(library)


class Parts(InProcessReader):
    """Hands over a file in parts of so many articles."""

    def __init__(self, size: int) -> None:
        self._size = size

    def read_files(self, requests: Any) -> Iterator[Parsed]:
        for parsed in super().read_files(requests):
            firsts = range(0, max(1, len(parsed.found)), self._size)
            for first in firsts:
                found = parsed.found[first : first + self._size]
                yield replace(parsed, found=found, is_last=parsed.is_last and first == firsts[-1])


def row(number: int) -> str:
    return (
        json.dumps({"id": str(number), "title": f"Row {number}", "text": f"The row{number} was told. It is short."})
        + "\n"
    )


@pytest.mark.parametrize("size", [1, 2, 7])
def test_the_size_of_parts_changes_nothing(folder: Path, library: Path, tmp_path: Path, size: int) -> None:
    write(folder / "rows.jsonl", "".join(map(row, range(10))))
    bring_in(library, folder)
    sync(tmp_path / "other", folder, tools=replace(TOOLS, open_reader=lambda: nullcontext(Parts(size))))
    bring_in(tmp_path / "other", folder)
    assert everything(tmp_path / "other") == everything(library)


def test_a_dump_in_two_files_is_the_dump_in_one(folder: Path, library: Path, tmp_path: Path) -> None:
    write(folder / "rows.jsonl", "".join(map(row, range(10))))
    bring_in(library, folder)
    write(tmp_path / "two" / "a.jsonl", "".join(map(row, range(4))))
    write(tmp_path / "two" / "b.jsonl", "".join(map(row, range(4, 10))))
    bring_in(tmp_path / "other", tmp_path / "two")
    assert nameless(export(tmp_path / "other")) == nameless(export(library))


def test_an_update_of_what_is_up_to_date_changes_no_row(filled: Path, library: Path) -> None:
    bring_in(library, filled)
    before = everything(library)
    bring_in(library, filled)
    assert everything(library) == before
    for path in filled.iterdir():
        path.touch()
    bring_in(library, filled)
    assert len(export(library)) == len(TEXTS)
    assert find_faults(library) == []


@pytest.mark.parametrize("text", [*TEXTS, "A seventh story\n\nIt was told on Friday. Nobody heard it.\n"])
def test_what_is_added_and_deleted_again_leaves_nothing(filled: Path, library: Path, text: str) -> None:
    bring_in(library, filled)
    before = everything(library)
    write(filled / "7.txt", text)
    bring_in(library, filled)
    assert everything(library) != before
    (filled / "7.txt").unlink()
    bring_in(library, filled)
    assert everything(library) == before


def test_what_is_renamed_and_renamed_back_is_as_it_was(filled: Path, library: Path) -> None:
    bring_in(library, filled)
    before = everything(library)
    (filled / "0.txt").rename(filled / "9.txt")
    bring_in(library, filled)
    assert everything(library) != before
    (filled / "9.txt").rename(filled / "0.txt")
    bring_in(library, filled)
    assert everything(library) == before


def test_what_is_deleted_and_comes_back_is_as_it_was(filled: Path, library: Path, tmp_path: Path) -> None:
    bring_in(library, filled)
    before = everything(library)
    (filled / "4.txt").rename(tmp_path / "4.txt")
    bring_in(library, filled)
    (tmp_path / "4.txt").rename(filled / "4.txt")
    bring_in(library, filled)
    assert everything(library) == before


def test_a_file_that_is_exchanged_with_another_and_back_finds_each_under_its_words(filled: Path, library: Path) -> None:
    bring_in(library, filled)
    texts = sorted(article["text"] for article in export(library))
    for _ in range(2):
        (filled / "0.txt").rename(filled / "x")
        (filled / "1.txt").rename(filled / "0.txt")
        (filled / "x").rename(filled / "1.txt")
        bring_in(library, filled)
        assert sorted(article["text"] for article in export(library)) == texts
        assert find_faults(library) == []


def test_a_file_that_cannot_be_read_and_is_renamed_is_still_named(filled: Path, library: Path) -> None:
    write(filled / "bad.txt", bytes(range(32)) * 20)
    bring_in(library, filled)
    assert set(failures(library)) == {"bad.txt"}
    (filled / "bad.txt").rename(filled / "worse.txt")
    bring_in(library, filled)
    assert set(failures(library)) == {"worse.txt"}


def test_a_dump_with_a_row_that_cannot_be_read_and_is_renamed_still_names_it(folder: Path, library: Path) -> None:
    write(folder / "rows.jsonl", row(1) + '{"id": "2", "title": "No text"}\n' + row(3))
    bring_in(library, folder)
    before = failures(library)
    assert len(before) == 1
    (folder / "rows.jsonl").rename(folder / "other.jsonl")
    bring_in(library, folder)
    assert list(failures(library).values()) == list(before.values())


def test_what_only_states_another_time_of_update_is_told_as_a_fresh_library_does(
    folder: Path, library: Path, tmp_path: Path
) -> None:
    told = {"id": "1", "title": "Row", "text": "The row was told. It is short.", "updated": "2024-05-01"}
    write(folder / "rows.jsonl", json.dumps(told))
    bring_in(library, folder)
    write(folder / "rows.jsonl", json.dumps({**told, "updated": "2024-05-03"}), age=30)
    bring_in(library, folder)
    bring_in(tmp_path / "fresh", folder)
    assert export(library) == export(tmp_path / "fresh")


def test_an_upload_that_is_handed_over_again_under_another_name_has_that_name(library: Path) -> None:
    for name in ("first.txt", "second.txt"):
        bring_in(library, keep_upload(library, name, COMET.encode()))
    assert [article["file"] for article in export(library)] == ["second.txt"]


def test_what_came_before_an_article_of_two_files_does_not_depend_on_which_was_known_first(
    folder: Path, library: Path, tmp_path: Path
) -> None:
    corrected = FERRY.replace("forty", "fifty")
    write(folder / "b.txt", FERRY)
    bring_in(library, folder)
    write(folder / "b.txt", corrected, age=50)
    bring_in(library, folder)
    write(folder / "a.txt", corrected, age=50)
    bring_in(library, folder)
    write(folder / "b.txt", FERRY)
    bring_in(tmp_path / "other", folder)
    write(folder / "b.txt", corrected, age=50)
    bring_in(tmp_path / "other", folder)
    assert export(tmp_path / "other") == export(library)
