"""Who carries the same text: articles that are copies of each other are one source."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from index.errors import DatelineError
from ui.rendering import opening_words

if TYPE_CHECKING:
    from rag.assemble import Dateline

_MOST_NAMED = 20


def find_copies(dateline: "Dateline", article_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Who else carries these articles: by article id the outlets of their copies, or the titles of those without one."""
    try:
        copies = dateline.copies_of(article_ids)
    except DatelineError:
        return {}
    return {id_: name_carriers(dateline, others) for id_, others in copies.items() if others}


def name_carriers(dateline: "Dateline", article_ids: Collection[str]) -> tuple[str, ...]:
    """The outlets of articles, or the titles of those without one; each once, and of very many some."""
    return tuple(dict.fromkeys(sorted(_carrier(dateline, one) for one in list(article_ids)[:_MOST_NAMED])))


def find_title(dateline: "Dateline", article_id: str) -> str:
    """The title of an article, or its first words, or its id when it has just been removed."""
    try:
        article = dateline.article(article_id)
    except DatelineError:
        return article_id
    return article.title or opening_words(article)


def _carrier(dateline: "Dateline", article_id: str) -> str:
    try:
        return dateline.article(article_id).outlet or find_title(dateline, article_id)
    except DatelineError:
        return article_id
