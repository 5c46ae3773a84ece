"""Answer -> the JSON object that `dateline ask --json` prints: the contract that other programs build on; rankings too."""

from collections.abc import Iterator, Sequence
from typing import Any

from rag.conversation import Answer, Citation
from rag.retrieving import RetrievedPassage


def answer_as_json(answer: Answer) -> dict[str, Any]:
    """The answer as plain values; dates are ISO, `sentences` are those of `text` and carry their verdicts."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "status": answer.status.value,
        "text": answer.text,
        "sentences": [
            {
                "text": sentence.text,
                "verdict": sentence.verdict.value,
                "reason": sentence.reason,
                "citations": list(sentence.citations),
            }
            for sentence in answer.sentences
        ],
        "citations": [_citation_as_json(citation) for citation in answer.citations],
        "missing": answer.missing,
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "model": answer.model,
        "seconds": answer.seconds,
    }


def _citation_as_json(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "article_id": citation.article_id,
        "file": citation.file,
        "title": citation.title,
        "outlet": citation.outlet,
        "published": citation.published.isoformat() if citation.published else None,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def ranking_as_json(ranking: Sequence[RetrievedPassage]) -> Iterator[dict[str, Any]]:
    """One object for each passage found, best first; `text` is what stands between `start` and `end` of its article."""
    for rank, found in enumerate(ranking, 1):
        article = found.article
        yield {
            "rank": rank,
            "score": round(found.score, 4),
            "article_id": article.id,
            "file": article.file,
            "source_id": article.item or None,
            "title": article.title,
            "outlet": article.outlet,
            "published": article.published.isoformat() if article.published else None,
            "url": article.url,
            "start": found.passage.start,
            "end": found.passage.end,
            "text": article.quote(found.passage),
        }
