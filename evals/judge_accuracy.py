"""How often a judge is right: measured on labelled pairs, recorded in judges.json, told beside what it judged."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np

from evals.intervals import Interval, Ratios, bootstrap_ratio, choose_clusters
from evals.judging import Judge
from evals.labelled_pairs import LabelledPair
from index.articles import Article, Role, Sentence
from rag.conversation import Citation

_RECORD = "judges.json"


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `n` pairs with its 95% interval."""

    value: float
    interval: Interval
    n: int


@dataclass(frozen=True, slots=True)
class JudgeAccuracy:
    """What a judge came to on labelled pairs.

    `majority` is how often the commoner answer is right by itself: a judge that is no better tells nothing. `found` is
    the share of supported pairs that it calls supported, `rejected` that of the others that it does not, `precision`
    the share of those that it calls supported that are.
    """

    judge: str
    pairs: int
    accuracy: Share
    majority: float
    found: Share
    rejected: Share
    precision: Share
    seconds_per_pair: float


def measure_judge(
    judge: Judge, pairs: Sequence[LabelledPair], on_progress: Callable[[int, int], None]
) -> JudgeAccuracy:
    """Ask a judge about every pair. Intervals are by bootstrap; pairs about the same statement are drawn together.

    Raises:
        LanguageModelError: the judge is a model and gave no answer.
    """
    began = time.monotonic()
    said = []
    for done, pair in enumerate(pairs):
        on_progress(done, len(pairs))
        said.append(_ask(judge, pair))
    seconds = (time.monotonic() - began) / len(pairs)
    answers, truths = np.array(said), np.array([pair.is_supported for pair in pairs])
    clusters, _ = choose_clusters([pair.group for pair in pairs])

    def share(hits: Any, among: Any) -> Share:
        ratios = Ratios((hits & among).astype(float), among.astype(float))
        return Share(ratios.value, bootstrap_ratio(ratios, clusters), int(among.sum()))

    return JudgeAccuracy(
        judge=judge.name,
        pairs=len(pairs),
        accuracy=share(answers == truths, np.ones(len(pairs), dtype=bool)),
        majority=float(max(truths.mean(), 1 - truths.mean())),
        found=share(answers, truths),
        rejected=share(~answers, ~truths),
        precision=share(truths, answers),
        seconds_per_pair=seconds,
    )


def recall_accuracy(judge: str) -> str:
    """What is recorded of a judge's accuracy, as a sentence; that nothing is, when it was never measured."""
    record = json.loads(files("evals").joinpath(_RECORD).read_text(encoding="utf-8")).get(judge)
    if record is None:
        return "Its accuracy has not been measured:  dateline eval judge PATH --with-model  does."
    return (
        f"On {record['pairs']:,} pairs of {record['data']} that people labelled it was right on {_tell(record['accuracy'])};"
        f" always giving the commoner answer is on {record['majority']:.3f}. Of the supported pairs it found"
        f" {_tell(record['found'])}; of those it called supported {_tell(record['precision'])} were."
    )


def _tell(share: dict[str, Any]) -> str:
    interval = share["interval"]
    return f"{share['value']:.3f} [{interval['low']:.3f}, {interval['high']:.3f}]"


def _ask(judge: Judge, pair: LabelledPair) -> bool:
    text = pair.evidence
    sentences = (Sentence(0, len(text), 0, Role.BODY),)
    article = Article("evidence", "evidence.txt", pair.title, None, None, None, text, sentences)
    citation = Citation(1, article.id, article.file, article.title, None, None, None, 0, len(text), text)
    return judge.supports(pair.statement, [citation], {article.id: article})
