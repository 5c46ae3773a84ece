"""The table of a report's cases: answer, citations, gold evidence and verdicts side by side, made to be filtered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from evals.case_fates import OUTCOMES, Fate, pair_gold, tell_fate, tell_outcome
from evals.gold import Evidence
from evals.judgements import is_refused, lies_in
from evals.recording import Result

_CLASSES = {
    "right": "good",
    "wrong": "bad",
    "failed": "bad",
    "supported": "good",
    "partly": "mixed",
    "unsupported": "bad",
}
_RANKED = 5


def write_cases(results: Sequence[Result], changes: Mapping[str, str]) -> Iterator[str]:
    """The controls and the table; `changes` says of a case's id what became of it since an earlier run: won or lost."""
    kinds = list(dict.fromkeys(result.case.kind for result in results if result.case.kind))
    yield '<h2 id="cases-head">Cases</h2><div class="controls">'
    yield '<label>Words <input id="words" type="search"></label>'
    yield _write_select("outcome", "Outcome", OUTCOMES)
    yield _write_select("kind", "Kind", kinds) if kinds else ""
    yield _write_select("change", "Since the earlier run", ("won", "lost")) if changes else ""
    yield '<span id="shown" class="dim" role="status"></span></div>'
    yield '<table id="cases" aria-labelledby="cases-head"><thead><tr><th>Case</th><th>Answer and citations</th>'
    yield "<th>Expected and gold evidence</th></tr></thead><tbody>"
    for result in results:
        yield _write_case(result, changes.get(result.case.id, ""))
    yield "</tbody></table>"


def _write_select(id_: str, name: str, values: Iterable[str]) -> str:
    options = "".join(f'<option value="{escape(value)}">{escape(value)}</option>' for value in values)
    return f'<label>{name} <select id="{id_}"><option value="">all</option>{options}</select></label>'


def _write_case(result: Result, change: str) -> str:
    outcome, case = tell_outcome(result), result.case
    changed = f" {_mark(change, 'good' if change == 'won' else 'bad')}" if change else ""
    history = "".join(f'<p class="dim turn">{turn.role}: {escape(turn.content)}</p>' for turn in case.history)
    kind = f' <span class="dim">{escape(case.kind)}</span>' if case.kind else ""
    return (
        f'<tr data-outcome="{outcome}" data-kind="{escape(case.kind)}" data-change="{change}">'
        f'<td><b>{escape(case.id)}</b>{history}<p class="asked">{escape(case.question)}</p>'
        f"{_mark(outcome)}{changed}{kind}</td><td>{_write_answer(result)}</td><td>{_write_gold(result)}</td></tr>"
    )


def _write_answer(result: Result) -> str:
    line = result.line
    if result.failure is not None:
        return f'<span class="bad">{escape(result.failure)}</span>'
    if "status" not in line:
        return _write_ranking(line["ranking"])
    status = f'<span class="dim">{escape(line["status"])}</span> '
    if is_refused(result) or not line["sentences"]:
        return f"<p>{status}{escape(line['text'])}</p>"
    sentences = "".join(_write_sentence(one) for one in line["sentences"])
    return f"{status}<ul>{sentences}</ul>{''.join(_write_citation(one, line['gold']) for one in line['citations'])}"


def _write_ranking(ranking: Sequence[Mapping[str, Any]]) -> str:
    found = "".join(
        f"<li>{escape(one['file'])}, characters {one['start']} to {one['end']}</li>" for one in ranking[:_RANKED]
    )
    return f"<ol>{found}</ol>"


def _write_sentence(sentence: Mapping[str, Any]) -> str:
    marks = "".join(f"[{n}]" for n in sentence["citations"])
    reason = f' <span class="dim">{escape(sentence["reason"])}</span>' if sentence["verdict"] != "supported" else ""
    return f"<li>{escape(sentence['text'])} {marks} {_mark(sentence['verdict'])}{reason}</li>"


def _write_citation(citation: Mapping[str, Any], gold: Sequence[Sequence[Mapping[str, Any]]]) -> str:
    is_gold = any(lies_in(citation, item) for need in gold for item in need)
    marks = ([_mark("gold", "good")] if is_gold else []) + ([] if citation["is_exact"] else [_mark("not exact", "bad")])
    return f"<blockquote>[{citation['n']}] {escape(citation['quote'])} <cite>{escape(citation['file'])}</cite> {' '.join(marks)}</blockquote>"


def _write_gold(result: Result) -> str:
    case = result.case
    expected = " or ".join(status.value for status in case.expected)
    wanted = [f"“{answer}”" for answer in case.answers]
    wanted += [("not " if one.is_denied else "") + " / ".join(one.texts) for one in case.assertions]
    parts = [f'<span class="dim">{escape(expected)}</span>'] if expected else []
    parts += [f"<p>{escape('; '.join(wanted))}</p>"] if wanted else []
    return "".join(parts) + "".join(_write_gold_item(item, place, result.line) for item, place in pair_gold(result))


def _write_gold_item(item: Evidence, place: Mapping[str, Any] | None, line: Mapping[str, Any]) -> str:
    quote = escape(
        item.quote or (f"characters {item.span.start} to {item.span.end}" if item.span else "the whole article")
    )
    fate = f" {_write_fate(tell_fate(place, line))}" if place is not None and "failure" not in line else ""
    return f"<blockquote>{quote} <cite>{escape(item.article.value)}</cite>{fate}</blockquote>"


def _write_fate(fate: Fate) -> str:
    marks = []
    if fate.is_ranked:
        marks.append(_mark(f"rank {fate.rank}", "good") if fate.rank else _mark("not retrieved", "bad"))
    if fate.has_evidence:
        marks.append(_mark("evidence", "good") if fate.is_evidence else _mark("not evidence", "mixed"))
    if fate.is_cited:
        marks.append(_mark("cited", "good"))
    return " ".join(marks)


def _mark(text: str, class_: str = "") -> str:
    return f'<span class="mark {class_ or _CLASSES.get(text, "dim")}">{escape(text)}</span>'
