"""True statements -> ones with another number, date, amount or unit."""

import re
from collections.abc import Iterator

from evals.benchmarks.verifying.pairs import Dice, Drawn, Statement, has_word, know, replace_match

_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_MONTH = "|".join(_MONTHS)
_NOT_MONTH = rf"(?<!{'(?<!'.join(f'{month} )' for month in _MONTHS)}"
_COUNT = re.compile(
    rf"{_NOT_MONTH}(?<![\w.,$£€:/-])(?!(?:19|20)\d\d\b)(\d+)(?![\d.,:%/-]\d| ?%| (?:{_MONTH}|percent|per cent|million|billion|trillion))(?![\w%])"
)
_COUNT_WORD = re.compile(rf"\b({'|'.join(_WORDS[2:])})\b(?= [a-z])")
_DATE = re.compile(rf"\b({_MONTH}) (\d{{1,2}})\b(?!\d)")
_MONTH_NAME = re.compile(rf"\b({_MONTH.replace('May|', '')})\b")
_DAY = re.compile(rf"\b({'|'.join(_DAYS)})\b")
_YEAR = re.compile(r"(?<![\w,.$-])(?:19[5-9]\d|20[0-2]\d)(?![\w%-]|,\d)")
_PERCENT = re.compile(r"(?<![\w.,])(\d+(?:\.\d+)?)(?= ?%| percent\b| per cent\b)")
_MONEY = re.compile(r"[$£€](\d[\d,]*(?:\.\d+)?)")
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS[1:])})\b(?= [a-z]+)")
_SCORE = re.compile(r"(?<![\w-])(\d{1,2})([-–])(\d{1,2})(?![\w-]| ?(?:%|percent|million|billion))")
_RANGE = re.compile(r"\b(\d+) (to|and|or) (\d+)\b")
_UNITS = (
    (r"(?<=\d) million\b", " billion"),
    (r"(?<=\d) billion\b", " million"),
    (r"(?<=\d) ?(?:%|percent\b|per cent\b)(?! point)", " percentage points"),
    (r"\$(?=\d)", "€"),
    (r"[£€](?=\d)", "$"),
    (r"(?<=\d) miles\b", " kilometres"),
    (r"(?<=\d) (?:kilomet(?:er|re)s|km)\b", " miles"),
    (r"(?<=\d) feet\b", " metres"),
    (r"(?<=\d) pounds\b", " kilograms"),
    (r"\b(?<=\w )hours\b", "days"),
    (r"\b(?<=\w )days\b", "weeks"),
    (r"\b(?<=\w )weeks\b", "months"),
    (r"\b(?<=\w )months\b", "years"),
    (r"(?<=\d) degrees Fahrenheit\b", " degrees Celsius"),
)
_COUNTED = re.compile(r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve)) $")


def alter_values(drawn: Drawn, text: str, dice: Dice) -> Iterator[Statement]:
    """One statement of each kind that the text gives occasion for."""
    known = know(drawn, (0, 1))
    for kind, changed in (
        ("number", _alter_number(text, known, dice)),
        ("date", _alter_date(text, known, dice)),
        ("percentage or amount", _alter_amount(text, known, dice)),
        ("unit", _alter_unit(text, known)),
        ("ordinal", _swap_word(_ORDINAL, _ORDINALS[1:], text, known, dice)),
        ("score or range", _turn_pair(text, known)),
    ):
        if changed:
            yield Statement(kind, changed)


def _alter_number(text: str, known: str, dice: Dice) -> str | None:
    figures, words = list(_COUNT.finditer(text)), list(_COUNT_WORD.finditer(text))
    if figures and (not words or dice.number(0, 1)):
        match = dice.choose(figures)
        value = int(match[1])
        choices = [value + dice.number(1, 9), max(2, value - dice.number(1, 3)), value * 10, int(match[1][::-1] or 0)]
        return _replace_new(text, match, [str(each) for each in choices if each != value and each > 1], known, dice)
    if words:
        match = dice.choose(words)
        return _replace_new(text, match, [each for each in _WORDS[2:] if each != match[1]], known, dice)
    return None


def _replace_new(text: str, match: re.Match[str], choices: list[str], known: str, dice: Dice) -> str | None:
    """The text with a value that what is known holds in no spelling."""
    fresh = [each for each in choices if not any(has_word(form, known) for form in _spellings(each))]
    return replace_match(text, match, dice.choose(fresh)) if fresh else None


def _spellings(value: str) -> list[str]:
    if value in _WORDS:
        return [value, str(_WORDS.index(value))]
    if value.isdigit() and int(value) < len(_WORDS):
        return [value, _WORDS[int(value)]]
    return [value, f"{int(value):,}"] if value.isdigit() else [value]


def _alter_date(text: str, known: str, dice: Dice) -> str | None:
    ways: list[str | None] = []
    if match := _DATE.search(text):
        days = [str(day) for day in range(1, 29) if not has_word(str(day), known)]
        ways.append(text[: match.start(2)] + dice.choose(days) + text[match.end(2) :])
        ways.append(_swap(match, 1, _MONTHS, text, known, dice))
    elif match := _MONTH_NAME.search(text):
        ways.append(_swap(match, 1, _MONTHS, text, known, dice))
    if match := _DAY.search(text):
        ways.append(_swap(match, 1, _DAYS, text, known, dice))
    if match := _YEAR.search(text):
        years = [str(int(match[0]) + step) for step in (-11, -2, -1, 1, 2, 9)]
        ways.append(_swap(match, 0, years, text, known, dice))
    found = [each for each in ways if each]
    return dice.choose(found) if found else None


def _swap(match: re.Match[str], group: int, choices: list[str], text: str, known: str, dice: Dice) -> str | None:
    fresh = [each for each in choices if not has_word(each, known) and not has_word(each[:3], known)]
    return text[: match.start(group)] + dice.choose(fresh) + text[match.end(group) :] if fresh else None


def _swap_word(pattern: re.Pattern[str], choices: list[str], text: str, known: str, dice: Dice) -> str | None:
    match = pattern.search(text)
    return _swap(match, 1, choices, text, known, dice) if match else None


def _alter_amount(text: str, known: str, dice: Dice) -> str | None:
    found = [*_PERCENT.finditer(text), *_MONEY.finditer(text)]
    if not found:
        return None
    match = dice.choose(found)
    value = float(match[1].replace(",", ""))
    choices = [f"{value + dice.number(1, 9):g}", f"{value * 10:g}", f"{value / 2:g}"]
    fresh = [each for each in choices if "e" not in each and not has_word(each, known)]
    return text[: match.start(1)] + dice.choose(fresh) + text[match.end(1) :] if fresh else None


def _alter_unit(text: str, known: str) -> str | None:
    for pattern, other in _UNITS:
        match = re.search(pattern, text)
        if not match or (
            match[0] in ("hours", "days", "weeks", "months") and not _COUNTED.search(text[: match.start()])
        ):
            continue
        if other.strip() not in known:
            return replace_match(text, match, other)
    return None


def _turn_pair(text: str, known: str) -> str | None:
    for pattern in (_SCORE, _RANGE):
        match = pattern.search(text)
        if match and match[1] != match[3]:
            turned = (
                f"{match[3]}{match[2]}{match[1]}" if pattern is _SCORE else f"{match[1]} {match[2]} {int(match[3]) + 7}"
            )
            if turned not in known and not has_word(str(int(match[3]) + 7), known):
                return replace_match(text, match, turned)
    return None
