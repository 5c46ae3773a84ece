"""Names and years in a question that the articles write nowhere: what is asked of them cannot be answered."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from index.articles import Article
from rag.names import Name, aliases_of, find_names, known_words
from rag.question_words import head_of
from rag.words import find_tokens, is_content

_MISSPELT = 0.85
_MIN_MISSPELT_LETTERS = 6
_HEADLINE_STYLE = 0.9
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def find_strangers(question: str, articles: Sequence[Article]) -> tuple[str, ...]:
    """The names and years of the question, as written there, that none of the articles holds in text or head."""
    return _find_strange_names(question, articles) + _find_strange_years(question, articles)


def _find_strange_names(question: str, articles: Sequence[Article]) -> tuple[str, ...]:
    known = known_words(text for article in articles for text in (article.text, *head_of(article)))
    written = {name.word for article in articles for name in find_names(article.text)}
    names = (name for name in _find_asked_names(question) if not name.initial)
    return tuple(
        name.written for name in names if not aliases_of(name.word) & known and not _is_misspelt(name.word, written)
    )


def _is_misspelt(word: str, names: set[str]) -> bool:
    """Whether a name of the articles was probably meant: long, with the same first letter, and no other country."""
    if len(word) < _MIN_MISSPELT_LETTERS or len(aliases_of(word)) > 1:
        return False
    return bool(get_close_matches(word, [name for name in names if name[0] == word[0]], n=1, cutoff=_MISSPELT))


def _find_asked_names(question: str) -> list[Name]:
    """The names in a question; in one that is capitalised like a headline no capital tells anything."""
    words = [token for token in find_tokens(question) if is_content(token)]
    if len(words) > 3 and sum(word[0].isupper() for word in words) > _HEADLINE_STYLE * len(words):
        return []
    return find_names(question)


def _find_strange_years(question: str, articles: Sequence[Article]) -> tuple[str, ...]:
    text = " ".join(part for article in articles for part in (article.text, *head_of(article)))
    return tuple(year for year in dict.fromkeys(_YEAR.findall(question)) if year not in text)
