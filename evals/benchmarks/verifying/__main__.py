"""The command  python -m evals.benchmarks.verifying: what the verifier keeps of true statements and catches of altered ones."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path

import click

from evals.benchmarks.comparison import describe_machine
from evals.benchmarks.verifying.drawing import read_articles
from evals.benchmarks.verifying.measuring import (
    Judged,
    KindFigures,
    count_kinds,
    judge_pairs,
    make_pairs,
    measure_speed,
)
from evals.benchmarks.verifying.paraphrases import make_paraphrases
from rag.conversation import Verdict
from rag.settings import seeds_folder
from rag.verifying import verify

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_SEEDS = 10
_HALVES = ("development", "held-out")


@click.command()
@click.option("--articles", type=_file, help="A dump of articles, a row each; without it the seeds alone are measured.")
@click.option("--limit", default=400, show_default=True, help="So many articles of the dump.")
@click.option("--skip", default=0, show_default=True, help="Not the first so many articles of the dump, nor the seeds.")
@click.option("--sentences", default=4, show_default=True, help="So many sentences of each article.")
@click.option("--seed", default=1, show_default=True, help="Other sentences and other alterations by another seed.")
@click.option("--misses", default=0, help="Print so many wrong verdicts of each kind of the development half.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here, as JSON.")
def verifying(  # noqa: PLR0913 - a command's options
    articles: Path | None, limit: int, skip: int, sentences: int, seed: int, misses: int, out: Path | None
) -> None:
    """Make true and altered statements of sentences in articles and count what the verifier makes of them."""
    conditions = describe_machine()
    read = list(read_articles(articles, limit, None if skip else seeds_folder(), skip))
    judged = list(judge_pairs(chain(make_pairs(read, sentences, seed), make_paraphrases(read[:_SEEDS])), verify))
    figures = count_kinds(judged)
    speed = measure_speed(judged)
    click.echo(write_table(figures))
    click.echo(f"\n{len(judged):,} judgements, ms each: p50 {speed['p50']:.2f}, p95 {speed['p95']:.2f}")
    for line in list_misses(judged, misses):
        click.echo(line)
    if out:
        record = {"limit": limit, "skip": skip, "sentences": sentences, "seed": seed, "milliseconds": speed}
        out.write_text(json.dumps({**conditions, **record, "figures": [asdict(each) for each in figures]}, indent=2))


def write_table(figures: Sequence[KindFigures]) -> str:
    """A line a kind: the share that was judged rightly, n and interval, for both halves side by side."""
    lines = []
    for is_true in (True, False):
        right = "supported" if is_true else "not supported"
        lines.append(
            f"\n{'true' if is_true else 'altered':<40}"
            + "".join(f"{f'{half}: {right}, partly, n':>46}" for half in _HALVES)
        )
        kinds = dict.fromkeys(each.kind for each in figures if each.is_true == is_true)
        for kind in sorted(kinds, key=lambda kind: (kind.startswith("all "), kind)):
            cells = {each.half: _write_cell(each) for each in figures if each.kind == kind and each.is_true == is_true}
            lines.append(f"  {kind:<38}" + "".join(f"{cells.get(half, '-'):>46}" for half in _HALVES))
    return "\n".join(lines).lstrip("\n")


def list_misses(judged: Sequence[Judged], count: int) -> list[str]:
    """Wrong verdicts of the development half, the first of each kind, for reading: the other half is not to be read."""
    seen: dict[str, int] = {}
    lines = []
    for each in judged:
        pair, kind = each.pair, each.pair.statement.kind
        is_right = (each.judgement.verdict is Verdict.SUPPORTED) == pair.is_true
        if is_right or pair.half != _HALVES[0] or seen.get(kind, 0) >= count:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        said = f"{each.judgement.verdict.value}: {each.judgement.reason}"
        lines.append(f"\n[{kind}] {said}\n  statement: {pair.statement.text}\n  source:    {pair.drawn.text}")
    return lines


def _write_cell(each: KindFigures) -> str:
    right = each.right
    return (
        f"{right.value:.3f} [{right.interval.low:.3f}, {right.interval.high:.3f}] {each.middle.value:.3f} {right.n:>6,}"
    )


if __name__ == "__main__":
    verifying()
