"""The command  python -m evals.benchmarks.quality: a question set answered in two ways in one run, and the figures of both.

The second way does without the reranker, or with --beside without the language model: what each is worth.
"""

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from evals.benchmarks.comparison import describe_machine
from evals.cases import QuestionSet, read_set
from evals.launching import run_set
from evals.recording import read_run
from evals.running import RunOptions
from evals.scoring import Score, Scored, score_run
from index.errors import SettingsError
from rag.settings import Settings, load_settings

FIGURES = (
    "article.ndcg@10",
    "article.hit@1",
    "article.hit@10",
    "passage.all-evidence@10",
    "evidence.contains-gold",
    "evidence.recall",
    "answer.right",
    "answer.contains-gold",
    "confident-error.answerable",
    "confident-error.unanswerable",
    "refusal.precision",
    "refusal.recall",
    "citation.gold-recall",
    "citation.gold-precision",
    "citation.exact-quotes",
    "citation.dangling",
    "risk-coverage.area",
)


@click.command()
@click.argument("set_path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--library", type=click.Path(path_type=Path), required=True, help="The library that the set is about.")
@click.option("--limit", type=click.IntRange(min=1), help="So many cases, spread over the set.")
@click.option(
    "--beside",
    type=click.Choice(["no-reranker", "no-model"]),
    default="no-reranker",
    show_default=True,
    help="What the second side does without; with no-reranker neither side has a language model.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here as JSON.")
def quality(set_path: Path, library: Path, limit: int | None, beside: str, out: Path | None) -> None:
    """Answer the questions of SET_PATH in two ways and print both sides' figures."""
    questions = read_set(set_path)
    plain = load_settings(library=library, model="none")
    sides = {
        "no-reranker": {"all": plain, "no reranker": load_settings(library=library, model="none", reranking="none")},
        "no-model": {"model": load_settings(library=library), "no model": plain},
    }[beside]
    if beside == "no-model" and sides["model"].model == "none":
        raise SettingsError("DATELINE_MODEL=none leaves nothing to compare; unset it, or take  --beside no-reranker")
    scores = {name: _measure(settings, questions, limit) for name, settings in sides.items()}
    click.echo(write_table(questions.name, scores))
    if out is not None:
        sides_as_json = {name: _as_json(score) for name, score in scores.items()}
        content = {**describe_machine(), "set": questions.name, "sides": sides_as_json}
        out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def write_table(name: str, scores: dict[str, Score]) -> str:
    """A figure a line, both sides with interval and n."""
    lines = [f"{name}: " + ", ".join(f"{side} ({score.cases} answered)" for side, score in scores.items())]
    lines.append(f"  {'':<30}" + "".join(f"{side:>32}" for side in scores))
    for figure in FIGURES:
        found = [_find(score, figure) for score in scores.values()]
        if any(found):
            lines.append(f"  {figure:<30}" + "".join(f"{_write(one):>32}" for one in found))
    return "\n".join(lines)


def _measure(settings: Settings, questions: QuestionSet, limit: int | None) -> Score:
    with tempfile.TemporaryDirectory() as home:
        out = Path(home) / "run.jsonl"
        with click.progressbar(length=limit or len(questions.cases), label=settings.reranking) as bar:
            run_set(settings, questions, out, RunOptions(), limit=limit, on_progress=lambda *_: bar.update(1))
        return score_run(read_run(out))


def _find(score: Score, name: str) -> Scored | None:
    return next((figure for figure in score.figures if figure.name == name), None)


def _write(figure: Scored | None) -> str:
    if figure is None:
        return "-"
    return f"{figure.value:.3f} [{figure.interval.low:.3f}, {figure.interval.high:.3f}] n = {figure.n}"


def _as_json(score: Score) -> Sequence[dict[str, object]]:
    return [
        {"name": one.name, "value": one.value, "n": one.n, "interval": [one.interval.low, one.interval.high]}
        for one in score.figures
    ]


if __name__ == "__main__":
    quality()
