"""What the Library view shows, as plain values with their sentences: pure but for looking into the library."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from index.article_list import ArticleStatus, ListedArticle, count_outlets, count_statuses
from index.disk_usage import measure_disk_usage
from index.embedding_job import MAKING_VECTORS
from index.ledger import Ledger
from index.removing import Removed
from index.shelving import SyncReport, name_place
from index.source_list import ListedSource, list_sources
from index.sources import Source, SourceKind
from index.uploads import read_names
from ui import wording, wording_library
from ui.health import Finding
from ui.observing import LibraryState
from ui.rendering_text import drop_invisible

_LISTED = 20
_FAILURES_LISTED = 200
# So many reasons are read at a glance; more would hide what else there is to say.
_GLANCED_AT = 5


def sources_as_json(ledger: Ledger) -> dict[str, Any]:
    """Where the articles come from.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    return {"sources": [_source_as_json(listed) for listed in list_sources(ledger)]}


def outlets_as_json(ledger: Ledger) -> dict[str, Any]:
    """The outlets to filter articles by.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    return {"outlets": [{"name": name, "count": count} for name, count in count_outlets(ledger)]}


def statuses_as_json(ledger: Ledger) -> dict[str, Any]:
    """What articles can be filtered by beside what stands in them: the statuses that any of them has.

    Raises:
        LibraryDamagedError, StorageError: the library cannot be read.
    """
    counted = count_statuses(ledger)
    return {
        "statuses": [
            {"value": status.value, "name": wording_library.STATUSES[status], "count": count}
            for status, count in counted.items()
            if count
        ]
    }


def storage_as_json(library: Path) -> dict[str, Any]:
    """What takes how much room on the disk."""
    usage = measure_disk_usage(library)
    return {"storage": wording_library.storage(usage.ledger, usage.search, usage.uploads, usage.removed)}


def articles_as_json(total: int, offset: int, found: Sequence[ListedArticle]) -> dict[str, Any]:
    """One page of the list of articles."""
    return {
        "total": total,
        "offset": offset,
        "showing": wording_library.showing(offset + 1, offset + len(found), total),
        "articles": [_article_as_json(article) for article in found],
    }


def state_as_json(state: LibraryState, *, is_resting: bool, removed: Removed | None) -> dict[str, Any]:
    """How the library is at this moment, and what its upkeep is at."""
    upkeep = state.upkeep
    doing = None if upkeep is None or is_resting else upkeep.doing or "Starting"
    return {
        "edition": state.edition,
        "articles": state.counts.articles,
        "holds": wording_library.holds(state.counts.articles, state.counts.passages),
        "reach": wording_library.say_reach(state.reach),
        "can_change": upkeep is not None,
        "is_watching": bool(upkeep and upkeep.is_watching),
        "doing": _say_doing(doing, state),
        "is_reading": doing is not None and doing != MAKING_VECTORS,
        "done": upkeep.done if upkeep and doing else 0,
        "total": upkeep.total if upkeep and doing else 0,
        "problem": upkeep.problem if upkeep else None,
        "reports": _reports_as_json(upkeep.reports) if upkeep else [],
        "undo": _removed_as_json(removed) if removed else None,
    }


def failures_as_json(ledger: Ledger, source: Source) -> dict[str, Any]:
    """What could not be read of a source; of very many the first."""
    is_uploads = source.kind is SourceKind.UPLOADS
    names = read_names(source.path) if is_uploads else {}
    failures = ledger.failures(source)
    more = len(failures) - _FAILURES_LISTED
    return {
        "failures": [
            {
                "name": drop_invisible(name_place(names.get(failure.path, failure.path), failure.item)),
                "reason": failure.reason,
                "upload": failure.path if is_uploads and not failure.item else None,
            }
            for failure in failures[:_FAILURES_LISTED]
        ],
        "more": wording_library.more_failures(more) if more > 0 else None,
    }


def uploads_as_json(ledger: Ledger, uploads: Source, paths: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What became of uploads by path; those that are still to be read are absent."""
    reasons = {failure.path: failure.reason for failure in ledger.failures(uploads) if not failure.item}
    found: dict[str, dict[str, Any]] = {}
    for path in paths:
        articles = len(ledger.holdings(uploads, path))
        if articles:
            found[path] = {"is_read": True, "said": wording_library.was_read(articles)}
        elif path in reasons:
            found[path] = {"is_read": False, "said": wording_library.was_not_read(reasons[path])}
    return found


def findings_as_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """What the doctor says."""
    return {"findings": [{"what": one.what, "said": one.state, "is_good": one.is_good} for one in findings]}


def name_removed(removed: Removed) -> str:
    """What was removed, as it is called in the window."""
    if removed.path is None and removed.source.kind is SourceKind.UPLOADS:
        return wording_library.UPLOADED_FILES
    return drop_invisible(removed.name)


def _removed_as_json(removed: Removed) -> dict[str, Any]:
    return {"said": wording_library.removed(name_removed(removed), removed.articles, removed.at)}


def _source_as_json(listed: ListedSource) -> dict[str, Any]:
    source = listed.source
    is_uploads = source.kind is SourceKind.UPLOADS
    return {
        "place": source.place,
        "name": wording_library.UPLOADED_FILES if is_uploads else drop_invisible(source.place),
        "kind": wording_library.name_kind(source.kind),
        "articles": wording.counted(listed.articles, "article"),
        "failed": wording_library.could_not_be_read(listed.failed) if listed.failed else None,
        "note": wording_library.read_only(source.include, source.exclude),
    }


def _article_as_json(article: ListedArticle) -> dict[str, Any]:
    status = [
        wording_library.STATUSES[status]
        for is_so, status in (
            (article.is_pending, ArticleStatus.PENDING),
            (article.has_earlier, ArticleStatus.CORRECTED),
            (article.is_copy, ArticleStatus.COPY),
        )
        if is_so
    ]
    return {
        "id": article.id,
        "title": drop_invisible(article.title) if article.title else None,
        "opening": drop_invisible(" ".join(article.opening.split())),
        "file": drop_invisible(article.file),
        "outlet": article.outlet,
        "published": wording.long_date(article.published) if article.published else None,
        "size": f"{article.characters:,}",
        "language": wording_library.name_language(article.language),
        "status": status,
        "upload": article.upload,
    }


def _say_doing(doing: str | None, state: LibraryState) -> str | None:
    if doing is None or state.upkeep is None:
        return None
    return wording_library.doing(doing, state.upkeep.done, state.upkeep.total)


def _reports_as_json(reports: Mapping[str, SyncReport]) -> list[dict[str, Any]]:
    """What the last sync did, first where there is something to tell."""
    ordered = sorted(
        reports.items(), key=lambda one: (not (one[1].is_missing or one[1].failed), not one[1].has_changes)
    )
    return [_report_as_json(place, report) for place, report in ordered]


def _report_as_json(place: str, report: SyncReport) -> dict[str, Any]:
    if report.is_missing:
        return {"place": place, "name": drop_invisible(place), "problem": wording_library.source_missing()}
    lists: list[tuple[str, Sequence[tuple[str, str]], int]] = [
        (wording_library.FAILED, list(report.failed.items()), _GLANCED_AT),
        (wording_library.CHANGED, [(path, "") for path in report.changed], 0),
        (wording_library.ADDED, [(path, "") for path in report.added], 0),
        (wording_library.RENAMED, [(f"{old} → {new}", "") for old, new in report.renamed.items()], 0),
        (wording_library.REMOVED, [(path, "") for path in report.removed], 0),
    ]
    return {
        "place": place,
        "name": drop_invisible(place),
        "kept": wording_library.articles_kept(len(report.kept)) if report.kept else None,
        "lists": [_list_as_json(*one) for one in lists if one[1]],
        "unchanged": wording.unchanged(report.unchanged, is_all=not report.has_changes),
    }


def _list_as_json(what: str, lines: Sequence[tuple[str, str]], open_up_to: int) -> dict[str, Any]:
    more = len(lines) - _LISTED
    return {
        "title": f"{len(lines):,} {what}",
        "lines": [{"name": drop_invisible(name), "reason": reason} for name, reason in lines[:_LISTED]],
        "more": wording.more_of_them(more) if more > 0 else None,
        "is_open": len(lines) <= open_up_to,
    }
