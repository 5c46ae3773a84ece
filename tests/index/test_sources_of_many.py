"""Sources whose files hold many articles: dumps, and what of them is kept, changed and lost."""

import gzip
import json
import os
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.errors import DatelineError
from index.ledger import Ledger
from index.shelving import SyncReport
from index.sources import SourceKind, name_source, source_from_options
from index.updating import SyncTools, update_library

Sync = Callable[..., SyncReport]


def row(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"r{number}",
        "title": f"Story {number}",
        "text": f"Mayor number {number} opened the bridge of town {number}. The bridge cost {number} million euros.",
        "published": f"2024-03-{number % 28 + 1:02}",
        "outlet": "The Courier",
    } | changes


def write_dump(path: Path, rows: list[Any]) -> None:
    data = "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in rows).encode()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    past = time.time() - 60 - path.stat().st_size % 1000
    os.utime(path, (past, past))


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return tmp_path / "dump.jsonl"


@pytest.fixture
def sync(library: Path, dump: Path, tools: SyncTools) -> Sync:
    def run(path: Path = dump, allow_removal: bool = False, **options: Any) -> SyncReport:
        source = name_source(str(path), **options)
        reports = update_library(library, [source], tools, on_progress=lambda *_: None, allow_removal=allow_removal)
        return reports[source.place]

    return run


def texts(library: Path) -> set[str]:
    with closing(Ledger(library)) as ledger:
        return {ledger.article(id_).text for id_ in ledger.article_ids()}


def test_every_row_of_a_dump_is_an_article_with_what_the_row_states(dump: Path, library: Path, sync: Sync) -> None:
    write_dump(dump, [row(n) for n in range(5)])
    assert sync().added == tuple(f"dump.jsonl › r{n}" for n in range(5))
    with closing(Ledger(library)) as ledger:
        article = next(ledger.article(id_) for id_ in ledger.article_ids() if ledger.article(id_).item == "r3")
        assert (article.title, article.outlet, str(article.published)) == ("Story 3", "The Courier", "2024-03-04")
        assert article.file == "dump.jsonl"
        assert ledger.places_of(article.id)[0].source.kind is SourceKind.FILE


def test_of_a_changed_dump_only_the_changed_rows_are_written(dump: Path, library: Path, sync: Sync) -> None:
    write_dump(dump, [row(n) for n in range(20)])
    sync()
    with closing(Ledger(library)) as ledger:
        before = {row[0]: row[1] for row in ledger._all("select article_id, number from passages")}
    write_dump(dump, [row(99), *(row(n) for n in range(1, 20) if n != 7), row(7, title="Story 7, corrected")])
    report = sync()
    assert (report.added, report.changed) == (("dump.jsonl › r99",), ("dump.jsonl › r7",))
    assert (report.removed, report.unchanged) == (("dump.jsonl › r0",), 18)
    with closing(Ledger(library)) as ledger:
        after = {row[0]: row[1] for row in ledger._all("select article_id, number from passages")}
        assert len(before.items() & after.items()) == 18
        corrected = next(id_ for id_ in ledger.article_ids() if ledger.article(id_).item == "r7")
        assert [v.replaced is None for v in ledger.versions_of(corrected)] == [False, True]


def test_a_dump_that_lost_most_of_its_rows_keeps_them_until_told(dump: Path, library: Path, sync: Sync) -> None:
    write_dump(dump, [row(n) for n in range(20)])
    sync()
    write_dump(dump, [row(n) for n in range(3)])
    assert len(sync().kept) == 17
    assert len(texts(library)) == 20
    assert len(sync().kept) == 17  # and is asked about again, though the file did not change
    assert len(sync(allow_removal=True).removed) == 17
    assert len(texts(library)) == 3


def test_broken_rows_are_named_and_the_others_are_in_and_a_mended_one_follows(
    dump: Path, library: Path, sync: Sync
) -> None:
    write_dump(dump, [row(0), '{"id": "r1", "text": ', row(2), row(3, text="   ")])
    report = sync()
    assert report.added == ("dump.jsonl › r0", "dump.jsonl › r2")
    assert len(report.failed) == 2
    assert all(reason.endswith(".") for reason in report.failed.values())
    with closing(Ledger(library)) as ledger:
        assert len(ledger.failures()) == 2
    assert sync().failed == report.failed  # an untouched file still says what is wrong with it
    write_dump(dump, [row(0), row(1), row(2), row(3)])
    assert len(sync().added) == 2
    with closing(Ledger(library)) as ledger:
        assert ledger.failures() == []


def test_a_row_that_turns_unreadable_keeps_its_earlier_article(dump: Path, library: Path, sync: Sync) -> None:
    write_dump(dump, [row(n) for n in range(3)])
    sync()
    write_dump(dump, [row(0), row(1, text=""), row(2)])
    assert len(sync().failed) == 1
    assert len(texts(library)) == 3


def test_rows_with_the_same_id_are_all_kept(dump: Path, library: Path, sync: Sync) -> None:
    write_dump(dump, [row(1), row(1, text="Another text altogether stands in this row of the dump."), row(2)])
    assert len(sync().added) == 3
    assert len(texts(library)) == 3
    assert sync().unchanged == 3


def test_a_dump_that_breaks_off_keeps_what_came_before_and_loses_nothing(
    tmp_path: Path, library: Path, sync: Sync
) -> None:
    path = tmp_path / "dump.jsonl.gz"
    write_dump(path, [row(n) for n in range(200)])
    whole = path.read_bytes()
    sync(path)
    assert len(texts(library)) == 200
    path.write_bytes(whole[: len(whole) // 2])
    report = sync(path)
    assert "dump.jsonl.gz" in report.failed
    assert report.removed == ()
    assert len(texts(library)) == 200
    path.write_bytes(whole)
    assert sync(path).failed == {}


def test_the_fields_of_a_dump_can_be_named(dump: Path, library: Path, sync: Sync) -> None:
    write_dump(dump, [{"key": 1, "words": row(1)["text"], "top": "A bridge"}, {"key": 2, "words": row(2)["text"]}])
    with_names = sync(fields={"text": "words", "title": "top", "id": "key"})
    assert with_names.added == ("dump.jsonl › 1", "dump.jsonl › 2")
    with closing(Ledger(library)) as ledger:
        assert {ledger.article(id_).title for id_ in ledger.article_ids()} == {"A bridge", None}
        (source,) = ledger.sources()
        assert source.fields == {"text": "words", "title": "top", "id": "key"}


def test_two_dumps_that_hold_the_same_article_hold_it_once(tmp_path: Path, library: Path, sync: Sync) -> None:
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    write_dump(first, [row(1), row(2)])
    write_dump(second, [row(2, id="other"), row(3)])
    sync(first)
    sync(second)
    with closing(Ledger(library)) as ledger:
        assert ledger.counts().articles == 3
        shared = next(id_ for id_ in ledger.article_ids() if ledger.article(id_).title == "Story 2")
        assert [(place.path, place.item) for place in ledger.places_of(shared)] == [
            ("a.jsonl", "r2"),
            ("b.jsonl", "other"),
        ]
        assert ledger.article(shared).file == "a.jsonl"


def test_globs_choose_the_files_of_a_folder(folder: Path, library: Path, sync: Sync) -> None:
    for name in ("a.txt", "b.md", "draft.txt", "notes/c.txt", "notes/d.md"):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"About {name}\n\nThis is the article in the file {name}.\n")
    report = sync(folder, include=["*.txt"], exclude=["draft*", "notes/*"])
    assert report.added == ("a.txt",)
    assert sync(folder).added == ("b.md", "draft.txt", "notes/c.txt", "notes/d.md")


def test_a_source_is_remembered_with_how_it_is_read(tmp_path: Path) -> None:
    source = name_source(str(tmp_path), include=["*.txt"], exclude=["x/*"], fields={"text": "body"})
    assert source_from_options(source.kind.value, source.place, source.options_as_json()) == source


@pytest.mark.parametrize("place", ["ftp://example.org/a", "/no/such/place", "file:///etc/passwd"])
def test_a_place_that_cannot_be_a_source_is_a_sentence(place: str) -> None:
    with pytest.raises(DatelineError, match=r"\.$"):
        name_source(place)
