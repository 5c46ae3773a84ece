import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from index.embedding import Vectors, WordHashEmbedder
from index.embedding_job import embed_library
from index.errors import DatelineError, LibraryDamagedError, LibraryLockedError, LibraryNotFoundError, StorageError
from index.ledger import Ledger
from index.ledger_writing import WritableLedger
from index.removing import remove_from_library
from index.shelving import SyncReport
from index.updating import is_present
from index.write_lock import hold_lock

Update = Callable[..., SyncReport]
Fill = Callable[..., dict[str, SyncReport]]
FERRY = "Ferry sinks\n\nA ferry sank off Naxos on Friday. All forty passengers were saved.\n"
BRIDGE = "Bridge opens\n\nThe new bridge over the Elbe opened on Monday. It cost 80 million euros.\n"


def write(path: Path, text: str) -> None:
    """Write a file whose time of change is well in the past, as files mostly are."""
    path.write_text(text, encoding="utf-8")
    past = time.time() - 60
    os.utime(path, (past, past))


@pytest.fixture
def two(folder: Path) -> Path:
    write(folder / "ferry.txt", FERRY)
    write(folder / "bridge.md", BRIDGE)
    return folder


def titles(library: Path) -> set[str | None]:
    ledger = Ledger(library)
    try:
        return {ledger.article(id_).title for id_ in ledger.article_ids()}
    finally:
        ledger.close()


def snapshot(library: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(library / "ledger.sqlite3")
    rows: list[tuple[object, ...]] = []
    for table in ("articles", "passages", "vectors"):
        rows += connection.execute(f"select * from {table} order by 1").fetchall()
    connection.close()
    return rows


def test_new_files_are_added_and_a_second_run_changes_nothing(two: Path, library: Path, update: Update) -> None:
    assert update().added == ("bridge.md", "ferry.txt")
    before = snapshot(library)
    current = (library / "current.json").read_text()
    again = update()
    assert (again.unchanged, again.has_changes) == (2, False)
    assert snapshot(library) == before
    assert (library / "current.json").read_text() == current


def test_an_edited_file_replaces_its_old_self(two: Path, library: Path, update: Update) -> None:
    update()
    write(two / "ferry.txt", FERRY.replace("Ferry sinks", "Ferry afloat"))
    assert update().changed == ("ferry.txt",)
    assert titles(library) == {"Ferry afloat", "Bridge opens"}


def test_an_edit_within_the_clocks_resolution_and_of_the_same_length_is_seen(
    two: Path, library: Path, update: Update
) -> None:
    path = two / "ferry.txt"
    path.write_text(FERRY)
    status = path.stat()
    update()
    path.write_text(FERRY.replace("forty", "fifty"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert update().changed == ("ferry.txt",)


def test_a_deleted_file_is_removed_with_all_that_came_of_it(two: Path, library: Path, update: Update) -> None:
    update()
    (two / "ferry.txt").unlink()
    assert update().removed == ("ferry.txt",)
    assert titles(library) == {"Bridge opens"}
    ledger = Ledger(library)
    assert ledger.search_keywords(["ferry", "naxos"], 10) == []
    assert ledger.count_vectors("word-hash") == ledger.counts().passages == 1
    ledger.close()


def test_a_deleted_file_may_no_longer_be_quoted_even_before_the_library_is_updated(
    two: Path, library: Path, update: Update
) -> None:
    update()
    ledger = Ledger(library)
    ids = {ledger.article(id_).title: id_ for id_ in ledger.article_ids()}
    (two / "ferry.txt").unlink()
    assert not is_present(ledger, ids["Ferry sinks"])
    assert is_present(ledger, ids["Bridge opens"])
    two.rename(two.with_name("unmounted"))
    assert is_present(ledger, ids["Ferry sinks"])
    ledger.close()


def test_a_renamed_file_keeps_its_article(two: Path, library: Path, update: Update) -> None:
    update()
    before = snapshot(library)
    (two / "ferry.txt").rename(two / "boat.txt")
    report = update()
    assert (report.added, report.removed, report.renamed) == ((), (), {"ferry.txt": "boat.txt"})
    assert [row[0] for row in snapshot(library)] != []
    assert {row[0] for row in before if len(row) == 8} == {row[0] for row in snapshot(library) if len(row) == 8}


def test_two_files_with_the_same_words_are_one_article_until_both_are_gone(
    two: Path, library: Path, update: Update
) -> None:
    write(two / "copy.txt", FERRY)
    update()
    assert len(titles(library)) == 2
    (two / "ferry.txt").unlink()
    update()
    assert titles(library) == {"Ferry sinks", "Bridge opens"}
    (two / "copy.txt").unlink()
    update()
    assert titles(library) == {"Bridge opens"}


def test_bad_files_are_named_with_the_reason_and_the_good_are_in(two: Path, library: Path, update: Update) -> None:
    (two / "empty.txt").write_bytes(b"")
    (two / "binary.txt").write_bytes(bytes(range(32)) * 20)
    (two / "picture.png").write_bytes(b"\x89PNG")
    (two / "secret.txt").write_text("Secret\n\nNobody may read this.")
    (two / "secret.txt").chmod(0)
    os.mkfifo(two / "pipe.txt")
    outside = two.parent / "outside.txt"
    outside.write_text(BRIDGE)
    (two / "link.txt").symlink_to(outside)
    (two / "loop.txt").symlink_to(two / "loop.txt")
    (two / "sub").mkdir()
    (two / "sub" / "loop").symlink_to(two)
    report = update()
    assert report.added[:2] == ("bridge.md", "ferry.txt")
    expected = {"empty.txt", "binary.txt", "pipe.txt", "link.txt", "loop.txt"}
    if os.geteuid() != 0:
        expected.add("secret.txt")
    assert set(report.failed) == expected
    assert all(reason.endswith(".") for reason in report.failed.values())
    assert titles(library) >= {"Ferry sinks", "Bridge opens"}
    (two / "empty.txt").write_text(BRIDGE.replace("Elbe", "Oder"))
    assert update().added == ("empty.txt",)


def test_a_file_that_turns_unreadable_keeps_its_earlier_article(two: Path, library: Path, update: Update) -> None:
    update()
    (two / "ferry.txt").write_bytes(b"\x00" * 100)
    assert set(update().failed) == {"ferry.txt"}
    assert titles(library) == {"Ferry sinks", "Bridge opens"}


def test_many_articles_gone_at_once_are_kept_until_their_removal_is_allowed(folder: Path, update: Update) -> None:
    for n in range(15):
        write(folder / f"{n:02}.txt", f"Story {n}\n\nThe number of this story is {n}. Nothing else happened.\n")
    update()
    for n in range(8):
        (folder / f"{n:02}.txt").unlink()
    report = update()
    assert (len(report.kept), report.removed) == (8, ())
    assert len(update(allow_removal=True).removed) == 8


def test_a_known_folder_that_is_gone_keeps_its_articles_and_stops_no_other(
    two: Path, folder: Path, library: Path, update: Update, fill: Fill
) -> None:
    update()
    second = folder.with_name("second")
    second.mkdir()
    write(second / "new.txt", FERRY.replace("ferry", "barge"))
    fill(library, second)
    two.rename(two.with_name("unmounted"))
    write(second / "newer.txt", FERRY.replace("ferry", "yacht"))
    reports = fill(library)
    assert reports[str(folder.resolve())].is_missing
    assert reports[str(second.resolve())].added == ("newer.txt",)
    assert len(titles(library)) == 2  # "Ferry sinks" three times, and the bridge
    assert remove_from_library(library, str(folder)).articles == 2
    assert titles(library) == {"Ferry sinks"}
    with pytest.raises(DatelineError, match="does not know"):
        remove_from_library(library, str(folder))


def test_new_reading_rules_are_applied_to_every_folder(
    two: Path, folder: Path, library: Path, update: Update, fill: Fill
) -> None:
    second = folder.with_name("second")
    second.mkdir()
    write(second / "new.txt", FERRY.replace("ferry", "barge"))
    both = [folder, second]
    fill(library, *both)
    ledger = WritableLedger(library)
    ledger.set_meta("reader_version", "0")
    ledger._connection.execute("update articles set sentences = '[]'")
    ledger.close()
    update()  # one of the two
    assert fill(library)[str(second.resolve())].unchanged == 1
    reader = Ledger(library)
    assert all(reader.article(id_).sentences for id_ in reader.article_ids())
    reader.close()


def test_a_library_that_was_never_filled_is_no_damage(two: Path, library: Path, update: Update) -> None:
    library.mkdir()
    (library / "ledger.sqlite3").touch()
    with pytest.raises(LibraryNotFoundError, match="dateline index"):
        Ledger(library)
    assert len(update().added) == 2


def test_a_ledger_with_overwritten_pages_is_a_sentence(two: Path, library: Path, update: Update) -> None:
    update()
    path = library / "ledger.sqlite3"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(bytes(data))
    for leftover in library.glob("ledger.sqlite3-*"):
        leftover.unlink()
    with pytest.raises(LibraryDamagedError, match="ledger is damaged"):
        Ledger(library).counts()


def test_modules_in_the_folder_that_one_stands_in_are_not_run(
    two: Path, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: Update
) -> None:
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("index", "json", "chromadb"):
        (trap / f"{name}.py").write_text(f"open({str(trap / 'sprung')!r}, 'w').close()")
    monkeypatch.chdir(trap)
    update()
    assert not (trap / "sprung").exists()
    assert (library / "current.json").exists()


def test_a_folder_that_is_not_there_is_an_error_and_removes_nothing(two: Path, library: Path, update: Update) -> None:
    update()
    two.rename(two.with_name("elsewhere"))
    with pytest.raises(DatelineError, match="no folder"):
        update()
    assert len(titles(library)) == 2


def test_a_second_writer_is_told_who_writes(two: Path, library: Path, update: Update) -> None:
    code = (
        "import sys; from pathlib import Path; from index.write_lock import hold_lock\n"
        "with hold_lock(Path(sys.argv[1]), 'write'):\n    print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(library)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(LibraryLockedError, match=f"Process {other.pid} on"):
            update()
        other.kill()
    assert len(update().added) == 2  # the lock of a process that was killed is free


def test_a_crash_between_articles_and_vectors_is_made_good_by_the_next_run(
    two: Path, library: Path, update: Update, fill: Fill
) -> None:
    class Crashing(WordHashEmbedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(library, two, embedder=Crashing())
    ledger = Ledger(library)
    assert ledger.counts().articles == 2
    assert ledger.search_keywords(["ferry"], 5)
    assert ledger.count_vectors("word-hash") == 0
    ledger.close()
    assert update().unchanged == 2
    ledger = Ledger(library)
    assert ledger.count_vectors("word-hash") == ledger.counts().passages
    assert embed_library(library, WordHashEmbedder(), on_progress=lambda *_: None) == 0
    ledger.close()


def test_a_full_disk_is_a_sentence_and_what_was_there_before_stays(two: Path, library: Path, update: Update) -> None:
    update()
    ledger = Ledger(library)
    pages = ledger._one("pragma page_count")[0]
    ledger._connection.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(StorageError, match="free some disk space"), ledger.transaction():
        for n in range(1_000):
            ledger._connection.execute("insert into meta values (?, ?)", (f"key {n}", "x" * 10_000))
    assert ledger.counts().articles == 2
    ledger.close()
    assert titles(library) == {"Ferry sinks", "Bridge opens"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_library_folder_that_cannot_be_written_is_a_sentence(two: Path, library: Path, update: Update) -> None:
    library.mkdir()
    library.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(StorageError, match="permissions"):
        update()


def test_no_library_and_a_damaged_one_are_sentences(library: Path) -> None:
    with pytest.raises(LibraryNotFoundError, match="dateline index"):
        Ledger(library)
    library.mkdir()
    (library / "ledger.sqlite3").write_bytes(b"this is not a database" * 100)
    with pytest.raises(LibraryDamagedError, match="doctor --repair"):
        Ledger(library)


def test_the_lock_of_the_same_process_is_not_taken_twice(library: Path) -> None:
    with hold_lock(library, "write"), pytest.raises(LibraryLockedError), hold_lock(library, "write"):
        pass
