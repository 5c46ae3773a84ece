"""What the form of a question makes of the ranked sentences."""

from dataclasses import dataclass

from rag.evidence import EvidenceSentence


@dataclass(frozen=True, slots=True)
class Reply:
    """Sentences that answer a question, best first, and a remark of ours to begin with, or "".

    `is_certain` when they speak of just what is asked, so that their distance to the question does not matter. With `leads`,
    one for each, the sentences are in the order in which they are to be read.
    """

    sentences: tuple[EvidenceSentence, ...]
    remark: str
    is_certain: bool = True
    leads: tuple[str, ...] = ()
