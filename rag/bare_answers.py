"""An answer of a name or a few words says nothing by itself: "Pakistan" stands in many sentences. It is judged with its question."""

import re
from collections.abc import Mapping, Sequence

from rag.conversation import Citation
from rag.question_words import share_held
from rag.verification.reading import read_words

_FEW_WORDS = 4
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|will|would|has|have|had|do|does|did|can|could|may|might|should|must|says?|said|told)\b"
    r"|\bn[’']t\b",
    re.IGNORECASE,
)
# Share of the question's words, by weight, that the cited words must hold. Of the bare answers that the embedded model gave to
# 40 questions of a news quiz those that were rightly cited had .70 and more, three of six wrong ones .29 and less.
_HELD = 0.5


def is_bare(sentence: str) -> bool:
    """Whether a sentence of an answer is no statement but a name, a number or a few words."""
    content = [word for word in read_words(sentence) if word.is_content]
    is_short = len(content) <= _FEW_WORDS or all(word.is_name for word in content)
    return is_short and not _VERB.search(sentence)


def check_bare(sentence: str, asked: Mapping[str, float], citations: Sequence[Citation]) -> str | None:
    """A bare answer whose cited words do not speak of what was asked; `asked` are the question's stems with their weights."""
    if not asked or not is_bare(sentence):
        return None
    titles = [citation.title for citation in citations if citation.title]
    share = share_held(asked, [citation.quote for citation in citations], titles)
    return None if share >= _HELD else "The cited words hold this, but do not speak of what was asked."
