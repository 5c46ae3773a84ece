"""The command `dateline eval`: run | score | compare | report | check | new | suggest | judge | convert."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import get_args

import click

from evals.cases import QuestionSet, read_set
from evals.control_kinds import Control
from evals.converting.formats import FORMATS
from evals.errors import RunError
from evals.run_files import name_run
from rag.settings import Settings, load_settings

_REGRESSED = 1
_file = click.Path(dir_okay=False, path_type=Path)
_library = click.option(
    "--library", type=click.Path(file_okay=False, path_type=Path), help="Use the library in this folder."
)


@click.group("eval")
def eval_() -> None:
    """Measure answers: run question sets, score them, compare runs."""


@eval_.command()
@click.option("--set", "set_path", type=_file, required=True, help="The question set, JSON Lines.")
@_library
@click.option("--out", type=_file, help="Write the run here; an unfinished one is continued.")
@click.option("--limit", type=click.IntRange(1), help="Ask only so many cases, spread over the set.")
@click.option("--no-model", is_flag=True, help="Answer in the articles' own words, without a language model.")
@click.option("--retrieval-only", is_flag=True, help="Stop after the ranking.")
@click.option(
    "--control",
    type=click.Choice(get_args(Control)),
    help="Give the gold evidence in place of what is found, or (to the language model) none.",
)
@click.option(
    "--seconds", type=click.FloatRange(0.1, 3600), default=120, show_default=True, help="Time limit of a case."
)
@click.option(
    "--at-once",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help="Ask so many cases beside each other: sooner done, but no case's time is its own.",
)
@click.pass_context
def run(  # noqa: PLR0913 - one argument an option
    context: click.Context,
    set_path: Path,
    library: Path | None,
    out: Path | None,
    limit: int | None,
    no_model: bool,
    retrieval_only: bool,
    control: Control | None,
    seconds: float,
    at_once: int,
) -> None:
    """Ask every case of a question set and record the answers."""
    from evals.launching import run_set  # noqa: PLC0415
    from evals.running import RunOptions, name_failures  # noqa: PLC0415 - each command pays for what it uses

    if retrieval_only and control:
        raise click.UsageError("--retrieval-only stops before there is evidence to give; leave out one of the two.")
    settings = _settings(context, library, is_without_model=no_model or retrieval_only)
    questions = _read(set_path)
    path = out or name_run(settings.library, questions.name)
    options = RunOptions(is_retrieval_only=retrieval_only, control=control, seconds_per_case=seconds, at_once=at_once)
    try:
        with _show_progress("Asking") as on_progress:
            summary = run_set(settings, questions, path, options, limit=limit, on_progress=on_progress)
    except KeyboardInterrupt:
        click.echo(f"Stopped; the same command with  --out {path}  goes on from here.", err=True)
        raise
    for line in name_failures(summary.failures):
        click.secho(f"failed   {line}", fg="yellow", err=True)
    before = f", {summary.skipped} before" if summary.skipped else ""
    click.echo(f"{summary.answered} answered{before}, {len(summary.failures)} failed: {path}", err=True)
    click.echo(f"See the figures with  dateline eval score {path}", err=True)


@eval_.command()
@click.argument("run_path", metavar="RUN", type=_file)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--judge", "is_judged_by_model", is_flag=True, help="Let the language model judge the citations, not the verifier."
)
@click.pass_context
def score(context: click.Context, run_path: Path, as_json: bool, is_judged_by_model: bool) -> None:
    """Print every figure of RUN with the number of cases and a 95% interval."""
    from evals.printing import write_score, write_score_as_json  # noqa: PLC0415
    from evals.recording import read_run  # noqa: PLC0415
    from evals.scoring import score_run  # noqa: PLC0415

    read = read_run(run_path)
    if is_judged_by_model:
        from evals.needing_model import open_model_judge  # noqa: PLC0415
        from evals.rejudging import rejudge  # noqa: PLC0415

        with (
            open_model_judge(_settings(context, None, is_without_model=False)) as judge,
            _show_progress("Judging") as on_progress,
        ):
            read = rejudge(read, judge, on_progress)
    scored = score_run(read)
    click.echo(write_score_as_json(read, scored) if as_json else write_score(read, scored))


@eval_.command()
@click.argument("first_path", metavar="A", type=_file)
@click.argument("second_path", metavar="B", type=_file)
@click.option(
    "--fail-under",
    multiple=True,
    metavar="METRIC=VALUE",
    help="Fail when B is below (or, where less is better, above).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def compare(
    context: click.Context, first_path: Path, second_path: Path, fail_under: tuple[str, ...], as_json: bool
) -> None:
    """Compare run B with run A, question by question; exit status 1 when B is worse by more than chance."""
    from evals.comparing import compare_runs  # noqa: PLC0415
    from evals.printing import write_comparison, write_comparison_as_json  # noqa: PLC0415
    from evals.recording import read_run  # noqa: PLC0415
    from evals.scoring import score_run  # noqa: PLC0415
    from evals.thresholds import find_shortfalls, parse_thresholds  # noqa: PLC0415

    thresholds = parse_thresholds(fail_under)
    first, second = read_run(first_path), read_run(second_path)
    comparison = compare_runs(first, second)
    click.echo(
        write_comparison_as_json(first, second, comparison) if as_json else write_comparison(first, second, comparison)
    )
    shortfalls = find_shortfalls(score_run(second), thresholds) if thresholds else []
    for shortfall in shortfalls:
        click.secho(shortfall, fg="red", err=True)
    if comparison.regressions or shortfalls:
        context.exit(_REGRESSED)


@eval_.command()
@click.argument("run_paths", metavar="RUN [RUN...]", nargs=-1, required=True, type=_file)
@click.option("--out", type=_file, help="Write the page here (beside the first run).")
def report(run_paths: tuple[Path, ...], out: Path | None) -> None:
    """Write one HTML page about the first RUN, with the differences from the others."""
    from evals.recording import read_run  # noqa: PLC0415
    from evals.reporting import write_report  # noqa: PLC0415

    first, *earlier = [read_run(path) for path in run_paths]
    path = out or run_paths[0].with_suffix(".html")
    page = write_report(first, earlier)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise RunError(f"The report {path} cannot be written ({error}); name another file with --out.") from error
    click.echo(path)


@eval_.command()
@click.argument("set_path", metavar="SET", type=_file)
@_library
@click.pass_context
def check(context: click.Context, set_path: Path, library: Path | None) -> None:
    """Read a question set and say what is wrong with it; with --library also whether its gold evidence is there."""
    questions = _read(set_path)
    kinds = dict.fromkeys(case.kind for case in questions.cases if case.kind)
    click.echo(f"{set_path}: {len(questions.cases)} cases of {len(kinds)} kinds, every field as it should be.")
    if library is None:
        return
    from evals.launching import check_gold  # noqa: PLC0415

    count = check_gold(_settings(context, library, is_without_model=True), questions)
    click.echo(f"All {count} pieces of gold evidence stand in the library.")


@eval_.command()
@click.option("--set", "set_path", type=_file, required=True, help="Add the case to this question set.")
@_library
@click.pass_context
def new(context: click.Context, set_path: Path, library: Path | None) -> None:
    """Make a case by questions and answers: what is asked, what is right, where it stands in the library."""
    from evals.writing_cases import write_new_case  # noqa: PLC0415

    write_new_case(_settings(context, library, is_without_model=True), set_path)


@eval_.command()
@click.option("--set", "set_path", type=_file, required=True, help="Add accepted cases to this question set.")
@click.option("--count", type=click.IntRange(1, 1_000), default=10, show_default=True, help="Draft so many cases.")
@_library
@click.pass_context
def suggest(context: click.Context, set_path: Path, count: int, library: Path | None) -> None:
    """Let the language model draft cases from the library's articles; accept, edit or discard each."""
    from evals.writing_cases import suggest_cases  # noqa: PLC0415

    suggest_cases(_settings(context, library, is_without_model=False), set_path, count)


@eval_.command()
@click.option("--from", "source", type=click.Choice(sorted(FORMATS)), required=True, help="The format.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--to", type=click.Path(file_okay=False, path_type=Path), required=True, help="Write into this folder.")
def convert(source: str, path: Path, to: Path) -> None:
    """Turn the public set at PATH into a question set and a folder of articles to index."""
    from evals.converting.writing import write_converted  # noqa: PLC0415

    written = write_converted(FORMATS[source](path), to)
    click.echo(f"{written.cases} cases: {written.set_path}")
    if written.articles:
        click.echo(f"{written.articles} articles: {written.articles_path}")
        click.echo(f"Index them with  dateline index --library {to / 'library'} {written.articles_path}", err=True)
    else:
        click.echo("The set comes without articles: run it over a library that holds them.", err=True)


@eval_.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--with-model", is_flag=True, help="Measure the language model as a judge, not the verifier.")
@click.option("--limit", type=click.IntRange(1), help="Ask about so many pairs, spread over the file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, as evals/judges.json holds it.")
@click.pass_context
def judge(context: click.Context, path: Path, with_model: bool, limit: int | None, as_json: bool) -> None:
    """Measure a judge of citations on the labelled pairs of CLIMATE-FEVER at PATH."""
    from evals.judge_accuracy import measure_judge  # noqa: PLC0415
    from evals.judging import VerifierJudge  # noqa: PLC0415
    from evals.labelled_pairs import read_climate_fever  # noqa: PLC0415
    from evals.needing_model import open_model_judge  # noqa: PLC0415
    from evals.printing import write_accuracy, write_accuracy_as_json  # noqa: PLC0415
    from evals.running import spread  # noqa: PLC0415

    pairs = spread(read_climate_fever(path), limit)
    model_judge = open_model_judge(_settings(context, None, is_without_model=False))
    with model_judge if with_model else nullcontext(VerifierJudge()) as asked, _show_progress("Judging") as on_progress:
        accuracy = measure_judge(asked, pairs, on_progress)
    write = write_accuracy_as_json if as_json else write_accuracy
    click.echo(write(accuracy, "CLIMATE-FEVER"))


def _read(path: Path) -> QuestionSet:
    questions = read_set(path)
    if questions.warning:
        click.secho(questions.warning, fg="yellow", err=True)
    return questions


def _settings(context: click.Context, library: Path | None, *, is_without_model: bool) -> Settings:
    chosen = library or (context.find_root().obj or {}).get("library")
    return load_settings(
        library=chosen.expanduser().resolve() if chosen else None, model="none" if is_without_model else None
    )


@contextmanager
def _show_progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on the error stream; silent where no one watches."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
