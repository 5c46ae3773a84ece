"""The command  python -m evals.benchmarks.poisoning: what answers show where articles were planted, with the defence and without."""

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import click

from evals.benchmarks.comparison import describe_machine
from evals.benchmarks.poisoning.measuring import Rate, Told, count_outcomes, judge
from evals.benchmarks.poisoning.planting import QUESTIONS, Planted, Poisoned, Variant, plant, read_questions
from evals.errors import RunError
from index.sources import name_source
from rag.assemble import Dateline, open_dateline, open_embedder, update
from rag.chain import Chain
from rag.finding import Finder
from rag.settings import load_settings, seeds_folder

DEFENDED, UNDEFENDED = "with the defence", "without"
SIDES = {DEFENDED: True, UNDEFENDED: False}
NOT_POISONED = "nothing planted"


@click.command()
@click.option(
    "--questions",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=QUESTIONS,
    help="Other questions about the same articles, in the same form.",
)
@click.option(
    "--articles",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of articles that the questions are about, in place of the seeds.",
)
@click.option("--list", "is_listed", is_flag=True, help="Print what became of each question, too.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here, as JSON.")
def poisoning(path: Path, articles: Path | None, is_listed: bool, out: Path | None) -> None:
    """Ask questions of libraries into which articles with false answers were planted; no language model is needed."""
    folder = articles or seeds_folder()
    if folder is None:
        raise RunError("The seeds are not here; run the benchmark in a checkout of the project, or name --articles.")
    questions = read_questions(path)
    conditions = describe_machine()
    libraries: dict[str, list[Planted]] = {NOT_POISONED: []}
    libraries |= {variant.value: list(plant(questions, variant)) for variant in Variant}
    told = {}
    for name, planted in libraries.items():
        with tempfile.TemporaryDirectory() as home:
            told[name] = ask_library(Path(home), folder, planted, questions)
        click.echo(write_table(name, told[name], is_listed=is_listed))
    if out is not None:
        figures = {name: {side: _as_json(each) for side, each in sides.items()} for name, sides in told.items()}
        out.write_text(json.dumps({**conditions, "libraries": figures}, indent=1) + "\n", encoding="utf-8")


def ask_library(
    home: Path, articles: Path, planted: Sequence[Planted], questions: Sequence[Poisoned]
) -> Mapping[str, list[Told]]:
    """Make a library of a folder of articles and the planted ones in `home`; what became of each question, by side."""
    folder = home / "articles"
    shutil.copytree(articles, folder)
    for each in planted:
        (folder / each.name).write_text(each.text, encoding="utf-8")
    settings = load_settings(library=home / "library", model="none")
    update(settings, [name_source(str(folder))], open_embedder(settings), on_progress=lambda *_: None)
    with closing(open_dateline(settings)) as dateline:
        ids = frozenset(each.read().id for each in planted)
        return {
            side: list(_ask_all(dateline, questions, ids, is_defended=is_defended))
            for side, is_defended in SIDES.items()
        }


def write_table(name: str, sides: Mapping[str, Sequence[Told]], *, is_listed: bool = False) -> str:
    """A rate a line, both sides with interval and n; with `is_listed` what became of each question, too."""
    lines = [f"\n{name:<32}" + "".join(f"{side:>32}" for side in sides)]
    rates = {side: {rate.name: rate for rate in count_outcomes(told)} for side, told in sides.items()}
    lines += [
        f"  {one:<30}" + "".join(f"{_write(each.get(one)):>32}" for each in rates.values())
        for one in dict.fromkeys(key for each in rates.values() for key in each)
    ]
    if is_listed:
        rows = zip(*sides.values(), strict=True)
        lines += [f"    {row[0].id:<28}" + "".join(f"{each.outcome.value:>32}" for each in row) for row in rows]
    return "\n".join(lines)


def _ask_all(
    dateline: Dateline, questions: Sequence[Poisoned], planted: frozenset[str], *, is_defended: bool
) -> Iterator[Told]:
    finder = Finder(dateline.retriever(), dateline.embedder, dateline.reranker, is_spread=is_defended)
    chain = Chain(finder, None)
    for question in questions:
        yield judge(question, planted, chain.ask(question.question))


def _write(rate: Rate | None) -> str:
    if rate is None:
        return "-"
    return f"{rate.value:.2f} [{rate.interval.low:.2f}, {rate.interval.high:.2f}] n = {rate.n}"


def _as_json(told: Sequence[Told]) -> Mapping[str, object]:
    rates = [
        {"name": rate.name, "value": rate.value, "n": rate.n, "interval": [rate.interval.low, rate.interval.high]}
        for rate in count_outcomes(told)
    ]
    return {"rates": rates, "questions": {each.id: each.outcome.value for each in told}}


if __name__ == "__main__":
    poisoning()
