"""A sentence is no surer than its source: what may happen is not expected to, and what is expected has not happened."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.conversation import Citation
from rag.verification.reading import Word, read_words

_OPEN = frozenset(
    """may might could possibly perhaps maybe possible potential potentially conceivably alleged allegedly reportedly
    suspected purported purportedly apparently seemingly unconfirmed appears appear appeared seems seem seemed suggests
    suggest suggested if""".split()
)
_LIKELY = frozenset(
    """likely unlikely probably expected expects expect should planned scheduled believed thought proposed believes believe
    thinks think whether supposed considering predicted projected forecast anticipated""".split()
)
# Only before "to": "plans to leave", "set to begin"; not "the plan", "to set the tone".
_LIKELY_TO = frozenset(
    "plans plan planning hopes hope hoping intends intend aims aim set due about wants want seeks ready poised".split()
)
_ADVERBS = frozenset(
    "likely possibly perhaps maybe probably potentially reportedly allegedly purportedly apparently seemingly seemed seems".split()
)
_SURE = 3
_CLOSE = 5
_MONTH = re.compile(r"\bMay (?=\d)|(?<=\d )May\b|\b(?:in|of|since|until|by|last|this|next|late|early|mid-) ?May\b")
_ABILITY = re.compile(r"\bcould(?:n['’]t| not| never| barely| hardly)\b")
_TO_COME = frozenset("should will would expected planned plans scheduled due upcoming".split())
_HAPPENED = frozenset("took was were had did met held began ended opened reached agreed signed lifted".split())


@dataclass(frozen=True, slots=True)
class _Hedge:
    """Where a hedge stands, its level (1 open, 2 likely), the stem of the word that it governs or "", and its kind."""

    place: int
    level: int
    governed: str
    is_adverb: bool


def check_certainty(sentence: str, citations: Sequence[Citation]) -> str | None:
    """A word that the source hedges and the sentence does less."""
    own = _read_hedges(sentence)
    levels = _take_highest(_read_levels(sentence))
    given = _take_highest(level for citation in citations for level in _read_levels(citation.quote))
    groups = [group for citation in citations for group in _group_hedges(citation.quote)]
    hedged = {stem for group in groups for _, stem in group}
    # A hedge that governs other words than the source's may stand for one of them.
    spare = [level for level, stem in own if stem not in hedged]
    for group in groups:
        raised = [level for level, stem in group if level == given.get(stem) and levels.get(stem, 0) > level]
        kept = any(levels.get(stem, _SURE) <= level for level, stem in group)
        if raised and not kept and not any(level <= max(raised) for level in spare):
            return "The cited words are less certain than this."
    return _check_to_come(sentence, citations)


def _take_highest(levels: Iterable[tuple[str, int]]) -> dict[str, int]:
    """How sure a text is of each stem where it is surest of it."""
    highest: dict[str, int] = {}
    for stem, level in levels:
        highest[stem] = max(level, highest.get(stem, 0))
    return highest


def rate_words(text: str) -> tuple[tuple[str, int], ...]:
    """Stems of content words, each with how sure a text is of it: 3 without a hedge, 2 likely, 1 open.

    Unlike what a hedge governs, all that follows it closely counts: "could become strategic" leaves it open.
    """
    words = read_words(_prepare(text))
    hedges = [(place, level) for place in range(len(words)) if (level := _level_at(words, place))]
    return tuple(
        (word.stem, min((level for at, level in hedges if 0 < place - at <= _CLOSE), default=_SURE))
        for place, word in enumerate(words)
        if word.is_content
    )


def _check_to_come(sentence: str, citations: Sequence[Citation]) -> str | None:
    quoted = [{word.folded for word in read_words(citation.quote)} for citation in citations]
    own = {word.folded for word in read_words(sentence)}
    is_to_come = all(words & _TO_COME and not words & _HAPPENED for words in quoted)
    if is_to_come and own & _HAPPENED and not own & (_OPEN | _LIKELY | _LIKELY_TO):
        return "The cited words speak of what was still to come."
    return None


def _prepare(text: str) -> str:
    return _ABILITY.sub(" ", _MONTH.sub(" ", text))


@lru_cache(maxsize=4_096)
def _group_hedges(text: str) -> tuple[tuple[tuple[int, str], ...], ...]:
    """Hedges, an adverb together with what follows it: "most likely, the meeting may lead" hedges once."""
    groups: list[list[tuple[int, str]]] = []
    last: _Hedge | None = None
    for hedge in _place_hedges(text):
        is_same = last is not None and hedge.place - last.place <= _CLOSE
        if last is None or not is_same or not (last.is_adverb or last.governed == hedge.governed):
            groups.append([])
        groups[-1].append((hedge.level, hedge.governed))
        last = hedge
    return tuple(tuple(group) for group in groups)


def _read_hedges(text: str) -> list[tuple[int, str]]:
    return [(hedge.level, hedge.governed) for hedge in _place_hedges(text)]


@lru_cache(maxsize=4_096)
def _place_hedges(text: str) -> tuple[_Hedge, ...]:
    """Every hedge of a text."""
    words = read_words(_prepare(text))
    found = []
    for place, word in enumerate(words):
        if level := _level_at(words, place):
            behind = (each.stem for each in words[place + 1 : place + 6] if _is_governed(each.folded, each.is_content))
            found.append(_Hedge(place, level, next(behind, ""), word.folded in _ADVERBS))
    return tuple(found)


@lru_cache(maxsize=4_096)
def _read_levels(text: str) -> tuple[tuple[str, int], ...]:
    """Stems of content words, each with how sure the text is of it."""
    words = read_words(_prepare(text))
    found = []
    level, reach = _SURE, 0
    for place, word in enumerate(words):
        own = _level_at(words, place)
        if own:
            level, reach = (min(level, own) if reach else own), 1
        elif _is_governed(word.folded, word.is_content):
            found.append((word.stem, level if reach else _SURE))
            reach -= reach > 0
    return tuple(found)


def _level_of(word: str) -> int:
    return 1 if word in _OPEN else 2 if word in _LIKELY else 0


def _level_at(words: Sequence[Word], place: int) -> int:
    word = words[place].folded
    # With a capital "May" may be a month or a name, unless it begins the sentence.
    if word == "may" and place and not words[place].is_lower:
        return 0
    if word in _LIKELY_TO:
        return 2 if place + 1 < len(words) and words[place + 1].folded == "to" else 0
    return _level_of(word)


def _is_governed(word: str, is_content: bool) -> bool:
    """Adverbs, "be" and other hedges stand between a hedge and its word."""
    return (
        is_content and not word.endswith("ly") and not _level_of(word) and word not in ("even", "still", "soon", "get")
    )
