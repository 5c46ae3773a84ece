"""The plots of a report: each with a title, a caption, and its numbers as a table for those who do not see it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import get_args

import numpy as np

from evals import curves
from evals.comparing import Comparison
from evals.curves import Curve
from evals.figures import Unit, is_lower_better
from evals.plotting import (
    MAX_RUNS,
    Estimate,
    Labels,
    Series,
    plot_calibration,
    plot_changes,
    plot_ranks,
    plot_shares,
    plot_times,
)
from evals.printing import write_interval, write_number
from evals.recording import Run

_SHARES = (10, 25, 50, 75, 90, 100)
_TIMINGS = (("total", "whole answer"), ("first_evidence", "first evidence"))
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawn plot: its SVG, and the same as a table whose first row is the head."""

    labels: Labels
    svg: str
    caption: str
    table: Sequence[Row]


def write_plots(runs: Sequence[Run]) -> str:
    """The plots about runs, the reported one first; those that a run gives nothing for are left out."""
    shown = runs[:MAX_RUNS]
    drawn = [draw(shown) for draw in (_draw_recall, _draw_risk, _draw_calibration, _draw_seconds)]
    figures = [_write_figure(plot) for plot in drawn if plot is not None]
    return f'<h2>Plots</h2>{_write_key(runs)}<div class="plots">{"".join(figures)}</div>' if figures else ""


def write_changes(comparison: Comparison, number: int) -> str:
    """The plot of what changed since an earlier run, its headline figures; `number` tells it apart on the page, from 1."""
    shown = [one for one in comparison.differences if one.is_headline]
    if not shown:
        return ""
    estimates = [
        _turn_to_better(one.name, (one.second - one.first, one.interval.low, one.interval.high), place)
        for place, one in enumerate(shown)
    ]
    labels = Labels(
        f"changes-{number}",
        "What changed",
        "Change of each headline figure with its 95% interval; the table below holds the numbers.",
        "worse  ←  change  →  better",
    )
    svg = plot_changes([one.name for one in shown], estimates, labels)
    caption = "Change of the headline figures with 95% intervals; where less is better the sign is turned round."
    return f'<figure class="wide">{svg}<figcaption>{escape(caption)}</figcaption></figure>'


def _turn_to_better(name: str, values: tuple[float, float, float], place: int) -> Estimate:
    value, low, high = values
    return Estimate(place, -value, -high, -low) if is_lower_better(name) else Estimate(place, value, low, high)


def _draw_recall(runs: Sequence[Run]) -> Plot | None:
    traced = [(n, run, unit, curves.trace_recall(run, unit)) for n, run in enumerate(runs) for unit in get_args(Unit)]
    there = [(n, run, unit, curve) for n, run, unit, curve in traced if curve is not None]
    if not there:
        return None
    series = [Series(curve.xs, curve.ys, n, f"{unit}s", is_dashed=unit == "passage") for n, _, unit, curve in there]
    labels = Labels(
        "ranks",
        "Retrieval by rank",
        "Share of the gold evidence found among the first k passages and articles, for k from 1 to 20.",
        "first k of the ranking",
        "gold evidence found",
    )
    ranks = (1, 3, 5, 10, 20)
    table = [("run", "unit", "n", *(f"k = {k}" for k in ranks))]
    table += [
        (run.name, unit, str(curve.n), *(write_number(curve.ys[k - 1]) for k in ranks)) for _, run, unit, curve in there
    ]
    caption = f"Recall@k, {_count([one[3].n for one in there], 'question')} with gold evidence. {labels.description}"
    return Plot(labels, plot_ranks(series, labels), caption, table)


def _draw_risk(runs: Sequence[Run]) -> Plot | None:
    there = _trace(runs, curves.trace_risk)
    if not there:
        return None
    labels = Labels(
        "risk",
        "Risk and coverage",
        "Share of wrong answers when only the surest are given; a curve that rises to the right means that confidence tells"
        " something.",
        "coverage: share of the answers given, the surest first",
        "risk: share of them that is wrong",
    )
    table = [("run", "n", *(f"{share} %" for share in _SHARES))]
    for _, run, curve in there:
        places = [max(0, round(share / 100 * curve.n) - 1) for share in _SHARES]
        table.append((run.name, str(curve.n), *(write_number(curve.ys[place]) for place in places)))
    series = [Series(curve.xs, curve.ys, n) for n, _, curve in there]
    caption = f"{_count([one[2].n for one in there], 'answer')} that were not refused. {labels.description}"
    return Plot(labels, plot_shares(series, labels), caption, table)


def _draw_calibration(runs: Sequence[Run]) -> Plot | None:
    there = [(n, run, group) for n, run in enumerate(runs) for group in curves.group_by_confidence(run)]
    if not there:
        return None
    labels = Labels(
        "calibration",
        "Calibration",
        "Share of right answers in groups of equal size by confidence, with 95% intervals; dotted, where both are equal.",
        "confidence: how likely the evidence holds the answer",
        "answers that are right",
    )
    table = [("run", "confidence", "n", "right", "95% interval")]
    table += [
        (
            run.name,
            write_number(group.confidence),
            str(group.n),
            write_number(group.right),
            write_interval(group.interval),
        )
        for _, run, group in there
    ]
    estimates = [
        Estimate(group.confidence, group.right, group.interval.low, group.interval.high, n) for n, _, group in there
    ]
    caption = f"{labels.description} The likelihood supposes that half of all questions can be answered."
    return Plot(labels, plot_calibration(estimates, labels), caption, table)


def _draw_seconds(runs: Sequence[Run]) -> Plot | None:
    there = [
        (n, run, what, curve)
        for timing, what in _TIMINGS
        for n, run, curve in _trace(runs, partial(curves.trace_seconds, timing=timing))
    ]
    if not there:
        return None
    labels = Labels(
        "seconds",
        "Latency",
        "Share of the questions that had their first evidence, and their whole answer, after so many seconds.",
        "seconds since the question (logarithmic)",
        "questions served",
    )
    percents = (10, 50, 90, 95, 99)
    table = [("run", "until", "n", *(f"{percent} %" for percent in percents))]
    table += [
        (run.name, what, str(curve.n), *(f"{np.percentile(curve.xs, percent):.3g} s" for percent in percents))
        for _, run, what, curve in there
    ]
    series = [Series(curve.xs, curve.ys, n, what, is_dashed=what != "whole answer") for n, _, what, curve in there]
    caption = f"{_count([one[3].n for one in there], 'question')}. {labels.description}"
    return Plot(labels, plot_times(series, labels), caption, table)


def _trace(runs: Sequence[Run], trace: Callable[[Run], Curve | None]) -> list[tuple[int, Run, Curve]]:
    traced = ((n, run, trace(run)) for n, run in enumerate(runs))
    return [(n, run, curve) for n, run, curve in traced if curve is not None]


def _write_key(runs: Sequence[Run]) -> str:
    """Which colour is which run; nothing for a single one."""
    if len(runs) == 1:
        return ""
    items = "".join(
        f'<li><span class="swatch" style="background: var(--run-{n})"></span>{escape(run.name)}</li>'
        for n, run in enumerate(runs[:MAX_RUNS], 1)
    )
    rest = f"<li>{len(runs) - MAX_RUNS} more runs are not drawn</li>" if len(runs) > MAX_RUNS else ""
    return f'<ul class="key">{items}{rest}</ul>'


def _write_figure(plot: Plot) -> str:
    return (
        f"<figure><h3>{escape(plot.labels.title)}</h3>{plot.svg}<figcaption>{escape(plot.caption)}</figcaption>"
        f'<details><summary>As numbers</summary><div class="scroll"><table>{"".join(_write_rows(plot.table))}</table></div>'
        "</details></figure>"
    )


def _write_rows(table: Sequence[Row]) -> Iterator[str]:
    head, *rows = table
    yield "<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"


def _count(counts: Sequence[int], what: str) -> str:
    """How many cases a plot rests on; where its runs differ, of each of them."""
    listed = list(dict.fromkeys(counts))
    return f"{' and '.join(map(str, listed))} {what}{'s' if listed != [1] else ''}"
