"""A run -> the points of its curves: risk over coverage, calibration, recall by rank, the distribution of seconds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evals.figures import Unit, list_needs, name_unit
from evals.intervals import Interval, wilson
from evals.judgements import tell_confidence
from evals.metrics import recall_at, risk_coverage
from evals.recording import Result, Run

# With fewer answers in a group its interval says nothing.
_MIN_IN_GROUP = 8
_MAX_GROUPS = 8
RANKS = tuple(range(1, 21))


@dataclass(frozen=True, slots=True)
class Curve:
    """Points in order of x; `n` counts the cases that they rest on."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    n: int


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of about the same confidence: its mean, the share of them that is right, with interval and count."""

    confidence: float
    right: float
    interval: Interval
    n: int


def trace_risk(run: Run) -> Curve | None:
    """Risk (share wrong) over coverage, the surest answers first; None when no answer has a confidence."""
    told = _list_told(run)
    if not told:
        return None
    coverage, risk = risk_coverage([one[0] for one in told], [not one[1] for one in told])
    return Curve(tuple(coverage.tolist()), tuple(risk.tolist()), len(told))


def group_by_confidence(run: Run) -> tuple[Group, ...]:
    """Answers in groups of equal size by rising confidence; none when too few have one."""
    told = sorted(_list_told(run))
    groups = min(_MAX_GROUPS, len(told) // _MIN_IN_GROUP)
    if groups == 0:
        return ()
    return tuple(
        _describe_group([told[place] for place in part]) for part in np.array_split(np.arange(len(told)), groups)
    )


def trace_recall(run: Run, unit: Unit) -> Curve | None:
    """Mean recall@k over k for "passage" or "article"; None when no case has both gold evidence and a ranking."""
    judged = [result for result in _list_answered(run) if result.line["gold"] and "ranking" in result.line]
    if not judged:
        return None
    rankings = [list(dict.fromkeys(name_unit(found, unit) for found in one.line["ranking"])) for one in judged]
    needs = [list_needs(one, unit) for one in judged]
    means = [
        float(np.mean([recall_at(k, ranking, need) for ranking, need in zip(rankings, needs, strict=True)]))
        for k in RANKS
    ]
    return Curve(tuple(map(float, RANKS)), tuple(means), len(judged))


def trace_seconds(run: Run, timing: str) -> Curve | None:
    """The share of cases that took at most x seconds to a timing of the run; None when none has it."""
    seconds = sorted(float(one.line["timings"][timing]) for one in _list_answered(run) if timing in one.line["timings"])
    if not seconds:
        return None
    return Curve(tuple(seconds), tuple((np.arange(1, len(seconds) + 1) / len(seconds)).tolist()), len(seconds))


def _list_answered(run: Run) -> list[Result]:
    return [result for result in run.results if result.failure is None]


def _list_told(run: Run) -> list[tuple[float, bool]]:
    known = (tell_confidence(result) for result in _list_answered(run) if "status" in result.line)
    return [one for one in known if one is not None]


def _describe_group(chosen: Sequence[tuple[float, bool]]) -> Group:
    right = sum(one[1] for one in chosen)
    confidence = float(np.mean([one[0] for one in chosen]))
    return Group(confidence, right / len(chosen), wilson(right, len(chosen)), len(chosen))
