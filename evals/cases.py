"""The question set: JSON Lines -> cases, every mistake named by file, line and field."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, get_args

from evals.errors import QuestionSetError
from evals.fields import CaseFields, FieldError
from evals.gold import Evidence, Reference, Where
from index.articles import Span
from rag.conversation import Status, Turn

_KNOWN = frozenset("id question asked history kind answers assertions expected gold tags".split())
_KNOWN_GOLD = frozenset({*get_args(Where), "quote", "start", "end", "group"})
_ROLES: Mapping[str, Any] = {"user": "user", "assistant": "assistant"}


@dataclass(frozen=True, slots=True)
class Assertion:
    """What the answer's text must hold (any of `texts`), or, when `is_denied`, must not hold (none of them)."""

    texts: tuple[str, ...]
    is_denied: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what is known about its answer.

    `asked` is the day of asking: nothing published later or without a date is searched, and "this week" is counted from it.
    `answers` are short right answers, any of which suffices; every assertion must hold; `expected` are the statuses that
    are right, any when empty; `gold` is all the evidence that is needed. `extra` keeps the fields this program does not know.
    """

    id: str
    question: str
    asked: date | None = None
    history: tuple[Turn, ...] = ()
    kind: str = ""
    answers: tuple[str, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    expected: tuple[Status, ...] = ()
    gold: tuple[Evidence, ...] = ()
    tags: tuple[str, ...] = ()
    extra: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The cases of a file in their order; `warning` names the unknown fields in one sentence, None when there are none."""

    name: str
    cases: tuple[Case, ...]
    warning: str | None


def read_set(path: Path) -> QuestionSet:
    """Read a question set.

    Raises:
        QuestionSetError: the file is missing, empty or broken; the sentence names line and field.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError(
            f"The question set {path} cannot be read ({error}); name a JSON Lines file in UTF-8."
        ) from error
    cases: dict[str, Case] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        case = _parse_line(line, f"{path}, line {number}")
        if case.id in cases:
            raise QuestionSetError(f"{path}, line {number}: id {case.id!r} stands there twice; give each case its own.")
        cases[case.id] = case
    if not cases:
        raise QuestionSetError(f"{path} holds no cases; write one JSON object a line, see evals/README.md.")
    return QuestionSet(path.stem, tuple(cases.values()), _warn_of_unknown(path, cases.values()))


def parse_case(data: object) -> Case:
    """One case from plain values.

    Raises:
        FieldError: a field is missing or of the wrong kind; the text names it.
    """
    if not isinstance(data, dict):
        raise FieldError("the line", "must be one JSON object")
    fields = CaseFields(data)
    return Case(
        id=fields.text("id"),
        question=fields.text("question"),
        asked=fields.day("asked"),
        history=tuple(_parse_turn(item) for item in fields.objects("history")),
        kind=fields.text("kind", default=""),
        answers=fields.texts("answers"),
        assertions=tuple(_parse_assertion(item) for item in fields.items("assertions")),
        expected=tuple(_parse_status(text) for text in fields.texts("expected")),
        gold=tuple(_parse_gold(item) for item in fields.objects("gold")),
        tags=fields.texts("tags"),
        extra=tuple((name, value) for name, value in data.items() if name not in _KNOWN),
    )


def case_as_json(case: Case) -> dict[str, Any]:
    """The case as `parse_case` takes it, empty fields left out."""
    whole: dict[str, Any] = {
        "id": case.id,
        "question": case.question,
        "asked": case.asked.isoformat() if case.asked else None,
        "history": [{"role": turn.role, "content": turn.content} for turn in case.history],
        "kind": case.kind,
        "answers": list(case.answers),
        "assertions": [{"not": list(a.texts)} if a.is_denied else list(a.texts) for a in case.assertions],
        "expected": [status.value for status in case.expected],
        "gold": [_gold_as_json(gold) for gold in case.gold],
        "tags": list(case.tags),
    }
    return {name: value for name, value in whole.items() if value} | dict(case.extra)


def write_set(path: Path, cases: Iterable[Case]) -> None:
    """Write cases as a question set that `read_set` reads."""
    lines = [json.dumps(case_as_json(case), ensure_ascii=False) for case in cases]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def append_case(path: Path, case: Case) -> None:
    """Add a case to a question set, which is made when it is not there.

    Raises:
        QuestionSetError: the set is broken, has a case of that id, or cannot be written.
    """
    if case.id in read_questions(path):
        raise QuestionSetError(f"{path} has a case {case.id!r} already; give the new one another id.")
    line = write_line(case, path)
    try:
        before = path.read_text(encoding="utf-8") if path.exists() else ""
    except OSError as error:
        raise _unwritable(path, error) from error
    replace_text(path, before + ("\n" if before and not before.endswith("\n") else "") + line + "\n")


def write_line(case: Case, path: Path) -> str:
    """The case as the line of the set at `path`, known to be readable.

    Raises:
        QuestionSetError: it would not be; the sentence names the field.
    """
    line = json.dumps(case_as_json(case), ensure_ascii=False)
    _parse_line(line, f"{path}, the new line")
    return line


def replace_text(path: Path, text: str) -> None:
    """Write a question set so that whoever reads it, also after a crash, finds either what was there or all of `text`.

    Raises:
        QuestionSetError: it cannot be written.
    """
    target = path.resolve()
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> QuestionSetError:
    return QuestionSetError(f"The question set {path} cannot be written ({error}); name another file.")


def read_questions(path: Path) -> dict[str, str]:
    """The questions of a set by id; none when the file is not there yet, or is empty.

    Raises:
        QuestionSetError: the file is broken.
    """
    if not path.exists() or path.stat().st_size == 0:
        return {}
    return {case.id: case.question for case in read_set(path).cases}


def _parse_line(line: str, place: str) -> Case:
    try:
        return parse_case(json.loads(line))
    except json.JSONDecodeError as error:
        raise QuestionSetError(
            f"{place}: this is not JSON ({error.msg} at character {error.colno}); mend it."
        ) from None
    except FieldError as error:
        raise QuestionSetError(f"{place}: {error}; evals/README.md describes the fields.") from None


def _parse_turn(item: Mapping[str, Any]) -> Turn:
    fields = CaseFields(item, within="history")
    role = fields.text("role")
    if role not in _ROLES:
        raise FieldError("history.role", "must be user or assistant")
    return Turn(_ROLES[role], fields.text("content"))


def _parse_assertion(item: object) -> Assertion:
    if isinstance(item, str):
        return _make_assertion([item], is_denied=False)
    if isinstance(item, list):
        return _make_assertion(item, is_denied=False)
    if isinstance(item, dict) and set(item) == {"not"}:
        denied = item["not"]
        return _make_assertion([denied] if isinstance(denied, str) else denied, is_denied=True)
    raise FieldError("assertions", 'must hold texts, lists of texts (any of), or {"not": text or list}')


def _make_assertion(texts: object, *, is_denied: bool) -> Assertion:
    if not isinstance(texts, list) or not texts or not all(isinstance(t, str) and t.strip() for t in texts):
        raise FieldError("assertions", "must hold texts that are not empty")
    return Assertion(tuple(texts), is_denied)


def _parse_status(text: str) -> Status:
    try:
        return Status(text)
    except ValueError:
        raise FieldError("expected", f"is {text!r} but must be {', '.join(Status)}") from None


def _parse_gold(item: Mapping[str, Any]) -> Evidence:
    fields = CaseFields(item, within="gold")
    unknown = sorted(set(item) - _KNOWN_GOLD)
    if unknown:
        raise FieldError(f"gold.{unknown[0]}", f"is unknown; a gold has {', '.join(sorted(_KNOWN_GOLD))}")
    wheres: Sequence[Where] = [where for where in get_args(Where) if where in item]
    if len(wheres) != 1:
        raise FieldError("gold", f"must name its article by exactly one of {', '.join(get_args(Where))}")
    if "quote" in item and ("start" in item or "end" in item):
        raise FieldError("gold", "has a quote and a span; give one of them")
    return Evidence(
        article=Reference(wheres[0], fields.text(wheres[0])),
        quote=fields.text("quote", default="") or None,
        span=_parse_span(fields) if "start" in item or "end" in item else None,
        group=fields.text("group", default="") or None,
    )


def _parse_span(fields: CaseFields) -> Span:
    start, end = fields.count("start"), fields.count("end")
    if end <= start:
        raise FieldError("gold.end", "must be greater than start")
    return Span(start, end)


def _gold_as_json(gold: Evidence) -> dict[str, Any]:
    item: dict[str, Any] = {gold.article.where: gold.article.value}
    if gold.quote is not None:
        item["quote"] = gold.quote
    if gold.span is not None:
        item |= {"start": gold.span.start, "end": gold.span.end}
    return item | ({"group": gold.group} if gold.group else {})


def _warn_of_unknown(path: Path, cases: Iterable[Case]) -> str | None:
    names = sorted({name for case in cases for name, _ in case.extra})
    return f"{path}: fields that this program does not use are kept: {', '.join(names)}." if names else None
