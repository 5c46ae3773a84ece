"""Which evidence denies what a sentence asserts: both sides are shown, never one as if it were settled."""

from collections.abc import Sequence

from rag.conversation import Citation
from rag.verification.negation import negated_stems, plain_stems

# Two content words denied together are a statement; one may be chance.
_SHARED_STEMS = 2


def find_disputes(sentence: str, cited: Sequence[int], evidence: Sequence[Citation]) -> list[Citation]:
    """The evidence, other than what the sentence cites, that denies two or more words which it asserts side by side."""
    asserted = set(plain_stems(sentence)) - negated_stems(sentence)
    return [
        citation
        for citation in evidence
        if citation.n not in cited and len(negated_stems(citation.quote) & asserted) >= _SHARED_STEMS
    ]
