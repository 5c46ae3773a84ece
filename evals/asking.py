"""One case -> what the program answered, as plain values: the line of a run."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from evals.cases import Case, case_as_json
from evals.controls import ask_memory
from evals.gold import FoundEvidence, source_id_of
from evals.judging import VerifierJudge, judge_sentence
from evals.library import LibraryView
from evals.metrics import overlaps
from evals.needing_model import require_model
from index.articles import Article, Span
from index.selecting import Selection
from rag.assemble import Dateline
from rag.conversation import Answer, Answered, AnswerSentence, Citation, EvidenceFound, Manner, Status, TextStreamed
from rag.evidence import Evidence
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
    ranking = dateline.search(standalone, limit=RANKING_DEPTH, selection=_select(case))
    return {
        "standalone_question": standalone,
        "ranking": [_describe_passage(found) for found in ranking],
        "timings": {"total": _seconds_since(began)},
    }


def answer(dateline: Dateline, case: Case, *, given: Evidence | None = None, is_cancelled: Callable[[], bool]) -> Line:
    """Ask a case and describe the answer; when `is_cancelled`, stop at the next event and give what there is.

    An answer to `given` evidence has no ranking: nothing was searched for.
    """
    began = time.monotonic()
    timings: dict[str, float] = {}
    evidence: tuple[Citation, ...] = ()
    final: Answer | None = None
    events = dateline.ask(case.question, case.history, evidence=given, manner=Manner(_select(case)))
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
    line = _describe_answer(final, dateline) | {
        "evidence": [_describe_citation(citation, dateline) for citation in evidence],
        "timings": timings,
    }
    return line if given is not None else line | _describe_search(dateline, case, final.standalone_question)


def answer_from_memory(dateline: Dateline, case: Case, *, is_cancelled: Callable[[], bool]) -> Line:
    """What the language model answers without any article: neither evidence nor citations, so nothing to verify.

    Raises:
        NoModelError: there is no language model.
    """
    model = require_model(dateline.language_model, dateline.model_status)
    began = time.monotonic()
    text = ask_memory(model, case, is_cancelled=is_cancelled)
    return {
        "status": (Status.ANSWERED if text else Status.REFUSED).value,
        "text": text or "I do not know.",
        "sentences": [],
        "citations": [],
        "dangling_marks": 0,
        "model": model.name,
        "timings": {"total": _seconds_since(began)},
    }


def _select(case: Case) -> Selection:
    """The articles that there were on the day of asking."""
    return Selection(until=case.asked)


def _describe_search(dateline: Dateline, case: Case, question: str) -> Line:
    ranking = dateline.search(question, limit=RANKING_DEPTH, selection=_select(case))
    return {"ranking": [_describe_passage(found) for found in ranking]}


def _describe_answer(given: Answer, dateline: Dateline) -> Line:
    articles = {id_: dateline.article(id_) for id_ in {citation.article_id for citation in given.citations}}
    plain = asdict(given)
    return plain | {
        "as_of": given.as_of.isoformat() if given.as_of else None,
        "sentences": [_describe_sentence(sentence, given.citations, articles) for sentence in given.sentences],
        "citations": [
            _describe_citation(citation, dateline)
            | {"is_exact": articles[citation.article_id].text[citation.start : citation.end] == citation.quote}
            for citation in given.citations
        ],
    }


def _describe_sentence(
    sentence: AnswerSentence, citations: Sequence[Citation], articles: Mapping[str, Article]
) -> Line:
    cited = [citation for citation in citations if citation.n in sentence.citations]
    # What introduces a quotation is no article's: there is nothing to be judged.
    judged = judge_sentence(VerifierJudge(), sentence.text.removeprefix(sentence.lead), cited, articles)
    return asdict(sentence) | {"is_supported": judged.is_supported, "is_precise": list(judged.is_precise)}


def _describe_citation(citation: Citation, dateline: Dateline) -> Line:
    published = citation.published.isoformat() if citation.published else None
    source_id = source_id_of(dateline.article(citation.article_id))
    return asdict(citation) | {"source_id": source_id, "published": published}


def _describe_passage(found: RetrievedPassage) -> Line:
    return {
        "article_id": found.article.id,
        "source_id": source_id_of(found.article),
        "file": found.article.file,
        "url": found.article.url,
        "start": found.passage.start,
        "end": found.passage.end,
        "score": round(found.score, 6),
        "similarity": None if found.similarity is None else round(float(found.similarity), 6),
    }


def _seconds_since(began: float) -> float:
    return round(time.monotonic() - began, 4)
