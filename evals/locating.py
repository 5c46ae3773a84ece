"""A quote as somebody typed it -> the places in the articles where it stands, or what comes nearest."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from evals.gold import ArticleIndex, Reference, source_id_of
from index.articles import Article, Role, Span
from rag.retrieving import RetrievedPassage

_NEAREST = 5
_SEARCHED = 20
_PATTERNS = {mark: pattern for pattern in ('["“”„«»]', "['‘’`´]", "[-–—‑]") for mark in pattern[1:-1]}

Search = Callable[[str], Sequence[RetrievedPassage]]


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """A span of an article, and how like the quote it is: 1 when it is the quote."""

    article: Article
    span: Span
    likeness: float

    @property
    def text(self) -> str:
        """The article's exact words."""
        return self.article.quote(self.span)


def find_words(words: str, text: str) -> Iterator[Span]:
    """Where words stand in a text, whatever its white space, quotation marks and dashes are."""
    tokens = words.split()
    if not tokens:
        return
    pattern = r"\s+".join("".join(_PATTERNS.get(mark, re.escape(mark)) for mark in token) for token in tokens)
    for match in re.finditer(pattern, text):
        yield Span(match.start(), match.end())


def locate_quote(words: str, search: Search) -> list[FoundQuote]:
    """Every place where the words stand; where there is none, the nearest sentences, likest first."""
    articles = {found.article.id: found.article for found in search(words)[:_SEARCHED]}.values()
    exact = [FoundQuote(article, span, 1.0) for article in articles for span in find_words(words, article.text)]
    return exact or _list_nearest(words, list(articles))


def name_article(article: Article, index: ArticleIndex) -> Reference:
    """The reference for people by which this very article is found: its row, its file, else its id."""
    names = [Reference("source_id", source_id_of(article))] if article.item else [Reference("file", article.file)]
    for reference in names:
        named = index.find(reference)
        if named is not None and named.id == article.id:
            return reference
    return Reference("id", article.id)


def _list_nearest(words: str, articles: Sequence[Article]) -> list[FoundQuote]:
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(words.casefold())
    found = []
    for article in articles:
        for sentence in article.sentences:
            if sentence.role is Role.BODY:
                matcher.set_seq1(article.quote(sentence).casefold())
                found.append(FoundQuote(article, Span(sentence.start, sentence.end), matcher.ratio()))
    return sorted(found, key=lambda one: -one.likeness)[:_NEAREST]
