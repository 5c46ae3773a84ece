"""Curves -> SVG elements that take their colours and their font from the page they stand in."""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from lxml import etree
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, PercentFormatter

_SVG = "{http://www.w3.org/2000/svg}"
_WIDTH, _HEIGHT = 6.1, 4.1
_ROW_HEIGHT = 0.34
# One inch of a figure is 72 units of its SVG.
_FONT_SIZE = 12.5
# The page decides on colours, also when it is dark or printed: these stand for its variables.
_INK, _DIM, _LINE = "#000001", "#000002", "#000003"
_RUNS = ("#000011", "#000012", "#000013", "#000014")
_VARIABLES = {_INK: "currentColor", _DIM: "var(--dim)", _LINE: "var(--line)"} | {
    colour: f"var(--run-{number})" for number, colour in enumerate(_RUNS, 1)
}
# On an axis this wide 1, 2 and 5 of each decade would run into each other.
_FEW_DECADES = 300
MAX_RUNS = len(_RUNS)
_COLOUR = re.compile("|".join(_VARIABLES))
_ID = re.compile(r' id="([^"]+)"')
_REFERENCE = re.compile(r"(?<=[\"(])#([A-Za-z][\w-]*)")
_NAMESPACE = re.compile(r' xmlns(?::\w+)?="[^"]+"')
_FONT = re.compile(r" ?font-family: [^;]+;")
# Matplotlib types its settings by a list of their 300 names, which a dict of texts does not fit.
_STYLE: dict[Any, Any] = {
    # Text stays text: it can be found, copied, read aloud, and is set in the font of the page.
    "svg.fonttype": "none",
    "svg.hashsalt": "dateline",
    "font.family": "DejaVu Sans",
    "font.size": _FONT_SIZE,
    "axes.edgecolor": _DIM,
    "axes.labelcolor": _INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": _LINE,
    "grid.linewidth": 0.7,
    "text.color": _INK,
    "xtick.color": _DIM,
    "ytick.color": _DIM,
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "xtick.major.pad": 6,
    "ytick.major.pad": 6,
    "axes.titlepad": 10,
    "legend.frameon": False,
    "lines.linewidth": 2.2,
    "lines.solid_capstyle": "round",
}


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of a plot: `name` is unique on its page, `description` says in a sentence what can be seen."""

    name: str
    title: str
    description: str
    x: str
    y: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Points to be joined; `run` numbers the run that they are of, from 0; `label` goes into the legend, unless empty."""

    xs: Sequence[float]
    ys: Sequence[float]
    run: int = 0
    label: str = ""
    is_dashed: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the ends of its interval, at a place on the other axis."""

    at: float
    value: float
    low: float
    high: float
    run: int = 0


def plot_shares(series: Sequence[Series], labels: Labels) -> str:
    """Shares over shares: both axes from 0 to 100 %."""

    def draw(axes: Axes) -> None:
        _draw_series(axes, series)
        _set_shares(axes.xaxis.set_major_formatter, axes.set_xlim)
        _fit_share_axis(axes, [y for one in series for y in one.ys])

    return _render(labels, draw)


def plot_ranks(series: Sequence[Series], labels: Labels) -> str:
    """Shares over ranks from 1."""

    def draw(axes: Axes) -> None:
        _draw_series(axes, series)
        axes.set_xticks([1, 5, 10, 15, 20])
        _set_shares(axes.yaxis.set_major_formatter, axes.set_ylim)

    return _render(labels, draw)


def plot_times(series: Sequence[Series], labels: Labels) -> str:
    """Cumulated shares over seconds, which stand on a logarithmic axis."""

    def draw(axes: Axes) -> None:
        _draw_series(axes, series, drawstyle="steps-post")
        axes.set_xscale("log")
        low, high = _frame_times([x for one in series for x in one.xs])
        axes.set_xlim(low, high)
        axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if high < _FEW_DECADES * low else (1,)))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.xaxis.set_minor_formatter(NullFormatter())
        _set_shares(axes.yaxis.set_major_formatter, axes.set_ylim)

    return _render(labels, draw)


def plot_calibration(estimates: Sequence[Estimate], labels: Labels) -> str:
    """Shares with their intervals over confidence, beside the line on which both would be equal."""

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_DIM, linewidth=1.2, linestyle=(0, (2, 3)))
        for run in sorted({one.run for one in estimates}):
            own = [one for one in estimates if one.run == run]
            axes.plot([one.at for one in own], [one.value for one in own], color=_RUNS[run], linewidth=1.2)
        for one in estimates:
            axes.plot([one.at, one.at], [one.low, one.high], color=_RUNS[one.run], linewidth=1.6, alpha=0.7)
            axes.plot([one.at], [one.value], color=_RUNS[one.run], marker="o", markersize=6)
        axes.set_xlim(0, 1)
        _set_shares(axes.yaxis.set_major_formatter, axes.set_ylim)

    return _render(labels, draw)


def plot_changes(rows: Sequence[str], estimates: Sequence[Estimate], labels: Labels) -> str:
    """Changes with their intervals, a row each from above, beside the line of no change; `at` counts rows from 0."""

    def draw(axes: Axes) -> None:
        axes.axvline(0, color=_DIM, linewidth=1.2)
        for one in estimates:
            axes.plot([one.low, one.high], [one.at, one.at], color=_RUNS[one.run], linewidth=2)
            axes.plot([one.value], [one.at], color=_RUNS[one.run], marker="o", markersize=7)
        axes.set_yticks(range(len(rows)), labels=rows)
        axes.set_ylim(len(rows) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        axes.spines["left"].set_visible(False)
        reach = max([0.05, *(abs(end) for one in estimates for end in (one.low, one.high))]) * 1.08
        axes.set_xlim(-reach, reach)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:+.2f}" if value else "0"))

    return _render(labels, draw, height=1.1 + _ROW_HEIGHT * len(rows))


def _draw_series(axes: Axes, series: Sequence[Series], drawstyle: str = "default") -> None:
    for one in series:
        style = (0, (4, 2.2)) if one.is_dashed else "solid"
        axes.plot(one.xs, one.ys, color=_RUNS[one.run], linestyle=style, drawstyle=drawstyle)
    # The legend tells the styles apart in the colour of the text: the colours are those of the runs.
    for label, is_dashed in dict.fromkeys((one.label, one.is_dashed) for one in series if one.label):
        axes.plot([], [], color=_INK, linestyle=(0, (4, 2.2)) if is_dashed else "solid", label=label)
    if any(one.label for one in series):
        axes.legend(loc="lower right")


def _frame_times(seconds: Sequence[float]) -> tuple[float, float]:
    """The ends of the axis: a few answers that took no time at all must not press the others together."""
    middle = sorted(seconds)[len(seconds) // 2]
    return max(min(seconds), middle / 30) / 1.15, max(seconds) * 1.15


def _set_shares(
    set_formatter: Callable[[PercentFormatter], None], set_limits: Callable[[float, float], object]
) -> None:
    set_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    set_limits(0, 1.01)


def _fit_share_axis(axes: Axes, values: Sequence[float]) -> None:
    """Shares on the upright axis from 0 to somewhat above the highest, so that small risks can be told apart."""
    _set_shares(axes.yaxis.set_major_formatter, axes.set_ylim)
    axes.set_ylim(0, min(1.01, max([0.2, *(1.2 * value for value in values)])))


def _render(
    labels: Labels,
    draw: Callable[[Axes], None],
    *,
    height: float = _HEIGHT,
) -> str:
    with rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        axes = figure.subplots()
        draw(axes)
        axes.set_xlabel(labels.x)
        # Upright, above the axis: nobody reads with the head on one side.
        axes.set_title(labels.y, loc="left", fontsize=_FONT_SIZE, x=0)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
    return _fit_into_page(drawn.getvalue(), labels)


def _fit_into_page(svg: bytes, labels: Labels) -> str:
    """The SVG as an element of a page: its size, font and metadata gone, its ids its own, its colours the page's."""
    root = etree.fromstring(svg)
    # A style element would hold for the whole page.
    etree.strip_elements(root, f"{_SVG}metadata", f"{_SVG}style", with_tail=False)
    inside = "".join(etree.tostring(child, encoding="unicode") for child in root)
    used = set(_REFERENCE.findall(inside))
    inside = _ID.sub(lambda match: f' id="{labels.name}-{match[1]}"' if match[1] in used else "", inside)
    inside = _REFERENCE.sub(rf"#{labels.name}-\1", inside).replace("xlink:href", "href")
    inside = _COLOUR.sub(lambda match: _VARIABLES[match[0]], _FONT.sub("", _NAMESPACE.sub("", inside)))
    return (
        f'<svg viewBox="{root.get("viewBox")}" role="img" aria-labelledby="{labels.name}-title"'
        f' aria-describedby="{labels.name}-description"><title id="{labels.name}-title">{escape(labels.title)}</title>'
        f'<desc id="{labels.name}-description">{escape(labels.description)}</desc>{inside}</svg>'
    )
