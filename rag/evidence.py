"""Ranked passages -> the few sentences that bear on the question, and whether they can answer it at all."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from index.articles import Article, Role, Sentence
from index.embedding import Embedder
from index.repetition import find_repetitions
from rag.names import Name, aliases_of, find_names, known_words
from rag.quantities import find_quantities
from rag.retrieving import RetrievedPassage
from rag.words import content_words, find_tokens, is_content, stem

# Weights and thresholds set by hand on the seeds; learned ones are to replace them.
_MEANING = 0.5
_WORDS = 0.4
_PASSAGE = 0.1
_KIND = 0.12
_MAX_CANDIDATES = 40
_PARAPHRASE = 0.65
_MISSPELT = 0.85
_MIN_MISSPELT_LETTERS = 6
_HEADLINE_STYLE = 0.9
_TOKENS_A_WORD = 1.35

# Verbs that every question may use: in a small library even they are rare, and would weigh like names.
_LIGHT_STEMS = frozenset(
    "take took place make made give gave get got go went come came happen occur want know tell told think long mani"
    " much peopl thing kind way article articl mention describ discuss talk report accord mean call use tri".split()
)
_LIGHT_WEIGHT = 0.35

# Only words that point at someone: a sentence that begins with "In addition" is understood without the one before it.
_NEEDS_ANTECEDENT = re.compile(
    r"[\"“‘]?(?:he|she|it|they|his|her|their|its|the (?:expert|official|two men|spokesman|spokeswoman|analyst))\b",
    re.IGNORECASE,
)
_ASKS_WHEN = re.compile(
    r"\b(?:when|what (?:day|date|month|year|time)|which (?:day|date|month|year)|how long|until|since)\b", re.IGNORECASE
)
_ASKS_COUNT = re.compile(r"\bhow (?:many|much|long|old|large|big|high|far|often)\b", re.IGNORECASE)
_ASKS_WHO = re.compile(r"\b(?:who|whom|whose|which (?:officials?|diplomats?|experts?|people))\b", re.IGNORECASE)
_ASKS_WHERE = re.compile(
    r"\b(?:where|which (?:city|country|place|state)|what (?:city|country|place|venue))\b", re.IGNORECASE
)
_AGE = re.compile(r"\byears?[- ]old\b|\baged?\b|\bborn\b|\bturn(?:s|ed) \d|, \d{2},|\bbirthday\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PLACE = re.compile(r"\b(?:in|at|near|from|to)\s+(?:the\s+)?[A-Z]")
_TIME = re.compile(
    r"\b(?:today|tomorrow|yesterday|week|month|morning|evening|eve|year|hours?|days?|soon|later)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class EvidenceSentence:
    """A sentence of an article that bears on the question, the more the higher its score (about 0..1)."""

    article: Article
    sentence: Sentence
    score: float
    similarity: float

    @property
    def text(self) -> str:
        """Its exact words."""
        return self.article.quote(self.sentence)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The chosen sentences in reading order, articles by their best sentence first.

    `coverage` is the share of the question's words, by weight, that they and their titles hold; `similarity` the
    highest cosine of one of them to the question; `strangers` the names and years in the question that none of their
    articles writes anywhere; `lacks_kind` whether a number is asked for and none of the sentences holds one.
    """

    sentences: tuple[EvidenceSentence, ...]
    coverage: float
    similarity: float
    strangers: tuple[str, ...]
    lacks_kind: bool

    @property
    def strength(self) -> float:
        """How far these sentences seem to hold the answer: 0..1, to be compared with a threshold, no probability.

        A paraphrase shares few words with the question, so a high similarity is enough by itself.
        """
        return max((self.coverage + self.similarity) / 2, _PARAPHRASE * self.similarity)


def find_evidence(
    question: str,
    passages: Sequence[RetrievedPassage],
    embedder: Embedder,
    weigh: Callable[[str], float],
) -> list[EvidenceSentence]:
    """Score the sentences of ranked passages against the question, best first; sentences said twice count once.

    `weigh` gives a word's inverse document frequency.
    """
    candidates = _list_candidates(passages)
    if not candidates:
        return []
    weights = {stem(word): weight for word, weight in _weigh_words(question, weigh).items()}
    lexical = np.array([_overlap(weights, article, sentence) for article, sentence, _ in candidates])
    by_passage = np.array([score for _, _, score in candidates])
    # The cheap signals choose which sentences are worth embedding: that is most of an answer's time without a model.
    order = np.argsort(-(lexical + by_passage), kind="stable")[:_MAX_CANDIDATES]
    texts = [candidates[i][0].quote(candidates[i][1]) for i in order]
    vectors = embedder.embed([question, *texts])
    similarities = vectors[1:] @ vectors[0]
    kinds = np.array([_fits_kind(question, text) for text in texts])
    scores = _MEANING * similarities + _WORDS * lexical[order] + _PASSAGE * by_passage[order] + _KIND * kinds
    ranked = sorted(
        (
            EvidenceSentence(candidates[i][0], candidates[i][1], float(score), float(similarity))
            for i, score, similarity in zip(order, scores, similarities, strict=True)
        ),
        key=lambda found: (-found.score, found.article.id, found.sentence.start),
    )
    repeated = find_repetitions([found.text for found in ranked])
    return [found for found, is_repeated in zip(ranked, repeated, strict=True) if not is_repeated]


def choose_evidence(
    question: str,
    ranked: Sequence[EvidenceSentence],
    weigh: Callable[[str], float],
    *,
    tokens: int,
    most: int,
    at_least: float,
) -> Evidence:
    """Keep the best sentences within a budget of tokens, in reading order, each with what it needs to be understood.

    At most `most` are chosen for themselves, none scoring below `at_least` times the best.
    """
    chosen: dict[tuple[str, int], EvidenceSentence] = {}
    spent = 0.0
    count = 0
    for found in ranked:
        if count == most or found.score < at_least * ranked[0].score:
            break
        group = [*_find_antecedent(found), found]
        fresh = [each for each in group if (each.article.id, each.sentence.start) not in chosen]
        cost = sum(len(each.text.split()) * _TOKENS_A_WORD + 8 for each in fresh)
        if chosen and spent + cost > tokens:
            continue
        spent += cost
        count += 1
        chosen |= {(each.article.id, each.sentence.start): each for each in fresh}
    sentences = _order_for_reading(list(chosen.values()))
    coverage = _measure_coverage(question, sentences, weigh)
    similarity = max((found.similarity for found in sentences), default=0.0)
    strangers = _find_strangers(question, sentences) + _find_strange_years(question, sentences)
    return Evidence(tuple(sentences), coverage, similarity, strangers, _lacks_kind(question, sentences))


def _list_candidates(passages: Sequence[RetrievedPassage]) -> list[tuple[Article, Sentence, float]]:
    return [
        (found.article, sentence, found.score)
        for found in passages
        for sentence in found.article.sentences
        if sentence.role is Role.BODY and found.passage.start <= sentence.start < found.passage.end
    ]


def _weigh_words(question: str, weigh: Callable[[str], float]) -> dict[str, float]:
    words = dict.fromkeys(content_words(question))
    return {word: weigh(word) * (_LIGHT_WEIGHT if stem(word) in _LIGHT_STEMS else 1.0) for word in words}


def _overlap(weights: dict[str, float], article: Article, sentence: Sentence) -> float:
    """Share of the question's words, by weight, that a sentence holds; its article's title counts a third."""
    total = sum(weights.values())
    if not total:
        return 0.0
    own = {stem(word) for word in known_words([article.quote(sentence)])}
    title = {stem(word) for word in known_words(_head_of(article))}
    return sum(weight * (1.0 if word in own else 0.33 * (word in title)) for word, weight in weights.items()) / total


def _head_of(article: Article) -> list[str]:
    published = [f"{article.published:%d %B %Y}", str(article.published.day)] if article.published else []
    return [text for text in (article.title, article.outlet) if text] + published


def _fits_kind(question: str, text: str) -> float:
    """How far a sentence holds the kind of thing asked for, 0..1: a date for "when", a name for "who"."""
    asked: list[bool] = []
    if _ASKS_WHEN.search(question):
        stated = find_quantities(text).stated
        dated = any(quantity.startswith(("date", "month", "weekday")) for quantity in stated)
        asked.append(dated or bool(_TIME.search(text)))
    if _ASKS_COUNT.search(question):
        asked.append(any(quantity.startswith("number") for quantity in find_quantities(text).stated))
    if _ASKS_WHO.search(question):
        in_question = {name.word for name in find_names(question)}
        asked.append(any(not name.initial and name.word not in in_question for name in find_names(text)))
    if _ASKS_WHERE.search(question):
        asked.append(bool(_PLACE.search(text)))
    return sum(asked) / len(asked) if asked else 0.0


def _find_antecedent(found: EvidenceSentence) -> list[EvidenceSentence]:
    """The body sentence before, when this one leans on it ("He said ...", "In addition, ...")."""
    if not _NEEDS_ANTECEDENT.match(found.text):
        return []
    body = [sentence for sentence in found.article.sentences if sentence.role is Role.BODY]
    position = body.index(found.sentence)
    if position == 0 or found.sentence.paragraph - body[position - 1].paragraph > 1:
        return []
    return [EvidenceSentence(found.article, body[position - 1], found.score, found.similarity)]


def _order_for_reading(sentences: list[EvidenceSentence]) -> list[EvidenceSentence]:
    best: dict[str, float] = {}
    for found in sentences:
        best[found.article.id] = max(found.score, best.get(found.article.id, 0.0))
    return sorted(sentences, key=lambda found: (-best[found.article.id], found.article.id, found.sentence.start))


def _measure_coverage(question: str, sentences: Sequence[EvidenceSentence], weigh: Callable[[str], float]) -> float:
    texts = [found.text for found in sentences]
    for article in {found.article.id: found.article for found in sentences}.values():
        texts += _head_of(article)
    known = {stem(word) for word in known_words(texts)}
    weights = _weigh_words(question, weigh)
    total = sum(weights.values())
    held = sum(weight for word, weight in weights.items() if stem(word) in known)
    return held / total if total else 0.0


def _find_strangers(question: str, sentences: Sequence[EvidenceSentence]) -> tuple[str, ...]:
    articles = {found.article.id: found.article for found in sentences}.values()
    known = known_words(text for article in articles for text in (article.text, *_head_of(article)))
    written = {name.word for article in articles for name in find_names(article.text)}
    names = (name for name in _find_asked_names(question) if not name.initial)
    return tuple(
        name.written for name in names if not aliases_of(name.word) & known and not _is_misspelt(name.word, written)
    )


def _is_misspelt(word: str, names: set[str]) -> bool:
    """Whether a name of the articles was probably meant: long, with the same first letter, and no other country."""
    if len(word) < _MIN_MISSPELT_LETTERS or len(aliases_of(word)) > 1:
        return False
    return bool(get_close_matches(word, [name for name in names if name[0] == word[0]], n=1, cutoff=_MISSPELT))


def _find_asked_names(question: str) -> list[Name]:
    """The names in a question; in one that is capitalised like a headline no capital tells anything."""
    words = [token for token in find_tokens(question) if is_content(token)]
    if len(words) > 3 and sum(word[0].isupper() for word in words) > _HEADLINE_STYLE * len(words):
        return []
    return find_names(question)


def _find_strange_years(question: str, sentences: Sequence[EvidenceSentence]) -> tuple[str, ...]:
    articles = {found.article.id: found.article for found in sentences}.values()
    text = " ".join(part for article in articles for part in (article.text, *_head_of(article)))
    return tuple(year for year in dict.fromkeys(_YEAR.findall(question)) if year not in text)


def _lacks_kind(question: str, sentences: Sequence[EvidenceSentence]) -> bool:
    if re.search(r"\bhow old\b", question, re.IGNORECASE):
        return not any(_AGE.search(found.text) for found in sentences)
    if not _ASKS_COUNT.search(question):
        return False
    return not any(
        quantity.startswith("number")
        for found in sentences
        for quantity in find_quantities(found.text).given - find_quantities(question).given
    )
