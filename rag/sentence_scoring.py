"""The sentences of the passages found -> how likely each of them answers the question."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.articles import Article, Role, Sentence
from index.embedding import Embedder
from rag.answer_kinds import brings_news, fits_kind
from rag.learned import Numbers, load_model
from rag.publishers import name_publisher
from rag.question_words import overlap, weigh_stems
from rag.reranking import Reranker
from rag.retrieving import RetrievedPassage
from rag.verification.asserting import addresses_machine

# Reading a question with a sentence costs 16 ms of a core: the cheap signals choose which sentences are worth it. Of 178
# questions of a news quiz the 8 best sentences held the answer of .70 with 28, 32 or 40 of them read, of .67 with 24.
_MAX_CANDIDATES = 30
# Of these so many for publishers that have fewer looks than this: articles planted for a question hold its words in every sentence.
_KEPT_FOR_OTHERS, _LOOKS_OF_OTHERS = 8, 2
_SHORT_WORDS, _LONG_WORDS = 7, 45


@dataclass(frozen=True, slots=True)
class Candidate:
    """A body sentence of a passage that was found; `rank` counts passages from 0, `place` body sentences of the article."""

    article: Article
    sentence: Sentence
    passage_score: float
    rank: int
    place: int
    before: Sentence | None
    after: Sentence | None

    @property
    def text(self) -> str:
        """Its exact words."""
        return self.article.quote(self.sentence)


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A candidate, how likely it answers the question (0..1), and how near it is to it.

    `relevance` is the reranker's log of the odds, or without a reranker the cosine.
    """

    candidate: Candidate
    score: float
    relevance: float
    is_reranked: bool


def score_sentences(
    question: str,
    passages: Sequence[RetrievedPassage],
    embedder: Embedder,
    reranker: Reranker | None,
    weigh: Callable[[str], float],
    *,
    is_spread: bool = True,
) -> list[ScoredSentence]:
    """Score the sentences of ranked passages against the question, in no order; `weigh` is as in the retriever."""
    candidates, features = describe_sentences(question, passages, weigh, is_spread=is_spread)
    if not candidates:
        return []
    texts = [candidate.text for candidate in candidates]
    if reranker is None:
        relevances = (embedder.embed(texts) @ embedder.embed_question(question)).astype(np.float64)
        scores = load_model("sentences").probability({**features, "similarity": relevances})
    else:
        relevances = reranker.score(question, texts).astype(np.float64)
        scores = load_model("sentences-reranked").probability({**features, "relevance": relevances})
    return [
        ScoredSentence(candidate, float(score), float(relevance), reranker is not None)
        for candidate, score, relevance in zip(candidates, scores, relevances, strict=True)
    ]


def describe_sentences(
    question: str, passages: Sequence[RetrievedPassage], weigh: Callable[[str], float], *, is_spread: bool = True
) -> tuple[list[Candidate], dict[str, Numbers]]:
    """The sentences that are worth a closer look, and what can be told of them cheaply: shape (sentences,) each.

    The last looks are for the best of publishers that have none yet, if they are `is_spread`.
    """
    candidates = _list_candidates(passages)
    weights = weigh_stems(question, weigh)
    words = np.array([_overlap(weights, candidate, candidate.sentence) for candidate in candidates])
    passage = np.array([candidate.passage_score for candidate in candidates])
    best_first = np.argsort(-(words + passage), kind="stable").tolist()
    kept = _spread(best_first, candidates) if is_spread else best_first[:_MAX_CANDIDATES]
    chosen = [candidates[position] for position in kept]
    lengths = np.array([len(candidate.text.split()) for candidate in chosen])
    features: Mapping[str, Sequence[float] | NDArray[np.generic]] = {
        "words": words[kept],
        "words before": [_overlap(weights, candidate, candidate.before) for candidate in chosen],
        "words after": [_overlap(weights, candidate, candidate.after) for candidate in chosen],
        "passage": passage[kept],
        "first passages": [1.0 / (1 + candidate.rank) for candidate in chosen],
        "kind": [fits_kind(question, candidate.text) for candidate in chosen],
        "opening": [1.0 / (1 + candidate.place) for candidate in chosen],
        "short": lengths < _SHORT_WORDS,
        "long": lengths > _LONG_WORDS,
        "new": [brings_news(question, candidate.text) for candidate in chosen],
        "question": [candidate.text.rstrip("”\"'").endswith("?") for candidate in chosen],
    }
    return chosen, {name: np.asarray(values, dtype=np.float64) for name, values in features.items()}


def _spread(best_first: Sequence[int], candidates: Sequence[Candidate]) -> list[int]:
    """As many positions as are looked at: mostly the first, then of each other publisher so many, then the next again."""
    publishers = [name_publisher(candidate.article) for candidate in candidates]
    kept = list(best_first[: _MAX_CANDIDATES - _KEPT_FOR_OTHERS])
    looks = Counter(publishers[position] for position in kept)
    later = []
    for position in best_first[len(kept) :]:
        if len(kept) < _MAX_CANDIDATES and looks[publishers[position]] < _LOOKS_OF_OTHERS:
            kept.append(position)
            looks[publishers[position]] += 1
        else:
            later.append(position)
    return [*kept, *later][:_MAX_CANDIDATES]


def _list_candidates(passages: Sequence[RetrievedPassage]) -> list[Candidate]:
    candidates = []
    for rank, found in enumerate(passages):
        body = [sentence for sentence in found.article.sentences if sentence.role is Role.BODY]
        for place, sentence in enumerate(body):
            if not found.passage.start <= sentence.start < found.passage.end:
                continue
            # What gives orders to a program that reads it tells a reader nothing.
            if not addresses_machine(found.article.quote(sentence)):
                before = body[place - 1] if place else None
                after = body[place + 1] if place + 1 < len(body) else None
                candidates.append(Candidate(found.article, sentence, found.score, rank, place, before, after))
    return candidates


def _overlap(weights: Mapping[str, float], candidate: Candidate, sentence: Sentence | None) -> float:
    return overlap(weights, candidate.article, sentence) if sentence else 0.0
