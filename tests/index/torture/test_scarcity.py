"""A disk that is full, a folder that may not be written: a sentence, and what was there before goes on answering."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.errors import StorageError
from index.ledger import Ledger
from index.storage import LEDGER_FILE
from tests.index.torture.conftest import COMET, FERRY, Sealed
from tests.index.torture.deeds import NOBODY
from tests.index.torture.judging import bring_in, export, find_faults, find_half_states, sync, write
from tests.index.torture.warm import Outcome, Warm

Spoil = Callable[..., Path]
IS_ROOT = os.geteuid() == 0
CORRECTED = FERRY.replace("forty", "thirty-nine")
STATES: dict[str, list[str | None]] = {"naxos": [FERRY, CORRECTED], "comet": [None, COMET]}


@pytest.fixture
def grown(sealed: Sealed) -> Path:
    """The folder of the sealed library with a correction, a new article and a dump that is larger than the library."""
    write(sealed.folder / "ferry.txt", CORRECTED)
    write(sealed.folder / "comet.txt", COMET)
    # The language is stated: what tells it unpacks itself into the temporary folder, which is no subject here.
    text = "word{0} " * 100
    rows = ({"id": n, "language": "en", "text": f"Row {n} was told. {text.format(n)}"} for n in range(100))
    write(sealed.folder / "rows.jsonl", "\n".join(map(json.dumps, rows)))
    return sealed.folder


def require_sentence(outcome: Outcome) -> bool:
    """Whether the work failed; if so, it did in words."""
    assert outcome.status == 0, outcome
    if outcome.said is not None:
        assert outcome.said["kind"] == "StorageError"
        assert outcome.said["sentence"].endswith((".", "is kept."))
    return outcome.said is not None


@pytest.mark.parametrize("work", ["bring_in", "compact"])
def test_a_process_that_may_write_little_fails_in_words_until_it_may_write_enough(
    warm: Warm, grown: Path, spoil: Spoil, work: str
) -> None:
    undisturbed = spoil()
    bring_in(undisturbed, grown)
    expected = export(undisturbed)
    library = spoil()
    if work == "compact":
        shutil.rmtree(library)
        # Without vectors nothing is sealed: that has its own test.
        sync(library, grown)
        expected = export(library)
    failed, limit = 0, 4096
    while require_sentence(warm.run("starve", limit, work, library, grown)):
        failed += 1
        limit *= 2
        assert find_half_states(library, STATES) == []
        with closing(Ledger(library)) as ledger:
            assert ledger.find_damage() is None
            assert ledger.search_keywords(["naxos"], 1)
    assert failed >= 3
    if work == "bring_in":
        assert find_faults(library) == []
    assert export(library) == expected


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if not (IS_ROOT and sys.platform.startswith("linux") and subprocess.run(command, check=False).returncode == 0):
        pytest.skip("only root may mount a disk")
    yield place
    # Chroma goes on holding its files in this process.
    subprocess.run(["/bin/umount", "-l", str(place)], check=True)


def fill(disk: Path, *, leaving: int) -> Path:
    """Fill a disk but for so many bytes; gives the file that does."""
    status = os.statvfs(disk)
    filling = disk / "filling"
    filling.write_bytes(bytes(status.f_bavail * status.f_frsize - leaving))
    return filling


def test_a_full_disk_is_said_and_more_room_makes_it_good(warm: Warm, grown: Path, spoil: Spoil, disk: Path) -> None:
    undisturbed = spoil()
    bring_in(undisturbed, grown)
    expected = export(undisturbed)
    library = Path(shutil.copytree(spoil(keeps_seal=True), disk / "library"))
    kilobytes, failed = 1024, 0
    fill(disk, leaving=50_000)
    while require_sentence(warm.run("work", "bring_in", library, grown)):
        failed += 1
        assert find_half_states(library, STATES) == []
        kilobytes *= 2
        subprocess.run(["/bin/mount", "-o", f"remount,size={kilobytes}k", str(disk)], check=True)
    assert failed >= 1
    assert find_faults(library) == []
    assert export(library) == expected


def test_a_seal_for_which_there_is_no_room_leaves_the_one_before(warm: Warm, spoil: Spoil, disk: Path) -> None:
    library = Path(shutil.copytree(spoil(keeps_seal=True), disk / "library"))
    current = (library / "current.json").read_text()
    for left in (0, 50_000, 150_000, 250_000):
        filling = fill(disk, leaving=left)
        outcome = warm.run("work", "seal", library, library)
        assert outcome.status == 0, outcome
        assert outcome.said is None or outcome.said["kind"] == "StorageError"
        assert (library / "current.json").read_text() == current
        assert len(list((library / "generations").iterdir())) == 1
        filling.unlink()
    assert warm.run("search", library, "ferry Naxos").said["meaning"][0] == "Ferry sinks"


def test_a_backup_for_which_there_is_no_room_is_none(warm: Warm, spoil: Spoil, disk: Path) -> None:
    library, backup = spoil(), disk / "backup.zip"
    for left in (0, 50_000, 100_000):
        filling = fill(disk, leaving=left)
        assert require_sentence(warm.run("work", "back_up", library, backup))
        assert [path.name for path in disk.iterdir()] == ["filling"]
        filling.unlink()
    assert not require_sentence(warm.run("work", "back_up", library, backup))


@pytest.fixture
def public(spoil: Spoil) -> Iterator[Callable[..., Path]]:
    """Gives a copy of the sealed library where everybody may look."""
    with tempfile.TemporaryDirectory() as root:
        Path(root).chmod(0o755)

        def run(*, keeps_seal: bool = False) -> Path:
            library = Path(root, "library")
            shutil.rmtree(library, ignore_errors=True)
            return Path(shutil.copytree(spoil(keeps_seal=keeps_seal), library))

        yield run
        _permit(Path(root), writing=True)


def _permit(folder: Path, *, writing: bool) -> None:
    for path in [folder, *folder.rglob("*")]:
        path.chmod((0o755 if path.is_dir() else 0o644) if writing else (0o555 if path.is_dir() else 0o444))


def run_unprivileged(warm: Warm, deed: str, *arguments: object) -> Outcome:
    """A deed of somebody who is not root."""
    return warm.run("as_nobody", deed, *arguments)


@pytest.mark.parametrize("keeps_seal", [True, False])
def test_a_library_that_may_only_be_read_is_searched(warm: Warm, public: Callable[..., Path], keeps_seal: bool) -> None:
    library = public(keeps_seal=keeps_seal)
    _permit(library, writing=False)
    outcome = run_unprivileged(warm, "search", library, "ferry Naxos")
    assert outcome.status == 0, outcome.said
    assert outcome.said["meaning"][0] == outcome.said["keyword"][0] == "Ferry sinks"


def test_a_library_that_another_writes_to_is_searched_by_who_may_only_read_it(
    warm: Warm, public: Callable[..., Path], sealed: Sealed
) -> None:
    library = public()
    write(sealed.folder / "comet.txt", COMET)
    with closing(Ledger(library)):  # its write-ahead log stays as long as this is open
        sync(library, sealed.folder)
        assert (library / f"{LEDGER_FILE}-wal").stat().st_size > 0
        outcome = run_unprivileged(warm, "search", library, "comet")
        assert outcome.status == 0, outcome.said
        assert outcome.said["keyword"] == ["Comet seen"]


def test_a_library_that_may_only_be_read_is_not_updated_and_says_so(
    warm: Warm, public: Callable[..., Path], owned: Path
) -> None:
    library = public()
    bring_in(library, owned)
    _permit(library, writing=False)
    for work in ("sync", "compact", "mend", "forget"):
        outcome = run_unprivileged(warm, "work", work, library, owned)
        assert require_sentence(outcome), work
        assert "permissions" in outcome.said["sentence"]


def test_a_library_that_was_killed_and_may_only_be_read_is_searched_or_says_why_not(
    warm: Warm, public: Callable[..., Path], sealed: Sealed
) -> None:
    library = public()
    write(sealed.folder / "comet.txt", COMET)
    with closing(Ledger(library)):
        sync(library, sealed.folder)
        left = Path(shutil.copytree(library, library.with_name("left")))
    (left / f"{LEDGER_FILE}-shm").unlink()
    _permit(left, writing=False)
    outcome = run_unprivileged(warm, "search", left, "comet")
    if outcome.status == 0:
        assert outcome.said["keyword"] == ["Comet seen"]
    else:
        assert "StorageError" in outcome.said


@pytest.fixture
def owned(sealed: Sealed) -> Iterator[Path]:
    """A folder of articles with a subfolder, all owned by nobody, where everybody may look."""
    with tempfile.TemporaryDirectory() as root:
        Path(root).chmod(0o755)
        folder = Path(shutil.copytree(sealed.folder, Path(root, "articles")))
        write(folder / "sub" / "comet.txt", COMET)
        (Path(root) / "library").mkdir()
        if IS_ROOT:
            for path in [Path(root), *Path(root).rglob("*")]:
                os.chown(path, NOBODY, NOBODY)
        yield folder
        for path in [Path(root), *Path(root).rglob("*")]:
            path.chmod(0o755)


@pytest.mark.parametrize("closed", ["", "sub", "ferry.txt"])
def test_what_can_no_longer_be_opened_is_kept_and_named(warm: Warm, owned: Path, closed: str) -> None:
    library = owned.with_name("library")
    assert run_unprivileged(warm, "work", "bring_in", library, owned).said is None
    before = export(library)
    assert len(before) == 4
    if closed == "ferry.txt":
        write(owned / closed, CORRECTED)
    (owned / closed).chmod(0)
    outcome = run_unprivileged(warm, "work", "bring_in", library, owned)
    assert outcome.said is None
    assert export(library) == before
    with closing(Ledger(library)) as ledger:
        assert [failure.reason[-1] for failure in ledger.failures()] == ["."]
    (owned / closed).chmod(0o755)
    assert run_unprivileged(warm, "work", "bring_in", library, owned).said is None
    texts = {article["text"] for article in before} - {FERRY} | {CORRECTED if closed == "ferry.txt" else FERRY}
    assert {article["text"] for article in export(library)} == texts
    with closing(Ledger(library)) as ledger:
        assert ledger.failures() == []


def test_a_source_on_a_way_that_is_closed_is_missing_and_stops_no_other(
    warm: Warm, owned: Path, public: Callable[..., Path]
) -> None:
    library = owned.with_name("library")
    assert run_unprivileged(warm, "work", "bring_in", library, owned / "sub").said is None
    before = export(library)
    owned.chmod(0)
    assert run_unprivileged(warm, "work", "sync all", library, owned).said is None
    assert export(library) == before
    outcome = run_unprivileged(warm, "work", "sync", library, owned / "sub")
    assert outcome.said["kind"] == "DatelineError"
    assert outcome.said["sentence"].endswith(".")


def test_a_library_that_may_only_be_read_is_followed_when_another_writes(
    warm: Warm, public: Callable[..., Path], sealed: Sealed
) -> None:
    library = public()
    library.chmod(0o555)
    process = warm.start("as_nobody", "search_until", library, "comet")
    write(sealed.folder / "comet.txt", COMET)
    sync(library, sealed.folder)
    outcome = warm.wait(process)
    assert outcome.status == 0, outcome.said
    assert outcome.said == ["Comet seen"]


def test_a_ledger_file_that_may_only_be_read_is_said(tmp_path: Path, sealed: Sealed) -> None:
    if IS_ROOT:
        pytest.skip("root may write anywhere; nobody's case is tested above")
    (sealed.library / LEDGER_FILE).chmod(0o444)
    with pytest.raises(StorageError):
        sync(sealed.library, sealed.folder)


def test_an_embedding_job_without_room_says_so_and_goes_on_later(warm: Warm, grown: Path, spoil: Spoil) -> None:
    library = spoil()
    sync(library, grown)
    size = (library / LEDGER_FILE).stat().st_size
    outcome = warm.run("starve", size // 8, "embed", library, grown)
    assert require_sentence(outcome)
    bring_in(library, grown)
    assert find_faults(library) == []
