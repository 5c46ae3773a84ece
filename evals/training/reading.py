"""Question sets over libraries -> what a model reads of the sentences that would be quoted: do they state what is asked?"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.cases import Case
from evals.metrics import contains_gold
from evals.training.examples import PASSAGES, is_answerable
from index.embedding import Embedder
from rag.evidence import find_evidence
from rag.quotable import choose_to_quote
from rag.reranking import Reranker
from rag.retrieving import Retriever
from rag.rewriting import rewrite_question
from rag.sufficiency import WeighingModel, describe_sufficiency, weigh_sufficiency


@dataclass(frozen=True, slots=True)
class ReadExample:
    """A question, what `rag.sufficiency.combine` weighs of the sentences to be quoted, by name, and whether they answer it."""

    id: str
    set: str
    features: dict[str, float]
    is_stated: bool


def read_cases(
    name: str,
    cases: Sequence[Case],
    tools: tuple[Retriever, Embedder, Reranker],
    model: WeighingModel,
    on_progress: Callable[[int, int], None],
) -> Iterator[ReadExample]:
    """Search for every case and have the model read what would be quoted; those with no single right status are left out.

    So are those that the program does not have read: without evidence, or answered by the form of the question.
    """
    retriever, embedder, reranker = tools
    for done, case in enumerate(cases):
        on_progress(done, len(cases))
        if is_answerable(case) is None:
            continue
        question = retriever.correct_spelling(rewrite_question(case.question, case.history))
        passages = retriever.retrieve(question, limit=PASSAGES)
        evidence = choose_to_quote(question, find_evidence(question, passages, embedder, reranker, retriever.weigh))
        if not evidence.sentences or evidence.is_settled:
            continue
        sentences = [found.text for found in evidence.sentences]
        read = weigh_sufficiency(question, sentences, model)
        features = {key: round(value, 4) for key, value in describe_sufficiency(evidence.probability, read).items()}
        yield ReadExample(case.id, name, features, states_answer(case, sentences))


def states_answer(case: Case, sentences: Sequence[str]) -> bool:
    """Whether sentences hold a gold answer; of a case without any, whether it can be answered at all.

    A question that some article answers is none that these sentences answer.
    """
    if not is_answerable(case):
        return False
    return contains_gold(" ".join(sentences), case.answers) > 0 if case.answers else True


def write_read_examples(examples: Iterator[ReadExample], path: Path) -> int:
    """Write examples as JSON Lines, each as soon as it is there; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example)) + "\n")
            file.flush()
            count += 1
    return count


def load_read_examples(paths: Sequence[Path]) -> list[ReadExample]:
    """Read what `write_read_examples` wrote."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").splitlines())
    return [ReadExample(**json.loads(line)) for line in lines]
