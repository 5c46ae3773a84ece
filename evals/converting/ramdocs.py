"""RAMDocs (arXiv 2504.13079): ambiguous questions, each with documents that conflict, mislead or say nothing."""

from pathlib import Path
from typing import Any

from evals.cases import Assertion, Case
from evals.converting.converted import Converted, SourceArticle, point_at
from evals.converting.lines import need_file, read_rows
from rag.conversation import Status


def convert_ramdocs(path: Path) -> Converted:
    """Every document becomes an article; an answer must name all right answers and no wrong one, as its authors ask."""
    cases: list[Case] = []
    articles: list[SourceArticle] = []
    for number, row in enumerate(read_rows(need_file(path, "ramdocs_test.jsonl", "RAMDocs_test.jsonl"))):
        cases.append(_convert(row, number))
        articles += [SourceArticle(f"{number}-{n}", document["text"]) for n, document in enumerate(row["documents"])]
    return Converted(cases, articles)


def _convert(row: dict[str, Any], number: int) -> Case:
    right = [Assertion((answer,)) for answer in row["gold_answers"]]
    wrong = [Assertion((answer,), is_denied=True) for answer in row["wrong_answers"] if answer.strip()]
    return Case(
        id=str(number),
        question=row["question"],
        kind="ambiguous" if len(right) > 1 else "unambiguous",
        assertions=(*right, *wrong),
        expected=(Status.ANSWERED, Status.PARTIAL),
        gold=tuple(
            point_at(f"{number}-{n}", group=document["answer"])
            for n, document in enumerate(row["documents"])
            if document["type"] == "correct"
        ),
    )
