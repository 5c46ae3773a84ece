"""The frame of the Evals tab, with all the words that the window's scripts put into it and under an answer."""

import json

from ui import wording, wording_evals
from ui.rendering_text import show_text

_WORDS = {
    "title": wording_evals.TITLE,
    "intro": wording_evals.INTRO,
    "newRun": wording_evals.NEW_RUN,
    "set": wording_evals.SET,
    "model": wording_evals.MODEL,
    "withoutModel": wording_evals.WITHOUT_MODEL,
    "limit": wording_evals.LIMIT,
    "limitAll": wording_evals.LIMIT_ALL,
    "start": wording_evals.START,
    "stop": wording_evals.STOP,
    "continue": wording_evals.CONTINUE,
    "runs": wording_evals.RUNS,
    "noRuns": wording_evals.NO_RUNS,
    "noSets": wording_evals.NO_SETS,
    "allRuns": wording_evals.ALL_RUNS,
    "figures": wording_evals.FIGURES,
    "mostLikely": wording_evals.MOST_LIKELY,
    "noFigures": wording_evals.NO_FIGURES,
    "cases": wording_evals.CASES,
    "compare": wording_evals.COMPARE,
    "compareNone": wording_evals.COMPARE_NONE,
    "report": wording_evals.REPORT,
    "show": wording_evals.SHOW,
    "more": wording_evals.MORE,
    "noCases": wording_evals.NO_CASES,
    "failed": wording_evals.FAILED_TO_FETCH,
    "dismiss": wording_evals.NOTICE_DISMISS,
    "openRun": wording_evals.OPEN_RUN,
    "answer": wording_evals.ANSWER,
    "whyFailed": wording_evals.WHY_FAILED,
    "cited": wording_evals.CITED,
    "expected": wording_evals.EXPECTED,
    "gold": wording_evals.GOLD,
    "nothingExpected": wording_evals.NOTHING_EXPECTED,
    "earlier": wording_evals.EARLIER,
    "won": wording_evals.WON,
    "lost": wording_evals.LOST,
    "none": wording_evals.NONE_OF_THEM,
    "filters": wording_evals.FILTERS,
    "thumbs": wording_evals.THUMBS,
    "thumbUp": wording_evals.THUMB_UP,
    "thumbDown": wording_evals.THUMB_DOWN,
    "rightLabel": wording_evals.RIGHT_LABEL,
    "rightKeep": wording_evals.RIGHT_KEEP,
    "shouldRefuse": wording_evals.SHOULD_REFUSE,
    "thumbFailed": wording_evals.THUMB_FAILED,
    "progress": wording_evals.PROGRESS,
}


def show_evals() -> str:
    """The empty tab; the window's script fills it."""
    return (
        f'<section class="dl-evals" tabindex="-1" aria-label="{wording.EVALS}" '
        f'data-words="{show_text(json.dumps(_WORDS))}"></section>'
    )
