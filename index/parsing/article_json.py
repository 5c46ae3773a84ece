"""Articles as JSON and back: what comes from a worker is checked like what comes from a stranger."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from index.articles import Article, Role, Sentence
from index.parsing.frames import MalformedError
from index.reading.drafts import Unreadable

_ARTICLE_FIELDS = {field.name for field in fields(Article)}
_ROLES = {role.value: role for role in Role}


def found_to_json(found: Article | Unreadable) -> dict[str, Any]:
    """An article, or what could not become one, as values that JSON knows."""
    if isinstance(found, Unreadable):
        return {"item": found.item, "reason": found.reason}
    return {
        "id": found.id,
        "file": found.file,
        "item": found.item,
        "title": found.title,
        "outlet": found.outlet,
        "authors": found.authors,
        "published": date_to_json(found.published),
        "updated": date_to_json(found.updated),
        "language": found.language,
        "url": found.url,
        "text": found.text,
        "sentences": [[s.start, s.end, s.paragraph, s.role.value] for s in found.sentences],
    }


def found_from_json(value: Any) -> Article | Unreadable:
    """The inverse of `found_to_json`.

    Raises:
        ValueError: it is none, or its sentences point outside its text.
    """
    if not isinstance(value, dict):
        raise MalformedError("an article must be an object")
    if value.keys() == {"item", "reason"}:
        return Unreadable(text_from_json(value["item"]), text_from_json(value["reason"]))
    if value.keys() != _ARTICLE_FIELDS:
        raise MalformedError("an article must have all its fields and no others")
    return _article_from_json(value)


def date_to_json(value: date | None) -> str | None:
    """A date as 2021-03-10."""
    return value.isoformat() if value else None


def date_from_json(value: Any) -> date | None:
    """The inverse of `date_to_json`.

    Raises:
        ValueError: it is no date.
    """
    return None if value is None else date.fromisoformat(text_from_json(value))


def text_from_json(value: Any) -> str:
    """The string that a value must be.

    Raises:
        MalformedError: it is not.
    """
    if not isinstance(value, str):
        raise MalformedError("a string is missing")
    return value


def optional_text_from_json(value: Any) -> str | None:
    """The string that a value must be if it is anything.

    Raises:
        MalformedError: it is something else.
    """
    return None if value is None else text_from_json(value)


def texts_from_json(value: Any) -> tuple[str, ...]:
    """The strings that a value must list.

    Raises:
        MalformedError: it does not.
    """
    return tuple(text_from_json(item) for item in _require_list(value))


def _article_from_json(value: Mapping[str, Any]) -> Article:
    text = text_from_json(value["text"])
    return Article(
        id=text_from_json(value["id"]),
        file=text_from_json(value["file"]),
        item=text_from_json(value["item"]),
        title=optional_text_from_json(value["title"]),
        outlet=optional_text_from_json(value["outlet"]),
        authors=texts_from_json(value["authors"]),
        published=date_from_json(value["published"]),
        updated=date_from_json(value["updated"]),
        language=optional_text_from_json(value["language"]),
        url=optional_text_from_json(value["url"]),
        text=text,
        sentences=tuple(_sentence_from_json(item, len(text)) for item in _require_list(value["sentences"])),
    )


def _sentence_from_json(value: Any, length: int) -> Sentence:
    start, end, paragraph, role = value if isinstance(value, list) and len(value) == 4 else (None, None, None, None)
    # `type` and not isinstance: True is an int, and here it would be a lie.
    if not type(start) is type(end) is type(paragraph) is int or not 0 <= start <= end <= length or paragraph < 0:
        raise MalformedError("a sentence does not lie in its text")
    if not isinstance(role, str) or role not in _ROLES:
        raise MalformedError("a sentence has no role that is known")
    return Sentence(start, end, paragraph, _ROLES[role])


def _require_list(value: Any) -> Sequence[Any]:
    if not isinstance(value, list):
        raise MalformedError("a list is missing")
    return value
