"""RealTimeQA (arXiv 2207.13332): questions of weekly news quizzes, with the pages that a search engine returned."""

from datetime import date
from pathlib import Path
from typing import Any

from evals.cases import Case
from evals.converting.converted import Converted, SourceArticle, point_at
from evals.converting.lines import need_file, read_rows
from rag.conversation import Status


def convert_realtimeqa(path: Path) -> Converted:
    """Every page becomes an article. A page that holds the answer's words is (silver) evidence; without one, refuse."""
    articles = [
        SourceArticle(
            row["id"],
            row["text"],
            title=row.get("title"),
            published=(row.get("published") or "").replace("/", "-") or None,
            url=row.get("url"),
        )
        for row in read_rows(need_file(path, "articles.jsonl"))
        if row["text"].strip()
    ]
    known = {article.source_id for article in articles}
    return Converted([_convert(row, known) for row in read_rows(need_file(path, "questions.jsonl"))], articles)


def _convert(row: dict[str, Any], known: set[str]) -> Case:
    pages = [page for page in row["answer_string_doc_ids"] if page in known]
    return Case(
        id=row["id"],
        question=row["question"],
        kind="answer in a page" if pages else "answer in no page",
        answers=tuple(row["answers"]),
        expected=(Status.ANSWERED, Status.PARTIAL) if pages else (Status.REFUSED,),
        gold=tuple(point_at(page, group="pages") for page in pages),
        tags=(row["source"],),
        asked=date.fromisoformat(row["date"].replace("/", "-")),
    )
