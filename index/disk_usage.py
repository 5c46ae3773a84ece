"""How much room a library takes on the disk, and for what."""

from dataclasses import dataclass
from pathlib import Path

from index.removing import REMOVED
from index.uploads import UPLOADS


@dataclass(frozen=True, slots=True)
class DiskUsage:
    """Bytes: the ledger (articles, passages, vectors), what is sealed of it for searching, uploads, what can be undone."""

    ledger: int
    search: int
    uploads: int
    removed: int


def measure_disk_usage(library: Path) -> DiskUsage:
    """What the parts of a library take; parts that are not there take nothing."""
    return DiskUsage(
        ledger=sum(_size_of(path) for path in library.glob("ledger.sqlite3*")),
        search=sum(_size_of(library / name) for name in ("generations", "keywords")),
        uploads=_size_of(library / UPLOADS),
        removed=_size_of(library / REMOVED),
    )


def _size_of(path: Path) -> int:
    total = 0
    for each in [path, *path.rglob("*")]:
        try:
            status = each.lstat()
        except OSError:  # it went while it was looked for
            continue
        total += 0 if each.is_dir() else status.st_size
    return total
