"""Every sentence of the articles that come nearest to a question, not only those that were ranked."""

from collections.abc import Collection, Sequence

from index.articles import Role
from rag.evidence import EvidenceSentence
from rag.forms.meanings import list_alike
from rag.forms.terms import stems_of_text

_MOST_ARTICLES = 3
_NEAR_THE_BEST = 0.3


def list_bodies(ranked: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """Every body sentence of the best articles, with its score where it was ranked, else none."""
    known = {(found.article.id, found.sentence.start): found for found in ranked}
    return [
        known.get((best.article.id, sentence.start)) or EvidenceSentence(best.article, sentence, 0.0)
        for best in best_of_articles(ranked)
        for sentence in best.article.sentences
        if sentence.role is Role.BODY
    ]


def best_of_articles(ranked: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """The best sentence of each of the few articles that come near the best of them."""
    best: dict[str, EvidenceSentence] = {}
    for found in ranked:
        if found.score >= _NEAR_THE_BEST * ranked[0].score:
            best.setdefault(found.article.id, found)
    return list(best.values())[:_MOST_ARTICLES]


def count_held(asked: Collection[str], found: EvidenceSentence) -> int:
    """How many of these stems a sentence holds, or words for much the same."""
    own = set(stems_of_text(found.text))
    return sum(bool(list_alike(one) & own) for one in asked)
