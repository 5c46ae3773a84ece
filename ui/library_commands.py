"""The commands about what the library is made of: index, source, embed, watch, compact, backup, restore."""

import json
import signal
import threading
from contextlib import closing, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import DatelineError, LibraryLockedError
from rag.settings import Settings
from ui.command_options import library_option, settings_of

if TYPE_CHECKING:
    from index.embedding_job import MeaningReach
    from index.sources import Source

# What takes less is done before the command returns; nobody notices, and no process stays behind.
_INLINE_SECONDS = 20
_INLINE_PASSAGES = 256
_POLL_MINUTES = 30
_PATIENCE_SECONDS = 24 * 60 * 60

_yes = click.option("--yes", is_flag=True, help="Remove articles that are gone from a source, however many.")
_wait = click.option("--wait", is_flag=True, help="Return only when everything can be found by meaning, too.")
_include = click.option("--include", multiple=True, metavar="GLOB", help="Read only such files, e.g. '*.html'.")
_exclude = click.option("--exclude", multiple=True, metavar="GLOB", help="Leave such files out, e.g. 'drafts/*'.")
_fields = click.option(
    "--field", "fields", multiple=True, metavar="NAME=THEIRS", help="What a dump calls title, text, published, ..."
)


@click.command("index")
@click.argument("places", nargs=-1)
@_include
@_exclude
@_fields
@_yes
@_wait
@library_option
@click.pass_context
def index_(
    context: click.Context,
    /,
    places: tuple[str, ...],
    yes: bool,
    wait: bool,
    library: Path | None,
    **how: tuple[str, ...],
) -> None:
    """Bring PLACES (folders, files, addresses of pages) into the library; without any, those that it knows."""
    settings = settings_of(context, library)
    sources = [_name(place, how) for place in places]
    bring_in(settings, sources, allow_removal=yes, wait=wait)


@click.group()
def source() -> None:
    """Say where articles come from: folders, files, web pages, feeds."""


@source.command("add")
@click.argument("place")
@click.option("--feed", is_flag=True, help="PLACE is the address of an RSS or Atom feed.")
@_include
@_exclude
@_fields
@_wait
@library_option
@click.pass_context
def add_source(
    context: click.Context, /, place: str, feed: bool, wait: bool, library: Path | None, **how: tuple[str, ...]
) -> None:
    """Add PLACE: a folder, a file, the address of a page, or with --feed of a feed; and read it."""
    bring_in(settings_of(context, library), [_name(place, how, is_feed=feed)], wait=wait)


@source.command("list")
@click.option("--failed", is_flag=True, help="List what could not be read, and why.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@library_option
@click.pass_context
def list_sources(context: click.Context, failed: bool, as_json: bool, library: Path | None) -> None:
    """List the sources with the number of their articles, or with --failed what could not be read."""
    from index.ledger import Ledger  # noqa: PLC0415
    from ui.printing_library import print_failures, print_sources  # noqa: PLC0415

    with closing(Ledger(settings_of(context, library).library)) as ledger:
        (print_failures if failed else print_sources)(ledger, as_json=as_json)


@source.command("remove")
@click.argument("place")
@library_option
@click.pass_context
def remove_source(context: click.Context, place: str, library: Path | None) -> None:
    """Take PLACE and its articles out of the library; the files themselves stay as they are."""
    from index.removing import remove_from_library  # noqa: PLC0415

    removed = remove_from_library(settings_of(context, library).library, place)
    click.echo(
        f"{place} is no source any more; the {removed.articles:,} articles in it answer no question unless they lie in another."
        " The window's Library view brings them back for an hour;  dateline compact  erases them from the disk."
    )


@source.command("sync")
@click.argument("places", nargs=-1)
@_yes
@_wait
@library_option
@click.pass_context
def sync_sources(context: click.Context, places: tuple[str, ...], yes: bool, wait: bool, library: Path | None) -> None:
    """Bring the library in step with PLACES that it knows; without any, with all of them."""
    from index.ledger import Ledger  # noqa: PLC0415
    from index.updating import find_source  # noqa: PLC0415

    settings = settings_of(context, library)
    with closing(Ledger(settings.library)) as ledger:
        sources = [find_source(ledger, place) for place in places]
    bring_in(settings, sources, allow_removal=yes, wait=wait)


@click.command()
@library_option
@click.pass_context
def embed(context: click.Context, library: Path | None) -> None:
    """Make the vectors that are missing; interrupted, it goes on where it was."""
    from rag.assemble import embed as make_vectors  # noqa: PLC0415
    from ui.printing import show_progress  # noqa: PLC0415
    from ui.printing_library import print_reach  # noqa: PLC0415

    settings = settings_of(context, library)
    with show_progress() as on_progress:
        make_vectors(settings, on_progress=on_progress)
    print_reach(_reach(settings))


@click.command()
@click.option(
    "--every",
    type=click.FloatRange(min=1),
    default=_POLL_MINUTES,
    show_default=True,
    metavar="MINUTES",
    help="How often to look at pages and feeds.",
)
@library_option
@click.pass_context
def watch(context: click.Context, every: float, library: Path | None) -> None:
    """Keep the library in step with its sources until Ctrl-C: files at once, pages and feeds now and then."""
    from index.upkeep import Watching  # noqa: PLC0415
    from rag.assemble import make_upkeep  # noqa: PLC0415
    from ui.printing_library import print_reports  # noqa: PLC0415

    settings = settings_of(context, library)
    if not _knows_sources(settings):
        raise DatelineError("There is nothing to watch yet: name your folder of articles,  dateline index FOLDER")
    upkeep = make_upkeep(
        settings, lambda: False, watching=Watching(is_on=True, poll_seconds=every * 60), on_report=print_reports
    )
    ended = threading.Event()
    # Said outright, since a shell has what it starts in the background ignore Ctrl-C.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: ended.set())
    upkeep.start()
    click.echo("Watching the sources (Ctrl-C ends it).", err=True)
    ended.wait()
    click.echo("Stopping.", err=True)
    upkeep.stop()


@click.command()
@library_option
@click.pass_context
def compact(context: click.Context, library: Path | None) -> None:
    """Free the space of what was removed, and leave nothing of it on the disk."""
    from index.mending import compact_library  # noqa: PLC0415
    from rag.assemble import open_search_embedder  # noqa: PLC0415

    settings = settings_of(context, library)
    before, after = compact_library(settings.library, open_search_embedder(settings))
    click.echo(f"The library takes {after / 1e6:,.1f} MB; it took {before / 1e6:,.1f} MB.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@library_option
@click.pass_context
def backup(context: click.Context, file: Path, library: Path | None) -> None:
    """Write the whole library into FILE, a zip, as it is at this moment."""
    from index.backup import back_up  # noqa: PLC0415

    size = back_up(settings_of(context, library).library, file)
    click.echo(f"{file} holds the library ({size / 1e6:,.1f} MB).")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Move the library that is there aside.")
@library_option
@click.pass_context
def restore(context: click.Context, file: Path, yes: bool, library: Path | None) -> None:
    """Make the library what it was when FILE was written by `dateline backup`."""
    from index.backup import restore as restore_library  # noqa: PLC0415

    settings = settings_of(context, library)
    aside = restore_library(file, settings.library, replaces=yes)
    if aside:
        click.echo(f"The library that was there is kept in {aside}.")
    from rag.assemble import embed as make_vectors  # noqa: PLC0415
    from ui.printing import show_progress  # noqa: PLC0415

    # A backup holds the vectors, not what is built of them.
    with show_progress() as on_progress:
        make_vectors(settings, on_progress=on_progress)
    click.echo(f"{settings.library} is as it was when {file} was written.")


@click.command()
@library_option
@click.pass_context
def export(context: click.Context, library: Path | None) -> None:
    """Print every article as one JSON object a line; `dateline index` reads it again."""
    from index.exporting import export_articles  # noqa: PLC0415
    from index.ledger import Ledger  # noqa: PLC0415

    with closing(Ledger(settings_of(context, library).library)) as ledger:
        for article in export_articles(ledger):
            click.echo(json.dumps(article, ensure_ascii=False))


def bring_in(settings: Settings, sources: list["Source"], *, allow_removal: bool = False, wait: bool = False) -> None:
    """Sync, print what was done, and see to the vectors: here when there are few, or with `wait`; else in the background."""
    from rag.assemble import embed as make_vectors  # noqa: PLC0415
    from rag.assemble import embed_some, sync  # noqa: PLC0415
    from ui.background import start_embedding  # noqa: PLC0415
    from ui.printing import show_progress  # noqa: PLC0415
    from ui.printing_library import print_reach, print_reports  # noqa: PLC0415

    with show_progress() as on_progress:
        reports = sync(settings, sources, on_progress=on_progress, allow_removal=allow_removal)
    print_reports(reports)
    reach = _reach(settings)
    missing = reach.passages - reach.embedded
    is_short = missing <= _INLINE_PASSAGES or (reach.seconds_left or _INLINE_SECONDS + 1) <= _INLINE_SECONDS
    if wait or is_short:
        # With --wait also for another process that is making them; else that one is left to it.
        with show_progress() as on_progress, nullcontext() if wait else suppress(LibraryLockedError):
            make_vectors(settings, on_progress=on_progress, wait_seconds=_PATIENCE_SECONDS if wait else 0)
        reach = _reach(settings)
    elif not reach.is_under_way:
        if reach.seconds_left is None:
            with suppress(LibraryLockedError):
                embed_some(settings)
            reach = _reach(settings)
        start_embedding(settings.library)
    print_reach(reach)


def _reach(settings: Settings) -> "MeaningReach":
    from rag.assemble import measure_meaning  # noqa: PLC0415

    return measure_meaning(settings)


def _knows_sources(settings: Settings) -> bool:
    from index.ledger import Ledger  # noqa: PLC0415

    with closing(Ledger(settings.library)) as ledger:
        return bool(ledger.sources())


def _name(place: str, how: dict[str, tuple[str, ...]], *, is_feed: bool = False) -> "Source":
    from index.sources import name_source  # noqa: PLC0415

    return name_source(
        place, include=how["include"], exclude=how["exclude"], fields=_read_fields(how["fields"]), is_feed=is_feed
    )


def _read_fields(fields: tuple[str, ...]) -> dict[str, str]:
    mapping = {}
    for field in fields:
        name, is_there, theirs = field.partition("=")
        if not (name and is_there and theirs):
            raise DatelineError(
                f"--field {field} is not usable: write it as NAME=THEIRS, for example  --field text=body"
            )
        mapping[name.strip()] = theirs.strip()
    return mapping
