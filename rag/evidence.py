"""Ranked passages -> the few sentences that bear on the question, and whether they can answer it at all."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from index.articles import Article, Role, Sentence
from index.embedding import Embedder
from index.repetition import find_repetitions
from rag.answer_kinds import lacks_kind
from rag.learned import Numbers, load_model
from rag.reranking import Reranker
from rag.retrieving import RetrievedPassage
from rag.sentence_scoring import score_sentences
from rag.strangers import find_strangers

_TOKENS_A_WORD = 1.35
# Only words that point at someone: a sentence that begins with "In addition" is understood without the one before it.
_NEEDS_ANTECEDENT = re.compile(
    r"[\"“‘]?(?:he|she|it|they|his|her|their|its|the (?:expert|official|two men|spokesman|spokeswoman|analyst))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence of an article that bears on the question, and how likely it answers it (0..1).

    `relevance` is how near it is to the question: when it `is_reranked` the reranker's log of the odds, else the cosine.
    """

    article: Article
    sentence: Sentence
    score: float
    relevance: float = 0.0
    is_reranked: bool = False

    @property
    def text(self) -> str:
        """Its exact words."""
        return self.article.quote(self.sentence)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The chosen sentences in reading order, articles by their best sentence first.

    `probability` says how likely they hold the answer; `strangers` are the names and years in the question that none of
    their articles writes anywhere; `lacks_kind` whether a number is asked for and none of the sentences holds one.
    `remark` is to be said before they are quoted ("Accounts differ."), and each of `leads` before one of them.
    `is_unconfirmed`: the question asks whether something is so, and they neither say so nor deny it. `is_settled`: by the form of
    the question they speak of just what is asked, set it right, or differ, so that nobody need read whether they answer it.
    `since`: the question is of the days from then on, of which nothing was found that answers it; these are of any time.
    """

    sentences: tuple[EvidenceSentence, ...]
    probability: float
    strangers: tuple[str, ...]
    lacks_kind: bool
    remark: str = ""
    leads: tuple[str, ...] = ()
    is_unconfirmed: bool = False
    is_settled: bool = False
    since: date | None = None


def find_evidence(
    question: str,
    passages: Sequence[RetrievedPassage],
    embedder: Embedder,
    reranker: Reranker | None,
    weigh: Callable[[str], float],
    *,
    is_spread: bool = True,
) -> list[EvidenceSentence]:
    """Score the sentences of ranked passages against the question, best first; sentences said twice count once.

    `weigh` gives a word's inverse document frequency; unless it `is_spread`, one article may take every look that is to be had.
    """
    ranked = sorted(
        (
            EvidenceSentence(
                scored.candidate.article,
                scored.candidate.sentence,
                scored.score,
                scored.relevance,
                scored.is_reranked,
            )
            for scored in score_sentences(question, passages, embedder, reranker, weigh, is_spread=is_spread)
        ),
        key=lambda found: (-found.score, found.article.id, found.sentence.start),
    )
    repeated = find_repetitions([found.text for found in ranked])
    return [found for found, is_repeated in zip(ranked, repeated, strict=True) if not is_repeated]


def choose_evidence(
    question: str,
    ranked: Sequence[EvidenceSentence],
    *,
    tokens: int,
    most: int,
    at_least: float,
    others: Sequence[EvidenceSentence] = (),
) -> Evidence:
    """Keep the best sentences within a budget of tokens, in reading order, each with what it needs to be understood.

    At most `most` are chosen for themselves, none scoring below `at_least` times the best, and beside them `others`, whatever
    they score.
    """
    chosen: dict[tuple[str, int], EvidenceSentence] = {}
    spent = 0.0
    count = 0
    # Behind the best one, so that a small budget has room for them.
    for found in (*ranked[:1], *others, *(each for each in ranked[1:] if each not in others)):
        if found not in others and (count == most or found.score < at_least * ranked[0].score):
            break
        group = [*find_antecedent(found), found]
        fresh = [each for each in group if (each.article.id, each.sentence.start) not in chosen]
        cost = sum(len(each.text.split()) * _TOKENS_A_WORD + 8 for each in fresh)
        if chosen and spent + cost > tokens:
            continue
        spent += cost
        count += found not in others
        chosen |= {(each.article.id, each.sentence.start): each for each in fresh}
    return make_evidence(question, order_for_reading(list(chosen.values())), estimate_answerable(ranked))


def make_evidence(question: str, sentences: Sequence[EvidenceSentence], probability: float) -> Evidence:
    """Chosen sentences, in the order in which they are to be read, as evidence."""
    articles = list({found.article.id: found.article for found in sentences}.values())
    return Evidence(
        tuple(sentences),
        probability,
        find_strangers(question, articles),
        lacks_kind(question, [found.text for found in sentences]),
    )


def may_answer(evidence: Evidence, at_least: float) -> bool:
    """Whether evidence holds the answer as likely as that, and nothing in the question speaks against it."""
    return evidence.probability >= at_least and not evidence.strangers and not evidence.lacks_kind


def estimate_answerable(ranked: Sequence[EvidenceSentence]) -> float:
    """How likely ranked sentences answer the question, 0..1."""
    if not ranked:
        return 0.0
    model = load_model("answerable-reranked" if ranked[0].is_reranked else "answerable")
    return float(model.probability(describe_answerable([found.relevance for found in ranked]))[0])


def describe_answerable(relevances: Sequence[float]) -> dict[str, Numbers]:
    """What tells whether a question can be answered, of its sentences' relevances: shape (1,) each.

    Only the best of them: with the second and third, the share of the question's words that a sentence holds, or the score of
    the best sentence, answerable questions of three sets were told from the others no better (evals/README.md).
    """
    return {"best": np.array([max(relevances)])}


def find_antecedent(found: EvidenceSentence) -> list[EvidenceSentence]:
    """The body sentence before, when this one leans on it ("He said ...", "In addition, ...")."""
    if not _NEEDS_ANTECEDENT.match(found.text):
        return []
    body = [sentence for sentence in found.article.sentences if sentence.role is Role.BODY]
    position = body.index(found.sentence)
    if position == 0 or found.sentence.paragraph - body[position - 1].paragraph > 1:
        return []
    return [replace(found, sentence=body[position - 1])]


def order_for_reading(sentences: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """The sentences of an article together and in its order, articles by their best sentence first."""
    best: dict[str, float] = {}
    for found in sentences:
        best[found.article.id] = max(found.score, best.get(found.article.id, 0.0))
    return sorted(sentences, key=lambda found: (-best[found.article.id], found.article.id, found.sentence.start))
