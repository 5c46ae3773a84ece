"""The command  python -m evals.benchmarks.speed: how long the program's work takes, beside the plain way of doing it.

Each section is a generator of comparisons; what it measures is written down with the machine and the versions.
"""

import json
from dataclasses import asdict
from pathlib import Path

import click

from evals.benchmarks.comparison import describe_machine, write_comparison

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_SIZES = "1000,10000,100000,200000"


@click.command()
@click.option("--keywords", "is_keywords", is_flag=True, help="Keyword search: FTS5 and the sealed index.")
@click.option("--dump", type=_file, help="Articles to make passages of, JSON Lines with `text`; invented ones if none.")
@click.option("--questions", "questions_path", type=_file, help="Questions, JSON Lines; the passages' words if none.")
@click.option("--count", type=click.IntRange(1), default=100, show_default=True, help="How many questions are asked.")
@click.option("--sizes", default=_SIZES, show_default=True, help="How many passages the libraries hold.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here, as JSON.")
def speed(
    *, is_keywords: bool, dump: Path | None, questions_path: Path | None, count: int, sizes: str, out: Path | None
) -> None:
    """Measure the sections that are named and print both sides."""
    from evals.benchmarks.corpus import draw_questions, invent_passages, read_passages, read_questions  # noqa: PLC0415
    from evals.benchmarks.keyword_speed import compare_keyword_search  # noqa: PLC0415 - a section's process needs none

    if not is_keywords:
        raise click.UsageError("Name what is to be measured: --keywords")
    sizes_of_libraries = _read_sizes(sizes)
    conditions = describe_machine()
    rows = read_passages(dump) if dump else invent_passages()
    questions = (read_questions(questions_path) if questions_path else draw_questions(rows, count))[:count]
    comparisons = []
    for comparison in compare_keyword_search(rows, questions, sizes_of_libraries):
        click.echo(write_comparison(comparison) + "\n")
        comparisons.append({"section": "keywords", **asdict(comparison)})
    if out:
        text = json.dumps({**conditions, "dump": dump.name if dump else None, "comparisons": comparisons}, indent=1)
        out.write_text(text + "\n", encoding="utf-8")


def _read_sizes(text: str) -> list[int]:
    try:
        return [int(size) for size in text.split(",")]
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is no list of whole numbers with commas between them") from error


if __name__ == "__main__":
    speed()
