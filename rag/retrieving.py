"""A question -> the passages that bear on it, by keyword and by meaning, fused and spread over articles."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from math import log1p
from threading import Lock

from index.articles import Article, Passage
from index.embedding import Embedder, Vectors
from index.errors import ArticleNotFoundError
from index.keyword_search import KeywordSearch
from index.ledger import Ledger
from index.selecting import EVERYTHING, Selection, passages_within, select_articles
from index.updating import is_present
from index.vectors import VectorSearch
from rag.fusion import fuse
from rag.question_scope import Origin, Scope, favour_scope, find_scope
from rag.recency import favour_recent
from rag.spelling import Vocabulary, correct_spelling
from rag.words import content_words, find_tokens, fold

_DEPTH = 50
_DEEP = 200
_DEEPER = 4
# So many passages are scored one by one in some 50 ms.
_LOOKED_THROUGH = 2_000
# Chosen on the training queries of SciFact; see rag/fusion.py.
_MEANING_WEIGHT = 0.7
# Of fused scores (0..1): what lies farther off is nothing that an outlet with many passages need leave room for.
_NEAR_ENOUGH = 0.25


@dataclass(frozen=True, slots=True)
class RetrievedPassage:
    """A passage with its article; `similarity` is the cosine to the question or None.

    `score` is the fused one, 0..1, and more where the question's outlet or period, or the day of asking, favours the article.
    """

    passage: Passage
    article: Article
    score: float
    similarity: float | None


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Passages by id, with the cosines and keyword scores of those for which they are known already."""

    passages: dict[str, Passage]
    similarities: dict[str, float]
    scores: dict[str, float]


class Retriever:
    """Searches one library. Safe to share between threads."""

    def __init__(self, ledger: Ledger, keywords: KeywordSearch, vectors: VectorSearch, embedder: Embedder) -> None:
        self._ledger = ledger
        self._keywords = keywords
        self._vectors = vectors
        self._embedder = embedder
        self._turn = Lock()
        self._outlets: tuple[int, frozenset[str], date | None] | None = None

    def retrieve(
        self,
        question: str,
        *,
        limit: int = 10,
        per_article: int = 5,
        per_outlet: int = 10,
        selection: Selection = EVERYTHING,
    ) -> list[RetrievedPassage]:
        """The best passages for a question, best first: at most `limit`, and `per_article` of one article.

        Those of one outlet beyond `per_outlet` come behind those of others, so that it leaves them room, unless the question or
        the selection names that outlet.
        Articles outside the selection are not looked at. Articles whose files are gone are left out, though the library has
        not been brought up to date yet; of articles that are copies of each other only the one that ranks first is heard:
        they are one source.
        """
        today = _find_standpoint(selection)
        scope = self._find_scope(question, today)
        ranked, similarities, plain = self._rank(question, scope, today, selection)
        named = frozenset(outlet.casefold() for outlet in (*scope.outlets, *selection.outlets))
        found = []
        for passage, score in self._spread(self._leave_room(ranked, plain, per_outlet, named), limit, per_article):
            # Another process may have removed the article since it was found.
            with suppress(ArticleNotFoundError):
                article = self._ledger.article(passage.article_id)
                found.append(RetrievedPassage(passage, article, score, similarities.get(passage.id)))
        return found

    def _rank(
        self, question: str, scope: Scope, today: date, selection: Selection
    ) -> tuple[list[tuple[Passage, float]], dict[str, float], dict[str, float]]:
        """What search by keyword and search by meaning found, best first, each scored by both.

        And by id the cosines, and the scores without what the question's scope and the day add to them.
        """
        words = content_words(question) or [fold(token) for token in find_tokens(question)]
        vector = self.embed_question(question)
        # What lies within the scope may come further down.
        depth = _DEEP if scope else _DEPTH
        found = self._find_within(words, vector, depth, selection) if selection else self._find(words, vector, depth)
        passages = found.passages
        similarities = found.similarities | self._vectors.score(
            vector, [one for id_, one in passages.items() if id_ not in found.similarities]
        )
        scores = found.scores | self._keywords.score(
            words, [one for id_, one in passages.items() if id_ not in found.scores]
        )
        fused = plain = fuse([similarities, scores], [_MEANING_WEIGHT, 1 - _MEANING_WEIGHT])
        origins = self._find_origins(passages)
        if scope:
            fused = favour_scope(fused, origins, scope)
        if scope.asks_of(today):
            fused = favour_recent(fused, origins, today)
        return [(passages[id_], score) for id_, score in fused.items()], similarities, plain

    def _find(self, words: Sequence[str], vector: Vectors, depth: int) -> "_Candidates":
        """The best of each search in the whole library."""
        by_keyword = self._keywords.search(words, depth)
        by_meaning = self._vectors.search(vector, depth)
        return _Candidates(
            {found.passage.id: found.passage for found in [*by_keyword, *by_meaning]},
            {found.passage.id: found.score for found in by_meaning},
            {found.passage.id: found.score for found in by_keyword},
        )

    def _find_within(self, words: Sequence[str], vector: Vectors, depth: int, selection: Selection) -> "_Candidates":
        """All passages of a small selection; of a large one the best, found ever deeper in the whole library."""
        chosen = select_articles(self._ledger, selection)
        few = passages_within(self._ledger, chosen, at_most=_LOOKED_THROUGH)
        if few is not None:
            return _Candidates({passage.id: passage for passage in few}, {}, {})
        total = self._ledger.counts().passages
        while True:
            found = self._find(words, vector, depth)
            within = {id_: one for id_, one in found.passages.items() if one.article_id in chosen}
            if len(within) >= _DEPTH or depth >= total:
                return _Candidates(
                    within,
                    {id_: score for id_, score in found.similarities.items() if id_ in within},
                    {id_: score for id_, score in found.scores.items() if id_ in within},
                )
            depth *= _DEEPER

    def _find_origins(self, passages: Mapping[str, Passage]) -> dict[str, Origin]:
        """Where passages come from, by their ids; those of articles that another process has removed since are absent."""
        origins = self._ledger.origins_of({passage.article_id for passage in passages.values()})
        return {
            id_: Origin(*origins[passage.article_id])
            for id_, passage in passages.items()
            if passage.article_id in origins
        }

    def _find_scope(self, question: str, today: date) -> Scope:
        with self._turn:
            last = self._ledger.last_passage_number()
            if self._outlets is None or self._outlets[0] != last:
                self._outlets = (last, self._ledger.outlets(), self._ledger.newest_day())
            _, outlets, newest = self._outlets
        return find_scope(question, outlets, newest=min(newest, today) if newest else None, today=today)

    def find_window(self, question: str, selection: Selection) -> Selection | None:
        """The part of the selection in which a question of days that just passed can be answered; None for other questions.

        None, too, where articles or outlets were chosen: what passes for recent in an archive is for who chose it to say.
        """
        if selection.article_ids or selection.outlets:
            return None
        since = self._find_scope(question, _find_standpoint(selection)).find_window()
        if since is None or (selection.since and selection.since >= since):
            return None
        return replace(selection, since=since, keeps_undated=not (selection.since or selection.until))

    def embed_question(self, question: str) -> Vectors:
        """The question's vector, shape (dimension,)."""
        return self._embedder.embed_question(question)

    def weigh(self, word: str) -> float:
        """How much a word tells in this library (inverse document frequency over passages; source: BM25)."""
        total = self._ledger.counts().passages
        return inverse_frequency(total, self._keywords.count_with(word))

    def correct_spelling(self, question: str) -> str:
        """The question with misspelt words replaced by those of the library that were meant."""
        return correct_spelling(
            question,
            Vocabulary(
                holds=lambda word: self._keywords.count_with(word) > 0,
                stems=self._keywords.stems,
                find_form=self._ledger.find_form,
                stem=self._keywords.stem,
            ),
        )

    def _leave_room(
        self,
        ranked: Sequence[tuple[Passage, float]],
        plain: Mapping[str, float],
        per_outlet: int,
        named: Collection[str],
    ) -> list[tuple[Passage, float]]:
        """The ranked passages, what is too many of an outlet that is not named behind those of others that are near enough."""
        origins = self._find_origins({passage.id: passage for passage, _ in ranked})
        counts: Counter[str] = Counter()
        surplus = set()
        for passage, _ in ranked:
            outlet = (origins[passage.id].outlet or "").casefold() if passage.id in origins else ""
            counts[outlet] += 1
            if outlet and outlet not in named and counts[outlet] > per_outlet:
                surplus.add(passage.id)
        if not surplus:
            return list(ranked)
        first = [one for one in ranked if one[0].id not in surplus and plain[one[0].id] >= _NEAR_ENOUGH]
        leading = {passage.id for passage, _ in first}
        return [*first, *(one for one in ranked if one[0].id not in leading)]

    def _spread(
        self, ranked: Sequence[tuple[Passage, float]], limit: int, per_article: int
    ) -> list[tuple[Passage, float]]:
        """The best of the ranked passages, few of one article, and of copies of an article only one's."""
        copies = self._ledger.copies_of({passage.article_id for passage, _ in ranked})
        speaks_for: dict[frozenset[str], str] = {}
        chosen: list[tuple[Passage, float]] = []
        counts: Counter[str] = Counter()
        present: dict[str, bool] = {}
        for passage, score in ranked:
            id_ = passage.article_id
            if id_ not in present:
                present[id_] = is_present(self._ledger, id_)
            if not present[id_] or speaks_for.setdefault(copies[id_], id_) != id_ or counts[id_] == per_article:
                continue
            counts[id_] += 1
            chosen.append((passage, score))
            if len(chosen) == limit:
                break
        return chosen


def _find_standpoint(selection: Selection) -> date:
    """The day from which "this week" is counted: the reader's own, or the last of the days that are asked of."""
    today = date.today()  # noqa: DTZ011 - the reader's own day
    return min(today, selection.until) if selection.until else today


def inverse_frequency(total: int, containing: int) -> float:
    """Robertson-Sparck Jones weight, never negative: ln(1 + (total - containing + 0.5) / (containing + 0.5))."""
    return log1p((total - containing + 0.5) / (containing + 0.5))
