"""Files that a person hands over: kept with the library under their digest, shown under their own name."""

import hashlib
import json
import re
import unicodedata
from pathlib import Path, PurePosixPath

from index.errors import DatelineError
from index.reading.files import is_readable
from index.reading.plain import MAX_BYTES
from index.sources import Source, SourceKind
from index.storage import say_storage_errors

UPLOADS = "uploads"
MAX_UPLOADS = 10_000
_NAMES = ".names.json"
_MAX_NAME = 120
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def keep_upload(library: Path, name: str, data: bytes) -> Source:
    """Keep an uploaded file; returns the source of all uploads, to be synced. The same bytes twice are kept once.

    Raises:
        DatelineError: it is empty, too large, of a format that is not read, or one too many.
        StorageError: the disk is full.
    """
    shown = show_name(name)
    if not data:
        raise DatelineError(f"{shown} is empty; choose another file.")
    if len(data) > MAX_BYTES:
        raise DatelineError(f"{shown} is larger than {MAX_BYTES // 1_000_000} MB; put it into a folder and index that.")
    if not is_readable(shown):
        raise DatelineError(f"{shown} is of a format that Dateline does not read; save it as text, HTML or PDF.")
    folder = library / UPLOADS
    path = folder / f"{hashlib.sha256(data).hexdigest()}{_suffix(shown)}"
    with say_storage_errors():
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            if sum(1 for _ in folder.iterdir()) >= MAX_UPLOADS:
                raise DatelineError(
                    f"There are {MAX_UPLOADS:,} uploads already; put further files into a folder and index that."
                )
            _write(path, data)
        names = read_names(folder)
        _write(folder / _NAMES, json.dumps({**names, path.name: shown}).encode())
    return uploads_source(library)


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


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)
