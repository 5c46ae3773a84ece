"""Question sets over libraries -> examples: of every question the sentences found, what is told of each, and its label."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from evals.cases import Case
from evals.gold import FoundEvidence, locate
from evals.library import LibraryView
from evals.metrics import contains_gold, overlaps
from index.articles import Span
from index.embedding import Embedder
from rag.conversation import Status
from rag.reranking import Reranker
from rag.retrieving import Retriever
from rag.rewriting import rewrite_question
from rag.sentence_scoring import Candidate, describe_sentences

# As many as the chain looks at.
PASSAGES = 20


@dataclass(frozen=True, slots=True)
class Example:
    """A question and the sentences found for it.

    `features` are by name, one number a sentence; `labels` tell which sentences answer. `is_answerable` is what the set
    says, None where it says nothing.
    """

    id: str
    set: str
    features: dict[str, list[float]]
    labels: list[bool]
    is_answerable: bool | None


def collect(
    name: str,
    cases: Sequence[Case],
    view: LibraryView,
    tools: tuple[Retriever, Embedder, Reranker],
    on_progress: Callable[[int, int], None],
) -> Iterator[Example]:
    """Search for every case and describe what is found; cases that expect no single status are left out."""
    retriever, embedder, reranker = tools
    for done, case in enumerate(cases):
        on_progress(done, len(cases))
        question = rewrite_question(case.question, case.history)
        passages = retriever.retrieve(question, limit=PASSAGES)
        candidates, features = describe_sentences(question, passages, retriever.weigh)
        if not candidates:
            continue
        texts = [candidate.text for candidate in candidates]
        features["relevance"] = reranker.score(question, texts).astype(np.float64)
        features["similarity"] = (embedder.embed(texts) @ embedder.embed_question(question)).astype(np.float64)
        gold = locate(case.gold, view.index)
        yield Example(
            case.id,
            name,
            {key: [round(float(value), 4) for value in values] for key, values in features.items()},
            [_answers(case, candidate, gold) for candidate in candidates],
            is_answerable(case),
        )


def write_examples(examples: Iterator[Example], path: Path) -> int:
    """Write examples as JSON Lines; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example)) + "\n")
            count += 1
    return count


def read_examples(paths: Sequence[Path]) -> list[Example]:
    """Read what `write_examples` wrote."""
    return [Example(**json.loads(line)) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


def _answers(case: Case, candidate: Candidate, gold: Sequence[FoundEvidence]) -> bool:
    """Whether a sentence answers a case: it holds a gold answer and lies in gold evidence; one of both where the other lacks."""
    here = Span(candidate.sentence.start, candidate.sentence.end)
    spans = [span for item in gold if item.article_id == candidate.article.id for span in item.spans]
    lies_in_gold = any(overlaps(here, span) for span in spans)
    if not case.answers:
        return lies_in_gold
    return bool(contains_gold(candidate.text, case.answers)) and (lies_in_gold or not gold)


def is_answerable(case: Case) -> bool | None:
    """Whether a case expects an answer; None where it does not say."""
    if not case.expected:
        return None
    return Status.REFUSED not in case.expected
