"""One case -> what the program answered, as plain values: the line of a run."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evals.cases import Case, case_as_json
from evals.gold import FoundEvidence, source_id_of
from evals.judging import judge_sentence
from evals.library import LibraryView
from evals.metrics import overlaps
from index.articles import Article, Span
from rag.assemble import Dateline
from rag.conversation import Answer, Answered, AnswerSentence, Citation, EvidenceFound, TextStreamed
from rag.retrieving import RetrievedPassage
from rag.rewriting import rewrite_question

# Deep enough for every figure that is made of it.
RANKING_DEPTH = 20

Line = dict[str, Any]


def describe_case(case: Case, found: Sequence[FoundEvidence], view: LibraryView) -> Line:
    """What a line holds before anything is asked: the case, and its gold evidence found in the library.

    `gold` is a list of needs; each is a list of alternatives with spans and with the passages that overlap them.
    """
    needs: dict[int, list[Line]] = {}
    for item in found:
        passages = [
            [passage.start, passage.end]
            for passage in view.passages[item.article_id]
            if any(overlaps(Span(passage.start, passage.end), span) for span in item.spans)
        ]
        spans = [[span.start, span.end] for span in item.spans]
        needs.setdefault(item.need, []).append({"article_id": item.article_id, "spans": spans, "passages": passages})
    gold = [needs[need] for need in sorted(needs)]
    return {"id": case.id, "question": case.question, "case": case_as_json(case), "gold": gold}


def retrieve_only(dateline: Dateline, case: Case) -> Line:
    """The ranking for a case, without an answer."""
    began = time.monotonic()
    standalone = rewrite_question(case.question, case.history)
    ranking = dateline.search(standalone, limit=RANKING_DEPTH)
    return {
        "standalone_question": standalone,
        "ranking": [_describe_passage(found) for found in ranking],
        "timings": {"total": _seconds_since(began)},
    }


def answer(dateline: Dateline, case: Case, *, is_cancelled: Callable[[], bool]) -> Line:
    """Ask a case and describe the answer; when `is_cancelled`, stop at the next event and give what there is."""
    began = time.monotonic()
    timings: dict[str, float] = {}
    evidence: tuple[Citation, ...] = ()
    final: Answer | None = None
    events = dateline.ask(case.question, case.history)
    for event in events:
        if is_cancelled():
            # Closing the events is what stops the model.
            getattr(events, "close", lambda: None)()
            return {}
        if isinstance(event, EvidenceFound):
            timings["first_evidence"] = _seconds_since(began)
            evidence = event.citations
        elif isinstance(event, TextStreamed):
            timings.setdefault("first_text", _seconds_since(began))
        elif isinstance(event, Answered):
            final = event.answer
    if final is None:
        raise RuntimeError("the events ended without an answer")
    timings["total"] = _seconds_since(began)
    ranking = dateline.search(final.standalone_question, limit=RANKING_DEPTH)
    return _describe_answer(final, dateline) | {
        "evidence": [_describe_citation(citation) for citation in evidence],
        "ranking": [_describe_passage(found) for found in ranking],
        "confidence": ranking[0].similarity if ranking else None,
        "timings": timings,
    }


def _describe_answer(given: Answer, dateline: Dateline) -> Line:
    articles = {id_: dateline.article(id_) for id_ in {citation.article_id for citation in given.citations}}
    plain = asdict(given)
    return plain | {
        "as_of": given.as_of.isoformat() if given.as_of else None,
        "sentences": [_describe_sentence(sentence, given.citations, articles) for sentence in given.sentences],
        "citations": [
            _describe_citation(citation)
            | {"is_exact": articles[citation.article_id].text[citation.start : citation.end] == citation.quote}
            for citation in given.citations
        ],
    }


def _describe_sentence(
    sentence: AnswerSentence, citations: Sequence[Citation], articles: Mapping[str, Article]
) -> Line:
    judged = judge_sentence(sentence, citations, articles)
    return asdict(sentence) | {"is_supported": judged.is_supported, "is_precise": list(judged.is_precise)}


def _describe_citation(citation: Citation) -> Line:
    published = citation.published.isoformat() if citation.published else None
    return asdict(citation) | {"source_id": source_id_of(citation.file), "published": published}


def _describe_passage(found: RetrievedPassage) -> Line:
    return {
        "article_id": found.article.id,
        "source_id": source_id_of(found.article.file),
        "file": found.article.file,
        "url": found.article.url,
        "start": found.passage.start,
        "end": found.passage.end,
        "score": round(found.score, 6),
        "similarity": None if found.similarity is None else round(float(found.similarity), 6),
    }


def _seconds_since(began: float) -> float:
    return round(time.monotonic() - began, 4)
