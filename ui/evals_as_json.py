"""Question sets, runs and comparisons as the Evals tab gets them: plain values, and every sentence already said."""

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any

from evals.case_fates import Fate, pair_gold, tell_fate, tell_outcome
from evals.comparing import Comparison, Difference, compare_runs, tell_controls
from evals.control_kinds import MEANINGS
from evals.figures import is_headline, is_lower_better
from evals.gold import Evidence
from evals.judgements import is_refused, lies_in
from evals.recording import Result, Run
from evals.scoring import score_run
from rag.choosing import ModelStatus
from rag.conversation import Status
from ui import wording, wording_evals
from ui.evaluating import Evaluating, OfferedSet, Progress, count_wanted
from ui.feedback import own_sets_folder
from ui.rendering import NO_MODEL

_RUNS_LISTED = 50
_CHANGES_NAMED = 50


def overview_as_json(evaluating: Evaluating, model: ModelStatus) -> dict[str, Any]:
    """All that the tab shows before a run is opened."""
    has_model = model.name != NO_MODEL
    return {
        "sets": [_set_as_json(one) for one in evaluating.sets()],
        "model": {
            "is_there": has_model,
            "label": wording_evals.with_model(model.name) if has_model else wording_evals.no_model(model.why),
        },
        "runs": evaluating.runs(run_as_row, _RUNS_LISTED),
        "folder": wording_evals.own_sets(own_sets_folder(evaluating.library)),
        "progress": progress_as_json(evaluating.progress()),
    }


def progress_as_json(progress: Progress | None) -> dict[str, Any] | None:
    """The run under way, or how the last one ended."""
    if progress is None:
        return None
    return {
        "run": progress.run,
        "state": progress.state,
        "done": progress.done,
        "total": progress.total,
        "said": _say(progress),
        "left": wording_evals.seconds_left(progress.seconds_left),
        "is_open": progress.is_open,
    }


def run_as_row(name: str, run: Run) -> dict[str, Any]:
    """A run in the list of runs."""
    outcomes = [tell_outcome(result) for result in run.results]
    right, told = outcomes.count("right"), outcomes.count("right") + outcomes.count("wrong")
    done, wanted = len(run.results), count_wanted(run)
    return {
        "name": name,
        "set": str(run.conditions.get("set")),
        "when": wording.moment(str(run.conditions["began"])) if run.conditions.get("began") else "",
        "model": wording_evals.model_name(str(run.conditions.get("model"))),
        "kind": _tell_kind(run),
        "headline": wording_evals.count_right(right, told, outcomes.count("failed")),
        "unfinished": wording_evals.stopped_at(done, wanted) if done < wanted else "",
    }


def run_as_json(name: str, run: Run) -> dict[str, Any]:
    """A run with its headline figures and its cases."""
    figures = [figure for figure in score_run(run).figures if is_headline(figure.name)]
    order = list(wording_evals.FIGURE_NAMES)
    figures.sort(key=lambda figure: order.index(figure.name))
    return run_as_row(name, run) | {
        "figures": [
            {
                "name": wording_evals.FIGURE_NAMES[figure.name][0],
                "value": wording_evals.share(figure.value),
                "meaning": wording_evals.FIGURE_NAMES[figure.name][1],
                "sure": wording_evals.figure(figure.interval.low, figure.interval.high, figure.n),
            }
            for figure in figures
        ],
        "cases": [case_as_json(result) for result in run.results],
    }


def case_as_json(result: Result) -> dict[str, Any]:
    """A case of a run: what was asked, what came back, what should have, and how far its evidence came."""
    case, line, outcome = result.case, result.line, tell_outcome(result)
    has_answer = result.failure is None and "status" in line
    return {
        "id": case.id,
        "question": case.question,
        "kind": case.kind,
        "history": [turn.content for turn in case.history],
        "outcome": outcome,
        "said": wording_evals.OUTCOMES[outcome],
        "is_refused": has_answer and is_refused(result),
        "text": line["text"] if has_answer else result.failure or "",
        "sentences": [_sentence_as_json(one) for one in line.get("sentences") or () if not is_refused(result)],
        "citations": [_citation_as_json(one, line) for one in line.get("citations") or ()],
        "expected": " or ".join(_STATUSES[status] for status in case.expected),
        "wanted": list(_list_wanted(result)),
        "gold": [_gold_as_json(item, place, line) for item, place in pair_gold(result)],
    }


def comparison_as_json(first: Run, second: Run) -> dict[str, Any]:
    """What the second run changed against the first.

    Raises:
        IncomparableRunsError: they were made over different questions; the sentence names the ids.
    """
    comparison = compare_runs(first, second)
    questions = {result.case.id: result.case.question for result in second.results}
    names = [wording_evals.FIGURE_NAMES[name][0] for name in comparison.regressions]
    return {
        "said": wording_evals.compared(
            comparison.cases, len(comparison.won), len(comparison.lost), len(comparison.left_out)
        ),
        "verdict": wording_evals.regressions(names),
        "is_worse": bool(comparison.regressions),
        "warning": " ".join(filter(None, (tell_controls(first, second), _tell_conditions(first, second)))),
        "figures": [_difference_as_json(one) for one in _sort_headlines(comparison)],
        "won": [{"id": id_, "question": questions[id_]} for id_ in comparison.won[:_CHANGES_NAMED]],
        "lost": [{"id": id_, "question": questions[id_]} for id_ in comparison.lost[:_CHANGES_NAMED]],
    }


_STATUSES = {Status.ANSWERED: "an answer", Status.PARTIAL: "a partial answer", Status.REFUSED: "a refusal"}


def _set_as_json(offered: OfferedSet) -> dict[str, Any]:
    count = f" ({wording.counted(offered.cases, 'question')})" if offered.cases is not None else ""
    return {
        "id": offered.id,
        "label": offered.name + count,
        "cases": offered.cases,
        "problem": offered.problem,
    }


def _say(progress: Progress) -> str:
    name, done, total = progress.set_name, progress.done, progress.total
    match progress.state:
        case "asking":
            return wording_evals.asking(name, done, total) if progress.is_open else wording_evals.opening(name)
        case "stopping":
            return wording_evals.stopping(name)
        case "finished":
            return wording_evals.finished(name, total, progress.failed)
        case "stopped":
            return wording_evals.stopped(name, done, total)
        case "failed":
            problem = progress.problem or wording_evals.ENDED_UNEXPECTEDLY
            return problem if progress.done else wording_evals.not_asked(name, problem)


def _tell_kind(run: Run) -> str:
    """What kind of run it was, when it was not made as people ask."""
    control = run.conditions.get("control")
    if control in MEANINGS:
        return MEANINGS[control]
    return wording_evals.RETRIEVAL_ONLY if run.conditions.get("mode") == "retrieval" else ""


def _sentence_as_json(sentence: Mapping[str, Any]) -> dict[str, Any]:
    is_supported = sentence["verdict"] == "supported"
    return {
        "text": sentence["text"],
        "marks": "".join(f"[{n}]" for n in sentence["citations"]),
        "doubt": "" if is_supported else f"{wording.PARTLY_SUPPORTED} {sentence['reason']}",
    }


def _citation_as_json(citation: Mapping[str, Any], line: Mapping[str, Any]) -> dict[str, Any]:
    is_gold = any(lies_in(citation, item) for need in line["gold"] for item in need)
    return {
        "n": citation["n"],
        "quote": citation["quote"],
        "file": citation["file"],
        "marks": [
            *([["good", wording_evals.IS_GOLD]] if is_gold else []),
            *([] if citation.get("is_exact", True) else [["bad", wording_evals.NOT_EXACT]]),
        ],
    }


def _list_wanted(result: Result) -> Iterator[str]:
    for answer in result.case.answers:
        yield f"“{answer}”"
    for assertion in result.case.assertions:
        words = " or ".join(f"“{text}”" for text in assertion.texts)
        yield f"not {words}" if assertion.is_denied else words


def _gold_as_json(item: Evidence, place: Mapping[str, Any] | None, line: Mapping[str, Any]) -> dict[str, Any]:
    where = wording_evals.characters(item.span.start, item.span.end) if item.span else wording_evals.WHOLE_ARTICLE
    is_told = place is not None and "failure" not in line
    return {
        "quote": item.quote or "",
        "where": "" if item.quote else where,
        "article": item.article.value,
        "marks": list(_list_marks(tell_fate(place, line))) if is_told and place is not None else [],
    }


def _list_marks(fate: Fate) -> Iterator[list[str]]:
    """How far a gold item came, in words, each with whether that is good."""
    if fate.is_ranked:
        yield ["good", wording_evals.found_at(fate.rank)] if fate.rank else ["bad", wording_evals.NOT_FOUND]
    if fate.has_evidence:
        yield ["good", wording_evals.CHOSEN] if fate.is_evidence else ["mixed", wording_evals.NOT_CHOSEN]
        yield ["good", wording_evals.IS_CITED] if fate.is_cited else ["mixed", wording_evals.NOT_CITED]


def _sort_headlines(comparison: Comparison) -> list[Difference]:
    order = list(wording_evals.FIGURE_NAMES)
    return sorted((one for one in comparison.differences if one.is_headline), key=lambda one: order.index(one.name))


def _difference_as_json(one: Difference) -> dict[str, Any]:
    return {
        "name": wording_evals.FIGURE_NAMES[one.name][0],
        "before": wording_evals.share(one.first),
        "after": wording_evals.share(one.second),
        "change": wording_evals.points(one.second - one.first),
        "sure": wording_evals.change_interval(one.interval.low, one.interval.high),
        "verdict": _judge_difference(one),
        "is_worse": one.is_regression,
    }


def _judge_difference(one: Difference) -> str:
    """Whether a change is one; of a gain no more is claimed than that its interval leaves no change out."""
    if one.is_regression:
        return wording_evals.WORSE
    if one.first == one.second:
        return wording_evals.SAME
    sign = -1 if is_lower_better(one.name) else 1
    low, high = sorted((sign * one.interval.low, sign * one.interval.high))
    if isnan(low) or isnan(high):
        return wording_evals.MAY_BE_CHANCE
    return wording_evals.BETTER if low > 0 else wording_evals.MAY_BE_CHANCE


def _tell_conditions(first: Run, second: Run) -> str:
    """What else differs: a change of the program is not measured when the library changed with it."""
    names = ("program", "library", "settings", "model", "mode")
    return wording_evals.different_conditions(
        [name for name in names if first.conditions.get(name) != second.conditions.get(name)]
    )
