"""The command line: dateline [chat] | serve | mcp | ask | article | doctor | models, those about the library, and what other rooms register."""

import json
import sys
import threading
from collections.abc import Sequence
from contextlib import closing, redirect_stdout
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from index.errors import DatelineError
from rag.conversation import Answer, Answered, Manner, Turn
from ui import library_commands
from ui.command_options import library_option, read_selection, selection_options, settings_of

_USERS_MISTAKE = 2
_UNEXPECTED = 1
# The evals register `dateline eval` under this name, so that no other command loads what only they need.
_COMMANDS = "dateline.commands"


class _Commands(click.Group):
    """The commands of this file, and those that other rooms of the program register as entry points."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *(entry.name for entry in entry_points(group=_COMMANDS))})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        command: click.Command | None = next(
            (entry.load() for entry in entry_points(group=_COMMANDS) if entry.name == cmd_name), None
        )
        return command


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@library_option
@click.option("--debug", is_flag=True, help="Show the details of an unexpected failure (anywhere on the line).")
@click.version_option(package_name="dateline", prog_name="dateline")
@click.pass_context
def dateline(context: click.Context, library: Path | None, debug: bool) -> None:
    """Ask a folder of news articles; every sentence of the answer is checked against its source."""
    context.obj = {"library": library, "debug": debug}
    if context.invoked_subcommand is None:
        context.invoke(chat, library=None, port=None, no_model=False, open_browser=False)


@dateline.command()
@library_option
@click.option("--port", type=click.IntRange(1, 65_535), help="Serve on this port (7860).")
@click.option("--no-model", is_flag=True, help="Answer in the articles' own words, without a language model.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
@click.pass_context
def chat(context: click.Context, library: Path | None, port: int | None, no_model: bool, open_browser: bool) -> None:
    """Open the window (what `dateline` alone does)."""
    settings = settings_of(context, library, port=port, model="none" if no_model else None)
    from rag.assemble import open_dateline, prepare_library  # noqa: PLC0415 - each command pays for what it uses
    from ui.printing import show_progress  # noqa: PLC0415
    from ui.printing_library import print_reports  # noqa: PLC0415

    with show_progress() as on_progress:
        # A library that is there already opens at once, and is brought in step beside the open window.
        print_reports(prepare_library(settings, on_progress=on_progress))
    opened = open_dateline(settings, prepare_model=True, is_kept_up=True)
    try:
        # Beside the import of Gradio, which takes longer; the first question finds everything loaded.
        threading.Thread(target=opened.warm, name="warm", daemon=True).start()
        from ui.app import serve  # noqa: PLC0415 - Gradio takes five seconds to import
        from ui.measuring import measure  # noqa: PLC0415

        measuring = measure(opened, settings.library)
        serve(opened, port=settings.port, open_browser=open_browser, measuring=measuring, settings=settings)
    finally:
        opened.close()


@dateline.command("serve")
@library_option
@click.option("--port", type=click.IntRange(1, 65_535), help="Serve on this port (7860).")
@click.option("--no-model", is_flag=True, help="Answer in the articles' own words, without a language model.")
@click.pass_context
def serve_(context: click.Context, library: Path | None, port: int | None, no_model: bool) -> None:
    """Answer programs over HTTP, without the window; /api/v1/docs describes how (the window's server does so too)."""
    settings = settings_of(context, library, port=port, model="none" if no_model else None)
    from rag.assemble import open_dateline, prepare_library  # noqa: PLC0415
    from ui.api.server import serve_programs  # noqa: PLC0415
    from ui.printing import show_progress  # noqa: PLC0415
    from ui.printing_library import print_reports  # noqa: PLC0415

    with show_progress() as on_progress:
        print_reports(prepare_library(settings, on_progress=on_progress))
    with closing(open_dateline(settings, prepare_model=True, is_kept_up=True)) as opened:
        serve_programs(opened, settings)


@dateline.command("mcp")
@library_option
@click.option("--no-model", is_flag=True, help="Answer in the articles' own words, without a language model.")
@click.pass_context
def mcp_(context: click.Context, library: Path | None, no_model: bool) -> None:
    """Offer the library to an assistant as tools of the Model Context Protocol, over standard input and output."""
    settings = settings_of(context, library, model="none" if no_model else None)
    try:
        from ui.api.mcp_tools import make_mcp_server  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "mcp":
            raise
        raise DatelineError("The tools need a package that is not installed here: run  make mcp") from error
    from rag.assemble import open_dateline  # noqa: PLC0415
    from ui.api.service import make_service  # noqa: PLC0415

    # Standard output belongs to the protocol; while it runs, its SDK sees to that.
    with redirect_stdout(sys.stderr):
        opened = open_dateline(settings)
    with closing(opened):
        make_mcp_server(make_service(opened, settings, {})).run("stdio")


for _command in (
    library_commands.index_,
    library_commands.source,
    library_commands.embed,
    library_commands.watch,
    library_commands.compact,
    library_commands.backup,
    library_commands.restore,
    library_commands.export,
):
    dateline.add_command(_command)


@dateline.command()
@click.argument("question")
@library_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--no-model", is_flag=True, help="Answer in the articles' own words, without a language model.")
@click.option("--strictness", type=click.FloatRange(0, 1), help="Refuse more (1) or less (0); 0.4 unless set.")
@click.option("--history", type=click.Path(dir_okay=False, path_type=Path), help="Earlier turns: a JSON list.")
@selection_options
@click.pass_context
def ask(context: click.Context, /, question: str, library: Path | None, as_json: bool, **options: Any) -> None:
    """Answer QUESTION from the articles."""
    model = "none" if options["no_model"] else None
    settings = settings_of(context, library, model=model, strictness=options["strictness"])
    turns = _read_history(options["history"])
    from rag.assemble import open_dateline  # noqa: PLC0415
    from rag.chain import check_question  # noqa: PLC0415

    check_question(question)
    opened = open_dateline(settings)
    try:
        answer = _last_answer(list(opened.ask(question, turns, manner=Manner(read_selection(options)))))
    finally:
        opened.close()
    if not as_json:
        from ui.printing import print_answer  # noqa: PLC0415

        print_answer(answer)
        return
    from ui.answers_as_json import answer_as_json  # noqa: PLC0415

    if answer.notice:
        click.echo(answer.notice, err=True)
    click.echo(json.dumps(answer_as_json(answer), ensure_ascii=False))


@dateline.command()
@click.argument("question")
@click.option("-k", "limit", type=click.IntRange(1, 1_000), default=10, show_default=True, help="How many passages.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@library_option
@selection_options
@click.pass_context
def search(
    context: click.Context, /, question: str, limit: int, as_json: bool, library: Path | None, **options: Any
) -> None:
    """Show the passages that bear on QUESTION, best first, with scores and spans."""
    settings = settings_of(context, library, model="none")
    from rag.assemble import open_dateline  # noqa: PLC0415
    from rag.chain import check_question  # noqa: PLC0415

    check_question(question)
    with closing(open_dateline(settings)) as opened:
        ranking = opened.search(question, limit=limit, selection=read_selection(options))
    if as_json:
        from ui.answers_as_json import ranking_as_json  # noqa: PLC0415

        for line in ranking_as_json(ranking):
            click.echo(json.dumps(line, ensure_ascii=False))
        return
    from ui.printing import print_ranking  # noqa: PLC0415

    print_ranking(ranking)


@dateline.command()
@click.argument("article_id")
@click.option("--versions", is_flag=True, help="List its versions and show what was corrected.")
@library_option
@click.pass_context
def article(context: click.Context, article_id: str, versions: bool, library: Path | None) -> None:
    """Print the text of an article, into which the citations' start and end point (in characters)."""
    settings = settings_of(context, library)
    from index.ledger import Ledger  # noqa: PLC0415

    with closing(Ledger(settings.library)) as ledger:
        if versions:
            from ui.printing_library import print_versions  # noqa: PLC0415

            print_versions(ledger, article_id)
            return
        # Bytes, so that no terminal setting changes a character or a line end.
        sys.stdout.buffer.write(ledger.article(article_id).text.encode("utf-8"))


@dateline.command()
@click.option("--repair", is_flag=True, help="Mend what is wrong with the library, then look again.")
@library_option
@click.pass_context
def doctor(context: click.Context, repair: bool, library: Path | None) -> None:
    """Say what is installed, which model answers and why, and whether the library is healthy."""
    settings = settings_of(context, library)
    from ui.health import examine  # noqa: PLC0415

    if repair:
        from index.mending import mend_library  # noqa: PLC0415
        from rag.assemble import open_search_embedder  # noqa: PLC0415

        for deed in mend_library(settings.library, open_search_embedder(settings)) or ["found nothing to mend."]:
            click.echo(f"     Repair: {deed}")
    findings = examine(settings)
    for finding in findings:
        click.secho("ok   " if finding.is_good else "LOOK ", fg="green" if finding.is_good else "yellow", nl=False)
        click.echo(f"{finding.what}: {finding.state}")
    if not all(finding.is_good for finding in findings):
        context.exit(_UNEXPECTED)


@dateline.group()
def models() -> None:
    """List, fetch, verify and remove the model files that the program may use."""


@models.command("list")
@library_option
@click.pass_context
def list_models(context: click.Context, library: Path | None) -> None:
    """Show every model: size, licence, whether it is here."""
    from index.weights import WEIGHTS, weights_status  # noqa: PLC0415

    settings = settings_of(context, library)
    for weights in WEIGHTS.values():
        licence = " and ".join(dict.fromkeys(file.licence for file in weights.files))
        status = weights_status(weights, settings.models).value
        click.echo(f"{weights.name:<22} {weights.size / 1e6:>7,.0f} MB  {status:<9} {weights.title} ({licence})")
    click.echo(f"kept in {settings.models}")


@models.command("fetch")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@library_option
@click.pass_context
def fetch_models(context: click.Context, library: Path | None, names: Sequence[str]) -> None:
    """Fetch the files of models and verify them."""
    from index.fetching import fetch  # noqa: PLC0415
    from index.weights import WeightsStatus, weights_status  # noqa: PLC0415
    from ui.printing import show_progress  # noqa: PLC0415

    settings = settings_of(context, library)
    for weights in [_find_weights(name) for name in names]:
        if weights_status(weights, settings.models) is WeightsStatus.VERIFIED:
            click.echo(f"{weights.title} is here and verified.", err=True)
            continue
        with show_progress() as on_progress:
            fetch(weights, settings.models, partial(on_progress, f"Fetching {weights.title}"))
        click.echo(f"{weights.title} is fetched and verified.", err=True)


@models.command("verify")
@click.argument("name", required=False)
@library_option
@click.pass_context
def verify_models(context: click.Context, library: Path | None, name: str | None) -> None:
    """Read the files whole and compare their sha256; without NAME, of every model that is here."""
    from index.weights import WEIGHTS, Weights, WeightsStatus, verify, weights_status  # noqa: PLC0415

    settings = settings_of(context, library)
    chosen: list[Weights] = [_find_weights(name)] if name else list(WEIGHTS.values())
    for weights in chosen:
        if name is None and weights_status(weights, settings.models) is WeightsStatus.MISSING:
            continue
        verify(weights, settings.models)
        click.echo(f"{weights.title}: sha256 as it should be.")


@models.command("remove")
@click.argument("name")
@library_option
@click.pass_context
def remove_model(context: click.Context, library: Path | None, name: str) -> None:
    """Delete a model's files."""
    from index.fetching import remove  # noqa: PLC0415

    settings = settings_of(context, library)
    weights = _find_weights(name)
    remove(weights, settings.models)
    click.echo(f"{weights.title} is removed.")


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every failure ends in a sentence on the error stream, never in a traceback."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    # It may stand anywhere, and counts also when the failure comes before it was parsed.
    debug = "--debug" in given
    try:
        status = dateline([each for each in given if each != "--debug"], standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(_USERS_MISTAKE)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except DatelineError as error:
        click.echo(str(error), err=True)
        sys.exit(_USERS_MISTAKE)
    except BrokenPipeError:
        sys.exit(_UNEXPECTED)
    except Exception as error:
        if debug:
            raise
        click.echo(
            f"Something unexpected went wrong ({type(error).__name__}: {error});"
            " run  dateline --debug ...  to see the details.",
            err=True,
        )
        sys.exit(_UNEXPECTED)
    sys.exit(status if isinstance(status, int) else 0)


def _find_weights(name: str) -> Any:
    from index.weights import WEIGHTS  # noqa: PLC0415

    if name not in WEIGHTS:
        raise DatelineError(f"There is no model {name!r}: the models are {', '.join(WEIGHTS)}.")
    return WEIGHTS[name]


def _last_answer(events: list[Any]) -> Answer:
    answered: Answered = events[-1]
    return answered.answer


def _read_history(path: Path | None) -> list[Turn]:
    if path is None:
        return []
    problem = f"The history in {path} is not usable: it must be a JSON list of objects with role (user or assistant) and content."
    try:
        turns = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DatelineError(f"{problem} ({error})") from error
    if not isinstance(turns, list) or not all(_is_turn(turn) for turn in turns):
        raise DatelineError(problem)
    return [Turn(turn["role"], turn["content"]) for turn in turns]


def _is_turn(turn: object) -> bool:
    return isinstance(turn, dict) and turn.get("role") in {"user", "assistant"} and isinstance(turn.get("content"), str)


if __name__ == "__main__":
    main()
