"""Evidence -> an answer: quoted, refused, or made of verified sentences."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from index.articles import Article, Sentence
from rag.conversation import Answer, AnswerSentence, Citation, Status, Verdict
from rag.evidence import Evidence, may_answer
from rag.grounding import number_citations, write_text
from rag.grounding import quote as quote_sentences
from rag.quoting import introduce, shorten

NO_MODEL = "none"
# How likely evidence must hold the answer to stand as the answer without a model's judgement, if of all questions half could
# be answered. Readers ask more that can: at .4 between .77 and .96 of the answerable questions of the seeds' set, MTRAG,
# SQuAD 2.0 and a news quiz are answered, at .5 between .63 and .92.
BALANCED = 0.4


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on its way, and when it came (seconds of the monotonic clock).

    Evidence that holds the answer less likely than `strictness` (0..1) is not given as one.
    """

    question: str
    standalone: str
    began: float
    strictness: float = BALANCED


@dataclass(frozen=True, slots=True)
class Found:
    """Evidence with the citations of its sentences, numbered from 1, and the articles that they are of, by id."""

    evidence: Evidence
    citations: tuple[Citation, ...]
    articles: dict[str, Article]


def cite(evidence: Evidence) -> Found:
    """Give every evidence sentence its citation, numbered in reading order."""
    citations = tuple(cite_sentence(n, found.article, found.sentence) for n, found in enumerate(evidence.sentences, 1))
    return Found(evidence, citations, {found.article.id: found.article for found in evidence.sentences})


def cite_sentence(n: int, article: Article, sentence: Sentence) -> Citation:
    """The citation of a sentence, numbered `n`."""
    return Citation(
        n=n,
        article_id=article.id,
        file=article.file,
        title=article.title,
        outlet=article.outlet,
        published=article.published,
        url=article.url,
        start=sentence.start,
        end=sentence.end,
        quote=article.quote(sentence),
    )


def quote(asked: Asked, found: Found, *, notice: str | None) -> Answer:
    """The answer in the articles' own words, or a refusal when they are about something else."""
    if not can_quote(asked, found.evidence):
        return refuse(asked, found, NO_MODEL, notice, strangers=found.evidence.strangers)
    evidence = found.evidence
    quoted = list(quote_sentences(found.citations, found.articles, remark=evidence.remark, leads=evidence.leads))
    shown = [sentence for sentence in quoted if sentence.verdict is not Verdict.UNSUPPORTED]
    if not shown:
        return refuse(asked, found, NO_MODEL, notice)
    sentences, used = number_citations(shown, found.citations)
    return make_answer(
        asked,
        Status.ANSWERED,
        write_text(sentences),
        sentences=sentences,
        citations=used,
        left_out=[sentence for sentence in quoted if sentence.verdict is Verdict.UNSUPPORTED],
        model=NO_MODEL,
        notice=notice,
    )


def can_quote(asked: Asked, evidence: Evidence) -> bool:
    """Whether the sentences may stand as the answer without a model's judgement."""
    return may_answer(evidence, asked.strictness)


def refuse(
    asked: Asked,
    found: Found,
    model: str,
    notice: str | None,
    *,
    strangers: Sequence[str] = (),
) -> Answer:
    """Say that the articles do not tell, and what comes nearest: the evidence that scored best."""
    subject = f"{' or '.join(strangers)} in connection with this" if strangers else "this"
    text = f"The articles do not say. I looked for “{shorten(asked.standalone, 30)}” and found nothing that answers it."
    if strangers:
        text = f"The articles do not say: they do not mention {subject}."
    elif found.evidence.since:
        text = (
            f"The articles do not say. I looked for “{shorten(asked.standalone, 30)}” in what was published since"
            f" {found.evidence.since.day} {found.evidence.since:%B %Y} and found nothing that answers it."
        )
    elif found.evidence.is_unconfirmed:
        text = f"The articles do not say. I found nothing that confirms or denies “{shorten(asked.standalone, 30)}”"
    if found.citations:
        pairs = zip(found.evidence.sentences, found.citations, strict=True)
        nearest = max(pairs, key=lambda pair: pair[0].score)[1]
        text += f" The nearest I found is in {_name_article(nearest)}: “{shorten(nearest.quote.strip('“”'), 25)}”"
    return make_answer(asked, Status.REFUSED, text, missing=asked.standalone, model=model, notice=notice)


def _name_article(citation: Citation) -> str:
    named = introduce(citation)
    return named[0].lower() + named[1:] if named.startswith(("An article", "The article")) else named


def make_answer(  # noqa: PLR0913 - the answer's fields, by name
    asked: Asked,
    status: Status,
    text: str,
    *,
    model: str,
    sentences: Sequence[AnswerSentence] = (),
    citations: Sequence[Citation] = (),
    left_out: Sequence[AnswerSentence] = (),
    missing: str | None = None,
    notice: str | None = None,
    dangling_marks: int = 0,
) -> Answer:
    """An answer whose date and time are filled in: the newest cited article, and the seconds since it was asked."""
    dates = [citation.published for citation in citations if citation.published]
    return Answer(
        question=asked.question,
        standalone_question=asked.standalone,
        status=status,
        text=text,
        sentences=tuple(sentences),
        citations=tuple(citations),
        left_out=tuple(left_out),
        missing=missing,
        as_of=max(dates, default=None),
        model=model,
        notice=notice,
        dangling_marks=dangling_marks,
        seconds=round(time.monotonic() - asked.began, 3),
    )
