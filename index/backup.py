"""A library in one file, and back again."""

import hashlib
import json
import shutil
import sqlite3
import tempfile
import time
import zipfile
from contextlib import closing
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from index.errors import DatelineError, LibraryNotFoundError, StorageError
from index.ledger_writing import WritableLedger
from index.storage import CONVERSATIONS_FILE, LEDGER_FILE, SCHEMA_VERSION, say_storage_errors
from index.uploads import UPLOADS, uploads_source
from index.write_lock import hold_lock

_DATABASES = (LEDGER_FILE, CONVERSATIONS_FILE)
_MANIFEST = "manifest.json"
_BLOCK = 1 << 20


def back_up(library: Path, file: Path) -> int:
    """Write the library into one zip file, as it is at this moment; questions and indexing go on meanwhile.

    It holds the ledger, in which everything is, the uploaded files and the conversations; what is derived from them is made
    anew. Returns the size of the file in bytes.

    Raises:
        LibraryNotFoundError: there is no library.
        DatelineError: the file exists already.
        StorageError: it cannot be written.
    """
    if not (library / LEDGER_FILE).is_file():
        raise LibraryNotFoundError(f"There is no library in {library} to back up.")
    if file.exists():
        raise DatelineError(f"{file} exists already; name another file, or move it away.")
    with say_storage_errors(), tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".dateline-") as folder:
        members = {name: Path(folder, name) for name in _DATABASES if (library / name).is_file()}
        for name, written in members.items():
            with closing(sqlite3.connect(library / name)) as source, closing(sqlite3.connect(written)) as copy:
                source.backup(copy)
        members |= {f"{UPLOADS}/{path.name}": path for path in sorted((library / UPLOADS).glob("*")) if path.is_file()}
        manifest = {
            "dateline": version("dateline"),
            "schema": SCHEMA_VERSION,
            "sha256": {name: _digest(path) for name, path in members.items()},
        }
        zipped = Path(folder, "backup.zip")
        with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
            for name, path in members.items():
                archive.write(path, name)
        zipped.replace(file)
    return file.stat().st_size


def restore(file: Path, library: Path, *, replaces: bool = False) -> Path | None:
    """Make the library what it was when `file` was written; its searches by meaning are sealed anew by the next indexing.

    With `replaces` a library that is there is moved aside, and where to is returned.

    Raises:
        DatelineError: the file is no backup, is damaged, or a library is there and `replaces` is false.
        LibraryLockedError: another process is writing to the library.
        StorageError: the folder cannot be written.
    """
    # Uploads and other people's files are never made anew: whatever lies there counts, not the ledger alone.
    is_there = library.is_dir() and any(path.suffix != ".lock" for path in library.iterdir())
    if is_there and not replaces:
        raise DatelineError(
            f"There is a library, or something else, in {library} already; restore with --yes to move it aside, or name"
            " another folder with --library."
        )
    with say_storage_errors():
        library.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=library.parent, prefix=".dateline-") as folder:
            fresh = Path(folder, "library")
            _unpack(file, fresh)
            with closing(WritableLedger(fresh)) as ledger:
                damage = ledger.find_damage()
                if damage:
                    raise DatelineError(f"The library in {file} is damaged ({damage}); use another backup.")
                # Uploads lie in the library's own folder, which may be another one now.
                ledger.move_uploads(uploads_source(library))
            aside = None
            if is_there:
                with hold_lock(library, "write"), hold_lock(library, "embed"):
                    aside = library.with_name(f"{library.name}.before-{time.strftime('%Y%m%d-%H%M%S')}")
                    library.rename(aside)
                    # Ended between the two, there is no library; the one aside is whole, and so is the backup.
                    fresh.rename(library)
            else:
                shutil.rmtree(library, ignore_errors=True)
                fresh.rename(library)
    return aside


def _unpack(file: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read(_MANIFEST))
            digests = dict(manifest["sha256"])
            for name, digest in digests.items():
                target = folder / _check_name(name)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(name) as member, target.open("wb") as out:
                    shutil.copyfileobj(member, out, _BLOCK)
                if _digest(target) != digest:
                    raise DatelineError(f"{file} is damaged: {name} is not what was written; use another backup.")
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError) as error:
        raise DatelineError(
            f"{file} is no backup of a library ({error}); choose one that  dateline backup  wrote."
        ) from error
    except OSError as error:
        raise StorageError(
            f"{file} cannot be read ({error.strerror or error}); check the name and its permissions."
        ) from error


def _check_name(name: str) -> str:
    path = PurePosixPath(name)
    is_known = name in _DATABASES or (
        len(path.parts) == 2 and path.parts[0] == UPLOADS and path.name not in {".", ".."}
    )
    if not is_known or "\\" in name:
        raise ValueError(f"it holds {name!r}")
    return name


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
