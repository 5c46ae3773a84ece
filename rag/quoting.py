"""Evidence -> an answer in the articles' own words, for when no model composes one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.conversation import Citation

_MAX_LEAD_WORDS = 9


@dataclass(frozen=True, slots=True)
class Quotation:
    """The words of citation `n` in quotation marks; `lead` introduces the article where it changes, else it is empty.

    The lead names the article, by its file if it has no other name: it is ours, and nothing in it is to be verified.
    """

    lead: str
    text: str
    n: int


def quote_evidence(
    citations: Sequence[Citation], *, remark: str = "", leads: Sequence[str] = ()
) -> Iterator[Quotation]:
    """One quotation a citation, introduced where the article changes, behind its own of `leads`; `remark` begins the first."""
    previous: str | None = None
    for place, citation in enumerate(citations):
        own = leads[place] if place < len(leads) else ""
        article = f"{introduce(citation)}: " if citation.article_id != previous else ""
        parts = (remark if place == 0 else "", own, article)
        yield Quotation(
            " ".join(part.strip() for part in parts if part) + " " * any(parts),
            _put_in_quotes(citation.quote),
            citation.n,
        )
        previous = citation.article_id


def introduce(citation: Citation) -> str:
    """Who says it, by what is known: outlet and date, else title, else the file."""
    published = f"{citation.published.day} {citation.published:%B %Y}" if citation.published else None
    if citation.outlet:
        return ", ".join(part for part in (citation.outlet, published) if part)
    if citation.title:
        return f"“{citation.title}”" + (f" ({published})" if published else "")
    return f"An article of {published}" if published else f"The article in {citation.file}"


def shorten(text: str, words: int = _MAX_LEAD_WORDS) -> str:
    """The first words of a text, with an ellipsis when there are more."""
    every = text.split()
    return " ".join(every[:words]) + ("…" if len(every) > words else "")


def _put_in_quotes(text: str) -> str:
    """Quotation marks around exact words, unless they bring their own: nested ones would have to be altered."""
    line = " ".join(text.split())
    return line if any(mark in line for mark in '“”"') else f"“{line}”"
