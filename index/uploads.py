"""Files that a person hands over: kept with the library under their digest, shown under their own name."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from index.errors import DatelineError
from index.reading.files import is_readable
from index.reading.plain import MAX_BYTES
from index.sources import Source, SourceKind
from index.storage import say_storage_errors
from index.write_lock import hold_lock

UPLOADS = "uploads"
MAX_UPLOADS = 10_000
_NAMES = ".names.json"
_MAX_NAME = 120
# The largest takes a second or two to write; many may come at once.
_PATIENCE_SECONDS = 120.0
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def keep_upload(library: Path, name: str, data: bytes) -> Source:
    """Keep an uploaded file; returns the source of all uploads, to be synced. The same bytes twice are kept once.

    Raises:
        DatelineError: it is empty, too large, of a format that is not read, or one too many.
        LibraryLockedError: so many others are handed over that its turn does not come.
        StorageError: the disk is full.
    """
    check_upload(name, len(data))
    shown = show_name(name)
    folder = library / UPLOADS
    path = folder / name_upload(name, data)
    # One after the other: the names are in one file, and the same bytes may come twice at once.
    with hold_lock(library, "uploads", wait_seconds=_PATIENCE_SECONDS), say_storage_errors():
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            if sum(1 for _ in folder.iterdir()) >= MAX_UPLOADS:
                raise DatelineError(
                    f"There are {MAX_UPLOADS:,} uploads already; put further files into a folder and index that."
                )
            _write(path, data)
        _write_names(folder, {**read_names(folder), path.name: shown})
    return uploads_source(library)


def check_upload(name: str, size: int) -> None:
    """Refuse what need not be read at all to be known as no upload.

    Raises:
        DatelineError: it is empty, too large, or of a format that is not read.
    """
    shown = show_name(name)
    if not size:
        raise DatelineError(f"{shown} is empty; choose another file.")
    if size > MAX_BYTES:
        raise DatelineError(f"{shown} is larger than {MAX_BYTES // 1_000_000} MB; put it into a folder and index that.")
    if not is_readable(shown):
        raise DatelineError(f"{shown} is of a format that Dateline does not read; save it as text, HTML or PDF.")


def name_upload(name: str, data: bytes) -> str:
    """The path under which an upload is kept: its digest, and the suffix that says how it is read."""
    return f"{hashlib.sha256(data).hexdigest()}{_suffix(show_name(name))}"


def set_uploads_aside(library: Path, aside: Path, path: str | None) -> None:
    """Move the uploaded file at `path`, or all of them, into another folder, with their names.

    Raises:
        OSError: the disk refuses it.
    """
    folder = library / UPLOADS
    with hold_lock(library, "uploads", wait_seconds=_PATIENCE_SECONDS):
        names = read_names(folder)
        going = [each.name for each in _files_in(folder) if path in {None, each.name}]
        aside.mkdir(parents=True, exist_ok=True)
        _write_names(aside, {name: names[name] for name in going if name in names})
        for name in going:
            (folder / name).replace(aside / name)
        if folder.is_dir():
            _write_names(folder, {name: shown for name, shown in names.items() if name not in going})


def bring_uploads_back(library: Path, aside: Path) -> None:
    """Move files that were set aside back among the uploads.

    Raises:
        OSError: the disk refuses it.
    """
    folder = library / UPLOADS
    with hold_lock(library, "uploads", wait_seconds=_PATIENCE_SECONDS):
        folder.mkdir(parents=True, exist_ok=True)
        _write_names(folder, {**read_names(aside), **read_names(folder)})
        for each in _files_in(aside):
            each.replace(folder / each.name)


def uploads_source(library: Path) -> Source:
    """The source that uploads are."""
    return Source(SourceKind.UPLOADS, str((library / UPLOADS).absolute().resolve()))


def read_names(folder: Path) -> dict[str, str]:
    """What the files in a folder of uploads were called; empty for any other folder."""
    try:
        names = json.loads((folder / _NAMES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(path): str(name) for path, name in names.items()} if isinstance(names, dict) else {}


def show_name(name: str) -> str:
    """A file's name as it may be shown: without folders, invisible characters and excess length."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = unicodedata.normalize("NFC", _UNSEEN.sub("", last)).strip() or "upload"
    if len(shown) > _MAX_NAME:
        suffix = _suffix(shown)
        shown = shown[: _MAX_NAME - len(suffix)] + suffix
    return shown


def _suffix(name: str) -> str:
    suffixes = PurePosixPath(name.lower()).suffixes
    kept = "".join(suffixes[-2:]) if suffixes[-1:] == [".gz"] else "".join(suffixes[-1:])
    return kept if re.fullmatch(r"(\.[a-z0-9]{1,8}){0,2}", kept) else ""


def _files_in(folder: Path) -> list[Path]:
    return [each for each in folder.glob("*") if not each.name.startswith(".")]


def _write_names(folder: Path, names: Mapping[str, str]) -> None:
    _write(folder / _NAMES, json.dumps(names).encode())


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)
