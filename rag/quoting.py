"""Evidence -> an answer in the articles' own words, for when no model composes one."""

from collections.abc import Iterator, Sequence

from rag.conversation import Citation

_MAX_LEAD_WORDS = 9


def quote_evidence(citations: Sequence[Citation]) -> Iterator[tuple[str, int]]:
    """One sentence a citation: its exact words in quotation marks, introduced where the article changes.

    Yields the sentence and the citation's number.
    """
    previous: str | None = None
    for citation in citations:
        quote = _put_in_quotes(citation.quote)
        is_new = citation.article_id != previous
        yield (f"{introduce(citation)}: {quote}" if is_new else quote), citation.n
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
