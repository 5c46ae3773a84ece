"""The metrics of one case: pure functions; every share is in 0..1.

A `need` is one piece of gold evidence: the set of unit ids (passages or articles) each of which meets it. With one id a need
and every relevant unit a need of its own, these are the usual metrics over judged units.
"""

import re
import string
from collections import Counter
from collections.abc import Sequence, Set

import numpy as np
from numpy.typing import NDArray

from index.articles import Span

Needs = Sequence[Set[str]]

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = {ord(mark): None for mark in string.punctuation + "“”‘’«»„–—…"}
_MARK = re.compile(r"\[(\d{1,3})\]")


# Retrieval


def recall_at(k: int, ranking: Sequence[str], needs: Needs) -> float:
    """Share of the needs that the first `k` units meet (source: recall@k, Manning et al., Introduction to IR, 8.4)."""
    top = set(ranking[:k])
    return sum(bool(need & top) for need in needs) / len(needs)


def hit_at(k: int, ranking: Sequence[str], needs: Needs) -> float:
    """1 when one of the first `k` units meets any need, else 0 (success@k of trec_eval)."""
    return float(bool(_relevant(needs) & set(ranking[:k])))


def all_evidence_at(k: int, ranking: Sequence[str], needs: Needs) -> float:
    """1 when the first `k` units meet every need, else 0: what a multi-hop question asks (arXiv 2401.15391)."""
    return float(recall_at(k, ranking, needs) == 1)


def reciprocal_rank_at(k: int, ranking: Sequence[str], needs: Needs) -> float:
    """1 / the rank of the first unit that meets a need, 0 when none of the first `k` does (MRR@k; TREC-8 QA)."""
    relevant = _relevant(needs)
    return next((1 / rank for rank, unit in enumerate(ranking[:k], 1) if unit in relevant), 0.0)


def ndcg_at(k: int, ranking: Sequence[str], needs: Needs) -> float:
    """Discounted cumulative gain over the best possible one (Järvelin and Kekäläinen 2002), gain 1 a relevant unit.

    The discount is log2(rank + 1). Every unit that meets a need is relevant, alternatives too. A unit counts once.
    """
    relevant = _relevant(needs)
    gains = np.array([unit in relevant for unit in list(dict.fromkeys(ranking))[:k]], dtype=float)
    ideal = np.ones(min(k, len(relevant)))
    # A need that no unit of the library can meet was not met.
    return float(_discount(gains) / _discount(ideal)) if relevant else 0.0


def average_precision_at(k: int, ranking: Sequence[str], needs: Needs) -> float:
    """Mean over the relevant units of the precision at the rank of each, 0 for those not among the first `k` (MAP@k).

    Every unit that meets a need is relevant (source: Manning et al., Introduction to IR, 8.4; map_cut of trec_eval).
    """
    relevant = _relevant(needs)
    hits = np.array([unit in relevant for unit in list(dict.fromkeys(ranking))[:k]], dtype=float)
    precisions = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(np.sum(precisions * hits) / len(relevant)) if relevant else 0.0


# Answers


def normalise(text: str) -> str:
    """Lower case, no punctuation, no English articles, single spaces (source: the SQuAD evaluation script; typography added)."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, golds: Sequence[str]) -> float:
    """1 when the normalised answer is one of the normalised gold answers (source: SQuAD, arXiv 1606.05250)."""
    return float(normalise(answer) in {normalise(gold) for gold in golds})


def token_f1(answer: str, golds: Sequence[str]) -> float:
    """The best harmonic mean of token precision and recall over the gold answers (source: SQuAD, arXiv 1606.05250)."""
    return max((_token_f1(normalise(answer).split(), normalise(gold).split()) for gold in golds), default=0.0)


def contains_gold(answer: str, golds: Sequence[str]) -> float:
    """1 when a normalised gold answer stands in the normalised answer as whole words (source: "match", arXiv 2212.10511)."""
    return float(any(holds(answer, gold) for gold in golds))


def holds(text: str, words: str) -> bool:
    """Whether `words` stand in `text` as whole words, both normalised; where a script has no spaces, anywhere."""
    inside, sought = normalise(text), normalise(words)
    if not sought:
        return False
    return sought in inside if not sought.isascii() else f" {sought} " in f" {inside} "


def assertion_share(fulfilled: Sequence[bool]) -> float:
    """Share of the checkable assertions that hold."""
    return sum(fulfilled) / len(fulfilled)


# Citations


def overlaps(one: Span, other: Span) -> bool:
    """Whether two spans share a character."""
    return one.start < other.end and other.start < one.end


def exact_quote_rate(quotes_as_cited: Sequence[tuple[str, str]]) -> float:
    """Share of citations whose quote is the text between their offsets; pairs (quote, that text)."""
    return sum(quote == text for quote, text in quotes_as_cited) / len(quotes_as_cited)


def count_dangling_marks(text: str, numbers: Set[int]) -> int:
    """How many [n] in an answer point at none of its citations."""
    return sum(int(match[1]) not in numbers for match in _MARK.finditer(text))


def citation_recall(is_supported: Sequence[bool]) -> float:
    """Share of an answer's sentences that their citations together support (source: ALCE, arXiv 2305.14627)."""
    return sum(is_supported) / len(is_supported)


def is_citation_precise(*, together: bool, alone: bool, without: bool) -> bool:
    """Whether a citation of a sentence counts as precise (source: ALCE, arXiv 2305.14627).

    The sentence's citations `together` support it, and this one supports it `alone`, or they do not `without` it.
    """
    return together and (alone or not without)


def citation_precision(is_precise: Sequence[bool]) -> float:
    """Share of an answer's citations that are precise (source: ALCE, arXiv 2305.14627)."""
    return sum(is_precise) / len(is_precise)


# Refusing and confidence


def risk_coverage(
    confidences: Sequence[float], errors: Sequence[bool]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The risk-coverage curve (source: El-Yaniv and Wiener, JMLR 2010): coverage and risk, shape (n,) each.

    Answers are taken in order of falling confidence; risk is the share of errors among those taken. Answers of equal
    confidence cannot be told apart, so each of them takes the mean error of its group.
    """
    order = np.argsort(-np.asarray(confidences, dtype=float), kind="stable")
    sorted_confidences = np.asarray(confidences, dtype=float)[order]
    sorted_errors = np.asarray(errors, dtype=float)[order]
    _, group = np.unique(-sorted_confidences, return_inverse=True)
    means = np.bincount(group, weights=sorted_errors) / np.bincount(group)
    taken = np.arange(1, len(order) + 1)
    return taken / len(order), np.cumsum(means[group]) / taken


def area_under_risk_coverage(confidences: Sequence[float], errors: Sequence[bool]) -> float:
    """The mean risk over all coverages (AURC; source: Geifman et al., arXiv 1805.08206); 0 is best."""
    return float(np.mean(risk_coverage(confidences, errors)[1]))


def _relevant(needs: Needs) -> set[str]:
    return set().union(*needs)


def _discount(gains: NDArray[np.float64]) -> float:
    return float(np.sum(gains / np.log2(np.arange(2, len(gains) + 2))))


def _token_f1(answer: Sequence[str], gold: Sequence[str]) -> float:
    if not answer or not gold:
        return float(answer == gold)
    common = sum((Counter(answer) & Counter(gold)).values())
    if common == 0:
        return 0.0
    precision, recall = common / len(answer), common / len(gold)
    return 2 * precision * recall / (precision + recall)
