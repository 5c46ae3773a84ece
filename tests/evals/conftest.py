from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case, QuestionSet, read_set
from evals.gold import locate_all
from evals.library import view_library
from evals.running import RunOptions, RunSummary, run_cases
from index.embedding import WordHashEmbedder
from rag.assemble import Dateline
from rag.choosing import ModelStatus

SEEDS_SET = Path(__file__).resolve().parents[2] / "evals" / "sets" / "seeds.jsonl"
CONDITIONS: Mapping[str, Any] = {"set": "seeds", "set_digest": "a", "mode": "answers", "model": "none", "began": "now"}

RunSeeds = Callable[..., RunSummary]


@pytest.fixture(scope="session")
def seeds_set() -> QuestionSet:
    return read_set(SEEDS_SET)


@pytest.fixture
def run_seeds(seeds_library: Path, open_fake: Callable[..., Dateline]) -> RunSeeds:
    """Run cases over the two seeds with the word-hash embedder and no language model."""

    def run(
        cases: "tuple[Case, ...] | list[Case]",
        out: Path,
        options: RunOptions = RunOptions(),  # noqa: B008 - frozen
        dateline: Any = None,
        conditions: Mapping[str, Any] = CONDITIONS,
        on_progress: Callable[[int, int], None] = lambda *_: None,
    ) -> RunSummary:
        asked = dateline or open_fake(at=seeds_library)
        return run_seeds_of(seeds_library, asked, cases, out, options, conditions, on_progress)

    return run


def run_seeds_of(
    library: Path,
    dateline: Any,
    cases: "tuple[Case, ...] | list[Case]",
    out: Path,
    options: RunOptions = RunOptions(),  # noqa: B008 - frozen
    conditions: Mapping[str, Any] = CONDITIONS,
    on_progress: Callable[[int, int], None] = lambda *_: None,
) -> RunSummary:
    view = view_library(library, WordHashEmbedder.name)
    found = locate_all({case.id: case.gold for case in cases}, view.index, library=str(library))
    return run_cases(dateline, cases, found, view, out, conditions, options=options, on_progress=on_progress)


def open_without_model(library: Path) -> Dateline:
    return Dateline(library, WordHashEmbedder(), lambda: None, lambda: ModelStatus("none", "chosen by a test", None))
