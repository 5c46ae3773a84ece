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
    """Citations as a list of buttons with their words."""
    return f"<ul>{''.join(f'<li>{show_quote(citation)}</li>' for citation in cited)}</ul>"


def show_quote(citation: Citation) -> str:
    """A citation as a button with its words; one that the answer does not cite has the number 0, which is not shown."""
    own = " dl-own" if citation.quote[:1] in OPENING_MARKS else ""
    number = f'<span class="dl-number">{citation.n}</span>' if citation.n else ""
    return (
        f'<button type="button" class="dl-quote" {show_pointer(citation)}>{number}'
        f'<span class="dl-words{own}">{show_text(citation.quote)}</span></button>'
    )
