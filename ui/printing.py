"""What the command line prints: answers, sync reports, health; progress goes to the terminal's error stream."""

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from index.syncing import Progress as OnProgress
from index.syncing import SyncReport
from rag.conversation import Answer, Citation
from rag.quoting import shorten

_WIDTH = 88
_LISTED = 20


@contextmanager
def show_progress() -> Iterator[OnProgress]:
    """A progress bar on the error stream for calls of (what, done, total); silent where no one watches."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks: dict[str, object] = {}

        def on_progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total)
            progress.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        yield on_progress


def print_answer(answer: Answer) -> None:
    """The answer, its sources with the exact words, and how it was made."""
    click.echo()
    click.echo(_wrap(answer.text))
    if answer.missing and answer.sentences:
        click.echo(_wrap(f"Not in the articles: {answer.missing}"))
    for citation in answer.citations:
        click.echo()
        click.secho(f"[{citation.n}] {describe_source(citation)}", bold=True)
        click.echo(_wrap(" ".join(citation.quote.split()), indent="    "))
    click.echo()
    for line in _notes(answer):
        click.secho(_wrap(line), dim=True)


def print_reports(reports: Mapping[Path, SyncReport]) -> None:
    """What an update did, folder by folder."""
    for folder, report in reports.items():
        if report.is_missing:
            click.secho(
                f"{folder}: is not there; its articles are kept. Mount it, or  dateline forget {folder}", fg="yellow"
            )
            continue
        counts = {
            "added": report.added,
            "changed": report.changed,
            "removed": report.removed,
            "unchanged": report.unchanged,
            "failed": report.failed,
        }
        click.echo(f"{folder}: " + ", ".join(f"{len(paths)} {what}" for what, paths in counts.items()))
        for what in ("added", "changed", "removed"):
            _list_paths(what, counts[what])
        for path, reason in report.failed.items():
            click.secho(f"  failed   {path}: {reason}", fg="yellow")
        if report.kept:
            click.secho(
                _wrap(
                    f"  kept     {len(report.kept)} articles whose files are gone: so many at once look like a mishap."
                    " If you mean it, run the same command with --allow-removal."
                ),
                fg="yellow",
            )


def describe_source(citation: Citation) -> str:
    """Title, outlet and date of a cited article, as far as they are known, and its file."""
    published = citation.published.isoformat() if citation.published else None
    parts = (citation.title, citation.outlet, published, citation.file)
    return " · ".join(part for part in parts if part)


def _list_paths(what: str, paths: object) -> None:
    every = list(paths)  # type: ignore[call-overload]
    for path in every[:_LISTED]:
        click.echo(f"  {what:<8} {path}")
    if len(every) > _LISTED:
        click.echo(f"  {what:<8} and {len(every) - _LISTED} more")


def _notes(answer: Answer) -> Iterator[str]:
    if answer.standalone_question.strip() != answer.question.strip():
        yield f"Understood as: {answer.standalone_question}"
    if answer.left_out:
        first = answer.left_out[0]
        yield f"Left out, unverified: {len(answer.left_out)}, first “{shorten(first.text, 20)}” ({first.reason})"
    if answer.notice:
        yield answer.notice
    as_of = f", as of {answer.as_of.isoformat()}" if answer.as_of else ""
    yield f"{answer.status.value}{as_of}, model: {answer.model}, {answer.seconds:.1f} s"


def _wrap(text: str, indent: str = "") -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)
