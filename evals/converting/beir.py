"""BEIR (arXiv 2104.08663): a corpus, queries, and which texts answer them."""

from pathlib import Path

from evals.cases import Case
from evals.converting.converted import Converted, SourceArticle, point_at
from evals.converting.lines import need_file, read_rows, read_table


def convert_beir(path: Path) -> Converted:
    """Every text of the corpus becomes an article; queries without a judged text are left out."""
    articles = [
        SourceArticle(row["_id"], row["text"], title=row.get("title") or None)
        for row in read_rows(need_file(path, "corpus.jsonl"))
        if row["text"].strip()
    ]
    known = {article.source_id for article in articles}
    relevant: dict[str, list[str]] = {}
    for query, text, grade in read_table(need_file(path, "qrels/test.tsv", "qrels_test.tsv")):
        if int(grade) > 0 and text in known:
            relevant.setdefault(query, []).append(text)
    queries = read_rows(need_file(path, "queries_test.jsonl", "queries.jsonl"))
    cases = [
        Case(row["_id"], row["text"], kind="query", gold=tuple(point_at(text) for text in relevant[row["_id"]]))
        for row in queries
        if row["_id"] in relevant
    ]
    return Converted(cases, articles)
