"""Citations as buttons that lead to their words in the reading room."""

from collections.abc import Iterable

from rag.conversation import Citation
from ui import wording
from ui.rendering_text import show_text

# Words that are quoted in the article stand in its own marks already.
OPENING_MARKS = tuple("“\"«„‘'")


def put_in_one_line(quote: str) -> str:
    """A quotation without its line breaks."""
    # An article that is wrapped by hand has line breaks in its sentences; a tooltip has none.
    return " ".join(quote.split())


def show_pointer(citation: Citation) -> str:
    """The attributes by which a button leads to its span, and what its tooltip says."""
    origin = " · ".join(list_provenance(citation) or [citation.title or citation.file])
    return (
        f'data-article="{show_text(citation.article_id)}" data-start="{citation.start}" data-end="{citation.end}" '
        f'data-quote="{show_text(put_in_one_line(citation.quote))}" data-origin="{show_text(origin)}"'
    )


def list_provenance(citation: Citation) -> list[str]:
    """Outlet and day, as far as they are known."""
    found = [
        citation.outlet,
        wording.long_date(citation.published) if citation.published else None,
    ]
    return [part for part in found if part]


def show_quotes(cited: Iterable[Citation]) -> str:
    """Citations as buttons with their words; the number of one that the answer does not cite, 0, is not shown."""
    quotes = "".join(
        f'<li><button type="button" class="dl-quote" {show_pointer(citation)}>'
        f'<span class="dl-number">{citation.n or ""}</span>'
        f'<span class="dl-words{" dl-own" if citation.quote[:1] in OPENING_MARKS else ""}">{show_text(citation.quote)}</span>'
        "</button></li>"
        for citation in cited
    )
    return f"<ul>{quotes}</ul>"
