"""A question set and settings -> a run: opens the library, checks that it is the right one, asks, closes."""

from pathlib import Path

from evals.cases import QuestionSet
from evals.conditions import describe_conditions
from evals.gold import locate_all
from evals.library import view_library
from evals.needing_model import require_model
from evals.running import OnProgress, RunOptions, RunSummary, run_cases, spread
from rag.assemble import name_search_embedder, open_dateline
from rag.settings import Settings


def run_set(
    settings: Settings,
    questions: QuestionSet,
    out: Path,
    options: RunOptions,
    *,
    limit: int | None,
    on_progress: OnProgress,
) -> RunSummary:
    """Run a question set over the library that the settings name.

    Raises:
        WrongLibraryError: the library does not hold the gold evidence; nothing has been asked.
        RunError: `out` is something else, or was begun under other conditions.
        LibraryNotFoundError: there is no library.
    """
    view = view_library(settings.library, name_search_embedder(settings))
    cases = spread(questions.cases, limit)
    found = locate_all({case.id: case.gold for case in cases}, view.index, library=str(settings.library))
    dateline = open_dateline(settings)
    try:
        if options.control == "no-evidence":
            require_model(dateline.language_model, dateline.model_status)
        conditions = describe_conditions(
            settings,
            view,
            questions.cases,
            set_name=questions.name,
            model=dateline.model_status().name,
            mode="retrieval" if options.is_retrieval_only else "answers",
            control=options.control,
        )
        # How many were to be asked tells a finished run from one that was stopped.
        conditions["cases"] = len(cases)
        # The times of cases that were asked beside each other are not those of cases alone.
        conditions["at_once"] = options.at_once
        # The settings may ask for one whose files are not here.
        conditions["reranker"] = dateline.reranker.name if dateline.reranker else None
        dateline.warm()
        return run_cases(dateline, cases, found, view, out, conditions, options=options, on_progress=on_progress)
    finally:
        dateline.close()


def check_gold(settings: Settings, questions: QuestionSet) -> int:
    """Count the gold evidence of a set, all of which stands in the library.

    Raises:
        WrongLibraryError: some of it does not.
        LibraryNotFoundError: there is no library.
    """
    view = view_library(settings.library, name_search_embedder(settings))
    found = locate_all({case.id: case.gold for case in questions.cases}, view.index, library=str(settings.library))
    return sum(len(items) for items in found.values())
