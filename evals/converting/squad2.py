"""SQuAD 2.0 (arXiv 1806.03822): paragraphs, and questions of which some cannot be answered from theirs.

Read in its own nested JSON, or flat: one object a line with id, question, context, answers, answerable.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.cases import Case
from evals.converting.converted import Converted, SourceArticle, point_at
from evals.converting.lines import need_file, read_json, read_rows, read_text
from rag.conversation import Status


def convert_squad2(path: Path) -> Converted:
    """Every paragraph becomes an article; the answers' words in it are the gold evidence."""
    file = need_file(path, "questions.jsonl", "dev-v2.0.json", "train-v2.0.json")
    rows = list(_flatten(read_json(file)) if read_text(file).lstrip().startswith('{"version"') else read_rows(file))
    articles = {_name(row["context"]): row for row in rows}
    return Converted(
        [_convert(row) for row in rows],
        [
            SourceArticle(id_, row["context"], title=row.get("title"), outlet="Wikipedia")
            for id_, row in articles.items()
        ],
    )


def _flatten(whole: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for article in whole["data"]:
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                yield {
                    "id": asked["id"],
                    "question": asked["question"],
                    "context": paragraph["context"],
                    "title": article["title"].replace("_", " "),
                    "answers": [answer["text"] for answer in asked["answers"]],
                    "answerable": not asked["is_impossible"],
                }


def _convert(row: dict[str, Any]) -> Case:
    source_id = _name(row["context"])
    if not row["answerable"]:
        return Case(row["id"], row["question"], kind="unanswerable", expected=(Status.REFUSED,))
    answers = tuple(dict.fromkeys(answer for answer in row["answers"] if answer.strip()))
    gold = tuple(point_at(source_id, quote=answer, group="answer") for answer in answers)
    return Case(row["id"], row["question"], kind="answerable", answers=answers, expected=(Status.ANSWERED,), gold=gold)


def _name(context: str) -> str:
    return hashlib.sha256(context.encode()).hexdigest()[:16]
