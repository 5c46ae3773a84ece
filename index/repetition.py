"""Which sentences of an article say again what an earlier one said."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+", re.UNICODE)
_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_MIN_WORDS_FOR_SIMILARITY = 8
_SIMILAR = 0.75
_CONTAINED = 0.9
# What a second telling may add without saying anything new.
_EMPTY = frozenset(
    "a an the of in on at to for and or that which who it its this he she they his her their is are was were be been has have"
    " had also as by with from when what press secretary spokesman spokeswoman told said says mr mrs ms according".split()
)
# Words whose presence or absence turns a sentence's meaning round: two sentences that differ in one are never the same.
_TURNING = frozenset(
    "not no never none nor neither without cannot t n't may might could would will should must "
    "before after more less fewer first second last up down yes".split()
)


def find_repetitions(texts: Sequence[str]) -> list[bool]:
    """For each text, whether an earlier one in the list has the same words or nearly so.

    Nearly: at least 8 words, three quarters of all their words shared or nine tenths of its own found in the earlier
    one, and nothing in it that the earlier one lacks but articles, pronouns and the like. A turning word ("not", "may",
    "before", ...) makes another sentence of it. Of a long quotation only the quoted words count.
    """
    seen_exactly: set[tuple[str, ...]] = set()
    seen: list[frozenset[str]] = []
    by_word: dict[str, list[int]] = {}
    flags = []
    for text in texts:
        words = _find_words(text)
        bag = frozenset(words)
        is_repeated = bool(words) and (words in seen_exactly or _has_similar(bag, seen, by_word))
        flags.append(is_repeated)
        if words and not is_repeated:
            seen_exactly.add(words)
            for word in bag:
                by_word.setdefault(word, []).append(len(seen))
            seen.append(bag)
    return flags


def _has_similar(bag: frozenset[str], seen: list[frozenset[str]], by_word: dict[str, list[int]]) -> bool:
    if len(bag) < _MIN_WORDS_FOR_SIMILARITY:
        return False
    rarest = sorted(bag, key=lambda word: len(by_word.get(word, ())))
    # Two sets sharing three quarters of their union share one of any (quarter + 1) words of either.
    few = rarest[: len(bag) // 4 + 1]
    candidates = {position for word in few for position in by_word.get(word, ())}
    return any(_is_similar(bag, seen[position]) for position in candidates)


def _is_similar(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether `one` adds nothing to `other`: what only it has are words without content of their own."""
    more = one - other
    shared = len(one & other)
    is_like = shared >= _SIMILAR * len(one | other) and not _TURNING & (one ^ other)
    is_part = shared >= _CONTAINED * len(one) and not _TURNING & more
    # It may say less than the earlier one; a word in the place of another makes it another sentence.
    return (is_like or is_part) and more <= _EMPTY


def _find_words(text: str) -> tuple[str, ...]:
    """The folded words of a sentence; of a long quotation only what is quoted, whoever is named beside it."""
    quoted = " ".join(_QUOTED.findall(text))
    words = tuple(_WORD.findall(quoted.casefold()))
    return words if len(words) >= _MIN_WORDS_FOR_SIMILARITY else tuple(_WORD.findall(text.casefold()))
