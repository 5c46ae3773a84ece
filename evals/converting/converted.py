"""What a converter gives: cases, and the articles that they are about."""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.cases import Case
from evals.gold import Evidence, Reference


@dataclass(frozen=True, slots=True)
class SourceArticle:
    """An article of a dump; `source_id` is its id there, what the dump does not say is None."""

    source_id: str
    text: str
    title: str | None = None
    outlet: str | None = None
    published: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Converted:
    """A public set: its cases, and its articles, none when it comes without."""

    cases: Sequence[Case]
    articles: Sequence[SourceArticle]


def point_at(source_id: str, *, quote: str | None = None, group: str | None = None) -> Evidence:
    """Gold evidence in an article of the dump: the quote, or without one the whole of it."""
    return Evidence(Reference("source_id", source_id), quote=quote, group=group)
