"""How far a sync is and what it did, as programs get it."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from index.embedding_job import MAKING_VECTORS
from index.shelving import SyncReport
from index.upkeep import Upkeep
from ui.api.shapes import Given, Wanted

MOST_SECONDS = 60
# Of a first sync every article is new; a program that wants all of them asks for the list of articles.
_MOST_NAMED = 200
_A_LOOK = 0.01


class SyncWanted(Wanted):
    """How to sync."""

    allow_removal: bool = Field(
        default=False,
        description="Remove articles that are gone from a source, however many (`--yes` at the terminal).",
    )
    wait_seconds: float = Field(
        default=0, ge=0, le=MOST_SECONDS, description="Wait so long for its end before answering."
    )


class SyncReportGiven(Given):
    """What the latest sync of one source did: counts of articles, and the names of the first 200 of each kind."""

    source: str
    added: int
    changed: int
    removed: int
    renamed: int
    unchanged: int
    failed: int
    kept: int = Field(description="Gone from the source but held back, since so many at once look like a mishap.")
    is_missing: bool = Field(description="The source itself is not there; its articles are kept.")
    names: dict[str, list[str]] = Field(description="What was added, changed, removed, kept.")
    reasons: dict[str, str] = Field(description="What could not be read, and why.")


class SyncGiven(Given):
    """How far a sync is."""

    state: Literal["reading", "understanding", "resting"] = Field(
        description="Reading files; making vectors, while everything can already be found by keyword; or done."
    )
    doing: str | None
    done: int
    total: int
    problem: str | None = Field(description="What went wrong last, and what to do about it.")
    reports: list[SyncReportGiven] = Field(description="What was done to each source.")


def give_sync(upkeep: Upkeep) -> SyncGiven:
    """What the upkeep is at."""
    is_resting = upkeep.wait(_A_LOOK)
    status = upkeep.status()
    doing = None if is_resting else status.doing or "Starting"
    return SyncGiven(
        state="resting" if doing is None else "understanding" if doing == MAKING_VECTORS else "reading",
        doing=doing,
        done=status.done,
        total=status.total,
        problem=status.problem,
        reports=_give_reports(status.reports),
    )


def _give_reports(reports: Mapping[str, SyncReport]) -> list[SyncReportGiven]:
    return [
        SyncReportGiven(
            source=place,
            added=len(report.added),
            changed=len(report.changed),
            removed=len(report.removed),
            renamed=len(report.renamed),
            unchanged=report.unchanged,
            failed=len(report.failed),
            kept=len(report.kept),
            is_missing=report.is_missing,
            names={kind: list(getattr(report, kind)[:_MOST_NAMED]) for kind in ("added", "changed", "removed", "kept")},
            reasons=dict(list(report.failed.items())[:_MOST_NAMED]),
        )
        for place, report in reports.items()
    ]
