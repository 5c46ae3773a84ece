"""Statements with evidence, and people's word on whether it supports them: what judges are measured on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.converting.lines import need_file, read_rows
from evals.errors import ConversionError

_LABELS = {"SUPPORTS": True, "REFUTES": False, "NOT_ENOUGH_INFO": False}
_VOTES = {"0": "SUPPORTS", "1": "REFUTES", "2": "NOT_ENOUGH_INFO"}


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """One statement and one piece of evidence; pairs of the same `group` share their statement."""

    statement: str
    evidence: str
    title: str
    is_supported: bool
    group: str


def read_climate_fever(path: Path) -> list[LabelledPair]:
    """CLIMATE-FEVER (arXiv 2012.00614): claims from the web, each with sentences of Wikipedia.

    Read as published (a claim a line, with its `evidences`), or flat: a pair a line with claim_id, claim, article,
    evidence and label.

    Raises:
        ConversionError: the file is missing or something else.
    """
    file = need_file(path, "pairs.jsonl", "climate-fever.jsonl")
    try:
        rows = [pair for row in read_rows(file) for pair in (_unfold(row) if "evidences" in row else [row])]
        return [
            LabelledPair(row["claim"], row["evidence"], row["article"], _LABELS[row["label"]], row["claim_id"])
            for row in rows
        ]
    except (KeyError, TypeError, AttributeError) as error:
        raise ConversionError(
            f"{file} is not in the format of CLIMATE-FEVER: {type(error).__name__} {error}."
        ) from error


def _unfold(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "claim_id": str(row["claim_id"]),
            "claim": row["claim"],
            "article": one["article"],
            "evidence": one["evidence"],
            "label": _VOTES.get(str(one["evidence_label"]), one["evidence_label"]),
        }
        for one in row["evidences"]
    ]
