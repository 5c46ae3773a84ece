"""The plug is pulled before every single storage operation; the next update makes good whatever was interrupted."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.backup import back_up, restore
from index.errors import DatelineError
from index.mending import mend_library
from index.storage import LEDGER_FILE
from tests.index.torture.conftest import BRIDGE, COMET, FERRY, VOLCANO, Sealed
from tests.index.torture.judging import (
    EMBEDDER,
    bring_in,
    embed,
    embed_without_sealing,
    export,
    find_faults,
    find_half_states,
    sync,
    write,
)
from tests.index.torture.warm import Warm

Spoil = Callable[..., Path]
_PLUG_PULLED = 137
CORRECTED = FERRY.replace("forty", "thirty-nine")
DUMP = "".join(
    f'{{"id": "{n}", "title": "Harbour {n}", "text": "Harbour number {n} was dredged. It took {n} weeks."}}\n'
    for n in range(3)
)


@pytest.fixture
def changed(sealed: Sealed) -> Path:
    """The folder of the sealed library with one file new, one corrected, one renamed, one gone, and a dump."""
    folder = sealed.folder
    write(folder / "comet.txt", COMET)
    write(folder / "ferry.txt", CORRECTED)
    (folder / "bridge.txt").rename(folder / "span.txt")
    (folder / "volcano.txt").unlink()
    write(folder / "harbours.jsonl", DUMP)
    return folder


def die_everywhere(warm: Warm, work: str, make: Callable[[], Path], other: Path) -> Iterator[tuple[int, Path]]:
    """Do a work on fresh libraries, dying one operation later each time, until it comes to its end; gives what is left."""
    at, is_done = 0, False
    while not is_done:
        at += 1
        library = make()
        outcome = warm.run("crash", at, work, library, other)
        assert outcome.status in {0, _PLUG_PULLED}, outcome.said
        is_done = outcome.status == 0
        yield at, library


def test_an_update_may_die_before_any_storage_operation(
    warm: Warm, changed: Path, spoil: Spoil, tmp_path: Path
) -> None:
    undisturbed = spoil()
    bring_in(undisturbed, changed)
    expected = export(undisturbed)
    assert len(expected) == 6
    states: dict[str, list[str | None]] = {
        "naxos": [FERRY, CORRECTED],
        "elbe": [BRIDGE],
        "villages": [VOLCANO, None],
        "comet": [COMET, None],
    }
    wrong: list[str] = []
    deaths = 0
    for at, library in die_everywhere(warm, "bring_in", spoil, changed):
        deaths = at - 1
        wrong += [f"dead at {at}: {fault}" for fault in find_half_states(library, states)]
        bring_in(library, changed)
        wrong += [f"dead at {at}, then updated: {fault}" for fault in find_faults(library)]
        if export(library) != expected:
            wrong.append(f"dead at {at}, then updated, it is another library")
    assert wrong == []
    assert deaths > 60


def test_a_first_update_may_die_before_any_storage_operation(warm: Warm, sealed: Sealed, memory: Path) -> None:
    library = memory / "first"

    def make() -> Path:
        shutil.rmtree(library, ignore_errors=True)
        return library

    bring_in(make(), sealed.folder)
    expected = export(library)
    wrong: list[str] = []
    for at, _ in die_everywhere(warm, "bring_in", make, sealed.folder):
        bring_in(library, sealed.folder)
        wrong += [f"dead at {at}, then updated: {fault}" for fault in find_faults(library)]
        if export(library) != expected:
            wrong.append(f"dead at {at}, then updated, it is another library")
    assert wrong == []


@pytest.mark.parametrize("work", ["forget", "upload", "compact"])
def test_a_change_that_dies_is_made_in_full_or_not_at_all(
    warm: Warm, sealed: Sealed, spoil: Spoil, tmp_path: Path, work: str
) -> None:
    other = sealed.folder
    if work == "upload":
        other = tmp_path / "note.txt"
        write(other, COMET)

    def make() -> Path:
        library = spoil()
        if work == "compact":
            # It ends in a seal, which is tortured on its own: without vectors there is nothing to seal.
            shutil.rmtree(library)
            sync(library, sealed.folder)
        return library

    before = export(make())
    states = [before]
    for _, library in die_everywhere(warm, work, make, other):
        left = export(library)
        if left not in states:
            states.append(left)
        embed_without_sealing(library)
        assert find_faults(library) == []
    assert len(states) == (1 if work == "compact" else 2)
    assert export(library) == states[-1]


def test_a_seal_that_dies_leaves_the_one_before(warm: Warm, changed: Path, spoil: Spoil) -> None:
    def make() -> Path:
        library = spoil(keeps_seal=True)
        sync(library, changed)
        return library

    current = (make() / "current.json").read_text()
    kept = 0
    for _, library in die_everywhere(warm, "seal", make, changed):
        outcome = warm.run("search", library, "comet valley")
        assert outcome.said["keyword"] == ["Comet seen"]
        assert outcome.said["problem"] is None
        kept += (library / "current.json").read_text() == current
    assert kept >= 3
    # The folders and files of those that died are no hindrance, and go.
    embed(library)
    assert find_faults(library) == []
    assert len(list((library / "generations").iterdir())) <= 2
    assert list(library.glob("current.json?*")) == []


def test_a_restore_that_dies_leaves_one_library_or_the_other(
    warm: Warm, sealed: Sealed, spoil: Spoil, memory: Path
) -> None:
    backup = memory / "backup.zip"
    back_up(spoil(), backup)
    restored = export(spoil())
    (sealed.folder / "ferry.txt").unlink()

    def make() -> Path:
        for aside in memory.glob("copy.before-*"):
            shutil.rmtree(aside)
        library = spoil()
        bring_in(library, sealed.folder)
        return library

    later = export(make())
    assert later != restored
    lost = []
    for at, library in die_everywhere(warm, "restore", make, backup):
        if not (library / LEDGER_FILE).exists():
            lost.append(at)
            (aside,) = memory.glob("copy.before-*")
            assert export(aside) == later
            restore(backup, library)
        assert export(library) in (later, restored)
    # Two names cannot be exchanged in one step everywhere; nothing is lost at that one.
    assert len(lost) <= 1


def test_a_backup_that_dies_is_no_backup(warm: Warm, spoil: Spoil, memory: Path) -> None:
    backup = memory / "backup.zip"

    def make() -> Path:
        backup.unlink(missing_ok=True)
        return spoil()

    before = export(spoil())
    for _, library in die_everywhere(warm, "back_up", make, backup):
        assert export(library) == before
        if backup.exists():
            shutil.rmtree(library)
            restore(backup, library)
            assert export(library) == before


def test_a_repair_that_dies_still_knows_the_sources(warm: Warm, sealed: Sealed, spoil: Spoil) -> None:
    expected = export(spoil())

    def make() -> Path:
        library = spoil()
        data = bytearray((library / LEDGER_FILE).read_bytes())
        # The list of sources is on one of the first pages.
        data[-40_000:] = b"\xff" * 40_000
        (library / LEDGER_FILE).write_bytes(data)
        return library

    wrong = []
    for at, library in die_everywhere(warm, "mend", make, sealed.folder):
        try:
            mend_library(library, EMBEDDER)
            bring_in(library)
        except DatelineError as error:
            wrong.append(f"dead at {at}: {error}")
            continue
        texts = [(article["text"], article["places"]) for article in export(library)]
        if texts != [(article["text"], article["places"]) for article in expected]:
            wrong.append(f"dead at {at}: {texts}")
    assert wrong == []
