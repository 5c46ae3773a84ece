"""Sentences of different articles or speakers that give different values for what is asked: all of them are shown."""

from collections.abc import Sequence

from rag.evidence import EvidenceSentence
from rag.forms.values import differ, gives_value, is_about
from rag.forms.voices import name_voice

_WORTH_COMPARING = 0.4
_MOST = 4


def find_differing(question: str, ranked: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """Of each number or date that is given for what the question asks the best sentence; empty where there is but one."""
    found: list[EvidenceSentence] = []
    for each in ranked:
        if each.score < _WORTH_COMPARING * ranked[0].score or len(found) == _MOST:
            break
        if not gives_value(question, each) or not is_about(question, each):
            continue
        if all(differ(question, each, other) and name_voice(each) != name_voice(other) for other in found):
            found.append(each)
    return found if len(found) > 1 else []
