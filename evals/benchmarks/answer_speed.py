"""How long a reader waits without a language model: until the evidence is shown, and until the answer is, with and without the reranker."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from evals.benchmarks.comparison import Comparison, Figure
from evals.benchmarks.side import run_apart
from rag.assemble import Dateline, embed, open_dateline, prepare_library
from rag.conversation import Answered, EvidenceFound
from rag.settings import load_settings

Open = Callable[[], Dateline]


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Seconds: until the program is ready, and of each question until evidence and answer came, asked once and again."""

    ready: float
    evidence: tuple[float, ...]
    answer: tuple[float, ...]
    answer_again: tuple[float, ...]


def compare_answers(questions: Sequence[str]) -> Comparison:
    """Ask the packaged seeds with the packaged models, each side in a process of its own."""
    with TemporaryDirectory() as place:
        library = Path(place) / "library"
        settings = load_settings(library=library, model="none")
        prepare_library(settings, on_progress=lambda *_: None)
        embed(settings, on_progress=lambda *_: None)
        sides = [run_apart(_measure_side, library, reranking, questions) for reranking in ("packaged", "none")]
    return describe(sides[0], sides[1])


def describe(reranked: AnswerTimes, plain: AnswerTimes) -> Comparison:
    """Both sides' waiting times as figures."""
    figures = [Figure("ready", "s", reranked.ready, plain.ready)]
    for name, first, second in (
        ("evidence", reranked.evidence, plain.evidence),
        ("answer", reranked.answer, plain.answer),
        ("asked again, answer", reranked.answer_again, plain.answer_again),
    ):
        for percent in (50, 95):
            both = [float(np.percentile(times, percent)) * 1000 for times in (first, second)]
            figures.append(Figure(f"{name}, p{percent}", "ms", *both))
    return Comparison(
        f"Answering {len(reranked.evidence)} questions without a language model",
        "reranker",
        "none",
        figures,
        (
            "Ready: the library opened and the models loaded. What was read for one question is remembered for the next.",
            "Small talk has no evidence and is left out.",
        ),
    )


def measure_answers(open_: Open, questions: Sequence[str]) -> AnswerTimes:
    """Open, get ready, and ask all questions in turn, then all of them again."""
    began = time.perf_counter()
    with closing(open_()) as dateline:
        dateline.warm()
        ready = time.perf_counter() - began
        first = [waits for question in questions if (waits := _ask(dateline, question))]
        again = [waits for question in questions if (waits := _ask(dateline, question))]
    return AnswerTimes(
        ready,
        tuple(evidence for evidence, _ in first),
        tuple(answer for _, answer in first),
        tuple(answer for _, answer in again),
    )


def _ask(dateline: Dateline, question: str) -> tuple[float, float] | None:
    """Seconds until evidence and answer; None when none was looked for."""
    began = time.perf_counter()
    evidence = answer = 0.0
    for event in dateline.ask(question):
        waited = time.perf_counter() - began
        if isinstance(event, EvidenceFound):
            evidence = waited
        elif isinstance(event, Answered):
            answer = waited
    return (evidence, answer) if evidence else None


def _measure_side(library: Path, reranking: str, questions: Sequence[str]) -> AnswerTimes:
    settings = load_settings(library=library, model="none", reranking=reranking)
    return measure_answers(lambda: open_dateline(settings), questions)
