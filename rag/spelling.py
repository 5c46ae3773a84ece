"""Misspelt words of a question -> the words of the library that were meant; what could be a word is left as it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rag.names import find_names
from rag.words import STOP_WORDS, find_tokens, fold

# A name differs from another name by as little as from its own misspelling: "Wong" is not "Wang".
_LEAST_LETTERS_OF_NAME = 5
_LEAST_LETTERS = 4
_LONG = 7
_QUESTION_WORDS = ("what", "when", "where", "which", "who", "whose", "why", "how")
_FUNCTION_WORDS = frozenset(word for word in STOP_WORDS if len(word) >= _LEAST_LETTERS)
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a library offers for spelling: whether it holds a word, its words as stems, and the form in which a stem stands."""

    holds: Callable[[str], bool]
    stems: Callable[[], tuple[str, ...]]
    find_form: Callable[[str], str | None]
    stem: Callable[[str], str]


def correct_spelling(question: str, vocabulary: Vocabulary) -> str:
    """The question with misspelt words replaced by those of the library.

    A word that the library holds, or that English knows, is never touched: "fishing" asked of a library without fish must
    be refused and not answered about wishes. Names change by one letter at most.
    """
    names = {name.written for name in find_names(question) if not name.initial}
    corrected, cursor = "", 0
    for position, token in enumerate(find_tokens(question)):
        start = question.find(token, cursor)
        if start < 0:
            continue
        better = _correct(token, vocabulary, is_name=token in names, is_first=position == 0)
        corrected += question[cursor:start] + (better or token)
        cursor = start + len(token)
    return corrected + question[cursor:]


def _correct(token: str, vocabulary: Vocabulary, *, is_name: bool, is_first: bool) -> str | None:
    word = fold(token)
    if not _LETTERS.fullmatch(token) or token.isupper() or word in STOP_WORDS or vocabulary.holds(word):
        return None
    if is_first and token.islower() and (asked := _nearest(word, _QUESTION_WORDS, 1)):
        return asked
    if len(word) < (_LEAST_LETTERS_OF_NAME if is_name else _LEAST_LETTERS) or word in _load_english():
        return None
    function_word = None if is_name else _nearest(word, _FUNCTION_WORDS, 1)
    return function_word or _find_in_library(word, vocabulary, most=2 if len(word) >= _LONG and not is_name else 1)


def _find_in_library(word: str, vocabulary: Vocabulary, most: int) -> str | None:
    stem = _nearest(vocabulary.stem(word), vocabulary.stems(), most)
    return vocabulary.find_form(stem) if stem else None


def _nearest(word: str, candidates: Any, most: int) -> str | None:
    """The candidate fewest letters away (a letter more, less, other, or two exchanged), `most` at most; None at a tie."""
    from rapidfuzz import process  # noqa: PLC0415 - only a word that nobody knows needs it
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=most, limit=2)
    if not found:
        return None
    if len(found) > 1 and found[0][1] == found[1][1]:
        # Between two that are as near, the one that begins alike.
        alike = [each[0] for each in found if each[0][:2] == word[:2]]
        return str(alike[0]) if len(alike) == 1 else None
    return str(found[0][0])


@lru_cache(maxsize=1)
def _load_english() -> Any:
    """Frequencies of English words (and common names), by word."""
    from spellchecker import SpellChecker  # noqa: PLC0415 - half a second

    return SpellChecker(language="en").word_frequency
