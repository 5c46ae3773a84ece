"""A run, and what changed since earlier ones -> one HTML page that needs nothing but itself."""

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby

from evals.comparing import Comparison, Difference, compare_runs, tell_controls
from evals.control_kinds import MEANINGS
from evals.figures import is_headline
from evals.printing import describe_judge, write_interval, write_number, write_p
from evals.recording import Run
from evals.report_cases import write_cases
from evals.report_plots import write_changes, write_plots
from evals.scoring import Score, Scored, score_run


def write_report(run: Run, earlier: Sequence[Run] = ()) -> str:
    """The page about a run; with `earlier` ones also the differences from each of them.

    Raises:
        IncomparableRunsError: an earlier run was made over different questions.
    """
    style = files("evals").joinpath("report.css").read_text(encoding="utf-8")
    script = files("evals").joinpath("report.js").read_text(encoding="utf-8")
    score = score_run(run)
    comparisons = [compare_runs(other, run) for other in earlier]
    # The newest of the earlier runs is named first: it is the one that the cases are marked against.
    changes = _list_changes(comparisons[0]) if comparisons else {}
    parts = [
        f"<header><h1>{escape(run.name)}</h1>",
        *_write_conditions(run),
        "</header><main>",
        *_write_headlines(score),
        write_plots([run, *earlier]),
        *_write_comparisons(run, earlier, comparisons),
        *_write_figures(score),
        f'<p class="dim">{escape(describe_judge(run))}</p>'
        if any(one.group == "Citations" for one in score.figures)
        else "",
        *write_cases(run.results, changes),
        "</main>",
    ]
    # Without this header a page made of other people's texts could be made to fetch something.
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(run.name)}</title><style>{style}</style></head><body>\n"
        + "\n".join(parts)
        + f"\n<script>{script}</script></body></html>\n"
    )


def _write_conditions(run: Run) -> Iterator[str]:
    conditions = run.conditions
    library, machine = conditions.get("library") or {}, conditions.get("machine") or {}
    told = {
        "Set": conditions.get("set"),
        "Mode": conditions.get("mode"),
        "Model": conditions.get("model"),
        "Began": conditions.get("began"),
        "Library": f"{library.get('articles')} articles, state {library.get('digest')}",
        "Program": conditions.get("program"),
        "Machine": f"{machine.get('system')}, {machine.get('cores')} cores",
    }
    if conditions.get("control"):
        yield f"<p><b>A control run:</b> {escape(MEANINGS[conditions['control']])}.</p>"
    yield f'<p class="dim">{" · ".join(f"{name}: {escape(str(value))}" for name, value in told.items())}</p>'


def _write_headlines(score: Score) -> Iterator[str]:
    """The figures that decide, large; then how many cases they rest on."""
    tiles = "".join(_write_tile(figure) for figure in score.figures if is_headline(figure.name))
    yield f'<div class="tiles">{tiles}</div>'
    failed = f'<b class="bad">{len(score.failures)} failed</b>' if score.failures else "none failed"
    yield f"<p>{score.cases} cases answered, {failed}. In brackets 95% intervals.</p>"


def _write_tile(figure: Scored) -> str:
    return (
        f'<div class="tile"><div class="dim">{escape(figure.name)}</div><div class="value">{write_number(figure.value)}</div>'
        f'<div class="dim">{write_interval(figure.interval)}, n = {figure.n}</div><div>{escape(figure.meaning)}</div></div>'
    )


def _write_figures(score: Score) -> Iterator[str]:
    yield '<h2>All figures</h2><div class="scroll"><table>'
    for group, figures in groupby(score.figures, key=lambda figure: figure.group):
        head = "".join(f'<th class="number">{name}</th>' for name in ("n", "value", "95% interval"))
        yield f'<tr class="group"><th>{escape(group)}</th>{head}<th></th></tr>'
        for figure in figures:
            numbers = (str(figure.n), write_number(figure.value), write_interval(figure.interval))
            cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
            yield f'<tr><td>{escape(figure.name)}</td>{cells}<td class="dim meaning">{escape(figure.meaning)}</td></tr>'
    yield "</table></div>"


def _write_comparisons(run: Run, earlier: Sequence[Run], comparisons: Sequence[Comparison]) -> Iterator[str]:
    for number, (other, comparison) in enumerate(zip(earlier, comparisons, strict=True), 1):
        yield f"<h2>Since {escape(other.name)}</h2>{write_changes(comparison, number)}"
        warning = tell_controls(other, run)
        yield f"<p><b>{escape(warning)}</b></p>" if warning else ""
        yield from _write_differences(comparison)


def _write_differences(comparison: Comparison) -> Iterator[str]:
    deciding = [one for one in comparison.differences if one.is_headline]
    others = [one for one in comparison.differences if not one.is_headline]
    yield from _write_difference_table(deciding)
    for what, ids in (("Won, wrong before and right now", comparison.won), ("Lost", comparison.lost)):
        yield f"<p>{what} ({len(ids)}): {escape(', '.join(ids)) or 'none'}.</p>"
    yield "<details><summary>The other figures</summary>"
    yield from _write_difference_table(others)
    yield "</details>"


def _write_difference_table(differences: Sequence[Difference]) -> Iterator[str]:
    heads = ("n", "before", "now", "change", "95% interval", "p")
    yield '<div class="scroll"><table><tr><th></th>'
    yield "".join(f'<th class="number">{head}</th>' for head in heads) + "</tr>"
    for one in differences:
        numbers = (str(one.n), write_number(one.first), write_number(one.second), f"{one.second - one.first:+.3f}")
        every = (*numbers, write_interval(one.interval, "+"), escape(write_p(one.p)))
        cells = "".join(f'<td class="number">{number}</td>' for number in every)
        worse = ' <span class="mark bad">worse</span>' if one.is_regression else ""
        yield f"<tr><td>{escape(one.name)}{worse}</td>{cells}</tr>"
    yield "</table></div>"


def _list_changes(comparison: Comparison) -> dict[str, str]:
    return dict.fromkeys(comparison.won, "won") | dict.fromkeys(comparison.lost, "lost")
