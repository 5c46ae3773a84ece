"""The command  python -m evals.benchmarks.speed: how long the program's work takes, beside the plain way of doing it.

Each section is a generator of comparisons; what it measures is written down with the machine and the versions.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from evals.benchmarks.comparison import Comparison, describe_machine, write_comparison
from rag.settings import project_folder

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_SIZES = "1000,10000,100000,200000"


@dataclass(frozen=True, slots=True)
class Options:
    """What the person named on the command line."""

    dump: Path | None
    questions_path: Path | None
    count: int
    sizes: Sequence[int]
    passages: int
    memory_passages: int


def measure_keywords(options: Options) -> Iterator[Comparison]:
    """Keyword search: FTS5 and the sealed index."""
    from evals.benchmarks.corpus import draw_questions, invent_passages, read_passages, read_questions  # noqa: PLC0415
    from evals.benchmarks.keyword_speed import compare_keyword_search  # noqa: PLC0415 - a section's process needs none

    rows = read_passages(options.dump) if options.dump else invent_passages()
    path = options.questions_path
    questions = (read_questions(path) if path else draw_questions(rows, options.count))[: options.count]
    yield from compare_keyword_search(rows, questions, options.sizes)


def measure_meaning(options: Options) -> Iterator[Comparison]:
    """Search by meaning: exact search and the sealed store; vectors of a dump's passages by the packaged model."""
    from evals.benchmarks.corpus import invent_passages, read_passages  # noqa: PLC0415
    from evals.benchmarks.meaning_speed import compare_meaning_search  # noqa: PLC0415
    from evals.benchmarks.vector_corpus import WideWordHashEmbedder, embed_some  # noqa: PLC0415
    from rag.assemble import open_embedder  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    rows = read_passages(options.dump) if options.dump else invent_passages()
    embedder = open_embedder(load_settings()) if options.dump else WideWordHashEmbedder()
    real = embed_some(rows, embedder)
    how_made = f"{len(real):,} passages by {embedder.name}, then altered copies"
    yield from compare_meaning_search(real, how_made, options.count, options.sizes)


def measure_indexing(options: Options) -> Iterator[Comparison]:
    """Indexing: the whole of it, embedding alone, and LlamaIndex's pipeline; a dump by the packaged model."""
    from evals.benchmarks.article_folder import read_stories, write_stories  # noqa: PLC0415
    from evals.benchmarks.corpus import invent_passages  # noqa: PLC0415
    from evals.benchmarks.indexing_speed import compare_indexing, compare_reading  # noqa: PLC0415
    from evals.benchmarks.llama_index_peer import is_installed  # noqa: PLC0415
    from evals.benchmarks.memory_speed import compare_memory  # noqa: PLC0415
    from evals.benchmarks.vector_corpus import WideWordHashEmbedder  # noqa: PLC0415
    from rag.assemble import open_embedder  # noqa: PLC0415
    from rag.settings import load_settings  # noqa: PLC0415

    stories = read_stories(options.dump) if options.dump else list(write_stories(invent_passages()))
    open_model = partial(open_embedder, load_settings()) if options.dump else WideWordHashEmbedder
    yield from compare_reading(stories)
    yield from compare_indexing(stories, open_model(), options.passages, has_peer=is_installed())
    yield compare_memory(stories, open_model, options.memory_passages)


def measure_answering(options: Options) -> Iterator[Comparison]:
    """Waiting for evidence and answers over the seeds, with the packaged models and no language model."""
    from evals.benchmarks.answer_speed import compare_answers  # noqa: PLC0415
    from evals.cases import read_set  # noqa: PLC0415

    path = options.questions_path or project_folder() / "evals" / "sets" / "seeds.jsonl"
    # What follows something said before is no question by itself.
    questions = [case.question for case in read_set(path).cases if not case.history]
    yield compare_answers(questions[: options.count])


_SECTIONS: Mapping[str, Callable[[Options], Iterator[Comparison]]] = {
    "keywords": measure_keywords,
    "meaning": measure_meaning,
    "indexing": measure_indexing,
    "answers": measure_answering,
}


@click.command()
@click.option("--keywords", is_flag=True, help="Keyword search: FTS5 and the sealed index.")
@click.option("--meaning", is_flag=True, help="Search by meaning: exact search and the sealed store.")
@click.option("--indexing", is_flag=True, help="Indexing: the whole, embedding alone, LlamaIndex's pipeline.")
@click.option("--answers", is_flag=True, help="Waiting for answers over the seeds, with the reranker and without.")
@click.option("--dump", type=_file, help="Articles to make passages of, JSON Lines with `text`; invented ones if none.")
@click.option(
    "--questions",
    "questions_path",
    type=_file,
    help="Questions, JSON Lines; if none, of the seeds or of the passages' words.",
)
@click.option("--count", type=click.IntRange(1), default=100, show_default=True, help="How many questions are asked.")
@click.option("--sizes", default=_SIZES, show_default=True, help="How many passages the searched libraries hold.")
@click.option("--passages", type=click.IntRange(1), default=600, show_default=True, help="About how many are indexed.")
@click.option(
    "--memory-passages",
    type=click.IntRange(1),
    default=30_000,
    show_default=True,
    help="As many to measure memory with.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here, as JSON.")
def speed(*, sizes: str, out: Path | None, **given: Any) -> None:
    """Measure the sections that are named and print both sides."""
    named = [name for name in _SECTIONS if given.pop(name)]
    if not named:
        raise click.UsageError(f"Name what is to be measured: --{', --'.join(_SECTIONS)}")
    options = Options(sizes=_read_sizes(sizes), **given)
    conditions = describe_machine()
    comparisons = []
    for name in named:
        for comparison in _SECTIONS[name](options):
            click.echo(write_comparison(comparison) + "\n")
            comparisons.append({"section": name, **asdict(comparison)})
    if out:
        dump = options.dump.name if options.dump else None
        text = json.dumps({**conditions, "dump": dump, "comparisons": comparisons}, indent=1)
        out.write_text(text + "\n", encoding="utf-8")


def _read_sizes(text: str) -> list[int]:
    try:
        return [int(size) for size in text.split(",")]
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no list of whole numbers with commas between them") from error


if __name__ == "__main__":
    speed()
