"""Figures that must not fall below a value, as a person writes them: metric=value."""

from collections.abc import Iterable, Mapping, Sequence

from evals.errors import RunError
from evals.scoring import Score


def parse_thresholds(texts: Sequence[str]) -> dict[str, float]:
    """["answer.right=0.8"] -> {"answer.right": 0.8}.

    Raises:
        RunError: one is not of that form.
    """
    thresholds: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            thresholds[name.strip()] = float(value)
        except ValueError:
            raise RunError(
                f"--fail-under {text!r} is not usable; write metric=value, as in answer.right=0.8."
            ) from None
    return thresholds


def find_shortfalls(score: Score, thresholds: Mapping[str, float], *, tolerance: float = 0.0) -> list[str]:
    """A sentence for every figure that is worse than its threshold by more than `tolerance`.

    Raises:
        RunError: the run has no figure of that name.
    """
    figures = {figure.name: figure for figure in score.figures}
    _check_known(thresholds, figures)
    sentences = []
    for name, threshold in thresholds.items():
        figure = figures[name]
        loss = figure.value - threshold if figure.is_lower_better else threshold - figure.value
        # A figure that concerns no case has no value, which is no reason to pass.
        if not loss <= tolerance:
            side = "above" if figure.is_lower_better else "below"
            sentences.append(f"{name} is {figure.value:.3f} (n = {figure.n}), {side} {threshold:.3f}.")
    return sentences


def _check_known(names: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise RunError(f"The run has no figure {', '.join(unknown)}; it has {', '.join(sorted(known))}.")
