"""Running a question set: every case asked once, recorded as it ends, in a time of its own; a crash costs one case."""

import queue
import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from evals.asking import Line, answer, answer_from_memory, describe_case, retrieve_only
from evals.cases import Case
from evals.control_kinds import Control
from evals.controls import gather_gold_evidence
from evals.gold import FoundEvidence
from evals.library import LibraryView
from evals.recording import append_line, record_run
from rag.assemble import Dateline

# How long a case that was told to stop may take to do so before it is left behind.
_GRACE_SECONDS = 5.0
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How to run.

    `seconds_per_case` is the time limit of each case, `control` what is given in place of what is found, and `at_once` how
    many cases are asked beside each other: their times are then not those of a case alone.
    """

    is_retrieval_only: bool = False
    control: Control | None = None
    seconds_per_case: float = 120.0
    at_once: int = 1


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

    Lines stand in the order in which the cases ended; a kill costs the cases that are being asked.

    Raises:
        RunError: `out` is something else, or was begun under other conditions.
    """
    failures: dict[str, str] = {}
    with record_run(out, conditions) as (file, done):
        waiting = [case for case in cases if case.id not in done]
        skipped = len(cases) - len(waiting)
        on_progress(skipped, len(cases))
        asking = _ask_all(
            waiting, lambda case: _ask_within_limit(dateline, case, found[case.id], options), options.at_once
        )
        # Closed also when the run is interrupted, so that no further case is begun.
        with closing(asking) as lines:
            for asked, (case, answered) in enumerate(lines, 1):
                line = describe_case(case, found[case.id], view) | answered
                if "failure" in line:
                    failures[case.id] = line["failure"]
                append_line(file, line)
                on_progress(skipped + asked, len(cases))
    return RunSummary(len(waiting) - len(failures), skipped, failures)


def _ask_all(
    cases: Sequence[Case], ask: Callable[[Case], Line], at_once: int
) -> Generator[tuple[Case, Line], None, None]:
    """Each case with what `ask` gives for it, as they end; when nobody goes on reading, no further case is begun.

    Daemon threads, which a pool's are not: whoever interrupts a run does not wait for the cases under way.
    """
    waiting: queue.SimpleQueue[Case] = queue.SimpleQueue()
    for case in cases:
        waiting.put(case)
    ended: queue.SimpleQueue[tuple[Case, Line]] = queue.SimpleQueue()
    is_over = threading.Event()

    def work() -> None:
        while not is_over.is_set():
            try:
                case = waiting.get_nowait()
            except queue.Empty:
                return
            ended.put((case, ask(case)))

    for number in range(min(at_once, len(cases))):
        threading.Thread(target=work, name=f"cases {number + 1}", daemon=True).start()
    try:
        for _ in cases:
            yield ended.get()
    finally:
        is_over.set()


def _ask_within_limit(dateline: Dateline, case: Case, found: Sequence[FoundEvidence], options: RunOptions) -> Line:
    """The answer, or why there is none. A case that does not stop when told to is left behind in its thread."""
    answers: list[Line] = []
    late = threading.Event()

    def work() -> None:
        try:
            answers.append(_ask(dateline, case, found, options, late.is_set))
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


def _ask(
    dateline: Dateline, case: Case, found: Sequence[FoundEvidence], options: RunOptions, is_late: Callable[[], bool]
) -> Line:
    if options.is_retrieval_only:
        return retrieve_only(dateline, case)
    if options.control == "no-evidence":
        return answer_from_memory(dateline, case, is_cancelled=is_late)
    if options.control is None:
        return answer(dateline, case, is_cancelled=is_late)
    # A case without gold evidence is asked as ever, so that refusing is measured beside composing; but the confidence of
    # these few would pass for that of the run.
    given = gather_gold_evidence(case, found, dateline.article)
    return answer(dateline, case, given=given, is_cancelled=is_late) | {"confidence": None}


def spread(items: Sequence[Item], limit: int | None) -> Sequence[Item]:
    """`limit` of the items, taken evenly from the whole so that few of them are not all of one kind; all without one."""
    if limit is None or limit >= len(items):
        return items
    return [items[position * len(items) // limit] for position in range(limit)]


def name_failures(failures: Mapping[str, str]) -> Iterable[str]:
    """One line a failed case."""
    return (f"{id_}: {reason}" for id_, reason in failures.items())
