"""What became of a case: right or wrong, and how far each piece of its gold evidence came."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from evals.gold import Evidence
from evals.judgements import is_right, lies_in
from evals.recording import Result

OUTCOMES = ("wrong", "right", "failed", "not told")


@dataclass(frozen=True, slots=True)
class Fate:
    """How far a gold item came: into the ranking, the evidence, the citations; where it was lost is where to mend.

    `rank` counts from 1, None when it was not retrieved. `is_ranked` and `has_evidence` say whether there was a ranking,
    and evidence, to be in at all.
    """

    is_ranked: bool
    rank: int | None
    has_evidence: bool
    is_evidence: bool
    is_cited: bool


def tell_outcome(result: Result) -> str:
    """Right, wrong, failed, or not told by the case."""
    if result.failure is not None:
        return "failed"
    right = is_right(result) if "status" in result.line else None
    return "not told" if right is None else "right" if right else "wrong"


def tell_fate(place: Mapping[str, Any], line: Mapping[str, Any]) -> Fate:
    """How far the gold item that was found at `place` came in the line of a case."""
    return Fate(
        "ranking" in line,
        next((rank for rank, found in enumerate(line.get("ranking", ()), 1) if lies_in(found, place)), None),
        "evidence" in line,
        any(lies_in(one, place) for one in line.get("evidence", ())),
        any(lies_in(one, place) for one in line.get("citations", ())),
    )


def pair_gold(result: Result) -> Iterator[tuple[Evidence, Mapping[str, Any] | None]]:
    """The gold items in their order, each with where it was found; a run lists them by need, in that order too."""
    needs: dict[str, Iterator[Mapping[str, Any]]] = {}
    waiting = iter(result.line["gold"])
    for position, item in enumerate(result.case.gold):
        name = f"group {item.group}" if item.group else f"item {position}"
        if name not in needs:
            needs[name] = iter(next(waiting, ()))
        yield item, next(needs[name], None)
