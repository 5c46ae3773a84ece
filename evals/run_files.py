"""Where runs are kept when nobody says where."""

from datetime import datetime
from pathlib import Path


def runs_folder(library: Path) -> Path:
    """The folder of the runs over a library."""
    return library.parent / "runs"


def name_run(library: Path, set_name: str) -> Path:
    """A file for a new run, which is not there yet."""
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    path = runs_folder(library) / f"{set_name}-{stamp}.jsonl"
    number = 1
    # An existing run would be continued.
    while path.exists():
        number += 1
        path = path.with_name(f"{set_name}-{stamp}-{number}.jsonl")
    return path
