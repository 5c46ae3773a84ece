"""What the model wrote -> sentences with verified citations: its marks are checked, and mended by alignment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from index.articles import Article
from rag.attribution import is_attributed
from rag.bare_answers import check_bare
from rag.citing import MarkedSentence
from rag.conversation import AnswerSentence, Citation, Verdict
from rag.disputing import find_disputes
from rag.quoting import quote_evidence
from rag.verifying import Judgement, verify

_DISPUTED = "Another source, or another speaker, denies this."
_RANK = {Verdict.SUPPORTED: 2, Verdict.PARTLY: 1, Verdict.UNSUPPORTED: 0}


@dataclass(frozen=True, slots=True)
class GroundedText:
    """Sentences that may be shown, and those that may not; their citation numbers are the evidence's."""

    shown: tuple[AnswerSentence, ...]
    left_out: tuple[AnswerSentence, ...]


def ground(
    sentences: Sequence[MarkedSentence],
    evidence: Sequence[Citation],
    articles: Mapping[str, Article],
    asked: Mapping[str, float],
) -> GroundedText:
    """Verify each sentence against what it cites; one that fails, or cites nothing, is aligned to what supports it best.

    `asked` are the stems of the question's words with their weights: an answer in a word or two is judged with them.
    """
    settled = [_settle(sentence, evidence, articles, asked) for sentence in sentences]
    shown = [sentence for sentence in settled if sentence.verdict is not Verdict.UNSUPPORTED]
    return GroundedText(
        tuple(_add_disputes(shown, evidence, articles)),
        tuple(sentence for sentence in settled if sentence.verdict is Verdict.UNSUPPORTED),
    )


def _add_disputes(
    shown: Sequence[AnswerSentence], evidence: Sequence[Citation], articles: Mapping[str, Article]
) -> Iterator[AnswerSentence]:
    """The sentences, each followed by the words of the evidence that denies it, unless the answer cites these anyway."""
    told = {n for sentence in shown for n in sentence.citations}
    for sentence in shown:
        disputes = find_disputes(sentence.text, sentence.citations, evidence)
        # Given as somebody's words a disputed statement is reported rightly; given flatly it is half the story.
        is_flat = bool(disputes) and not is_attributed(sentence.text)
        yield replace(sentence, verdict=Verdict.PARTLY, reason=_DISPUTED) if is_flat else sentence
        for citation in disputes:
            if citation.n in told:
                continue
            told.add(citation.n)
            yield from quote([citation], articles)


def quote(
    citations: Sequence[Citation], articles: Mapping[str, Article], *, remark: str = "", leads: Sequence[str] = ()
) -> Iterator[AnswerSentence]:
    """The exact words of citations as sentences of an answer, each verified like any other.

    `remark` is said before the first of them, and `leads` before each; what is said so is ours and is not verified.
    """
    by_number = {citation.n: citation for citation in citations}
    for quotation in quote_evidence(citations, remark=remark, leads=leads):
        judgement = _judge(quotation.text, [by_number[quotation.n]], articles)
        text = quotation.lead + quotation.text
        yield AnswerSentence(text, judgement.verdict, judgement.reason, (quotation.n,), quotation.lead)


def is_flatly_disputed(sentence: AnswerSentence) -> bool:
    """Whether it tells one side of a disputed matter as if it were settled."""
    return sentence.verdict is Verdict.PARTLY and sentence.reason == _DISPUTED


def number_citations(
    sentences: Sequence[AnswerSentence], evidence: Sequence[Citation]
) -> tuple[tuple[AnswerSentence, ...], tuple[Citation, ...]]:
    """Number the citations that are used in order of first use, from 1."""
    order = list(dict.fromkeys(n for sentence in sentences for n in sentence.citations))
    by_number = {citation.n: citation for citation in evidence}
    fresh = {old: new for new, old in enumerate(order, 1)}
    renumbered = tuple(
        replace(sentence, citations=tuple(fresh[n] for n in sentence.citations)) for sentence in sentences
    )
    return renumbered, tuple(replace(by_number[old], n=new) for old, new in fresh.items())


def write_text(sentences: Sequence[AnswerSentence]) -> str:
    """The answer as one text, every sentence followed by its marks."""
    return " ".join(
        sentence.text + (" " if sentence.citations else "") + "".join(f"[{n}]" for n in sentence.citations)
        for sentence in sentences
    )


def _settle(
    sentence: MarkedSentence,
    evidence: Sequence[Citation],
    articles: Mapping[str, Article],
    asked: Mapping[str, float],
) -> AnswerSentence:
    by_number = {citation.n: citation for citation in evidence}
    best = _judge_answer(sentence.text, [by_number[n] for n in sentence.marks], articles, asked)
    marks = sentence.marks
    if best.verdict is not Verdict.SUPPORTED:
        for group in _list_alignments(evidence):
            judgement = _judge_answer(sentence.text, group, articles, asked)
            if _RANK[judgement.verdict] > _RANK[best.verdict]:
                best, marks = judgement, tuple(citation.n for citation in group)
            if best.verdict is Verdict.SUPPORTED:
                break
    return AnswerSentence(sentence.text, best.verdict, best.reason, marks)


def _list_alignments(evidence: Sequence[Citation]) -> list[tuple[Citation, ...]]:
    return [*((citation,) for citation in evidence), *combinations(evidence, 2)]


def _judge_answer(
    text: str, cited: Sequence[Citation], articles: Mapping[str, Article], asked: Mapping[str, float]
) -> Judgement:
    judgement = _judge(text, cited, articles)
    problem = check_bare(text, asked, cited) if judgement.verdict is not Verdict.UNSUPPORTED else None
    return Judgement(Verdict.UNSUPPORTED, problem) if problem else judgement


def _judge(text: str, cited: Sequence[Citation], articles: Mapping[str, Article]) -> Judgement:
    return verify(text, cited, [articles[id_] for id_ in dict.fromkeys(c.article_id for c in cited)])
