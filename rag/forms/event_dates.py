"""When what a sentence tells of happened, as far as it says so: a day or a month, with the year from the article's date."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = "january february march april may june july august september october november december".split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:,? (?P<year>(?:19|20)\d\d))"
# The first that fits at a place is taken, so the longer ones come first.
_PATTERNS = tuple(
    re.compile(rf"\b{pattern}(?!\w)")
    for pattern in (
        r"(?P<year>(?:19|20)\d\d)-(?P<number>[01]\d)-(?P<day>[0-3]\d)",
        rf"{_DAY}(?: of)? {_MONTH}{_YEAR}?",
        rf"{_MONTH} {_DAY}{_YEAR}?",
        rf"{_MONTH}{_YEAR}",
        rf"(?:[Ii]n|[Ss]ince|[Uu]ntil|[Dd]uring|[Bb]y|[Ll]ate|[Ee]arly|[Ll]ast|[Nn]ext|[Tt]his) {_MONTH}",
        r"(?:[Ii]n|[Ss]ince|[Uu]ntil|[Dd]uring|[Bb]y) (?P<year>(?:19|20)\d\d)",
        r"(?:[Oo]n |[Ll]ast |[Nn]ext )(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)",
        r"(?P<near>[Yy]esterday|[Tt]omorrow)",
    )
)
_TO_COME = re.compile(r"\b(?:will|shall|next|due|scheduled|planned|expected|plans?)\b", re.IGNORECASE)
_NEAR = {"yesterday": -1, "tomorrow": 1}
_REACH = 40
_HALF_A_YEAR = 6


@dataclass(frozen=True, slots=True)
class EventDate:
    """A day, a month (no `day`) or a year (no `month`); without a `year` where neither text nor article tells it."""

    year: int | None
    month: int | None
    day: int | None

    def sort_key(self, year: int) -> tuple[int, int, int]:
        """Where it stands in time; `year` is what a date without one is taken for."""
        return (self.year or year, self.month or 0, self.day or 0)

    def __str__(self) -> str:
        """In words: "18 March 2021"."""
        parts = (self.day, _MONTHS[self.month - 1].title() if self.month else None, self.year)
        return " ".join(str(part) for part in parts if part)


def find_event_dates(text: str, published: date | None) -> list[EventDate]:
    """The dates that a text gives, in order; of those without a year the one nearest to the day of publication."""
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, EventDate]] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            found += [(match.start(), each) for each in _read(match, text, published)]
    return [each for _, each in sorted(found, key=lambda one: one[0])]


def _read(match: re.Match[str], text: str, published: date | None) -> Iterator[EventDate]:
    groups = {name: value for name, value in match.groupdict().items() if value}
    if "weekday" in groups or "near" in groups:
        if published:
            before = text[max(0, match.start() - _REACH) : match.end()]
            day = _count_from(published, groups, is_to_come=bool(_TO_COME.search(before)))
            yield EventDate(day.year, day.month, day.day)
        return
    month = int(groups["number"]) if "number" in groups else _number_of(groups["month"]) if "month" in groups else None
    year = int(groups["year"]) if "year" in groups else _guess_year(month, published)
    if month is None or 1 <= month <= len(_MONTHS):
        yield EventDate(year, month, int(groups["day"]) if "day" in groups else None)


def _count_from(published: date, groups: dict[str, str], *, is_to_come: bool) -> date:
    if "near" in groups:
        return published + timedelta(days=_NEAR[groups["near"].lower()])
    distance = (published.weekday() - _WEEKDAYS.index(groups["weekday"].lower())) % 7
    # News of a Tuesday that appears on a Tuesday is of the same day; what is to come is of the next one.
    return published + timedelta(days=(7 - distance) if is_to_come else -distance)


def _number_of(month: str) -> int:
    return next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(month.lower()[:3]))


def _guess_year(month: int | None, published: date | None) -> int | None:
    if published is None or month is None:
        return None
    distance = month - published.month
    return published.year + (distance < -_HALF_A_YEAR) - (distance > _HALF_A_YEAR)
