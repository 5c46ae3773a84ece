"""The gate: the seeds' question set, answered in the articles' own words, must be no worse than the baseline.

Run as  python -m evals.gate;  --write-baseline  makes what is measured now the baseline.
"""

import json
import sys
import tempfile
from pathlib import Path

import click

from evals.cases import read_set
from evals.errors import RunError
from evals.launching import run_set
from evals.recording import read_run
from evals.running import RunOptions
from evals.scoring import Score, score_run
from evals.thresholds import find_shortfalls
from index.cores import count_usable_cores
from index.errors import DatelineError
from index.sources import name_source
from rag.assemble import open_embedder, update
from rag.settings import load_settings, seeds_folder

_HERE = Path(__file__).resolve().parent
SEEDS_SET = _HERE / "sets" / "seeds.jsonl"
BASELINE = _HERE / "baseline.json"
# One case of the set is worth about 0.009: floating point on another machine may turn one, a change of the program more.
TOLERANCE = 0.01
_GATED = (
    "passage.recall@10",
    "passage.ndcg@10",
    "article.ndcg@10",
    "evidence.recall",
    "answer.right",
    "answer.empty",
    "citation.exact-quotes",
    "citation.dangling",
    "citation.gold-recall",
    "citation.gold-precision",
    "citation.judged-recall",
    "refusal.precision",
    "refusal.recall",
    "refusal.f1",
    "confident-error",
)


def measure_seeds(folder: Path) -> Score:
    """Index the seeds into `folder`, run their question set without a language model, and score it.

    Raises:
        WeightsError: the embedding model is missing.
    """
    seeds = seeds_folder()
    if seeds is None:
        raise RunError("The seeds are not here; run the gate in a checkout of the project.")
    settings = load_settings(library=folder / "library", model="none")
    update(settings, [name_source(str(seeds))], open_embedder(settings), on_progress=lambda *_: None)
    out = folder / "seeds.jsonl"
    run_set(
        settings,
        read_set(SEEDS_SET),
        out,
        RunOptions(at_once=count_usable_cores()),
        limit=None,
        on_progress=lambda *_: None,
    )
    return score_run(read_run(out))


def find_losses(score: Score, baseline: Path) -> list[str]:
    """A sentence for every way in which a score is worse than the baseline.

    Raises:
        RunError: the baseline cannot be read.
    """
    losses = [f"Case {id_} failed: {reason}." for id_, reason in score.failures.items()]
    try:
        figures = json.loads(baseline.read_text(encoding="utf-8"))["figures"]
        thresholds = {name: float(value) for name, value in figures.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(
            f"{baseline} is no baseline ({error}); make one with  python -m evals.gate --write-baseline"
        ) from error
    # A figure of no case is left out of a score: without citations, say, none of them is exact.
    there = {figure.name for figure in score.figures}
    losses += [f"{name} has no value any more." for name in thresholds if name not in there]
    known = {name: value for name, value in thresholds.items() if name in there}
    return losses + find_shortfalls(score, known, tolerance=TOLERANCE)


def write_baseline(score: Score, baseline: Path) -> None:
    """Make a score the baseline.

    Raises:
        RunError: cases failed.
    """
    if score.failures:
        raise RunError(f"No baseline is written, for {len(score.failures)} cases failed: {', '.join(score.failures)}.")
    figures = {name: round(score[name].value, 4) for name in _GATED}
    whole = {"set": SEEDS_SET.name, "cases": score.cases, "figures": figures}
    baseline.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")


@click.command()
@click.option("--write-baseline", "is_written", is_flag=True, help="Make what is measured now the baseline.")
def gate(is_written: bool) -> None:
    """Measure answers over the seeds without a language model; fail when they are worse than the baseline."""
    with tempfile.TemporaryDirectory() as folder:
        score = measure_seeds(Path(folder))
    if is_written:
        write_baseline(score, BASELINE)
        click.echo(f"The baseline is written: {BASELINE}")
        return
    losses = find_losses(score, BASELINE)
    for figure in score.figures:
        if figure.name in _GATED:
            click.echo(f"{figure.name:<26} {figure.value:.3f}  n = {figure.n}")
    if losses:
        said = " ".join(losses)
        raise RunError(f"Answers over the seeds are worse than the baseline: {said}")
    click.echo(f"Answers over the seeds are no worse than the baseline ({score.cases} cases).")


def main() -> None:
    """Run the gate; a failure ends in a sentence on the error stream."""
    try:
        gate.main(standalone_mode=False)
    except DatelineError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(2)


if __name__ == "__main__":
    main()
