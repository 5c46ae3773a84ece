"""Numbers, dates and amounts of a text in one spelling, so that "two-day" and "2-day", "March 18" and "2021-03-18" compare."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
    " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_CARDINAL = {word: value for value, word in enumerate(_ONES)} | {word: 20 + 10 * i for i, word in enumerate(_TENS)}
_SCALE = {
    "hundred": 100,
    "thousand": 1_000,
    "k": 1_000,
    "million": 10**6,
    "mn": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
    "dozen": 12,
    "dozens": 12,
}
NUMBER_WORDS = frozenset([*_CARDINAL, *_SCALE, *_ORDINALS])
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH_NUMBER = {name: i for i, name in enumerate(_MONTHS, 1)} | {name[:3]: i for i, name in enumerate(_MONTHS, 1)}
_MONTH_NUMBER["sept"] = 9
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()

_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_YEAR = r"(?:,?\s+(?P<{}>(?:1[5-9]|20)\d\d))?"
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{_MONTH})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*[.,]?\d{{3}}\b(?!\d)){_YEAR.format('year')}",
    re.IGNORECASE,
)
_DAY_MONTH = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?{_YEAR.format('year')}", re.IGNORECASE
)
_MONTH_YEAR = re.compile(rf"\b(?P<month>{_MONTH})\.?,?\s+(?:of\s+)?(?P<year>(?:1[5-9]|20)\d\d)\b", re.IGNORECASE)
# "may" is a verb far more often than a month: alone it needs its capital, and is then still doubtful at a sentence's start.
_MONTH_ALONE = re.compile(rf"(?<![.!?] )(?<!^)\b(?:{'|'.join(name.title() for name in _MONTHS)})\b")
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})s?\b", re.IGNORECASE)
_DIGITS = re.compile(
    r"(?<![\w.])(?P<sign>[-−](?=\d))?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:st|nd|rd|th)?(?:\s?(?P<percent>%|per\s?cent\b)|[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|dozen|bn|mn|tn|k|m)\b)?",
    re.IGNORECASE,
)
_NUMBER_WORD = re.compile(r"[a-z]+", re.IGNORECASE)


_BOUND = re.compile(
    r"\b(?:(?P<more>over|more than|at least|above|exceeding|no less than)|(?P<less>under|less than|fewer than|at most|below"
    r"|up to|no more than))\s+[$€£]?(?P<number>[\w.,%-]+(?:\s(?:hundred|thousand|million|billion))?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Quantities:
    """What a text counts and dates.

    `stated` is what must be found elsewhere for the text to hold; `given` also holds the looser readings that a text
    with it supports: of "March 18" the month, and 18.
    """

    stated: frozenset[str]
    given: frozenset[str]


def find_quantities(text: str) -> Quantities:
    """Numbers, percentages, dates, months, weekdays and years of a text."""
    stated: set[str] = set()
    given: set[str] = set()
    rest = text
    for pattern in (_ISO, _MONTH_DAY, _DAY_MONTH, _MONTH_YEAR):
        rest = pattern.sub(lambda match: _take_date(match, stated, given), rest)
    for match in _MONTH_ALONE.finditer(rest):
        stated.add(f"month {_MONTH_NUMBER[match[0].lower()]}")
    stated |= {f"weekday {match[1].lower()}" for match in _WEEKDAY.finditer(rest)}
    rest = _DIGITS.sub(lambda match: _take_number(match, stated, given), rest)
    stated |= _find_number_words(rest)
    return Quantities(frozenset(stated), frozenset(stated | given))


def quantities_of_date(day: date) -> frozenset[str]:
    """Everything that a text may say of a date."""
    return find_quantities(f"{day:%Y-%m-%d}").given | {f"weekday {_WEEKDAYS[day.weekday()]}"}


def find_bounds(text: str) -> dict[str, str]:
    """Numbers that a text bounds, with "more" or "less": "over two hours" -> {"number 2": "more"}."""
    bounds: dict[str, str] = {}
    for match in _BOUND.finditer(text):
        side = "more" if match["more"] else "less"
        bounds |= dict.fromkeys(find_quantities(match["number"]).stated, side)
    return bounds


def describe_quantity(quantity: str) -> str:
    """A quantity in words for the person: "date 3-18" -> "18 March"."""
    kind, _, value = quantity.partition(" ")
    if kind == "date":
        month, day = value.split("-")
        return f"{day} {_MONTHS[int(month) - 1].title()}"
    if kind == "month":
        return _MONTHS[int(value) - 1].title()
    return value.title() if kind == "weekday" else value


def _take_date(match: re.Match[str], stated: set[str], given: set[str]) -> str:
    groups = match.groupdict()
    if groups:
        month = _MONTH_NUMBER[groups["month"].lower()[:3]]
        year, day = groups.get("year"), groups.get("day")
    else:
        year, month, day = match[1], int(match[2]), match[3]
    if not 1 <= month <= 12:
        return match[0]
    given.add(f"month {month}")
    if day:
        stated.add(f"date {month}-{int(day)}")
        given.add(f"number {int(day)}")
    else:
        stated.add(f"month {month}")
    if year:
        stated.add(f"number {year}")
    return " "


def _take_number(match: re.Match[str], stated: set[str], given: set[str]) -> str:
    value = Decimal(match["number"].replace(",", "")) * _SCALE.get((match["scale"] or "").lower(), 1)
    number = f"number {'-' if match['sign'] else ''}{value.normalize():f}"
    stated.add(f"{number}%" if match["percent"] else number)
    given.add(number)
    return " "


def _find_number_words(text: str) -> set[str]:
    found: set[str] = set()
    value: int | None = None
    for word in [*_NUMBER_WORD.findall(text.lower()), ""]:
        if word in _CARDINAL and (value is None or (value % 10 == 0 and value % 100 >= 20 and _CARDINAL[word] < 10)):
            value = (value or 0) + _CARDINAL[word]
        elif word in _SCALE and len(word) > 2 and value is not None:
            value *= _SCALE[word]
        else:
            # "one" is mostly no number: one of them, one another, one-time.
            if value is not None and value != 1:
                found.add(f"number {value}")
            value = _CARDINAL.get(word)
            if word in _ORDINALS[4:]:
                found.add(f"number {_ORDINALS.index(word)}")
    return found


_UNITS = {
    "percent": "%|per ?cent",
    "percentage points": "(?:percentage|%) ?points?|pp",
    "dollars": r"dollars?|USD|bucks",
    "euros": "euros?|EUR",
    "pounds": "pounds?|GBP|lbs?|quid",
    "yen": "yen|JPY",
    "kilometres": "kilomet(?:er|re)s?|km",
    "miles": "miles?|mi",
    "metres": "met(?:er|re)s?|m",
    "feet": "feet|foot|ft",
    "inches": "inch(?:es)?",
    "kilograms": "kilograms?|kilos?|kg",
    "grams": "grams?|g",
    "tons": "ton(?:ne)?s?",
    "litres": "lit(?:er|re)s?",
    "gallons": "gallons?",
    "acres": "acres?",
    "hectares": "hectares?|ha",
    "celsius": "(?:degrees? |° ?)?(?:celsius|centigrade|C)",
    "fahrenheit": "(?:degrees? |° ?)?(?:fahrenheit|F)",
    "seconds": "seconds?|secs?",
    "minutes": "minutes?|mins?",
    "hours": "hours?|hrs?",
    "days": "days?",
    "nights": "nights?",
    "weeks": "weeks?",
    "months": "months?",
    "years": "years?|yrs?",
    "decades": "decades?",
    "centuries": "centur(?:y|ies)",
}
_UNIT_NAMES = list(_UNITS)
_UNIT = "|".join(f"(?P<u{number}>{pattern})" for number, pattern in enumerate(_UNITS.values()))
_CURRENCY = {"$": "dollars", "€": "euros", "£": "pounds", "¥": "yen"}
_FIGURE = (
    r"(?:\d[\d,]*(?:\.\d+)?|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -][a-z]+)?|"
    + "|".join(sorted(_CARDINAL, key=len, reverse=True))
    + r")(?:[ -](?:hundred|thousand|million|billion|trillion|bn|mn|m|tn|k)\b)?"
)
_MEASURED = re.compile(
    rf"(?:(?P<currency>[$€£¥]) ?)?(?<![\w.])(?P<figure>{_FIGURE})"
    rf"(?:(?:[ -–]| to | or | and | - )(?P<other>[$€£¥]?{_FIGURE}))?"
    rf"(?P<behind>[ -]?(?:(?:more|full|square|consecutive|straight|additional|U\.?S\.?) )?(?:{_UNIT})(?![\w]))?",
    re.IGNORECASE,
)


def find_units(text: str) -> dict[str, set[str]]:
    """The units in which a text gives its numbers: "$5 million" -> {"number 5000000": {"dollars"}}."""
    found: dict[str, set[str]] = {}
    for match in _MEASURED.finditer(text):
        unit = _CURRENCY.get(match["currency"] or "") or _read_unit(match)
        if unit is None:
            continue
        for figure in (match["figure"], match["other"]):
            for number in find_quantities(figure or "").given:
                found.setdefault(number, set()).add(unit)
    return found


def _read_unit(match: re.Match[str]) -> str | None:
    if not match["behind"]:
        return None
    return next((name for number, name in enumerate(_UNIT_NAMES) if match[f"u{number}"]), None)


_SCORED = re.compile(r"(?<![\w.,$£€:/-])(\d{1,3}) ?[-–] ?(\d{1,3})(?![\w%/]|[-–,:.]\d| ?(?:percent|%|million|billion))")
_PLACES = {word: place for place, word in enumerate(_ORDINALS) if 1 <= place <= 20}
_PLACE = re.compile(rf"\b(?:(\d+)(?:st|nd|rd|th)|({'|'.join(_PLACES)})(?!s))\b", re.IGNORECASE)


def find_scores(text: str) -> frozenset[tuple[str, str]]:
    """Pairs of figures whose order tells something: "3-1"."""
    return frozenset((match[1], match[2]) for match in _SCORED.finditer(text))


def find_ordinals(text: str) -> frozenset[int]:
    """Places in an order: "third" and "3rd" -> 3."""
    return frozenset(int(match[1]) if match[1] else _PLACES[match[2].lower()] for match in _PLACE.finditer(text))
