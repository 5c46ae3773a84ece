"""What a file states of an article, in whatever shape -> a date, a link, a language, names; None where it is none."""

import email.utils
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from index.reading.metadata import read_date, split_authors

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?=$|T)")
_NUMERIC = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?!\d)")
_SECONDS = re.compile(r"\d{9,10}(?:\.\d+)?$|\d{12,13}$")
_WORDED = re.compile(r"(?=.*[^\W\d_])(?=.*(?<!\d)\d{4}(?!\d)).{8,}$", re.DOTALL)
_LONGEST_DATE = 80
# A year outside is a placeholder (0001-01-01, 9999-12-31) or damage.
_FIRST_YEAR, _LAST_YEAR = 1600, 2100
# 1973 to 2100, so that a year or a row's number is not taken for seconds since 1970.
_FIRST_SECOND, _LAST_SECOND = 100_000_000, 4_102_444_800
_LANGUAGE_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*$")
_LANGUAGES = {
    **dict.fromkeys(("eng", "english"), "en"),
    **dict.fromkeys(("deu", "ger", "german", "deutsch"), "de"),
    **dict.fromkeys(("fra", "fre", "french", "français"), "fr"),
    **dict.fromkeys(("spa", "spanish", "español"), "es"),
    **dict.fromkeys(("ita", "italian", "italiano"), "it"),
    **dict.fromkeys(("por", "portuguese", "português"), "pt"),
    **dict.fromkeys(("nld", "dut", "dutch", "nederlands"), "nl"),
    **dict.fromkeys(("rus", "russian", "русский"), "ru"),
    **dict.fromkeys(("zho", "chi", "chinese", "中文"), "zh"),
    **dict.fromkeys(("jpn", "japanese", "日本語"), "ja"),
    **dict.fromkeys(("ara", "arabic", "العربية"), "ar"),
}
_UNDETERMINED = frozenset({"und", "mul", "zxx", "mis"})
# Bounded, or a word of 100,000 letters takes a minute.
_MAIL_ADDRESS = re.compile(r"\s*[<(\[]?\S{1,100}@\S{1,255}[>)\]]?\s*")
# What a program writes for a title when its user gave none.
_NO_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint) - .*|(?:untitled|unbenannt|sans titre|sin título)\b.{0,4}|(?:word )?document ?\d*"
    r"|.*\.(?:docx?|indd|qxp|pdf|odt|rtf|html?|txt|pages)|[\W\d_]*)$",
    re.IGNORECASE,
)


def to_date(value: object) -> date | None:
    """The day that a value states: ISO, a mail's or a person's way of writing, seconds or milliseconds since 1970.

    The day is the one at the stated place, not the one in Greenwich. What may be read in two ways (03/04/2024) or lacks
    the year, month or day is no date.
    """
    if isinstance(value, Mapping):  # {"$date": ...}, as MongoDB writes it
        return to_date(next(iter(value.values()), None)) if len(value) == 1 else None
    if isinstance(value, date):
        found: date | None = value.date() if isinstance(value, datetime) else value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = _read_text(f"{value:.0f}") if abs(value) < _LAST_SECOND * 1000 else None
    else:
        found = _read_text(value.strip()) if isinstance(value, str) else None
    return found if found and _FIRST_YEAR <= found.year < _LAST_YEAR else None


def to_url(value: object) -> str | None:
    """A web address, or None."""
    text = to_line(value)
    try:
        parts = urlsplit(text or "")
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # a bracket that is never closed
        return None
    return text if is_address and not re.search(r"\s", text or "") else None


def to_language(value: object) -> str | None:
    """The code of a language ("en-GB", "English" -> "en"), or None."""
    text = (to_line(value) or "").lower()
    known = _LANGUAGES.get(text)
    match = _LANGUAGE_CODE.match(text)
    code = match[1] if match else None
    return known or (None if code in _UNDETERMINED else _LANGUAGES.get(code or "", code))


def to_authors(value: object) -> tuple[str, ...]:
    """Names, in order, each once: from a byline, a list, or things that have a name; addresses are no names."""
    if isinstance(value, list | tuple):
        return tuple(dict.fromkeys(name for each in value for name in to_authors(each)))
    line = to_line(value)
    if not line or to_url(line):
        return ()
    return split_authors(_MAIL_ADDRESS.sub(" ", line).strip())


def to_line(value: object) -> str | None:
    """The words of a value on one line, or None: a text, a number, a thing that has a name, the first of a list."""
    if isinstance(value, Mapping):
        named = (value.get(key) for key in ("name", "title", "rendered", "value", "$oid", "@value", "#text"))
        return next(filter(None, map(to_line, named)), None)
    if isinstance(value, list | tuple):
        return next(filter(None, map(to_line, value)), None)
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return " ".join(str(value).split()) or None
    return None


def to_title(value: object) -> str | None:
    """A title that a person gave, or None: not the name of the file, nor what a program writes where none was given."""
    line = to_line(value)
    return None if line is None or _NO_TITLE.match(line) else line


def _read_text(text: str) -> date | None:
    if len(text) > _LONGEST_DATE:
        return None
    for read in (_read_digits, _read_seconds, _read_mail_date, read_date):
        found = read(text)
        if found:
            return found
    is_number = _NUMERIC.match(text) or not _WORDED.match(text)
    return None if is_number else _read_words(text)


def _read_digits(text: str) -> date | None:
    if match := _ISO.match(text):
        parts = (match[1], match[3], match[4])
    elif match := _COMPACT.match(text):
        parts = (match[1], match[2], match[3])
    elif match := _NUMERIC.match(text):
        first, second = int(match[1]), int(match[3])
        # A dot is written where the day comes first; a stroke or a hyphen tells only if one of the two is no month.
        if match[2] != "." and first <= 12 and second <= 12 and first != second:
            return None
        is_month_first = second > 12
        parts = (match[4], match[1], match[3]) if is_month_first else (match[4], match[3], match[1])
    else:
        return None
    try:
        return date(*map(int, parts))
    except ValueError:  # 31 February
        return None


def _read_seconds(text: str) -> date | None:
    if not _SECONDS.match(text):
        return None
    seconds = float(text) / (1000 if len(text.partition(".")[0]) > 10 else 1)
    return datetime.fromtimestamp(seconds, UTC).date() if _FIRST_SECOND < seconds < _LAST_SECOND else None


def _read_mail_date(text: str) -> date | None:
    # Its parser reads a date into nearly anything, so the form is checked first: Fri, 3 May 2024 10:00:00 +0200.
    if not re.match(r"(?:[A-Za-z]{3}, ?)?\d{1,2} [A-Za-z]{3} \d{4} \d", text):
        return None
    try:
        return email.utils.parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@lru_cache(maxsize=4096)
def _read_words(text: str) -> date | None:
    import dateparser  # noqa: PLC0415 - 0.3 s that only a date in words, in another language than English, costs

    settings = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"], "STRICT_PARSING": True}
    try:
        found = dateparser.parse(text, settings=settings)
    except (ValueError, OverflowError, RecursionError):
        return None
    return found.date() if found else None
