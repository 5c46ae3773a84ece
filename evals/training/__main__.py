"""Two steps: python -m evals.training collect ... for each set, then python -m evals.training fit ... over what it wrote."""

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import click

from evals.cases import read_set
from evals.library import view_library
from evals.running import spread
from evals.training.examples import collect, read_examples, write_examples
from evals.training.fitting import Fitted, fit_answerable, fit_read, fit_sentences
from evals.training.reading import load_read_examples, read_cases, write_read_examples
from index.errors import SettingsError
from rag.assemble import Dateline, name_search_embedder, open_dateline
from rag.reranking import Reranker
from rag.settings import load_settings
from rag.sufficiency import WeighingModel

Command = Callable[..., None]
_LEARNED = Path(__file__).resolve().parents[2] / "rag" / "learned"


def _over_a_set(command: Command) -> Command:
    """The options of what makes examples of a question set."""
    path = click.Path(path_type=Path)
    for option in (
        click.option("--limit", type=int, help="So many cases, spread over the set."),
        click.option("--out", type=path, required=True, help="Where the examples are written."),
        click.option("--library", type=path, required=True, help="The library that it is about."),
        click.option("--set", "set_path", type=path, required=True, help="A question set."),
    ):
        command = option(command)
    return command


@click.group()
def training() -> None:
    """Learn the weights that choose evidence and decide on refusing."""


@training.command("collect")
@_over_a_set
def collect_examples(set_path: Path, library: Path, out: Path, limit: int | None) -> None:
    """Search for every question of a set and describe the sentences found."""
    settings = load_settings(library=library, model="none")
    cases = spread(read_set(set_path).cases, limit)
    with closing(open_dateline(settings)) as dateline:
        view = view_library(library, name_search_embedder(settings))
        tools = (dateline.retriever(), dateline.embedder, _require_reranker(dateline))
        count = write_examples(collect(str(set_path), cases, view, tools, _tell), out)
    click.echo(f"\r{count} examples: {out}")


@training.command("read")
@_over_a_set
def read_examples_of(set_path: Path, library: Path, out: Path, limit: int | None) -> None:
    """Have the embedded language model read what would be quoted to every question of a set; seconds each."""
    settings = load_settings(library=library, model="embedded")
    cases = spread(read_set(set_path).cases, limit)
    with closing(open_dateline(settings)) as dateline:
        model = dateline.language_model()
        if not isinstance(model, WeighingModel):
            raise SettingsError("The embedded language model is not here; run  dateline models fetch language-model")
        tools = (dateline.retriever(), dateline.embedder, _require_reranker(dateline))
        count = write_read_examples(read_cases(str(set_path), cases, tools, model, _tell), out)
    click.echo(f"\r{count} examples: {out}")


@training.command("fit-read")
@click.argument("paths", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@click.option("--write", is_flag=True, help="Replace the weights of the program.")
def fit_read_weights(paths: Sequence[Path], *, write: bool) -> None:
    """Fit how much what a model reads counts beside the estimate, and say what it is worth on questions left out."""
    examples = load_read_examples(paths)
    sets = ", ".join(sorted({example.set for example in examples}))
    _give("answerable-read", fit_read(examples), f"python -m evals.training fit-read; {sets}", is_written=write)


@training.command("fit")
@click.argument("paths", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@click.option(
    "--refusing",
    type=click.Path(exists=True, path_type=Path),
    multiple=True,
    help="Examples that only teach refusing: nobody marked the sentences that answer.",
)
@click.option("--write", is_flag=True, help="Replace the weights of the program.")
def fit_weights(paths: Sequence[Path], refusing: Sequence[Path], *, write: bool) -> None:
    """Fit the weights, and say what they are worth on questions left out of the fit."""
    examples = read_examples(paths)
    judged = [*examples, *read_examples(refusing)]
    every = [name for name in examples[0].features if name not in {"relevance", "similarity"}]
    fitted = {
        "sentences": fit_sentences(examples, [*every, "similarity"]),
        "sentences-reranked": fit_sentences(examples, [*every, "relevance"]),
        "answerable": fit_answerable(judged, "similarity"),
        "answerable-reranked": fit_answerable(judged, "relevance"),
    }
    for name, one in fitted.items():
        sets = ", ".join(sorted({example.set for example in (judged if "answerable" in name else examples)}))
        _give(name, one, f"python -m evals.training fit; {sets}", is_written=write)


def _give(name: str, fitted: Fitted, about: str, *, is_written: bool) -> None:
    content = json.dumps(fitted.as_json(about), indent=1)
    click.echo(f"{name}: {content}")
    if is_written:
        (_LEARNED / f"{name}.json").write_text(content + "\n", encoding="utf-8")


def _require_reranker(dateline: Dateline) -> Reranker:
    if dateline.reranker is None:
        raise SettingsError("The reranking model is not here; run  dateline models fetch reranking")
    return dateline.reranker


def _tell(done: int, total: int) -> None:
    if done % 10 == 0:
        click.echo(f"\r{done} of {total}", nl=False, err=True)


if __name__ == "__main__":
    training()
