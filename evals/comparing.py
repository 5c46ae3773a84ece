"""Two runs over the same questions: what got better, what got worse, and whether chance could have done it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.control_kinds import MEANINGS
from evals.errors import IncomparableRunsError
from evals.figures import Figure, figures_for
from evals.intervals import Interval, bootstrap_difference, choose_clusters, permutation_p
from evals.judgements import is_right
from evals.recording import Result, Run
from evals.scoring import article_of, gather

_LEVEL = 0.05
_NAMED = 10


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure in both runs; `p` is that of the permutation test, `interval` that of second minus first.

    `is_regression` holds for headline figures that got worse by more than chance, after Holm's correction over them.
    """

    name: str
    first: float
    second: float
    n: int
    interval: Interval
    p: float
    is_headline: bool
    is_regression: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """All differences; `won` and `lost` are the cases that the second run turned from wrong to right, and back.

    `left_out` are cases that failed in either run.
    """

    differences: tuple[Difference, ...]
    won: tuple[str, ...]
    lost: tuple[str, ...]
    left_out: tuple[str, ...]
    cases: int
    is_clustered: bool

    @property
    def regressions(self) -> list[str]:
        """The names of the figures that got worse by more than chance."""
        return [difference.name for difference in self.differences if difference.is_regression]


def compare_runs(first: Run, second: Run) -> Comparison:
    """Compare two runs case by case.

    Raises:
        IncomparableRunsError: they were made over different questions; the sentence names the ids.
    """
    ones, others = _by_id(first), _by_id(second)
    _check_same(first.name, ones, second.name, others)
    pairs = [(one, others[id_]) for id_, one in ones.items() if one.failure is None and others[id_].failure is None]
    if not pairs:
        raise IncomparableRunsError(f"No case was answered in both {first.name} and {second.name}; run them again.")
    before, after = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    clusters, is_clustered = choose_clusters([article_of(result) for result in before])
    both = {figure.name for figure in figures_for(before)} & {figure.name for figure in figures_for(after)}
    figures = [figure for figure in figures_for(before) if figure.name in both]
    measured = [_measure(figure, before, after, clusters) for figure in figures]
    won, lost = _list_changes(before, after)
    left_out = tuple(id_ for id_, one in ones.items() if one.failure is not None or others[id_].failure is not None)
    return Comparison(_mark_regressions(figures, measured), won, lost, left_out, len(pairs), is_clustered)


def tell_controls(first: Run, second: Run) -> str | None:
    """What to know of a comparison with a control run, None between runs of the same kind."""
    controls = [run.conditions.get("control") for run in (first, second)]
    if controls[0] == controls[1]:
        return None
    told = [
        f"in {run.name} {MEANINGS[control]}" if control in MEANINGS else f"{run.name} was asked as people ask"
        for run, control in zip((first, second), controls, strict=True)
    ]
    return (
        f"These runs are of different kinds: {told[0]}; {told[1]}."
        " The difference tells reading, retrieval and memory apart, and nothing about a change of the program."
    )


def _measure(
    figure: Figure, before: Sequence[Result], after: Sequence[Result], clusters: Sequence[int]
) -> Difference | None:
    first, first_count = gather(figure, before)
    second, second_count = gather(figure, after)
    if not first_count or not second_count:
        return None
    return Difference(
        figure.name,
        first.value,
        second.value,
        max(first_count, second_count),
        bootstrap_difference(first, second, clusters),
        permutation_p(first, second, clusters),
        figure.is_headline,
        is_regression=False,
    )


def _mark_regressions(figures: Sequence[Figure], measured: Sequence[Difference | None]) -> tuple[Difference, ...]:
    """Holm's correction (1979) over the headline figures: with seven of them one in three comparisons would cry wolf."""
    there = [(figure, one) for figure, one in zip(figures, measured, strict=True) if one is not None]
    tested = sorted((one.p, one.name) for _, one in there if one.is_headline)
    significant = set()
    for position, (p, name) in enumerate(tested):
        if p > _LEVEL / (len(tested) - position):
            break
        significant.add(name)
    return tuple(
        _replace(one, is_regression=one.name in significant and _is_worse(figure, one)) for figure, one in there
    )


def _is_worse(figure: Figure, one: Difference) -> bool:
    return one.second > one.first if figure.is_lower_better else one.second < one.first


def _replace(one: Difference, *, is_regression: bool) -> Difference:
    return Difference(one.name, one.first, one.second, one.n, one.interval, one.p, one.is_headline, is_regression)


def _list_changes(before: Sequence[Result], after: Sequence[Result]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if "status" not in before[0].line or "status" not in after[0].line:
        return (), ()
    rights = [(one.case.id, is_right(one), is_right(other)) for one, other in zip(before, after, strict=True)]
    won = tuple(id_ for id_, first, second in rights if first is False and second)
    lost = tuple(id_ for id_, first, second in rights if first and second is False)
    return won, lost


def _by_id(run: Run) -> dict[str, Result]:
    return {result.case.id: result for result in run.results}


def _check_same(first: str, ones: Mapping[str, Result], second: str, others: Mapping[str, Result]) -> None:
    only_first = [id_ for id_ in ones if id_ not in others]
    only_second = [id_ for id_ in others if id_ not in ones]
    altered = [id_ for id_, one in ones.items() if id_ in others and one.case != others[id_].case]
    parts = [
        f"{what}: {', '.join(ids[:_NAMED])}{f' and {len(ids) - _NAMED} more' if len(ids) > _NAMED else ''}"
        for what, ids in ((f"only in {first}", only_first), (f"only in {second}", only_second), ("altered", altered))
        if ids
    ]
    if parts:
        raise IncomparableRunsError(
            f"The runs were made over different questions ({'; '.join(parts)}); run both over the same set."
        )
