"""Whether the answer to a case was right: the rules that turn a line of a run into right, wrong, or cannot be told."""

from collections.abc import Iterable, Mapping
from typing import Any

from evals.cases import Assertion
from evals.metrics import contains_gold, holds, overlaps
from evals.recording import Result
from index.articles import Span
from rag.conversation import Status


def is_refused(result: Result) -> bool:
    """Whether the program refused to answer."""
    return bool(result.line["status"] == Status.REFUSED.value)


def should_refuse(result: Result) -> bool | None:
    """Whether refusing is the only right answer; None when both are right, or nothing is expected."""
    expected = result.case.expected
    if not expected or (Status.REFUSED in expected and len(expected) > 1):
        return None
    return Status.REFUSED in expected


def is_right(result: Result) -> bool | None:
    """Whether the answer is right; None when the case does not tell.

    A refusal is right where one is expected. An answer is right where one is expected, when it contains a gold answer (if
    the case has some) and fulfils every assertion; with neither, when it cites gold evidence; with no gold either, by itself. An answer
    from memory cites nothing: where only its citations could tell, nothing does.
    """
    expected = result.case.expected
    if is_refused(result):
        return Status.REFUSED in expected if expected else (False if result.case.answers else None)
    return False if expected == (Status.REFUSED,) else _is_answer_right(result)


def _is_answer_right(result: Result) -> bool | None:
    case, text = result.case, result.line["text"]
    if case.answers or case.assertions:
        has_answer = not case.answers or contains_gold(text, case.answers) == 1
        return has_answer and all(is_fulfilled(assertion, text) for assertion in case.assertions)
    if result.line["gold"]:
        if "evidence" not in result.line:
            return None
        return any(meets(need, result.line["citations"]) for need in result.line["gold"])
    return True if case.expected else None


def tell_confidence(result: Result) -> tuple[float, bool] | None:
    """How sure the program was of an answer (how likely its evidence holds one, it said), and whether it is right.

    None for a refusal, and where either is not known.
    """
    confidence = result.line.get("confidence")
    if confidence is None or is_refused(result):
        return None
    right = is_right(result)
    return None if right is None else (float(confidence), right)


def is_fulfilled(assertion: Assertion, text: str) -> bool:
    """Whether an answer's text holds what is asserted, or does not hold what is denied."""
    return any(holds(text, words) for words in assertion.texts) is not assertion.is_denied


def meets(need: Iterable[Mapping[str, Any]], spans: Iterable[Mapping[str, Any]]) -> bool:
    """Whether one of the spans (citations, evidence) shares a character with one of the alternatives of a need."""
    chosen = list(spans)
    return any(lies_in(span, alternative) for alternative in need for span in chosen)


def lies_in(span: Mapping[str, Any], gold: Mapping[str, Any]) -> bool:
    """Whether a span shares a character with a gold item."""
    if span["article_id"] != gold["article_id"]:
        return False
    return any(overlaps(Span(span["start"], span["end"]), Span(*place)) for place in gold["spans"])
