"""What the form of a question makes of the ranked sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.evidence import EvidenceSentence

TO_COMPARE = "To compare:"
_DIFFERING = "Accounts differ."
_NEWEST_FIRST = "Accounts differ; the newer come first."


@dataclass(frozen=True, slots=True)
class Reply:
    """Sentences that answer a question, best first, and a remark of ours to begin with, or "".

    `is_certain` when they speak of just what is asked, so that their distance to the question does not matter; `is_ordered` when
    they are in the order in which they are to be read. `leads` says something before each of them, mostly nothing. Without any
    sentences nothing can answer it.
    """

    sentences: tuple[EvidenceSentence, ...]
    remark: str
    is_certain: bool = True
    is_ordered: bool = False
    leads: tuple[str, ...] = ()


def says_accounts_differ(lead: str) -> bool:
    """Whether an answer begins by saying that what follows contradicts itself."""
    return lead.startswith((_DIFFERING, _NEWEST_FIRST))


def show_differing(
    differing: Sequence[EvidenceSentence], every: Sequence[EvidenceSentence], *, is_certain: bool = False
) -> Reply:
    """Sentences of which some contradict each other, the newest first where the articles of these tell their dates."""
    days = {found.article.published for found in differing}
    if None in days or len(days) == 1:
        return Reply(tuple(every), _DIFFERING, is_certain=is_certain)
    newest_first = sorted(every, key=lambda found: found.article.published or date.min, reverse=True)
    return Reply(tuple(newest_first), _NEWEST_FIRST, is_certain=is_certain, is_ordered=True)
