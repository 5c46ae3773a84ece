"""Whom "the two presidents" means: those whom the article calls president elsewhere."""

import re
from collections.abc import Sequence

from rag.evidence import EvidenceSentence
from rag.names import aliases_of
from rag.words import find_tokens, fold

_BOTH = re.compile(r"\b(?:the two|both) (?P<office>[a-z]{4,}?)s\b", re.IGNORECASE)
_BEARER = r"\b(?i:{office})((?:\s+[A-Z][\w’'-]*)+)"


def means_both(names: Sequence[frozenset[str]], found: EvidenceSentence) -> bool:
    """Whether a sentence speaks of two people, each a set of the folded words of a name, by the office that they share."""
    if len(names) != 2:
        return False
    offices = {match["office"] for match in _BOTH.finditer(found.text)}
    return any(all(name & bearers for name in names) for bearers in (_list_bearers(one, found) for one in offices))


def _list_bearers(office: str, found: EvidenceSentence) -> frozenset[str]:
    """The folded words of the names that an article writes behind an office."""
    written = re.finditer(_BEARER.format(office=re.escape(office)), found.article.text)
    return frozenset(
        alias
        for match in written
        for token in find_tokens(match[1])
        for alias in aliases_of(fold(re.sub(r"[’']s$", "", token)))
    )
