"""The file of a run: a first line that says how it was made, then one line a case; written so that a kill costs the cases under way."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from evals.cases import Case, parse_case
from evals.errors import RunError
from evals.fields import FieldError

# What must be the same when a run is continued; the rest (when it began, on which machine) may differ.
_MUST_AGREE = ("set_digest", "mode", "control", "model", "settings", "library", "program")


@dataclass(frozen=True, slots=True)
class Result:
    """One case of a run; `line` is its whole JSON object, `failure` says why there is no answer, None when there is one."""

    case: Case
    line: Mapping[str, Any]
    failure: str | None


@dataclass(frozen=True, slots=True)
class Run:
    """A run as read; `conditions` is its first line, `results` are in the order in which they ended."""

    name: str
    conditions: Mapping[str, Any]
    results: tuple[Result, ...]


def read_run(path: Path) -> Run:
    """Read a run, finished or not. Of a case that was tried twice the later line counts.

    Raises:
        RunError: the file is no run.
    """
    lines = list(_read_lines(path))
    if not lines or "run" not in lines[0]:
        raise RunError(f"{path} is not a run: its first line must say how it was made. `dateline eval run` makes one.")
    results: dict[str, Result] = {}
    for line in lines[1:]:
        try:
            result = Result(parse_case(line.get("case")), line, line.get("failure"))
        except FieldError as error:
            raise RunError(f"{path}: the case {line.get('id')!r} is damaged ({error}); make the run again.") from None
        results[result.case.id] = result
    return Run(path.stem, lines[0]["run"], tuple(results.values()))


@contextmanager
def record_run(path: Path, conditions: Mapping[str, Any]) -> Iterator[tuple[TextIO, set[str]]]:
    """Open the file of a run to append to; gives it with the ids that need not be asked again.

    A line that a kill cut short is removed. Failed cases are tried again.

    Raises:
        RunError: the file is something else, was made under other conditions, or cannot be written.
    """
    done: set[str] = set()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists() or path.stat().st_size == 0
        if not is_new:
            known = read_run(path)
            _check_conditions(path, known.conditions, conditions)
            done = {result.case.id for result in known.results if result.failure is None}
            _drop_partial_line(path)
        file = path.open("a", encoding="utf-8")
    except OSError as error:
        raise RunError(f"The run {path} cannot be written ({error}); name another file with --out.") from error
    with file:
        if is_new:
            append_line(file, {"run": dict(conditions)})
        yield file, done


def append_line(file: TextIO, line: Mapping[str, Any]) -> None:
    """Write one line and hand it to the system, so that a kill of this program cannot lose it."""
    file.write(json.dumps(line, ensure_ascii=False) + "\n")
    file.flush()


def _read_lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RunError(
            f"The run {path} cannot be read ({error}); name a file that `dateline eval run` wrote."
        ) from error
    # Only "\n" ends a line: a text may hold the other characters that splitlines() takes for one.
    for number, line in enumerate(text.split("\n"), 1):
        if not line:
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            if not text.endswith("\n") and number == text.count("\n") + 1:
                return  # still being written, or cut off by a kill
            raise RunError(f"{path}, line {number} is not JSON ({error.msg}); make the run again.") from None
        if not isinstance(value, dict):
            raise RunError(f"{path}, line {number} is not a JSON object; name a file that `dateline eval run` wrote.")
        yield value


def _drop_partial_line(path: Path) -> None:
    """Cut off what stands behind the last line end."""
    with path.open("r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)


def _check_conditions(path: Path, known: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    differing = [name for name in _MUST_AGREE if known.get(name) != wanted.get(name)]
    if differing:
        raise RunError(
            f"{path} was begun under other conditions (different: {', '.join(differing)});"
            " a run of two kinds says nothing: begin a new one, in another file."
        )
