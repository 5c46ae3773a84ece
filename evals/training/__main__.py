"""Two steps: python -m evals.training collect ... for each set, then python -m evals.training fit ... over what it wrote."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from evals.cases import read_set
from evals.library import view_library
from evals.running import spread
from evals.training.examples import collect, read_examples, write_examples
from evals.training.fitting import fit_answerable, fit_sentences
from index.errors import SettingsError
from rag.assemble import name_search_embedder, open_dateline
from rag.settings import load_settings

_LEARNED = Path(__file__).resolve().parents[2] / "rag" / "learned"


@click.group()
def training() -> None:
    """Learn the weights that choose evidence and decide on refusing."""


@training.command("collect")
@click.option("--set", "set_path", type=click.Path(path_type=Path), required=True, help="A question set.")
@click.option("--library", type=click.Path(path_type=Path), required=True, help="The library that it is about.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Where the examples are written.")
@click.option("--limit", type=int, help="So many cases, spread over the set.")
def collect_examples(set_path: Path, library: Path, out: Path, limit: int | None) -> None:
    """Search for every question of a set and describe the sentences found."""
    settings = load_settings(library=library, model="none")
    cases = spread(read_set(set_path).cases, limit)
    dateline = open_dateline(settings)
    try:
        if dateline.reranker is None:
            raise SettingsError("The reranking model is not here; run  dateline models fetch reranking")
        view = view_library(library, name_search_embedder(settings))
        tools = (dateline.retriever(), dateline.embedder, dateline.reranker)
        count = write_examples(collect(str(set_path), cases, view, tools, _tell), out)
    finally:
        dateline.close()
    click.echo(f"\r{count} examples: {out}")


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
        content = one.as_json(f"python -m evals.training fit; {sets}")
        click.echo(f"{name}: {json.dumps(content, indent=1)}")
        if write:
            (_LEARNED / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _tell(done: int, total: int) -> None:
    if done % 10 == 0:
        click.echo(f"\r{done} of {total}", nl=False, err=True)


if __name__ == "__main__":
    training()
