"""A run -> its figures, each with the number of cases that it rests on and a 95% interval."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evals.figures import Figure, figures_for
from evals.intervals import Interval, Numbers, Positions, Ratios, bootstrap_ratio, bootstrap_statistic, choose_clusters
from evals.judgements import is_right, tell_confidence
from evals.metrics import area_under_risk_coverage
from evals.recording import Result, Run


@dataclass(frozen=True, slots=True)
class Scored:
    """One figure of a run; `n` counts the cases that it concerns."""

    name: str
    group: str
    meaning: str
    value: float
    n: int
    interval: Interval
    is_lower_better: bool


@dataclass(frozen=True, slots=True)
class Score:
    """All figures of a run, and the cases that failed, with the reason."""

    figures: tuple[Scored, ...]
    cases: int
    failures: Mapping[str, str]
    is_clustered: bool

    def __getitem__(self, name: str) -> Scored:
        """The figure of that name."""
        return next(figure for figure in self.figures if figure.name == name)


def score_run(run: Run) -> Score:
    """Score the answered cases of a run; failed ones are listed and count in no figure."""
    answered = [result for result in run.results if result.failure is None]
    failures = {result.case.id: result.failure for result in run.results if result.failure is not None}
    if not answered:
        return Score((), 0, failures, is_clustered=False)
    clusters, is_clustered = choose_clusters([article_of(result) for result in answered])
    scored = [*_score_ratios(answered, clusters), *_score_confidence(answered, clusters)]
    scored += [*_score_kinds(answered, clusters), *_score_speed(answered, clusters)]
    return Score(tuple(scored), len(answered), failures, is_clustered)


def article_of(result: Result) -> str | None:
    """The article that a case is about: questions about the same one are not independent of each other."""
    gold = result.line["gold"]
    return str(gold[0][0]["article_id"]) if gold else None


def gather(figure: Figure, results: Sequence[Result]) -> tuple[Ratios, int]:
    """The shares that the cases have in a figure, and how many cases it concerns."""
    shares = [figure.share(result) for result in results]
    pairs = np.array([share or (0.0, 0.0) for share in shares], dtype=float)
    return Ratios(pairs[:, 0], pairs[:, 1]), sum(share is not None for share in shares)


def _score_ratios(results: Sequence[Result], clusters: Sequence[int]) -> Iterator[Scored]:
    for figure in figures_for(results):
        ratios, n = gather(figure, results)
        if n:
            yield _describe(figure, ratios, n, clusters)


def _score_kinds(results: Sequence[Result], clusters: Sequence[int]) -> Iterator[Scored]:
    if not any("status" in result.line for result in results):
        return
    for kind in dict.fromkeys(result.case.kind for result in results):

        def share(result: Result, kind: str = kind) -> tuple[float, float] | None:
            right = is_right(result) if result.case.kind == kind else None
            return None if right is None else (float(right), 1.0)

        figure = Figure(f"right.{kind or 'no kind'}", "Right answers by kind", "", share)
        ratios, n = gather(figure, results)
        if n:
            yield _describe(figure, ratios, n, clusters)


def _score_confidence(results: Sequence[Result], clusters: Sequence[int]) -> Iterator[Scored]:
    told = [
        (position, *known) for position, result in enumerate(results) if (known := tell_confidence(result)) is not None
    ]
    if not told:
        return
    confidences, errors = np.array([one[1] for one in told]), np.array([not one[2] for one in told])

    def area(chosen: Positions) -> float:
        return area_under_risk_coverage(confidences[chosen].tolist(), errors[chosen].tolist())

    own = _renumber([clusters[one[0]] for one in told])
    yield Scored(
        "risk-coverage.area",
        "Refusing",
        "mean risk over all coverages, the likeliest evidence first",
        area(np.arange(len(told))),
        len(told),
        bootstrap_statistic(area, own),
        is_lower_better=True,
    )


def _score_speed(results: Sequence[Result], clusters: Sequence[int]) -> Iterator[Scored]:
    for key, what in (("first_evidence", "first evidence"), ("first_text", "first text"), ("total", "whole answer")):
        timed = [(p, r.line["timings"][key]) for p, r in enumerate(results) if key in r.line["timings"]]
        if not timed:
            continue
        seconds = np.array([one[1] for one in timed])
        own = _renumber([clusters[one[0]] for one in timed])
        for share, name in ((50, "median"), (95, "p95")):

            def percentile(chosen: Positions, seconds: Numbers = seconds, share: int = share) -> float:
                return float(np.percentile(seconds[chosen], share))

            yield Scored(
                f"seconds.{key.replace('_', '-')}.{name}",
                "Speed",
                f"seconds to the {what}, {name}",
                percentile(np.arange(len(seconds))),
                len(seconds),
                bootstrap_statistic(percentile, own),
                is_lower_better=True,
            )


def _describe(figure: Figure, ratios: Ratios, n: int, clusters: Sequence[int]) -> Scored:
    interval = bootstrap_ratio(ratios, clusters)
    return Scored(figure.name, figure.group, figure.meaning, ratios.value, n, interval, figure.is_lower_better)


def _renumber(clusters: Sequence[int]) -> list[int]:
    numbers = {cluster: number for number, cluster in enumerate(dict.fromkeys(clusters))}
    return [numbers[cluster] for cluster in clusters]
