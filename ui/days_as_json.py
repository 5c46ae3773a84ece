"""How many articles appeared when and in which outlet, as the bars of a plot: by day, week, month or year, whichever suits."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from ui import wording, wording_library
from ui.rendering_text import drop_invisible

# The weeks of a year; more could not be told apart and pointed at on a narrow screen.
_MOST_BARS = 54
_MOST_OUTLETS = 4
_ONE_DAY = timedelta(days=1)
Counted = Sequence[tuple[date | None, str | None, int]]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A kind of period: on which day the one that holds a day begins, when the next one does, and what it is called.

    `is_dated`: under a plot its first day is enough to tell it by.
    """

    title: str
    begin: Callable[[date], date]
    follow: Callable[[date], date]
    name: Callable[[date], str]
    is_dated: bool = False


def _first_of_next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


_UNITS = (
    _Unit(wording_library.BY_DAY, lambda day: day, lambda day: day + _ONE_DAY, wording.long_date),
    _Unit(
        wording_library.BY_WEEK,
        lambda day: day - timedelta(days=day.weekday()),
        lambda day: day + timedelta(days=7),
        lambda day: wording_library.week_of(wording.long_date(day)),
        is_dated=True,
    ),
    _Unit(wording_library.BY_MONTH, lambda day: day.replace(day=1), _first_of_next_month, lambda day: f"{day:%B %Y}"),
    _Unit(
        wording_library.BY_YEAR,
        lambda day: day.replace(month=1, day=1),
        lambda day: day.replace(year=day.year + 1, month=1, day=1),
        lambda day: f"{day.year}",
    ),
)


def days_as_json(counted: Counted) -> dict[str, Any]:
    """The bars of a plot, oldest first, none left out between them, each with its count by outlet; none of a single period.

    The outlets with most articles have a part of their own, the rest one together. Of very long times the newest bars.
    """
    dated = [(day, outlet, count) for day, outlet, count in counted if day]
    if not dated:
        return {"bars": []}
    first, last = min(day for day, _, _ in dated), max(day for day, _, _ in dated)
    unit = next((one for one in _UNITS if _is_coarse_enough(one, first, last)), _UNITS[-1])
    periods = list(_list_periods(unit, first, last))[-_MOST_BARS:]
    outlets = _choose_outlets(dated)
    counts = {begin: Counter[str]() for begin in periods}
    for day, outlet, count in dated:
        if (begin := unit.begin(day)) in counts:
            counts[begin][_part_of(outlet, outlets)] += count
    bars = [_bar(unit, begin, [counts[begin][outlet] for outlet in outlets], outlets) for begin in periods]
    undrawn = sum(count for _, _, count in counted) - sum(bar["count"] for bar in bars)
    if sum(bar["count"] > 0 for bar in bars) < 2:
        return {"bars": []}
    return {
        "title": unit.title,
        "outlets": [drop_invisible(outlet) for outlet in outlets],
        "bars": bars,
        "ends": [
            wording.long_date(begin) if unit.is_dated else unit.name(begin) for begin in (periods[0], periods[-1])
        ],
        "most": wording_library.most_in_a_bar(max(bar["count"] for bar in bars)),
        "undrawn": wording_library.not_drawn(undrawn) if undrawn else None,
    }


def _is_coarse_enough(unit: _Unit, first: date, last: date) -> bool:
    # A time may be millions of days long.
    return len(list(islice(_list_periods(unit, first, last), _MOST_BARS + 1))) <= _MOST_BARS


def _list_periods(unit: _Unit, first: date, last: date) -> Iterator[date]:
    begin = unit.begin(first)
    while begin <= last:
        yield begin
        try:
            begin = unit.follow(begin)
        except (OverflowError, ValueError):
            # The calendar ends.
            return


def _choose_outlets(dated: Counted) -> list[str]:
    totals: Counter[str] = Counter()
    for _, outlet, count in dated:
        totals[outlet or wording_library.NO_OUTLET] += count
    common = [outlet for outlet, _ in totals.most_common()]
    return common if len(common) <= _MOST_OUTLETS + 1 else [*common[:_MOST_OUTLETS], wording_library.OTHER_OUTLETS]


def _part_of(outlet: str | None, outlets: Sequence[str]) -> str:
    named = outlet or wording_library.NO_OUTLET
    return named if named in outlets else wording_library.OTHER_OUTLETS


def _bar(unit: _Unit, begin: date, parts: Sequence[int], outlets: Sequence[str]) -> dict[str, Any]:
    total = sum(parts)
    named = [f"{drop_invisible(outlet)} {part:,}" for outlet, part in zip(outlets, parts, strict=True) if part]
    detail = f" ({', '.join(named)})" if len(named) > 1 else ""
    try:
        until = unit.follow(begin) - _ONE_DAY
    except (OverflowError, ValueError):
        until = date.max
    return {
        "since": begin.isoformat(),
        "until": until.isoformat(),
        "name": unit.name(begin),
        "count": total,
        "parts": list(parts),
        "said": f"{unit.name(begin)}: {wording.counted(total, 'article')}{detail}",
    }
