"""A judge of citations: the program's own deterministic verifier, asked what ALCE asks of an entailment model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.metrics import is_citation_precise
from index.articles import Article
from rag.conversation import AnswerSentence, Citation, Verdict
from rag.verifying import verify


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a sentence's citations together support it, and of each of them whether it is precise, in their order."""

    is_supported: bool
    is_precise: tuple[bool, ...]


def judge_sentence(sentence: AnswerSentence, citations: Sequence[Citation], articles: Mapping[str, Article]) -> Judged:
    """Judge one sentence of an answer; `citations` are those of the whole answer, `articles` theirs by id."""
    cited = [citation for citation in citations if citation.n in sentence.citations]

    def supports(chosen: Sequence[Citation]) -> bool:
        texts = [articles[id_] for id_ in dict.fromkeys(citation.article_id for citation in chosen)]
        return bool(chosen) and verify(sentence.text, chosen, texts).verdict is Verdict.SUPPORTED

    together = supports(cited)
    return Judged(
        together,
        tuple(
            is_citation_precise(
                together=together,
                alone=supports([one]),
                without=supports([other for other in cited if other is not one]),
            )
            for one in cited
        ),
    )
