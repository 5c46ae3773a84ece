"""Which files a folder offers: those that can be read, those that must not be, subfolders that cannot be opened."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from index.reading.files import is_readable
from index.sources import Source, SourceKind

THE_FOLDER = "."


@dataclass(frozen=True, slots=True)
class Listing:
    """What a place on disk holds, by path inside it, with slashes.

    `failures` are files that must not be read, with the reason; `unlisted` subfolders that could not be looked into (or
    `THE_FOLDER` itself), so that nothing in them counts as gone.
    """

    files: dict[str, os.stat_result] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    unlisted: dict[str, str] = field(default_factory=dict)


def list_files(source: Source) -> Listing:
    """The readable files of a folder or single-file source, with their status.

    Hidden files and folders are left out; links that lead out of the folder are failures, as are things that are no
    plain files.
    """
    if source.kind is SourceKind.FILE:
        return _list_one(source.path)
    folder = source.path
    listing = Listing()

    def note(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix()
        listing.unlisted[_show(name)] = (
            f"the folder cannot be opened ({error.strerror}); its articles are kept as they were."
        )

    for path in _walk(folder, note):
        name = path.relative_to(folder).as_posix()
        if is_readable(name) and _is_wanted(name, source.include, source.exclude):
            _judge(folder, path, name, listing)
    return listing


def _list_one(path: Path) -> Listing:
    listing = Listing()
    if path.exists():
        _judge(path.parent, path, path.name, listing)
    return listing


def _judge(folder: Path, path: Path, name: str, listing: Listing) -> None:
    shown = _show(name)
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(folder):
            listing.failures[shown] = "it is a link that leads out of the folder; copy the article itself here."
            return
        status = path.stat()
    except (OSError, RuntimeError) as error:
        listing.failures[shown] = f"it cannot be opened ({getattr(error, 'strerror', None) or error})."
        return
    if not stat.S_ISREG(status.st_mode):
        listing.failures[shown] = "it is not a plain file."
    elif shown != name:
        listing.failures[shown] = "its name is not valid UTF-8; rename it."
    else:
        listing.files[name] = status


def _show(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")


def _is_wanted(name: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """A glob without a slash is compared with the file's own name, one with a slash with the whole path."""

    def matches(pattern: str) -> bool:
        return fnmatchcase(name if "/" in pattern else name.rsplit("/", 1)[-1], pattern)

    return (not include or any(map(matches, include))) and not any(map(matches, exclude))


def _walk(folder: Path, on_error: Callable[[OSError], None]) -> Iterator[Path]:
    # Not os.walk: it calls itself for each folder in a folder, and a deep one ends it.
    waiting = [os.fspath(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as found:
                entries = sorted((entry for entry in found if not entry.name.startswith(".")), key=lambda e: e.name)
        except OSError as error:
            on_error(error)
            continue
        for entry in entries:
            if not _is_folder(entry):
                yield Path(entry.path)
            elif not entry.is_symlink():
                waiting.append(entry.path)


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False
