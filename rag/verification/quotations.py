"""Texts in quotation marks stand word for word in the cited articles."""

import re
from collections.abc import Sequence
from functools import lru_cache

from index.articles import Article
from rag.conversation import Citation

_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "–": " ", "—": " ", "‑": "-", "\u00a0": " "})
# An apostrophe or a hyphen belongs to a word only between two letters.
_NOT_WORDS = re.compile(r"[^\w\s'-]+|(?<!\w)['-]+|['-]+(?!\w)")
_SPACE = re.compile(r"\s+")
# Two marks in a row, and two single ones, are one.
_DOUBLED = re.compile(r"([“”\"„«»])\1+|''|``|´´|’’|‘‘")
_DOUBLE = re.compile(r"[“”\"„«»]")
_SINGLE = re.compile(
    r"(?<![\w’'])[‘'](?=[A-Z]?\w[^‘’'“”\"]*\s[^“”\"]*?)(?P<inside>[^“”\"‘]{3,}?)[’'](?![\w])|(?<![\w’'])‘(?P<word>[^‘’“”\"]{3,}?)’(?!\w)"
)
_ELLIPSIS = re.compile(r"\s*(?:\.\s?\.\s?\.|…|\[[^\]]*\])\s*")
_MIN_WORDS_OPEN = 3


def find_quotations(text: str) -> list[str]:
    """The texts in quotation marks of any kind; one that is not closed reaches to the end, one not opened from the start."""
    text = _DOUBLED.sub(lambda match: match[1] or '"', text)
    found = []
    opened: int | None = None
    last_end = 0
    for match in _DOUBLE.finditer(text):
        if opened is None and _opens(text, match):
            opened = match.end()
        elif opened is not None and match[0] not in "„«":
            found.append(text[opened : match.start()])
            opened, last_end = None, match.end()
        elif opened is None and last_end == 0 and match[0] != "“" and not _is_inch(text, match.start()):
            found.append(text[: match.start()])
            last_end = match.end()
    if opened is not None:
        found.append(text[opened:])
    outside = _cut(text, found)
    found += [match["inside"] or match["word"] for match in _SINGLE.finditer(outside)]
    return [each for each in found if len(each.strip()) > 1]


def normalise_quote(text: str) -> str:
    """A text for comparison word for word: typography, case, punctuation and white space set aside."""
    return _SPACE.sub(" ", _NOT_WORDS.sub(" ", text.translate(_TYPOGRAPHY).casefold())).strip()


@lru_cache(maxsize=1_024)
def _normalise_source(text: str) -> str:
    return f" {normalise_quote(text)} "


def check_quotations(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """A quotation that does not stand in the cited articles, in the order of its parts where words are left out of it."""
    quotations = find_quotations(sentence)
    if not quotations:
        return None
    texts = [_normalise_source(text) for text in _list_texts(citations, articles)]
    for quotation in quotations:
        whole = normalise_quote(quotation)
        if whole and not any(f" {whole} " in text or _stand_in_order(quotation, text) for text in texts):
            return f"“{quotation.strip()}” does not stand word for word in the cited article."
    return None


def _list_texts(citations: Sequence[Citation], articles: Sequence[Article]) -> list[str]:
    titles = [text for article in articles for text in (article.title, article.outlet) if text]
    return [*(citation.quote for citation in citations), *(article.text for article in articles), *titles]


def _stand_in_order(quotation: str, text: str) -> bool:
    """Whether the parts around "..." and "[...]" stand in the text, each behind the one before."""
    parts = [part for part in map(normalise_quote, _ELLIPSIS.split(quotation)) if part]
    if len(parts) < 2:
        return False
    cursor = 0
    for part in parts:
        place = text.find(f" {part} ", cursor)
        if place < 0:
            return False
        cursor = place + len(part)
    return True


def _opens(text: str, match: re.Match[str]) -> bool:
    """Whether a mark opens a quotation; a straight one does before a word and behind none."""
    if match[0] in "“„«":
        return True
    before = text[match.start() - 1] if match.start() else " "
    behind = text[match.end()] if match.end() < len(text) else " "
    return match[0] == '"' and not behind.isspace() and (before.isspace() or before in "([—–-'‘")


def _is_inch(text: str, place: int) -> bool:
    return text[place] == '"' and place > 0 and text[place - 1].isdigit()


def _cut(text: str, found: Sequence[str]) -> str:
    """The text without what was found, so that single marks inside are not taken for quotations of their own."""
    for each in found:
        text = text.replace(each, ' " ')
    return text
