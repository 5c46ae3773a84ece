"""How a question is to be answered, as the page, a program or the terminal says it; and in words."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from index.errors import DatelineError
from index.selecting import Selection
from rag.conversation import AS_SET, Manner
from ui import wording, wording_scope

MOST_NAMED = 200
_Name = Annotated[str, Field(min_length=1, max_length=500)]


class SelectionWanted(BaseModel):
    """Among which articles to look; all of them unless something is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    articles: list[_Name] = Field(default=[], max_length=MOST_NAMED, description="Only these articles, by id.")
    outlets: list[_Name] = Field(default=[], max_length=MOST_NAMED, description="Only articles of these outlets.")
    since: date | None = Field(default=None, description="Only articles published on this day or later.")
    until: date | None = Field(default=None, description="Only articles published on this day or earlier.")

    def as_selection(self) -> Selection:
        """The selection as the search takes it."""
        return Selection(tuple(self.articles), tuple(self.outlets), self.since, self.until)


class MannerWanted(SelectionWanted):
    """Out of which articles to answer, and how strictly; what is left out is as the settings say."""

    strictness: float | None = Field(
        default=None, ge=0, le=1, description="How likely the evidence must hold the answer to be given as one."
    )
    quote_only: bool = Field(default=False, description="Answer in the articles' own words, without a language model.")

    def as_manner(self) -> Manner:
        """The manner as the chain takes it."""
        return Manner(self.as_selection(), self.strictness, self.quote_only)


def read_manner(told: str) -> Manner:
    """The manner that the window's page tells with a question; as set when it tells nothing.

    Raises:
        DatelineError: it is of another version of the page.
    """
    if not told:
        return AS_SET
    try:
        return MannerWanted.model_validate_json(told).as_manner()
    except ValidationError as error:
        raise DatelineError(wording_scope.UNREADABLE) from error


def describe_selection(selection: Selection, titles: Sequence[str] = ()) -> str:
    """The articles that a question was asked of, in words; empty when it was asked of all.

    `titles` are those of the articles that it names.
    """
    parts = []
    if selection.article_ids:
        parts.append(wording_scope.name_articles(titles, len(selection.article_ids)))
    if selection.outlets:
        parts.append(", ".join(selection.outlets))
    if selection.since or selection.until:
        parts.append(
            wording_scope.period(
                wording.long_date(selection.since) if selection.since else "",
                wording.long_date(selection.until) if selection.until else "",
            )
        )
    return "; ".join(parts)
