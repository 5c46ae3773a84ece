"""The library as the window shows it: the status line, and what the last syncs did; pure, and everything escaped."""

from collections.abc import Mapping, Sequence

from index.embedding_job import MAKING_VECTORS
from index.shelving import SyncReport
from rag.choosing import ModelStatus
from ui import wording
from ui.observing import LibraryState
from ui.rendering import NO_MODEL, show_commands, show_text

_LISTED = 20
# So many reasons are read at a glance; more would hide what else there is to say.
_GLANCED_AT = 5


def show_status(state: LibraryState, model: ModelStatus) -> str:
    """The status line: the library and how far meaning reaches in it, the model and why that one, what is under way.

    `data-edition` is another one whenever what was cited may have been corrected or removed.
    """
    counts = state.counts
    holds = f"{wording.counted(counts.articles, 'article')}, {wording.counted(counts.passages, 'passage')}"
    library = f'<span class="dl-holds" data-edition="{show_text(state.edition)}">{holds}</span>'
    name = wording.NO_MODEL if model.name == NO_MODEL else model.name
    said = f'<b>{show_text(name)}</b><span class="dl-why">, {show_text(model.why)}</span>'
    fetching = f'<span class="dl-progress" role="status">{show_text(model.progress)}</span>' if model.progress else ""
    return f'{library}{_show_reach(state)}{_show_work(state)}<span class="dl-model">{said}</span>{fetching}'


def show_library_button() -> str:
    """What opens and closes all that is told of the library; the window's script does it."""
    return (
        '<button type="button" class="dl-fold" aria-expanded="false" aria-controls="dl-library">'
        f"{wording.LIBRARY}</button>"
    )


def show_upkeep(state: LibraryState) -> str:
    """How far meaning reaches, as a sentence, and what went wrong last."""
    reach = f"<p>{show_text(wording.describe_reach(state.reach))}</p>"
    if state.upkeep is None or state.upkeep.problem is None:
        return reach
    return f'{reach}<p class="dl-problem" role="status">{show_commands(state.upkeep.problem)}</p>'


def show_reports(reports: Mapping[str, SyncReport]) -> str:
    """What the last sync of each source did."""
    if not reports:
        return f"<p>{wording.NO_REPORT}</p>"
    return "".join(_show_report(place, report) for place, report in reports.items())


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
    return f'<span class="dl-trouble">{wording.NOT_IN_STEP}</span>' if upkeep.problem else ""


def _show_report(place: str, report: SyncReport) -> str:
    title = f'<h3 dir="auto">{show_text(place)}</h3>'
    if report.is_missing:
        return f'<section>{title}<p class="dl-problem">{show_commands(wording.source_missing(place))}</p></section>'
    kept = f'<p class="dl-problem">{show_commands(wording.articles_kept(len(report.kept), place))}</p>'
    parts = (
        kept if report.kept else "",
        _show_list(
            wording.FAILED, [_show_failure(*failure) for failure in report.failed.items()], open_up_to=_GLANCED_AT
        ),
        _show_list(wording.CHANGED, [show_text(path) for path in report.changed]),
        _show_list(wording.ADDED, [show_text(path) for path in report.added]),
        _show_list(wording.RENAMED, [f"{show_text(old)} → {show_text(new)}" for old, new in report.renamed.items()]),
        _show_list(wording.REMOVED, [show_text(path) for path in report.removed]),
        f"<p>{wording.unchanged(report.unchanged, is_all=not report.has_changes)}</p>",
    )
    return f"<section>{title}{''.join(parts)}</section>"


def _show_failure(path: str, reason: str) -> str:
    return f"<b>{show_text(path)}</b> {show_commands(reason)}"


def _show_list(what: str, lines: Sequence[str], open_up_to: int = 0) -> str:
    """Lines of HTML behind a fold that counts them; of many only the first, and how many more."""
    if not lines:
        return ""
    more = len(lines) - _LISTED
    shown = "".join(f'<li dir="auto">{line}</li>' for line in lines[:_LISTED])
    rest = f'<li class="dl-more">{wording.more_of_them(more)}</li>' if more > 0 else ""
    opened = " open" if len(lines) <= open_up_to else ""
    return f"<details{opened}><summary>{len(lines):,} {what}</summary><ul>{shown}{rest}</ul></details>"
