"""What the command line prints of answers; progress goes to the terminal's error stream."""

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from index.syncing import Progress as OnProgress
from rag.conversation import Answer, Citation
from rag.quoting import shorten
from rag.retrieving import RetrievedPassage

_WIDTH = 88


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
    click.echo(wrap(answer.text))
    if answer.missing and answer.sentences:
        click.echo(wrap(answer.missing))
    for citation in answer.citations:
        click.echo()
        click.secho(f"[{citation.n}] {describe_source(citation)}", bold=True)
        click.echo(wrap(" ".join(citation.quote.split()), indent="    "))
    click.echo()
    for line in _notes(answer):
        click.secho(wrap(line), dim=True)


def print_ranking(ranking: Sequence[RetrievedPassage]) -> None:
    """The passages that were found, best first, with score, source and span."""
    if not ranking:
        click.echo("Nothing in the library bears on that.")
    for rank, found in enumerate(ranking, 1):
        article = found.article
        published = article.published.isoformat() if article.published else None
        source = " · ".join(part for part in (article.title, article.outlet, published, article.file) if part)
        click.secho(f"{rank:>2}. {found.score:.3f}  {source}", bold=True)
        click.secho(f"    {article.id} {found.passage.start}-{found.passage.end}", dim=True)
        click.echo(wrap(shorten(" ".join(article.quote(found.passage).split()), 45), indent="    "))


def describe_source(citation: Citation) -> str:
    """Title, outlet and date of a cited article, as far as they are known, and its file."""
    published = citation.published.isoformat() if citation.published else None
    parts = (citation.title, citation.outlet, published, citation.file)
    return " · ".join(part for part in parts if part)


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


def wrap(text: str, indent: str = "") -> str:
    """Text in lines that a terminal shows whole."""
    return textwrap.fill(text, _WIDTH, initial_indent=indent, subsequent_indent=indent)
