"""Reading the files of public sets: JSON, JSON Lines and tab-separated, plain or gzipped."""

import csv
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.errors import ConversionError


def find_file(path: Path, *names: str) -> Path | None:
    """`path` itself when it is a file, else the first of `names` in the folder, also with .gz behind; None without any."""
    if path.is_file():
        return path
    return next((one for name in names for one in (path / name, path / f"{name}.gz") if one.is_file()), None)


def need_file(path: Path, *names: str) -> Path:
    """The same, or an error.

    Raises:
        ConversionError: none is there.
    """
    found = find_file(path, *names)
    if found is None:
        raise ConversionError(f"{path} holds none of {', '.join(names)}; name the folder that does, or the file.")
    return found


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, or of a file that is one JSON list.

    Raises:
        ConversionError: the file cannot be read; the sentence names the line.
    """
    text = read_text(path)
    if text.lstrip().startswith("["):
        yield from read_json(path)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise ConversionError(f"{path}, line {number} is not JSON ({error.msg}).") from None


def read_json(path: Path) -> Any:
    """The value of a JSON file.

    Raises:
        ConversionError: it is not JSON.
    """
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise ConversionError(f"{path} is not JSON ({error.msg} in line {error.lineno}).") from None


def read_table(path: Path) -> Iterator[list[str]]:
    """The rows of a tab-separated file without its head."""
    rows = csv.reader(read_text(path).splitlines(), delimiter="\t")
    next(rows, None)
    yield from rows


def read_text(path: Path) -> str:
    """The text of a file, unpacked when its name ends in .gz.

    Raises:
        ConversionError: it cannot be read.
    """
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConversionError(f"{path} cannot be read ({error}).") from error
