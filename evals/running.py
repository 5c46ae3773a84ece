"""Running a question set: every case asked once, recorded as it ends, in a time of its own; a crash costs one case."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.asking import Line, answer, describe_case, retrieve_only
from evals.cases import Case
from evals.gold import FoundEvidence
from evals.library import LibraryView
from evals.recording import append_line, record_run
from rag.assemble import Dateline

# How long a case that was told to stop may take to do so before it is left behind.
_GRACE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run: `seconds_per_case` is the time limit of each case."""

    is_retrieval_only: bool = False
    seconds_per_case: float = 120.0


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run came to: how many cases were answered now, how many had been before, and why the others failed."""

    answered: int
    skipped: int
    failures: Mapping[str, str]


OnProgress = Callable[[int, int], None]


def run_cases(  # noqa: PLR0913 - what to ask, of whom, where to, how
    dateline: Dateline,
    cases: Sequence[Case],
    found: Mapping[str, Sequence[FoundEvidence]],
    view: LibraryView,
    out: Path,
    conditions: Mapping[str, Any],
    *,
    options: RunOptions,
    on_progress: OnProgress,
) -> RunSummary:
    """Ask the cases that `out` does not hold yet and append a line for each; `on_progress(done, total)` is called as it goes.

    Raises:
        RunError: `out` is something else, or was begun under other conditions.
    """
    failures: dict[str, str] = {}
    with record_run(out, conditions) as (file, done):
        waiting = [case for case in cases if case.id not in done]
        skipped = len(cases) - len(waiting)
        for position, case in enumerate(waiting):
            on_progress(skipped + position, len(cases))
            line = describe_case(case, found[case.id], view) | _ask_within_limit(dateline, case, options)
            if "failure" in line:
                failures[case.id] = line["failure"]
            append_line(file, line)
        on_progress(len(cases), len(cases))
    return RunSummary(len(waiting) - len(failures), skipped, failures)


def _ask_within_limit(dateline: Dateline, case: Case, options: RunOptions) -> Line:
    """The answer, or why there is none. A case that does not stop when told to is left behind in its thread."""
    answers: list[Line] = []
    late = threading.Event()

    def work() -> None:
        try:
            answers.append(
                retrieve_only(dateline, case)
                if options.is_retrieval_only
                else answer(dateline, case, is_cancelled=late.is_set)
            )
        except Exception as error:  # noqa: BLE001 - whatever a case dies of is recorded as its failure, and the run goes on
            answers.append({"failure": f"{type(error).__name__}: {error}"})

    thread = threading.Thread(target=work, name=f"case {case.id}", daemon=True)
    thread.start()
    thread.join(options.seconds_per_case)
    if thread.is_alive():
        late.set()
        thread.join(_GRACE_SECONDS)
        return {"failure": f"it took longer than {options.seconds_per_case:g} seconds"}
    return answers[0]


def limit_cases(cases: Sequence[Case], limit: int | None) -> Sequence[Case]:
    """The first `limit` cases, spread evenly over the set so that few of them are not all of one kind; all without one."""
    if limit is None or limit >= len(cases):
        return cases
    return [cases[position * len(cases) // limit] for position in range(limit)]


def name_failures(failures: Mapping[str, str]) -> Iterable[str]:
    """One line a failed case."""
    return (f"{id_}: {reason}" for id_, reason in failures.items())
