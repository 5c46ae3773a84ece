"""Statements judged by the verifier -> how many true ones it keeps and how many altered ones it catches, by kind."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.benchmarks.verifying.altering_meaning import alter_meaning
from evals.benchmarks.verifying.altering_names import alter_names
from evals.benchmarks.verifying.altering_values import alter_values
from evals.benchmarks.verifying.drawing import draw_sentences, tell_half
from evals.benchmarks.verifying.pairs import Dice, Drawn, Pair, Statement
from evals.benchmarks.verifying.true_forms import make_true
from evals.intervals import Interval, wilson
from index.articles import Article
from rag.conversation import Citation, Verdict
from rag.verifying import Judgement

Verify = Callable[[str, Sequence[Citation], Sequence[Article]], Judgement]
_FOREIGN = 24
# Losing these makes a sentence say more than its source, not something else: shown with a warning is right, too.
SOFT_KINDS = frozenset(["hedge removed", "hedge raised", "attribution removed"])


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair and what the verifier said of it, in how many milliseconds."""

    pair: Pair
    judgement: Judgement
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Share:
    """A share of `n` with its 95% interval."""

    value: float
    interval: Interval
    n: int


@dataclass(frozen=True, slots=True)
class KindFigures:
    """What became of one kind in one half.

    For true statements `right` is the share found supported, for altered ones the share not found so; `middle` is the
    share found partly supported.
    """

    half: str
    kind: str
    is_true: bool
    right: Share
    middle: Share


def make_pairs(articles: Iterable[Article], sentences: int, seed: int) -> Iterator[Pair]:
    """True and altered statements of up to so many sentences an article, the same for the same seed."""
    drawn = [
        (article, each)
        for article in articles
        for each in draw_sentences(article, sentences, Dice(seed, int(article.id[:8], 16)))
    ]
    every = [each for _, each in drawn]
    for place, (article, each) in enumerate(drawn):
        dice = Dice(seed, int(article.id[:8], 16), each.position)
        foreign = (
            [other for other in dice.shuffle(every)[:_FOREIGN] if other.article.id != article.id] if place >= 0 else []
        )
        half = tell_half(article)
        true = list(make_true(each))
        for statement in true:
            yield Pair(statement, True, each, half)
        for altered in _alter(each, true, foreign, dice):
            yield Pair(altered, False, each, half)


def judge_pairs(pairs: Iterable[Pair], verify: Verify) -> Iterator[Judged]:
    """What the verifier says of each."""
    for pair in pairs:
        citations, articles = pair.drawn.cite(pair.statement.offsets), [pair.drawn.article]
        began = time.perf_counter()
        judgement = verify(pair.statement.text, citations, articles)
        yield Judged(pair, judgement, (time.perf_counter() - began) * 1000)


def count_kinds(judged: Iterable[Judged]) -> list[KindFigures]:
    """Figures of every kind in each half; "all" is their sum, for altered ones hard and soft kinds apart."""
    groups: dict[tuple[str, bool, str], list[Verdict]] = defaultdict(list)
    for each in judged:
        pair = each.pair
        name = "all soft" if pair.statement.kind in SOFT_KINDS else "all true" if pair.is_true else "all hard"
        for kind in (pair.statement.kind, name, *(() if pair.is_true else ("all altered",))):
            groups[pair.half, pair.is_true, kind].append(each.judgement.verdict)
    return [_count(half, kind, is_true, verdicts) for (half, is_true, kind), verdicts in sorted(groups.items())]


def measure_speed(judged: Iterable[Judged]) -> Mapping[str, float]:
    """Milliseconds a judgement: the middle one, and that which one in twenty exceeds."""
    times = sorted(each.milliseconds for each in judged)
    return {"p50": times[len(times) // 2], "p95": times[len(times) * 19 // 20]} if times else {}


def _alter(drawn: Drawn, true: Sequence[Statement], foreign: Sequence[Drawn], dice: Dice) -> Iterator[Statement]:
    """Alterations of the sentence as written or, half of the time, of another true statement that rests on it alone."""
    bases = [each.text for each in true if each.offsets == (0,) and each.kind != "in quotation marks"]
    text = dice.choose(bases) if dice.number(0, 1) else drawn.text
    yield from alter_values(drawn, text, dice)
    yield from alter_names(drawn, text, foreign, dice)
    yield from alter_meaning(drawn, text, foreign, dice)


def _count(half: str, kind: str, is_true: bool, verdicts: Sequence[Verdict]) -> KindFigures:
    supported = sum(verdict is Verdict.SUPPORTED for verdict in verdicts)
    right = supported if is_true else len(verdicts) - supported
    return KindFigures(
        half, kind, is_true, _share(right, len(verdicts)), _share(verdicts.count(Verdict.PARTLY), len(verdicts))
    )


def _share(count: int, n: int) -> Share:
    return Share(count / n, wilson(count, n), n)
