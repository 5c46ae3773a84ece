"""Title, outlet, date and link, found where an article states them; what is not stated is not guessed."""

import re
from dataclasses import dataclass
from datetime import date

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
_DATE = (
    rf"{_WEEKDAY}(?:(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})"
    rf"|{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH.replace('month', 'month2')},?\s+(?P<year2>\d{{4}}))"
)
_CLOCK = r"(?:[T ,]+(?:at\s+)?\d{1,2}[:.]\d{2}(?::\d{2})?(?:\.\d+)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|[+-]\d{2}:?\d{2}|[A-Z]{2,4})?)?"
_DATE_ONLY = re.compile(
    rf"\s*(?:(?:date|published|posted|updated)(?:\s+on)?\s*:?\s*)?{_DATE}{_CLOCK}\s*$", re.IGNORECASE
)
_DATE_AT_START = re.compile(rf"\s*(?:date|published|posted)(?:\s+on)?\s*:?\s*{_DATE}{_CLOCK}\s+", re.IGNORECASE)
_FIELD = re.compile(r"\s*([A-Za-z][A-Za-z _-]{1,20}?)\s*:\s*(\S.*?)\s*$")
_FIELDS = {
    "title": "title",
    "headline": "title",
    "outlet": "outlet",
    "source": "outlet",
    "publisher": "outlet",
    "publication": "outlet",
    "newspaper": "outlet",
    "date": "published",
    "published": "published",
    "pubdate": "published",
    "updated": "updated",
    "modified": "updated",
    "url": "url",
    "link": "url",
    "author": "author",
    "authors": "author",
    "byline": "author",
    "by": "author",
    "section": "section",
    "tags": "section",
    "language": "language",
}
# LONDON (Reuters) - ...: the agency's own way of signing.
_AGENCY = re.compile(r"\s*[A-Z][A-Z .'’/-]{2,40}(?:,\s[\w .]{2,30})?\s\((?P<outlet>[A-Z][\w .&]{1,30})\)\s[-–—]\s")
_BY = re.compile(r"^\s*by\s+", re.IGNORECASE)
_BETWEEN_AUTHORS = re.compile(r"\s*(?:[,;&|]|\band\b)\s*", re.IGNORECASE)
# What programs write where nobody said who wrote it.
_NOBODY = frozenset({"anonymous", "unknown", "unspecified", "author", "admin", "user", "python-docx"})
_URL = re.compile(r"https?://\S+$")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an article says of itself; None where it says nothing."""

    title: str | None = None
    outlet: str | None = None
    published: date | None = None
    url: str | None = None
    authors: tuple[str, ...] = ()
    updated: date | None = None

    def or_else(self, other: "Metadata") -> "Metadata":
        """What this one states, and for what it does not state, what the other does."""
        return Metadata(
            *(self.title or other.title, self.outlet or other.outlet, self.published or other.published),
            *(self.url or other.url, self.authors or other.authors, self.updated or other.updated),
        )


def read_date(line: str) -> date | None:
    """The date that a line consists of ("March 10, 2021", "Published: 2021-03-10"), or None."""
    match = _DATE_ONLY.match(line)
    return _to_date(match) if match else None


def read_leading_date(line: str) -> tuple[date, int] | None:
    """A labelled date before the first words of a line (" date 2021-03-10 The White House ...") and where it ends."""
    match = _DATE_AT_START.match(line)
    found = _to_date(match) if match else None
    return (found, match.end()) if match and found else None


def read_field(line: str) -> tuple[str, str] | None:
    """One "Name: value" line with a known name -> (what it is, its value), or None."""
    match = _FIELD.match(line)
    if not match:
        return None
    name = _FIELDS.get(match[1].lower().replace("_", "").replace("-", "").strip())
    return (name, match[2].strip("\"'")) if name else None


def read_agency(line: str) -> str | None:
    """The news agency that signs the first paragraph ("LONDON (Reuters) - ..."), or None."""
    match = _AGENCY.match(line)
    return match["outlet"] if match else None


def gather(fields: dict[str, str]) -> Metadata:
    """Metadata from "Name: value" fields, leaving out values that are not what their name promises."""
    url = fields.get("url", "")
    return Metadata(
        title=fields.get("title"),
        outlet=fields.get("outlet"),
        published=read_date(fields.get("published", "")),
        url=url if _URL.match(url) else None,
        authors=split_authors(fields.get("author", "")),
        updated=read_date(fields.get("updated", "")),
    )


def split_authors(byline: str) -> tuple[str, ...]:
    """The names in a byline ("By Ann Lee, Bo Xu and Carla Díaz"), in order, each once."""
    names = _BETWEEN_AUTHORS.split(_BY.sub("", byline))
    found = (name.strip(" .") for name in names if any(map(str.isalpha, name)))
    return tuple(dict.fromkeys(name for name in found if name.strip("()").casefold() not in _NOBODY))


def _to_date(match: re.Match[str]) -> date | None:
    groups = match.groupdict()
    try:
        if groups["iso"]:
            return date.fromisoformat(groups["iso"])
        month = (groups["month"] or groups["month2"]).lower()[:3]
        number = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(month))
        return date(int(groups["year"] or groups["year2"]), number, int(groups["day"] or groups["day2"]))
    except ValueError:  # 31 February
        return None
