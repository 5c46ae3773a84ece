"""The library in the window's page: the status line, and the empty view that the window's script fills."""

import json

from index.embedding_job import MAKING_VECTORS
from index.reading.files import READABLE_SUFFIXES
from index.reading.plain import MAX_BYTES
from rag.choosing import ModelStatus
from ui import wording, wording_library
from ui.observing import LibraryState
from ui.rendering import NO_MODEL
from ui.rendering_text import show_text

_WORDS = {
    "title": wording_library.TITLE,
    "pages": wording_library.PAGES,
    "articles": wording_library.ARTICLES,
    "sources": wording_library.SOURCES,
    "condition": wording_library.CONDITION,
    "loading": wording_library.LOADING,
    "failed": wording_library.FAILED_TO_FETCH,
    "onlyRead": wording_library.ONLY_READ,
    "search": wording_library.SEARCH,
    "searchHint": wording_library.SEARCH_HINT,
    "outlet": wording_library.OUTLET,
    "allOutlets": wording_library.ALL_OUTLETS,
    "status": wording_library.STATUS,
    "anyStatus": wording_library.ANY_STATUS,
    "since": wording_library.SINCE,
    "until": wording_library.UNTIL,
    "clear": wording_library.CLEAR,
    "columns": wording_library.COLUMNS,
    "noTitle": wording_library.NO_TITLE,
    "unknown": wording_library.UNKNOWN,
    "current": wording_library.CURRENT,
    "statusHints": wording_library.STATUS_HINTS,
    "plotHint": wording_library.PLOT_HINT,
    "plotTable": wording_library.PLOT_TABLE,
    "period": wording_library.PERIOD,
    "inAll": wording_library.IN_ALL,
    "noneFound": wording_library.NONE_FOUND,
    "previous": wording_library.PREVIOUS,
    "next": wording_library.NEXT,
    "emptyTitle": wording_library.EMPTY_TITLE,
    "empty": wording_library.EMPTY,
    "drop": wording_library.DROP,
    "choose": wording_library.CHOOSE,
    "chooseFiles": wording_library.CHOOSE_FILES,
    "dropNow": wording_library.DROP_NOW,
    "uploads": wording_library.UPLOADS,
    "sending": wording_library.SENDING,
    "reading": wording_library.READING,
    "inLine": wording_library.IN_LINE,
    "removeFile": wording_library.REMOVE_FILE,
    "dismiss": wording_library.DISMISS,
    "brokeOff": wording_library.UPLOAD_BROKE_OFF,
    "addLabel": wording_library.ADD_LABEL,
    "addHint": wording_library.ADD_HINT,
    "add": wording_library.ADD,
    "adding": wording_library.ADDING,
    "noSources": wording_library.NO_SOURCES,
    "sync": wording_library.SYNC,
    "syncAll": wording_library.SYNC_ALL,
    "remove": wording_library.REMOVE,
    "watch": wording_library.WATCH,
    "watchHint": wording_library.WATCH_HINT,
    "failures": wording_library.FAILURES,
    "hide": wording_library.HIDE,
    "undo": wording_library.UNDO,
    "reports": wording_library.REPORTS,
    "noReport": wording_library.NO_REPORT,
    "removeKept": wording_library.REMOVE_KEPT,
    "removeKeptSure": wording_library.REMOVE_KEPT_SURE,
    "keepThem": wording_library.KEEP_THEM,
    "health": wording_library.HEALTH,
    "examine": wording_library.EXAMINE,
    "examineHint": wording_library.EXAMINE_HINT,
    "examining": wording_library.EXAMINING,
    "good": wording_library.GOOD,
    "look": wording_library.LOOK,
    "storage": wording_library.STORAGE,
    "formats": wording_library.formats(MAX_BYTES),
    "tooLarge": wording_library.too_large(MAX_BYTES),
}
# What the page itself can say of a file before it is sent.
_LIMITS = {"largest": MAX_BYTES, "suffixes": sorted(READABLE_SUFFIXES)}


def show_status(state: LibraryState, model: ModelStatus) -> str:
    """The status line: the library and how far meaning reaches in it, the model and why that one, what is under way.

    `data-edition` is another one whenever what was cited may have been corrected or removed.
    """
    counts = state.counts
    holds = f"{wording.counted(counts.articles, 'article')}, {wording.counted(counts.passages, 'passage')}"
    library = f'<a class="dl-holds" href="#library" data-edition="{show_text(state.edition)}">{holds}</a>'
    name = wording.NO_MODEL if model.name == NO_MODEL else model.name
    said = f'<b>{show_text(name)}</b><span class="dl-why">, {show_text(model.why)}</span>'
    fetching = f'<span class="dl-progress" role="status">{show_text(model.progress)}</span>' if model.progress else ""
    return f'{library}{_show_reach(state)}{_show_work(state)}<span class="dl-model">{said}</span>{fetching}'


def show_library() -> str:
    """The empty Library view; the window's script fills it."""
    return (
        f'<section class="dl-shelves" tabindex="-1" aria-label="{wording_library.TITLE}" '
        f'data-words="{show_text(json.dumps(_WORDS))}" data-limits="{show_text(json.dumps(_LIMITS))}"></section>'
    )


def _show_reach(state: LibraryState) -> str:
    if state.reach.is_complete:
        return ""
    is_growing = state.upkeep is not None and state.upkeep.doing == MAKING_VECTORS
    return (
        f'<span class="dl-reach{" dl-progress" if is_growing else ""}">'
        f"{wording.short_reach(state.reach)}"
        f'<span class="dl-why">{wording.rest_of_reach(state.reach)}</span></span>'
    )


def _show_work(state: LibraryState) -> str:
    upkeep = state.upkeep
    if upkeep is None:
        return ""
    if upkeep.doing and not (upkeep.doing == MAKING_VECTORS and not state.reach.is_complete):
        doing = wording.under_way(upkeep.doing, upkeep.done, upkeep.total)
        return f'<span class="dl-progress">{show_text(doing)}</span>'
    return f'<a class="dl-trouble" href="#library/sources">{wording.NOT_IN_STEP}</a>' if upkeep.problem else ""
