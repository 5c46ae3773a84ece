"""The words of a question, each with what it tells, and how much of them a text holds."""

from collections.abc import Callable, Iterable, Mapping

from index.articles import Article, Sentence
from rag.names import known_words
from rag.words import content_words, stem

# Verbs that every question may use: in a small library even they are rare, and would weigh like names.
_LIGHT_STEMS = frozenset(
    "take took place make made give gave get got go went come came happen occur want know tell told think long mani"
    " much peopl thing kind way article articl mention describ discuss talk report accord mean call use tri".split()
)
_LIGHT_WEIGHT = 0.35


def weigh_words(question: str, weigh: Callable[[str], float]) -> dict[str, float]:
    """The question's content words with their weights; `weigh` gives a word's inverse document frequency."""
    words = dict.fromkeys(content_words(question))
    return {word: weigh(word) * (_LIGHT_WEIGHT if stem(word) in _LIGHT_STEMS else 1.0) for word in words}


def weigh_stems(question: str, weigh: Callable[[str], float]) -> dict[str, float]:
    """The stems of the question's content words with their weights; `weigh` as above."""
    return {stem(word): weight for word, weight in weigh_words(question, weigh).items()}


def overlap(weights: Mapping[str, float], article: Article, sentence: Sentence) -> float:
    """Share of the question's words (stems), by weight, that a sentence holds; its article's title counts a third."""
    return share_held(weights, [article.quote(sentence)], head_of(article))


def share_held(weights: Mapping[str, float], texts: Iterable[str], heads: Iterable[str]) -> float:
    """Share of the question's words (stems), by weight, that texts hold; what only their heads hold counts a third."""
    total = sum(weights.values())
    if not total:
        return 0.0
    own = {stem(word) for word in known_words(texts)}
    head = {stem(word) for word in known_words(heads)}
    return sum(weight * (1.0 if word in own else 0.33 * (word in head)) for word, weight in weights.items()) / total


def head_of(article: Article) -> list[str]:
    """What stands above an article: title, outlet, date."""
    published = [f"{article.published:%d %B %Y}", str(article.published.day)] if article.published else []
    return [text for text in (article.title, article.outlet) if text] + published
