"""What the command line prints about the library: what a sync did, sources, failures, versions, how far it reaches."""

import difflib
import json
from collections.abc import Mapping, Sequence

import click

from index.embedding_job import MeaningReach
from index.ledger import Ledger
from index.shelving import SyncReport, name_place
from ui import wording
from ui.printing import wrap

_LISTED = 20


def print_reports(reports: Mapping[str, SyncReport]) -> None:
    """What an update did, source by source."""
    for place, report in reports.items():
        if report.is_missing:
            click.secho(
                f"{place}: is not there; its articles are kept. Mount it, or  dateline source remove {place}",
                fg="yellow",
            )
            continue
        counts = {
            "added": len(report.added),
            "changed": len(report.changed),
            "renamed": len(report.renamed),
            "removed": len(report.removed),
            "unchanged": report.unchanged,
            "failed": len(report.failed),
        }
        always = {"added", "unchanged"}
        click.echo(
            f"{place}: " + ", ".join(f"{count:,} {what}" for what, count in counts.items() if count or what in always)
        )
        _list_lines("added", report.added)
        _list_lines("changed", report.changed)
        _list_lines("renamed", [f"{old} → {new}" for old, new in report.renamed.items()])
        _list_lines("removed", report.removed)
        _list_lines("failed", [f"{path}: {reason}" for path, reason in report.failed.items()], colour="yellow")
        if report.kept:
            click.secho(
                wrap(
                    f"  kept     {len(report.kept):,} articles that are gone from there: so many at once look like a mishap."
                    " If you mean it, run the same command with --yes."
                ),
                fg="yellow",
            )


def print_reach(reach: MeaningReach) -> None:
    """How much can be found by meaning, and when the rest will be."""
    further = "" if reach.is_complete else "  dateline doctor  shows how far it is."
    click.echo(wording.describe_reach(reach) + further)


def print_sources(ledger: Ledger, *, as_json: bool) -> None:
    """Every source with the number of its articles and of what could not be read."""
    for source in ledger.sources():
        articles = sum(record.articles for record in ledger.files(source).values())
        failed = len(ledger.failures(source))
        if as_json:
            facts = {"kind": source.kind.value, "place": source.place, "articles": articles, "failed": failed}
            click.echo(json.dumps({**facts, **json.loads(source.options_as_json())}, ensure_ascii=False))
            continue
        options = [f"only {glob}" for glob in source.include] + [f"without {glob}" for glob in source.exclude]
        options += [f"{name} is {theirs}" for name, theirs in source.fields.items()]
        notes = f" ({', '.join(options)})" if options else ""
        trouble = f", {failed:,} could not be read" if failed else ""
        click.echo(f"{source.kind.value:<7} {source.place}{notes}: {articles:,} articles{trouble}")


def print_failures(ledger: Ledger, *, as_json: bool) -> None:
    """Everything that could not be read, with the reason."""
    for source in ledger.sources():
        for failure in ledger.failures(source):
            if as_json:
                facts = {"source": source.place, "path": failure.path, "item": failure.item, "reason": failure.reason}
                click.echo(json.dumps(facts, ensure_ascii=False))
            else:
                place = name_place(failure.path, failure.item)
                where = place if source.is_on_the_web else f"{source.place}: {place}"
                click.echo(f"{where}: {failure.reason}")


def print_versions(ledger: Ledger, article_id: str) -> None:
    """The versions of an article, oldest first, and what each one changed in the one before."""
    versions = ledger.versions_of(article_id)
    before = ""
    for number, version in enumerate(versions, 1):
        article = ledger.article(version.article_id)
        state = f"replaced {version.replaced}" if version.replaced else "the newest, which answers use"
        click.secho(f"{number}. {version.article_id}  {article.title or article.file}  ({state})", bold=True)
        if number > 1:
            for line in _changes(before, article.text):
                colour = {"+": "green", "-": "red"}.get(line[:1])
                click.secho(f"   {line}", fg=colour)
        before = article.text


def _changes(before: str, after: str) -> list[str]:
    """Changed lines with a minus or plus before them, and a line of context."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _list_lines(what: str, lines: Sequence[str], colour: str | None = None) -> None:
    for line in lines[:_LISTED]:
        click.secho(f"  {what:<9} {line}", fg=colour)
    if len(lines) > _LISTED:
        more = "  dateline source list --failed  lists all." if what == "failed" else ""
        click.secho(f"  {what:<9} and {len(lines) - _LISTED:,} more.{more}", fg=colour)
