"""What a question says of where and when to look: the outlets it names, the periods, and whether it wants the newest."""

import re
from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.words import STOP_WORDS, find_tokens, fold

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
# Of two days with one month between them the first: "between 10 and 18 March", "March 10-18".
_FIRST_DAY = r"(?P<first_day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_ANY_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_TO = r"(?: ?[-–] ?| (?:to|until|till|through) (?:the )?)"
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10, "few": 3}
_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}
# Each names a stretch of days; the first that fits at a place is taken, so the longer ones come first.
_TIMES = tuple(
    re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE)
    for pattern in (
        r"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)",
        rf"between (?:the )?{_FIRST_DAY} and (?:the )?{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?",
        rf"(?:from (?:the )?)?{_FIRST_DAY}{_TO}{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?",
        rf"between {_MONTH} {_FIRST_DAY} and (?:the )?{_DAY}(?! (?:of )?{_ANY_MONTH})(?:,? {_YEAR})?",
        rf"(?:from )?{_MONTH} {_FIRST_DAY}{_TO}{_DAY}(?! (?:of )?{_ANY_MONTH})(?:,? {_YEAR})?",
        rf"{_DAY}(?: of)? {_MONTH},? {_YEAR}",
        rf"{_MONTH} {_DAY},? {_YEAR}",
        rf"{_DAY}(?: of)? {_MONTH}",
        rf"{_MONTH} {_DAY}",
        rf"(?P<part>first week|last week|first half|second half|beginning|start|middle|end|early|mid|late)(?: in| of|-)? {_MONTH}(?:,? {_YEAR})?",
        rf"(?P<part2>mid)-{_MONTH}(?: {_YEAR})?",
        rf"{_MONTH},? {_YEAR}",
        _MONTH,
        r"(?:the )?(?:last|past|previous) (?P<count>\d{1,3}|a|one|two|three|four|five|six|seven|ten|few) (?P<unit>day|week|month|year)s?",
        r"(?P<which>last|past|previous|this) (?P<span>week|month|year)",
        r"(?P<near>today|yesterday)",
        r"(?<!most )(?<!more )(?P<recently>recently)",
        _YEAR,
    )
)
_SINCE = re.compile(r"\b(?:since|after|from)\s+(?:the\s+)?$", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:before|until|till|up to|prior to)\s+(?:the\s+)?$", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:and|to|until|till|-|–)\s*(?:the\s+)?", re.IGNORECASE)
_RANGE = re.compile(r"\b(?:between|from)\s+(?:the\s+)?$", re.IGNORECASE)
# "may" is mostly a verb, "march" one now and then: they are months beside a day or a year, or after such a word.
_BEFORE_MONTH = re.compile(
    r"\b(?:in|of|since|until|till|before|after|during|by|from|between|and|to|this|last|next|early|late|mid)[\s-]+$",
    re.IGNORECASE,
)
_ALSO_WORDS = frozenset({"may", "march", "mar", "jan", "dec", "sep", "sept", "nov"})
_WANTS_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|recent news|up to date|as of now|right now|at the moment|currently|so far)\b",
    re.IGNORECASE,
)
# Asked in October of what "could be paused in November", nobody means the November before.
_LOOKS_AHEAD = re.compile(
    r"\b(?:will|could|would|should|might|shall|planned|plans?|scheduled|expected|due|going to|upcoming|coming|next)\b",
    re.IGNORECASE,
)
_ATTRIBUTES = r"(?:according to|as reported by|reported by|as per|in|from|by|of|per|did|does|do|has|how|what|the|both|and|between|while|an?)"
_REPORTS = (
    r"(?:report(?:s|ed|ing|age)?|articles?|stor(?:y|ies)|piece|coverage|cover(?:s|ed)|say|says|said|writes?|wrote|claims?|claimed"
    r"|describes?|described|suggests?|suggested|mentions?|mentioned|states?|stated|discuss(?:es|ed)?|highlights?|highlighted"
    r"|publish(?:es|ed)?|notes?|noted|argues?|argued|portrays?|portrayed|indicates?|indicated|and|or)"
)

# Of scores that run from 0 to 1: nearly a filter for an outlet, a good hint for a period.
_OUTLET_FAVOUR, _PERIOD_FAVOUR, _NEWEST_FAVOUR = 0.5, 0.25, 0.25
_AFTERMATH = timedelta(days=3)
# "Recently" is said of some weeks. What happens "this week" may be told in the days before: twice the time is looked at.
_RECENTLY = timedelta(days=60)
_LEAST_LEEWAY, _MOST_LEEWAY = timedelta(days=2), timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included; `is_passing` when news of days that just passed is asked for."""

    first: date
    last: date
    is_passing: bool = False

    def holds(self, day: date) -> bool:
        """Whether a day lies within."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when a question looks: outlets it gives as sources, periods it names, whether it wants the newest."""

    outlets: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()
    wants_newest: bool = False

    def __bool__(self) -> bool:
        """Whether the question narrows anything."""
        return bool(self.outlets or self.periods or self.wants_newest)

    def find_window(self) -> date | None:
        """The day since when an answer must have been published, where the question is of days that just passed.

        Nobody who asks what happened "this week" is answered with what happened in another. A period that is named by its date
        may be told of at any time after it, and what the question says of today holds since long.
        """
        if len(self.periods) != 1 or not self.periods[0].is_passing:
            return None
        (period,) = self.periods
        leeway = min(max(period.last - period.first, _LEAST_LEEWAY), _MOST_LEEWAY)
        return period.first - min(leeway, period.first - date.min)

    def asks_of(self, day: date) -> bool:
        """Whether the question may ask of that day: it names no other time."""
        return not self.wants_newest and (not self.periods or any(period.holds(day) for period in self.periods))


def find_scope(question: str, outlets: Collection[str], *, newest: date | None, today: date) -> Scope:
    """Read the scope off a question.

    `outlets` are those of the library and `newest` its newest date of publication. A month without a year is the latest
    such month that the library can tell of; "last week" is counted from today, or in a library that ends earlier from
    its last day.
    """
    return Scope(
        tuple(_find_outlets(question, outlets)),
        tuple(_find_periods(question, newest=newest, today=today)),
        bool(_WANTS_NEWEST.search(question)),
    )


def _find_outlets(question: str, outlets: Collection[str]) -> Iterator[str]:
    for outlet in sorted(outlets, key=lambda name: (-len(name), name)):
        words = find_tokens(outlet)
        while words and fold(words[0]) in STOP_WORDS:
            words = words[1:]
        if not words:
            continue
        name = r"\W+".join(re.escape(word) for word in words)
        found = re.search(
            rf"\b{_ATTRIBUTES}\s+(?:the\s+)?[\W]*(?:the\s+)?{name}\b|\b{name}\b[\W]*(?:s\b)?\s*{_REPORTS}\b",
            question,
            re.IGNORECASE,
        )
        # "the week" is an outlet only with a capital.
        if found and any(word in found[0] or word.islower() for word in words):
            yield outlet


def _find_periods(question: str, *, newest: date | None, today: date) -> Iterator[Period]:
    found: list[tuple[int, int, Period]] = []
    for pattern in _TIMES:
        for match in pattern.finditer(question):
            if any(match.start() < end and start < match.end() for start, end, _ in found):
                continue
            period = _read_period(match, newest=newest, today=today)
            if period is not None:
                found.append((match.start(), match.end(), period))
    return _bind(question, sorted(found, key=lambda one: one[0]))


def _bind(question: str, found: Sequence[tuple[int, int, Period]]) -> Iterator[Period]:
    """The periods with what stands around them: "since March", "before 10 March", "between March and May"."""
    position = 0
    while position < len(found):
        start, end, period = found[position]
        before = question[:start]
        if position + 1 < len(found) and _RANGE.search(before):
            next_start, _, next_period = found[position + 1]
            if _JOINED.fullmatch(question[end:next_start]):
                yield Period(min(period.first, next_period.first), max(period.last, next_period.last))
                position += 2
                continue
        if _SINCE.search(before):
            yield Period(period.first, date.max)
        elif _UNTIL.search(before):
            yield Period(date.min, period.first)
        else:
            yield period
        position += 1


def _read_period(match: re.Match[str], *, newest: date | None, today: date) -> Period | None:
    groups = match.groupdict()
    try:
        if groups.get("iso"):
            day = date.fromisoformat(groups["iso"])
            return Period(day, day)
        if groups.get("month"):
            return _read_month(match, newest or today)
        if groups.get("year"):
            year = int(groups["year"])
            # What is to be in years to come was told before them.
            return Period(date(year, 1, 1), date(year, 12, 31)) if year <= today.year else None
    except ValueError:
        return None
    period = _count_back(groups, today)
    if newest is not None and newest < period.first:
        period = _count_back(groups, newest)
    return replace(period, is_passing=_is_passing(match))


def _is_passing(match: re.Match[str]) -> bool:
    """Whether news of these days is asked for: not of what is so today or is still to come, nor of "Last Week Tonight"."""
    is_title = match.start() > 0 and not match[0].islower() and not match.string.isupper()
    is_now = match.groupdict().get("near") == "today"
    return not is_now and not is_title and not _LOOKS_AHEAD.search(match.string[: match.start()])


def _read_month(match: re.Match[str], anchor: date) -> Period | None:
    groups = match.groupdict()
    written = groups["month"]
    is_sure = groups.get("day") or groups.get("year") or _BEFORE_MONTH.search(match.string[: match.start()])
    if written.lower() in _ALSO_WORDS and not (is_sure and (groups.get("day") or written[0].isupper())):
        return None
    month = next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(written.lower()[:3]))
    is_over = (month, 1) <= (anchor.month, anchor.day)
    if not is_over and not groups.get("year") and _LOOKS_AHEAD.search(match.string[: match.start()]):
        return None
    year = int(groups["year"]) if groups.get("year") else anchor.year - (not is_over)
    if groups.get("day"):
        day = date(year, month, int(groups["day"]))
        begin = day.replace(day=int(groups["first_day"])) if groups.get("first_day") else day
        return Period(begin, day) if begin <= day else None
    length = monthrange(year, month)[1]
    first, last = _DAYS_OF_PART.get((groups.get("part") or groups.get("part2") or "").lower(), (1, 31))
    if first < 0:
        first = length + first + 1
    return Period(date(year, month, first), date(year, month, min(last, length)))


_DAYS_OF_PART = {
    "first week": (1, 7),
    "last week": (-7, 31),
    "first half": (1, 15),
    "second half": (16, 31),
    "beginning": (1, 10),
    "start": (1, 10),
    "early": (1, 10),
    "mid": (10, 20),
    "middle": (10, 20),
    "end": (-10, 31),
    "late": (-10, 31),
}


def _count_back(groups: dict[str, str | None], anchor: date) -> Period:
    if groups.get("recently"):
        return Period(_go_back(anchor, _RECENTLY.days), anchor)
    if groups.get("near"):
        day = _go_back(anchor, groups["near"] == "yesterday")
        return Period(day, day)
    count, unit = groups.get("count"), groups.get("unit")
    if count and unit:
        number = int(count) if count.isdigit() else _COUNTS[count.lower()]
        return Period(_go_back(anchor, number * _UNIT_DAYS[unit.lower()]), anchor)
    span = str(groups["span"]).lower()
    if str(groups["which"]).lower() != "this":
        # "last week" is said of the past seven days and of the week that ended on Sunday: both are within.
        return Period(_go_back(anchor, {"week": 13, "month": 61, "year": 730}[span]), anchor)
    # On a Monday "this week" is said of what happened the week before, too.
    first = {"week": _go_back(anchor, 6), "month": anchor.replace(day=1)}
    return Period(first.get(span, anchor.replace(month=1, day=1)), anchor)


def _go_back(day: date, days: int) -> date:
    """So many days before, or the first day that there is."""
    return date.fromordinal(max(1, day.toordinal() - days))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a passage comes from: its article's outlet and date of publication."""

    outlet: str | None
    published: date | None


NOWHERE = Origin(None, None)


def favour_scope(scores: Mapping[str, float], origins: Mapping[str, Origin], scope: Scope) -> dict[str, float]:
    """Raise what lies within the scope of a question; best first, and of every outlet named the best before the rest.

    `scores` (0..1) and `origins` are by passage. Nothing is left out: an article without a date may be of the period, and
    another outlet may quote the one that is named.
    """
    days = sorted({origin.published for origin in origins.values() if origin.published})
    raised = {id_: score + _favour(origins.get(id_, NOWHERE), scope, days) for id_, score in scores.items()}
    ranked = sorted(raised, key=lambda id_: (-raised[id_], id_))
    first: dict[str, str] = {}
    for id_ in ranked:
        outlet = origins.get(id_, NOWHERE).outlet
        if outlet in scope.outlets:
            first.setdefault(str(outlet), id_)
    leading = list(first.values())
    # What leads scores at least as much as what follows it.
    highest = max(raised.values(), default=0.0)
    return {id_: highest if id_ in leading else raised[id_] for id_ in dict.fromkeys([*leading, *ranked])}


def _favour(origin: Origin, scope: Scope, days: Sequence[date]) -> float:
    favour = _OUTLET_FAVOUR * (origin.outlet in scope.outlets)
    if origin.published is None:
        return favour
    if any(_may_tell_of(origin.published, period) for period in scope.periods):
        favour += _PERIOD_FAVOUR
    if scope.wants_newest and len(days) > 1:
        favour += _NEWEST_FAVOUR * days.index(origin.published) / (len(days) - 1)
    return favour


def _may_tell_of(published: date, period: Period) -> bool:
    """Whether news of a period appears on that day: until some days after it."""
    last = period.last if period.last > date.max - _AFTERMATH else period.last + _AFTERMATH
    return period.first <= published <= last
