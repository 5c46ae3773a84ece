"""What the checks read: the words of a text once, and the spans, articles and their names in one place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.articles import Article, Role, Sentence
from rag.conversation import Citation
from rag.names import Name, find_names, known_words, normalise_phrases
from rag.words import find_tokens, fold, is_content, stem

_PRONOUN = re.compile(
    r"^[“\"‘]?(?:he|she|it|they|his|her|their|its)\b|[,”\"] (?:he|she|they) (?:said|says|told|added|wrote)\b",
    re.IGNORECASE,
)
_INNER_CAPITAL = re.compile(r"(?<=[a-z,] )([A-Z]\w+)")
_NEIGHBOURS = re.compile(r"\b([A-Z][\w.]*\w)(?:[’']s)?(?: [A-Z]\.)? (?=([A-Z]\w+))")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: folded, its stem, whether it carries meaning, whether it is written as a name."""

    folded: str
    stem: str
    is_content: bool
    is_name: bool
    is_lower: bool


@lru_cache(maxsize=8_192)
def read_words(text: str) -> tuple[Word, ...]:
    """The words of a text in order; names of several words that have an abbreviation count as one."""
    text = normalise_phrases(text)
    names = {name.written for name in read_names(text)}
    words = []
    for token in find_tokens(text):
        folded = fold(token)
        key = stem(folded)
        words.append(Word(folded, key, is_content(token), token in names, token.islower()))
    return tuple(words)


def know_words(text: str) -> frozenset[str]:
    """Every word of a text, folded, with all the words that mean the same people or country."""
    return known_words([text])


@lru_cache(maxsize=8_192)
def stems_of(text: str) -> frozenset[str]:
    """Stems of all words of a text, with those of the words that name the same country or people."""
    return frozenset(stem(word) for word in know_words(text))


def read_names(text: str) -> tuple[Name, ...]:
    """The names of a text."""
    return tuple(find_names(text))


@dataclass(frozen=True, slots=True)
class ArticleWords:
    """What is asked of an article as a whole.

    The folded words that it writes without a capital, the words that it capitalises within sentences, and the
    capitalised words that stand side by side with a space between them.
    """

    lower: frozenset[str]
    inner_capitals: frozenset[str]
    neighbours: frozenset[tuple[str, str]]


@lru_cache(maxsize=512)
def read_article_words(text: str) -> ArticleWords:
    """Read an article's text for its words."""
    lower = {fold(token) for token in find_tokens(text) if token.islower()}
    inner = {fold(match[1]) for match in _INNER_CAPITAL.finditer(text)}
    pairs = {(fold(match[1]), fold(match[2])) for match in _NEIGHBOURS.finditer(text)}
    return ArticleWords(frozenset(lower), frozenset(inner), frozenset(pairs))


def list_heads(articles: Sequence[Article]) -> list[str]:
    """Titles and outlets, which stand beside every citation."""
    return [text for article in articles for text in (article.title, article.outlet) if text]


def read_around(
    citation: Citation, articles: Sequence[Article], before: int, after: int
) -> tuple[list[str], list[str]]:
    """Up to so many body sentences before a citation, nearest first, and behind it, nearest first."""
    article = next(each for each in articles if each.id == citation.article_id)
    earlier: list[Sentence] = []
    later: list[Sentence] = []
    for each in article.sentences:
        if each.role is not Role.BODY:
            continue
        if each.end <= citation.start:
            earlier.append(each)
        elif each.start >= citation.end and len(later) < after:
            later.append(each)
    return [article.quote(each) for each in reversed(earlier[-before:])], [article.quote(each) for each in later]


def names_behind_pronouns(citations: Sequence[Citation], articles: Sequence[Article]) -> frozenset[str]:
    """The words of the sentence before a cited one that begins with "he", "it" or the like, or where "he said" it."""
    return known_words(
        text
        for citation in citations
        if _PRONOUN.search(citation.quote)
        for text in read_around(citation, articles, 1, 0)[0]
    )
