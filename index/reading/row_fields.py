"""One row of a dump -> a draft: which of its fields is the title, the text, the date, by our names or theirs."""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

from index.errors import SettingsError
from index.reading.drafts import Draft
from index.reading.stated import to_authors, to_date, to_language, to_line, to_url
from index.reading.web_page import read_fragment

# Ours, then what the dumps of agencies, crawlers and collections call it, best first; case, "_", "-" and " " are ignored.
_SYNONYMS: dict[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "id": "id _id $id docid articleid documentid newsid uuid guid idx",
        "title": "title headline headlines head articletitle newstitle webtitle heading",
        "text": "text body content article fulltext articlebody articletext bodytext maintext plaintext contenttext story "
        "articlecontent newscontent contenthtml bodyhtml html",
        "published": "published date publishdate publisheddate publicationdate pubdate publishedat datepublished datepublish "
        "publishedon publicationtime publishtime webpublicationdate firstpublished datepub pubtime",
        "updated": "updated modified updatedat updateddate datemodified datemodify modifieddate lastmodified lastupdated",
        "url": "url link weburl articleurl canonicalurl canonical permalink articlelink sourceurl href",
        "outlet": "outlet source publisher publication newspaper sitename sourcename sourcedomain outletname site domain",
        "authors": "authors author byline by writer creator journalist",
        "language": "language lang languagecode inlanguage",
    }.items()
}
FIELD_NAMES = tuple(_SYNONYMS)
_MARKUP = re.compile(
    r"<(?:p|br|div|h[1-6]|ul|ol|span|strong|em|a|img|figure|blockquote|section)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_MAX_NAMED = 20


def check_fields(fields: Mapping[str, str]) -> None:
    """Refuse a mapping of names that are not ours.

    Raises:
        SettingsError: it names the ones that are.
    """
    for name in fields:
        if name not in _SYNONYMS:
            raise SettingsError(f'There is no field "{name}"; an article has {", ".join(FIELD_NAMES)}.')


def to_draft(row: Mapping[str, object], fields: Mapping[str, str]) -> Draft | None:
    """The article of a row, or None if the row has no field for the text.

    `fields` maps our names to the row's, or to a path in it ("body.html"); such a name is followed and no other.
    """
    found = _Row(row, fields)
    text = found.value("text")
    if text is None:
        return None
    words = _to_text(text)
    title = to_line(found.value("title"))
    url = to_url(found.value("url"))
    outlet = to_line(found.value("outlet"))
    return Draft(
        words,
        item=to_line(found.value("id")) or url or _digest(title, words),
        title=_to_text(title).replace("\n", " ") if title else None,
        outlet=None if to_url(outlet) else outlet,
        authors=to_authors(found.value("authors")),
        published=to_date(found.value("published")),
        updated=to_date(found.value("updated")),
        language=to_language(found.value("language")),
        url=url,
    )


def name_fields(names: list[str]) -> str:
    """The fields of a row, for a sentence; the first 20 of them, shortened."""
    shown = [f'"{name[:40]}"' for name in names[:_MAX_NAMED]]
    return ", ".join(shown) + (", ..." if len(names) > _MAX_NAMED else "")


class _Row:
    """A row that can be asked for what is ours."""

    def __init__(self, row: Mapping[str, object], fields: Mapping[str, str]) -> None:
        self._row = row
        self._fields = fields
        # Of two that differ only in case the first counts.
        self._plain = {_plain(each): each for each in reversed(list(row))}

    def value(self, name: str) -> object:
        """The first value that is there and not empty; "" if there are only empty ones, None if there is none."""
        if name in self._fields:
            return _follow(self._row, self._fields[name])
        seen: object = None
        for synonym in _SYNONYMS[name]:
            if synonym in self._plain:
                value = self._row[self._plain[synonym]]
                if value:
                    return value
                seen = ""
        return seen


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).lower() or name


def _follow(value: object, path: str) -> object:
    """What lies at a path with dots; through a list, at that path in each of it."""
    if isinstance(value, list):
        return [found for each in value if (found := _follow(each, path)) is not None] or None
    if not isinstance(value, Mapping):
        return None
    if path in value:
        return "" if value[path] is None else value[path]
    head, dot, rest = path.partition(".")
    return _follow(value.get(head), rest) if dot else None


def _to_text(value: object) -> str:
    """The words of a field: as they are, of markup the visible ones, of a list each on its line."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(_to_text, value)))
    text = value if isinstance(value, str) else _text_inside(value)
    return read_fragment(text) if _MARKUP.search(text) else text


def _text_inside(value: object) -> str:
    if isinstance(value, Mapping):
        named = (value.get(key) for key in ("text", "rendered", "value", "html", "content", "paragraph"))
        return next((each for each in named if isinstance(each, str)), "")
    return ""


def _digest(title: str | None, words: str) -> str:
    """A name for a row without id and link that holds when rows are inserted; a title alone comes more than once."""
    return hashlib.sha256(f"{title or ''}\n{words}".encode("utf-8", "replace")).hexdigest()[:16]
