"""A run, and what changed since earlier ones -> one HTML page that needs nothing but itself."""

from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import Any

from evals.comparing import Comparison, compare_runs
from evals.judgements import is_refused, is_right
from evals.printing import write_interval, write_number
from evals.recording import Result, Run
from evals.scoring import Score, score_run

_OUTCOMES = ("wrong", "right", "failed", "not told")


def write_report(run: Run, earlier: Sequence[Run] = ()) -> str:
    """The page about a run; with `earlier` ones also the differences from each of them.

    Raises:
        IncomparableRunsError: an earlier run was made over different questions.
    """
    style = files("evals").joinpath("report.css").read_text(encoding="utf-8")
    script = files("evals").joinpath("report.js").read_text(encoding="utf-8")
    parts = [
        f"<h1>{escape(run.name)}</h1>",
        *_write_conditions(run),
        *_write_figures(score_run(run)),
        *(part for other in earlier for part in _write_comparison(other, compare_runs(other, run))),
        *_write_cases(run.results),
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


def tell_outcome(result: Result) -> str:
    """Right, wrong, failed, or not told by the case."""
    if result.failure is not None:
        return "failed"
    right = is_right(result) if "status" in result.line else None
    return "not told" if right is None else "right" if right else "wrong"


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
    yield f'<p class="dim">{" · ".join(f"{name}: {escape(str(value))}" for name, value in told.items())}</p>'


def _write_figures(score: Score) -> Iterator[str]:
    yield f"<h2>Figures</h2><p>{score.cases} cases answered, {len(score.failures)} failed.</p><table>"
    for group, figures in groupby(score.figures, key=lambda figure: figure.group):
        head = "".join(f'<th class="number">{name}</th>' for name in ("n", "value", "95% interval"))
        yield f'<tr class="group"><th>{escape(group)}</th>{head}<th></th></tr>'
        for figure in figures:
            numbers = (str(figure.n), write_number(figure.value), write_interval(figure.interval))
            cells = "".join(f'<td class="number">{number}</td>' for number in numbers)
            yield f'<tr><td>{escape(figure.name)}</td>{cells}<td class="dim">{escape(figure.meaning)}</td></tr>'
    yield "</table>"


def _write_comparison(other: Run, comparison: Comparison) -> Iterator[str]:
    yield f"<h2>Since {escape(other.name)}</h2><table><tr><th></th>"
    yield "".join(f'<th class="number">{n}</th>' for n in ("n", "before", "now", "95% interval of the change", "p"))
    yield "</tr>"
    for one in comparison.differences:
        numbers = (str(one.n), write_number(one.first), write_number(one.second), write_interval(one.interval, "+"))
        cells = "".join(f'<td class="number">{number}</td>' for number in (*numbers, f"{one.p:.3f}"))
        mark = ' class="bad"' if one.is_regression else ""
        yield f"<tr><td{mark}>{escape(one.name)}</td>{cells}</tr>"
    yield "</table>"
    yield f"<p>Won: {escape(', '.join(comparison.won)) or 'none'}. Lost: {escape(', '.join(comparison.lost)) or 'none'}.</p>"


def _write_cases(results: Sequence[Result]) -> Iterator[str]:
    options = "".join(f'<option value="{outcome}">{outcome}</option>' for outcome in _OUTCOMES)
    yield '<h2>Cases</h2><div class="controls"><label>Words <input id="words" type="search"></label>'
    yield f'<label>Outcome <select id="outcome"><option value="">all</option>{options}</select></label>'
    yield '<span id="shown" class="dim" role="status"></span></div>'
    yield '<table id="cases"><thead><tr><th>Case</th><th>Answer and citations</th><th>Gold</th></tr></thead><tbody>'
    for result in results:
        yield _write_case(result)
    yield "</tbody></table>"


def _write_case(result: Result) -> str:
    outcome = tell_outcome(result)
    mark = {"right": "good", "wrong": "bad", "failed": "bad"}.get(outcome, "dim")
    case = result.case
    return (
        f'<tr data-outcome="{outcome}"><td><b>{escape(case.id)}</b><br>{escape(case.question)}<br>'
        f'<span class="{mark}">{outcome}</span> <span class="dim">{escape(case.kind)}</span></td>'
        f"<td>{_write_answer(result)}</td><td>{_write_gold(result)}</td></tr>"
    )


def _write_answer(result: Result) -> str:
    if result.failure is not None:
        return f'<span class="bad">{escape(result.failure)}</span>'
    line = result.line
    if "status" not in line:
        return _quote_all(
            f"{found['file']}, characters {found['start']} to {found['end']}" for found in line["ranking"][:5]
        )
    if is_refused(result):
        return f'<span class="dim">refused</span> {escape(line["text"])}'
    verdicts = "".join(f"<li>{escape(one['text'])} <i>{escape(one['verdict'])}</i></li>" for one in line["sentences"])
    cited = _quote_all(f"[{one['n']}] {one['file']}: {one['quote']}" for one in line["citations"])
    return f"<span class='dim'>{escape(line['status'])}</span><ul>{verdicts or escape(line['text'])}</ul>{cited}"


def _write_gold(result: Result) -> str:
    case = result.case
    wanted: list[Any] = [f"“{answer}”" for answer in case.answers]
    wanted += [("not " if one.is_denied else "") + " / ".join(one.texts) for one in case.assertions]
    expected = " or ".join(status.value for status in case.expected)
    quotes = _quote_all(f"{one.article.value}: {one.quote or 'the whole article'}" for one in case.gold)
    return f'<span class="dim">{escape(expected)}</span><br>{escape("; ".join(wanted))}{quotes}'


def _quote_all(texts: Iterator[str]) -> str:
    return "".join(f"<blockquote>{escape(text)}</blockquote>" for text in texts)
