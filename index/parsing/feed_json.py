"""Feeds as JSON and back, checked like what comes from a stranger."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any

from index.parsing.article_json import (
    date_from_json,
    date_to_json,
    optional_text_from_json,
    text_from_json,
    texts_from_json,
)
from index.parsing.frames import MalformedError
from index.reading.feed import Feed, FeedEntry

_ENTRY_FIELDS = {field.name for field in fields(FeedEntry)}


def feed_to_json(feed: Feed) -> Iterator[dict[str, Any]]:
    """A feed as values that JSON knows: first what it is called, then each entry."""
    yield {"title": feed.title}
    for entry in feed.entries:
        yield {
            "url": entry.url,
            "title": entry.title,
            "published": date_to_json(entry.published),
            "updated": date_to_json(entry.updated),
            "authors": entry.authors,
            "summary": entry.summary,
            "content": entry.content,
        }


def feed_from_json(values: Sequence[Any]) -> Feed:
    """The inverse of `feed_to_json`.

    Raises:
        ValueError: they are no feed.
    """
    if not values or not isinstance(values[0], dict) or values[0].keys() != {"title"}:
        raise MalformedError("a feed must begin with its title")
    return Feed(optional_text_from_json(values[0]["title"]), tuple(_entry_from_json(value) for value in values[1:]))


def _entry_from_json(value: Any) -> FeedEntry:
    if not isinstance(value, dict) or value.keys() != _ENTRY_FIELDS:
        raise MalformedError("an entry must have all its fields and no others")
    return FeedEntry(
        url=text_from_json(value["url"]),
        title=optional_text_from_json(value["title"]),
        published=date_from_json(value["published"]),
        updated=date_from_json(value["updated"]),
        authors=texts_from_json(value["authors"]),
        summary=optional_text_from_json(value["summary"]),
        content=optional_text_from_json(value["content"]),
    )
