"""What a benchmark hands over: figures of two sides, printed with their ratio, and the machine they were measured on."""

import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from index.cores import count_usable_cores

_LIBRARIES = ("numpy", "chromadb", "onnxruntime", "tokenizers", "llama-index-core")


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity on both sides, less is better; None where a side has no such thing or it cannot be measured."""

    name: str
    unit: str
    first: float | None
    second: float | None

    @property
    def ratio(self) -> float | None:
        """How many times the second goes into the first; None where one of them is missing or was too small to see."""
        return self.first / self.second if self.first is not None and self.second else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two ways of doing the same work, what each costs, and what has to be known to read the figures."""

    title: str
    first: str
    second: str
    figures: Sequence[Figure]
    notes: Sequence[str] = ()


def write_comparison(comparison: Comparison) -> str:
    """A table: a figure a line, both sides, and how many times the second goes into the first."""
    lines = [comparison.title, f"  {'':<28}{comparison.first:>14}{comparison.second:>14}{'ratio':>10}"]
    for figure in comparison.figures:
        sides = f"{_write_number(figure.first):>14}{_write_number(figure.second):>14}"
        lines.append(f"  {f'{figure.name}, {figure.unit}':<28}{sides}{_write_number(figure.ratio):>10}")
    return "\n".join([*lines, *(f"  {note}" for note in comparison.notes)])


def describe_machine() -> Mapping[str, Any]:
    """The machine and the versions of what is measured, as plain values; the load tells whether others were at work."""
    return {
        "machine": {
            "system": platform.platform(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "usable_cores": count_usable_cores(),
            "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        },
        "versions": {name: version(name) for name in _LIBRARIES}
        | {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version},
        "began": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _write_number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"
