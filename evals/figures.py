"""Every figure of a run: what it is called, what it means, and the share that each case has in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, get_args

from evals import metrics
from evals.judgements import is_fulfilled, is_refused, is_right, lies_in, meets, should_refuse
from evals.recording import Result

Unit = Literal["passage", "article"]
Share = tuple[float, float]
"""What a case adds to the numerator and to the denominator of a figure."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is a ratio of sums over cases.

    `share` gives None for a case that it does not concern. A `headline` figure can fail a comparison.
    """

    name: str
    group: str
    meaning: str
    share: Callable[[Result], Share | None]
    is_lower_better: bool = False
    is_headline: bool = False


def _mean(value: Callable[[Result], float | bool | None]) -> Callable[[Result], Share | None]:
    def share(result: Result) -> Share | None:
        one = value(result)
        return None if one is None else (float(one), 1.0)

    return share


# Retrieval


def _retrieval(metric: Callable[..., float], k: int, unit: Unit, result: Result) -> float | None:
    # Where evidence was given, or none, nothing was searched for.
    if not result.line["gold"] or "ranking" not in result.line:
        return None
    ranking = list(dict.fromkeys(name_unit(found, unit) for found in result.line["ranking"]))
    return metric(k, ranking, list_needs(result, unit))


def list_needs(result: Result, unit: Unit) -> list[set[str]]:
    """The gold evidence of a case as metrics take it: for each need the names of the units that meet it."""
    if unit == "article":
        return [{item["article_id"] for item in need} for need in result.line["gold"]]
    return [
        {f"{item['article_id']}:{start}-{end}" for item in need for start, end in item["passages"]}
        for need in result.line["gold"]
    ]


def name_unit(found: Mapping[str, Any], unit: Unit) -> str:
    """The name of the article or passage that a ranking holds."""
    article_id = str(found["article_id"])
    return article_id if unit == "article" else f"{article_id}:{found['start']}-{found['end']}"


def _list_retrieval() -> list[Figure]:
    kinds = [
        ("recall", metrics.recall_at, (1, 5, 10), "share of the gold evidence among the first {k}"),
        ("hit", metrics.hit_at, (1, 5, 10), "any gold evidence among the first {k}"),
        ("all-evidence", metrics.all_evidence_at, (5, 10), "all gold evidence among the first {k}"),
        ("mrr", metrics.reciprocal_rank_at, (10,), "1 / rank of the first with gold evidence, first {k}"),
        ("map", metrics.average_precision_at, (10,), "mean precision at the ranks of the gold evidence, first {k}"),
        ("ndcg", metrics.ndcg_at, (10,), "discounted gain of the first {k}"),
    ]
    return [
        Figure(
            f"{unit}.{name}@{k}",
            f"Retrieval, {unit}s",
            meaning.format(k=k),
            _mean(partial(_retrieval, metric, k, unit)),
            is_headline=(unit, name) in {("passage", "recall"), ("article", "ndcg")} and k == 10,
        )
        for unit in get_args(Unit)
        for name, metric, ks, meaning in kinds
        for k in ks
    ]


# Answers


def _exact_match(result: Result) -> float | None:
    return metrics.exact_match(_said(result), result.case.answers) if _has_answers(result) else None


def _token_f1(result: Result) -> float | None:
    return metrics.token_f1(_said(result), result.case.answers) if _has_answers(result) else None


def _contains_gold(result: Result) -> float | None:
    return metrics.contains_gold(_said(result), result.case.answers) if _has_answers(result) else None


def _assertion_share(result: Result) -> float | None:
    assertions = result.case.assertions
    if not assertions or should_refuse(result) is not False:
        return None
    return metrics.assertion_share([is_fulfilled(assertion, _said(result)) for assertion in assertions])


def _said(result: Result) -> str:
    """The answer's text; of a refusal nothing, for it repeats the question and quotes what came nearest."""
    return "" if is_refused(result) else str(result.line["text"])


def _has_answers(result: Result) -> bool:
    return bool(result.case.answers) and should_refuse(result) is not True


def _is_empty(result: Result) -> bool:
    return not is_refused(result) and not result.line["text"].strip()


def _has_expected_status(result: Result) -> bool | None:
    expected = result.case.expected
    return result.line["status"] in {status.value for status in expected} if expected else None


# Evidence and citations


def _may_cite(result: Result) -> bool:
    """Whether there was anything to cite: a control run without evidence has no list of it."""
    return "evidence" in result.line


def _evidence_recall(result: Result) -> float | None:
    gold = result.line["gold"]
    if not gold or not _may_cite(result):
        return None
    return sum(meets(need, result.line["evidence"]) for need in gold) / len(gold)


def _evidence_holds(result: Result) -> float | None:
    if not _has_answers(result) or not _may_cite(result):
        return None
    return metrics.contains_gold(" ".join(one["quote"] for one in result.line["evidence"]), result.case.answers)


def _gold_recall(result: Result) -> float | None:
    gold = result.line["gold"]
    if not gold or is_refused(result) or not _may_cite(result):
        return None
    return sum(meets(need, result.line["citations"]) for need in gold) / len(gold)


def _gold_precision(result: Result) -> float | None:
    citations = result.line["citations"]
    if not result.line["gold"] or not citations:
        return None
    items = [item for need in result.line["gold"] for item in need]
    return metrics.citation_precision([any(lies_in(one, item) for item in items) for one in citations])


def _exact_quotes(result: Result) -> Share | None:
    citations = result.line["citations"]
    return (sum(one["is_exact"] for one in citations), len(citations)) if citations else None


def _dangling(result: Result) -> float | None:
    if not _may_cite(result):
        return None
    numbers = {citation["n"] for citation in result.line["citations"]}
    return int(result.line["dangling_marks"]) + metrics.count_dangling_marks(result.line["text"], numbers)


def _judged_recall(result: Result) -> float | None:
    sentences = result.line["sentences"]
    return metrics.citation_recall([one["is_supported"] for one in sentences]) if sentences else None


def _judged_precision(result: Result) -> float | None:
    precise = [flag for sentence in result.line["sentences"] for flag in sentence["is_precise"]]
    return metrics.citation_precision(precise) if precise else None


# Refusing


def _refusal_precision(result: Result) -> Share | None:
    wanted = should_refuse(result)
    return (float(wanted), 1.0) if wanted is not None and is_refused(result) else None


def _refusal_recall(result: Result) -> Share | None:
    return (float(is_refused(result)), 1.0) if should_refuse(result) else None


def _refusal_f1(result: Result) -> Share | None:
    wanted = should_refuse(result)
    if wanted is None or not (wanted or is_refused(result)):
        return None
    # F1 = 2TP / (2TP + FP + FN)
    return (2.0, 2.0) if wanted and is_refused(result) else (0.0, 1.0)


def _is_confidently_wrong(result: Result) -> bool | None:
    right = is_right(result)
    return None if right is None else not right and not is_refused(result)


def _is_wrong_where(result: Result, *, refusing: bool) -> bool | None:
    """Whether an answer is confidently wrong, of questions that should be refused or of those that should not."""
    return _is_confidently_wrong(result) if should_refuse(result) is refusing else None


RETRIEVAL_FIGURES = tuple(_list_retrieval())
ANSWER_FIGURES = (
    Figure("answer.right", "Answers", "right by the case's own rules", _mean(is_right), is_headline=True),
    Figure("answer.contains-gold", "Answers", "a gold answer stands in it", _mean(_contains_gold)),
    Figure("answer.exact-match", "Answers", "it is a gold answer, after SQuAD normalisation", _mean(_exact_match)),
    Figure("answer.token-f1", "Answers", "tokens shared with a gold answer", _mean(_token_f1)),
    Figure("answer.assertions", "Answers", "share of the assertions fulfilled", _mean(_assertion_share)),
    Figure("answer.status", "Answers", "the status is an expected one", _mean(_has_expected_status)),
    Figure(
        "answer.empty", "Answers", "said to be answered, but nothing is said", _mean(_is_empty), is_lower_better=True
    ),
    Figure("evidence.recall", "Citations", "gold evidence among the evidence chosen", _mean(_evidence_recall)),
    Figure(
        "evidence.contains-gold", "Citations", "a gold answer stands in the evidence chosen", _mean(_evidence_holds)
    ),
    Figure("citation.gold-recall", "Citations", "gold evidence that is cited", _mean(_gold_recall), is_headline=True),
    Figure("citation.gold-precision", "Citations", "citations that are gold evidence", _mean(_gold_precision)),
    Figure("citation.judged-recall", "Citations", "sentences supported, says the judge", _mean(_judged_recall)),
    Figure("citation.judged-precision", "Citations", "citations needed, says the judge", _mean(_judged_precision)),
    Figure("citation.exact-quotes", "Citations", "the offsets point at the quote", _exact_quotes, is_headline=True),
    Figure(
        "citation.dangling", "Citations", "marks an answer that point nowhere", _mean(_dangling), is_lower_better=True
    ),
    Figure("refusal.precision", "Refusing", "refusals that were right", _refusal_precision),
    Figure("refusal.recall", "Refusing", "unanswerable questions refused", _refusal_recall),
    Figure("refusal.f1", "Refusing", "harmonic mean of the two", _refusal_f1, is_headline=True),
    Figure("refusal.coverage", "Refusing", "questions not refused", _mean(lambda result: not is_refused(result))),
    Figure(
        "confident-error",
        "Refusing",
        "answered, and wrong",
        _mean(_is_confidently_wrong),
        is_lower_better=True,
        is_headline=True,
    ),
    Figure(
        "confident-error.answerable",
        "Refusing",
        "of what can be answered: answered, and wrong",
        _mean(partial(_is_wrong_where, refusing=False)),
        is_lower_better=True,
    ),
    Figure(
        "confident-error.unanswerable",
        "Refusing",
        "of what cannot be answered: answered all the same",
        _mean(partial(_is_wrong_where, refusing=True)),
        is_lower_better=True,
    ),
)

_ALL = RETRIEVAL_FIGURES + ANSWER_FIGURES


def figures_for(results: Sequence[Result]) -> tuple[Figure, ...]:
    """The figures that a run can have: a run that stopped after the ranking has no answers."""
    has_answers = any("status" in result.line for result in results)
    return RETRIEVAL_FIGURES + (ANSWER_FIGURES if has_answers else ())


def is_lower_better(name: str) -> bool:
    """Whether less of the figure of that name is better."""
    return any(figure.name == name and figure.is_lower_better for figure in _ALL)


def is_headline(name: str) -> bool:
    """Whether the figure of that name can fail a comparison."""
    return any(figure.name == name and figure.is_headline for figure in _ALL)
