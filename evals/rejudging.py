"""A run whose citations are judged anew, by another judge than the verifier that judged them when it was made."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from evals.judging import Judge, judge_sentence
from evals.recording import Result, Run
from rag.conversation import Citation


def rejudge(run: Run, judge: Judge, on_progress: Callable[[int, int], None]) -> Run:
    """The same run with the judge's word on every sentence and citation; its conditions name the judge.

    Raises:
        LanguageModelError: the judge is a model and gave no answer.
    """
    results = []
    for done, result in enumerate(run.results):
        on_progress(done, len(run.results))
        results.append(_rejudge(result, judge))
    return replace(run, conditions={**run.conditions, "judge": judge.name}, results=tuple(results))


def _rejudge(result: Result, judge: Judge) -> Result:
    if not result.line.get("sentences"):
        return result
    citations = {one["n"]: _read_citation(one) for one in result.line["citations"]}
    sentences = []
    for sentence in result.line["sentences"]:
        cited = [citations[n] for n in sentence["citations"] if n in citations]
        judged = judge_sentence(judge, sentence["text"].removeprefix(sentence.get("lead", "")), cited, {})
        sentences.append({**sentence, "is_supported": judged.is_supported, "is_precise": list(judged.is_precise)})
    return replace(result, line={**result.line, "sentences": sentences})


def _read_citation(one: Mapping[str, Any]) -> Citation:
    return Citation(
        n=one["n"],
        article_id=one["article_id"],
        file=one["file"],
        title=one["title"],
        outlet=one["outlet"],
        published=None,
        url=one["url"],
        start=one["start"],
        end=one["end"],
        quote=one["quote"],
    )
