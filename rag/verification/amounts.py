"""Numbers, dates, units, ordinals and scores stand in the cited words."""

from collections.abc import Sequence

from index.articles import Article
from rag.conversation import Citation
from rag.quantities import (
    describe_quantity,
    find_bounds,
    find_ordinals,
    find_quantities,
    find_scores,
    find_units,
    quantities_of_date,
)  # fmt: skip


def check_amounts(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """A quantity that the cited words do not hold, or hold otherwise: bounded on the other side, in another unit."""
    spans = [citation.quote for citation in citations]
    return (
        _check_quantities(sentence, spans, articles)
        or _check_bounds(sentence, spans)
        or _check_units(sentence, spans)
        or _check_order(sentence, [*spans, *(article.title for article in articles if article.title)])
    )


def _check_quantities(sentence: str, spans: Sequence[str], articles: Sequence[Article]) -> str | None:
    stated = find_quantities(sentence).stated
    if not stated:
        return None
    given = frozenset[str]().union(*(find_quantities(span).given for span in spans))
    for article in articles:
        given |= find_quantities(article.title or "").given
        given |= quantities_of_date(article.published) if article.published else frozenset()
    for quantity in sorted(stated - given):
        return f"{describe_quantity(quantity)} does not stand in the cited words."
    return None


def _check_bounds(sentence: str, spans: Sequence[str]) -> str | None:
    bounds = [find_bounds(span) for span in spans]
    for quantity, side in find_bounds(sentence).items():
        if any(found.get(quantity, side) != side for found in bounds):
            return f"The cited words bound {describe_quantity(quantity)} on the other side."
    return None


def _check_units(sentence: str, spans: Sequence[str]) -> str | None:
    """A number may lose its unit or gain one that the source leaves to the context; it may not have another."""
    given: dict[str, set[str]] = {}
    for span in spans:
        for number, units in find_units(span).items():
            given.setdefault(number, set()).update(units)
    for number, units in find_units(sentence).items():
        if number in given and not units & given[number]:
            return f"The cited words give {describe_quantity(number)} in another unit."
    return None


def _check_order(sentence: str, texts: Sequence[str]) -> str | None:
    scores = frozenset[tuple[str, str]]().union(*map(find_scores, texts))
    for first, second in find_scores(sentence) - scores:
        if (second, first) in scores:
            return f"The cited words have {second}-{first}, not {first}-{second}."
    given = frozenset[int]().union(*map(find_ordinals, texts))
    if given and find_ordinals(sentence) - given:
        return "The cited words count another place in the order."
    return None
