"""MultiHop-RAG (arXiv 2401.15391): news questions that need sentences of several articles.

Read as published (MultiHopRAG.json, with or without corpus.json) or as lines with id, question, type, answer, answerable,
evidence. Without the corpus the articles are made of the evidence sentences alone.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evals.cases import Case
from evals.converting.converted import Converted, SourceArticle, point_at
from evals.converting.lines import find_file, need_file, read_rows
from rag.conversation import Status


def convert_multihop_rag(path: Path) -> Converted:
    """Every article of the corpus becomes one; the evidence sentences are gold where they stand in it word for word."""
    rows = list(read_rows(need_file(path, "questions.jsonl", "MultiHopRAG.json")))
    corpus = find_file(path, "corpus.json") if path.is_dir() else None
    described = list(read_rows(corpus)) if corpus else _gather_facts(rows)
    articles = [
        SourceArticle(
            _name(row["url"]),
            row["body"],
            title=row["title"],
            outlet=row["source"],
            published=row["published_at"][:10],
            url=row["url"],
        )
        for row in described
    ]
    return Converted([_convert(row, number) for number, row in enumerate(rows)], articles)


def _convert(row: dict[str, Any], number: int) -> Case:
    evidence = _list_evidence(row)
    kind = row["type"] if "type" in row else row["question_type"]
    is_answerable = row.get("answerable", kind != "null_query")
    return Case(
        id=str(row.get("id", number)),
        question=row.get("question") or row["query"],
        kind=kind,
        answers=(row["answer"],) if is_answerable else (),
        expected=(Status.ANSWERED, Status.PARTIAL) if is_answerable else (Status.REFUSED,),
        gold=tuple(point_at(_name(one["url"]), quote=one["fact"]) for one in evidence) if is_answerable else (),
    )


def _gather_facts(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    articles: dict[str, dict[str, Any]] = {}
    for row in rows:
        for one in _list_evidence(row):
            article = articles.setdefault(one["url"], {**one, "facts": {}})
            article["facts"][one["fact"]] = None
    return [{**article, "body": "\n\n".join(article["facts"])} for article in articles.values()]


def _list_evidence(row: dict[str, Any]) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = row["evidence"] if "evidence" in row else row["evidence_list"]
    return listed


def _name(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:16]
