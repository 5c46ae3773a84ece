"""What the command prints: tables of figures and differences, as text that can be read and pasted."""

import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from itertools import groupby
from typing import Any

from evals.comparing import Comparison, Difference, tell_controls
from evals.conditions import digest_program
from evals.control_kinds import MEANINGS
from evals.intervals import MIN_CLUSTERS, Interval
from evals.judge_accuracy import JudgeAccuracy, recall_accuracy
from evals.judging import VerifierJudge
from evals.recording import Run
from evals.scoring import Score, Scored

_GOLD = "Gold evidence is what the set's author marked; another sentence that says the same counts as wrong."


def write_score(run: Run, score: Score) -> str:
    """A run's figures as a table, its conditions above, its failures below."""
    return "\n".join(
        [
            *_write_conditions(run),
            *_write_figures(score),
            "",
            _write_cluster_note(is_clustered=score.is_clustered),
            *([_GOLD, describe_judge(run)] if any(figure.group == "Citations" for figure in score.figures) else []),
            *_write_failures(score),
        ]
    )


def write_score_as_json(run: Run, score: Score) -> str:
    """The same as one JSON object; what has no value is null."""
    return json.dumps(
        {
            "run": run.name,
            "conditions": dict(run.conditions),
            "cases": score.cases,
            "failures": dict(score.failures),
            "clustered_by_article": score.is_clustered,
            "judge": describe_judge(run),
            "figures": [_without_nan(asdict(figure)) for figure in score.figures],
        },
        ensure_ascii=False,
    )


def write_comparison(first: Run, second: Run, comparison: Comparison) -> str:
    """Both runs figure by figure, then the cases that changed."""
    width = max(len(difference.name) for difference in comparison.differences)
    head = f"{'':<{width}}      n   {'first':>7} {'second':>7}   {'change':>7}   {'95% interval':<18}  p"
    return "\n".join(
        [
            f"first   {first.name} ({first.conditions.get('model')}, {first.conditions.get('began')})",
            f"second  {second.name} ({second.conditions.get('model')}, {second.conditions.get('began')})",
            f"{comparison.cases} cases answered in both{_name_differences(first, second)}",
            *([told] if (told := tell_controls(first, second)) else []),
            "",
            head,
            *(_write_difference(difference, width) for difference in comparison.differences),
            "",
            "* decides whether the comparison fails; p of a paired permutation test, corrected after Holm for that decision.",
            _write_cluster_note(is_clustered=comparison.is_clustered),
            *_write_ids("Won, wrong before and right now", comparison.won),
            *_write_ids("Lost, right before and wrong now", comparison.lost),
            *_write_ids("Left out, failed in one of the runs", comparison.left_out),
            _write_verdict(comparison),
        ]
    )


def write_comparison_as_json(first: Run, second: Run, comparison: Comparison) -> str:
    """The same as one JSON object."""
    whole = asdict(comparison) | {"regressions": comparison.regressions, "warning": tell_controls(first, second)}
    whole["differences"] = [_without_nan(asdict(difference)) for difference in comparison.differences]
    return json.dumps(whole, ensure_ascii=False)


def describe_judge(run: Run) -> str:
    """Who judged the citations of a run, and how often that judge is right."""
    name = run.conditions.get("judge", VerifierJudge.name)
    who = "the program's own verifier, which reads no meanings" if name == VerifierJudge.name else f"the model {name}"
    return f"The judge of citations is {who}. {recall_accuracy(name)}"


def write_accuracy(accuracy: JudgeAccuracy, data: str) -> str:
    """What a judge came to on labelled pairs, beside what the commoner answer comes to."""
    shares = [
        ("right", accuracy.accuracy),
        ("supported and found", accuracy.found),
        ("not supported and rejected", accuracy.rejected),
        ("called supported and is", accuracy.precision),
    ]
    width = max(len(name) for name, _ in shares) + 2
    return "\n".join(
        [
            f"{accuracy.judge} on {accuracy.pairs} pairs of {data}, {accuracy.seconds_per_pair:.3g} seconds a pair",
            f"{'':<{width}}    n     value   95% interval",
            *(
                f"{name:<{width}}{one.n:>5}  {write_number(one.value):>8}   {write_interval(one.interval)}"
                for name, one in shares
            ),
            f"{'the commoner answer, always':<{width}}{accuracy.pairs:>5}  {write_number(accuracy.majority):>8}",
        ]
    )


def write_accuracy_as_json(accuracy: JudgeAccuracy, data: str) -> str:
    """The same as one JSON object, as judges.json holds it: by the judge's name."""
    record = {"data": data, **_without_nan(asdict(accuracy)), "program": digest_program()}
    return json.dumps({record.pop("judge"): record}, ensure_ascii=False, indent=2)


def write_number(value: float) -> str:
    """A figure with three decimals; a dash when it has no value."""
    return "-" if math.isnan(value) else f"{value:.3f}"


def write_p(p: float) -> str:
    """A p value; no permutation test of this size can tell values below .001 apart."""
    return "<.001" if p < 0.001 else f"{p:.3f}"


def write_interval(interval: Interval, sign: str = "") -> str:
    """An interval in brackets; with `sign` "+" its ends carry their signs."""
    if math.isnan(interval.low):
        return "-"
    return f"[{interval.low:{sign}.3f}, {interval.high:{sign}.3f}]"


def _write_conditions(run: Run) -> Iterator[str]:
    conditions = run.conditions
    library = conditions.get("library", {})
    yield (
        f"{run.name}: set {conditions.get('set')}, {conditions.get('mode')}, model {conditions.get('model')},"
        f" {library.get('articles')} articles, {conditions.get('began')}"
    )
    if conditions.get("control"):
        yield f"This is a control run: {MEANINGS[conditions['control']]}."


def _write_figures(score: Score) -> Iterator[str]:
    if not score.figures:
        yield "No case was answered."
        return
    width = max(len(figure.name) for figure in score.figures)
    for group, figures in groupby(score.figures, key=lambda figure: figure.group):
        yield ""
        yield f"{group:<{width}}      n     value   95% interval"
        yield from (_write_figure(figure, width) for figure in figures)


def _write_figure(figure: Scored, width: int) -> str:
    value, interval = write_number(figure.value), write_interval(figure.interval)
    return f"{figure.name:<{width}}  {figure.n:>5}  {value:>8}   {interval:<18} {figure.meaning}".rstrip()


def _write_difference(one: Difference, width: int) -> str:
    star = "*" if one.is_headline else " "
    mark = "  WORSE" if one.is_regression else ""
    change = f"{one.second - one.first:+.3f}"
    return (
        f"{one.name:<{width}}{star} {one.n:>5}   {write_number(one.first):>7} {write_number(one.second):>7}   {change:>7}"
        f"   {write_interval(one.interval, sign='+'):<18}  {write_p(one.p)}{mark}"
    )


def _write_cluster_note(*, is_clustered: bool) -> str:
    if is_clustered:
        return "Intervals: bootstrap; questions about the same article are drawn together."
    return (
        f"Intervals: bootstrap over questions. The questions rest on fewer than {MIN_CLUSTERS} articles or on one each;"
        " with few articles they speak for these articles only."
    )


def _write_failures(score: Score) -> Iterator[str]:
    if score.failures:
        yield ""
        yield f"{len(score.failures)} cases FAILED and count in no figure above:"
        yield from (f"  {id_}: {reason}" for id_, reason in score.failures.items())


def _name_differences(first: Run, second: Run) -> str:
    """What else differs: a change of the program is not measured when the library changed with it.

    Nor are times comparable when one run asked several cases at once.
    """
    names = {name: name for name in ("program", "library", "settings", "model", "reranker", "mode", "control")}
    names["at_once"] = "cases asked at once"
    differing = [said for name, said in names.items() if first.conditions.get(name) != second.conditions.get(name)]
    return f"; different between the runs: {', '.join(differing)}" if differing else ""


def _write_ids(what: str, ids: tuple[str, ...]) -> Iterator[str]:
    if ids:
        yield f"{what} ({len(ids)}): {', '.join(ids)}"


def _write_verdict(comparison: Comparison) -> str:
    if comparison.regressions:
        return f"Worse by more than chance: {', '.join(comparison.regressions)}."
    return "Nothing that decides got worse by more than chance."


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nan(one) for name, one in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
