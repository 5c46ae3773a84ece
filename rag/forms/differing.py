"""Sentences of different articles or speakers that give different values for what is asked: all of them are shown."""

from collections.abc import Sequence

from rag.evidence import EvidenceSentence
from rag.forms.values import are_parallel, asks_when, differ, gives_value, is_about
from rag.forms.voices import name_voice

_WORTH_COMPARING = 0.4
# Another day is mostly that of another event, unless the sentence lies nearly as close to the question.
_DAYS_WORTH_COMPARING = 0.6
# What was reported of the same on another day in the same words, another value in them, is mostly what became of it.
_PARALLELS_WORTH_COMPARING = 0.1
_MOST = 4


def find_differing(question: str, ranked: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """Of each number or date that is given for what the question asks the best sentence; empty where there is but one."""
    least = _DAYS_WORTH_COMPARING if asks_when(question) else _WORTH_COMPARING
    found: list[EvidenceSentence] = []
    for each in ranked:
        if each.score < _PARALLELS_WORTH_COMPARING * ranked[0].score or len(found) == _MOST:
            break
        if not gives_value(question, each) or not is_about(question, each):
            continue
        is_parallel = any(are_parallel(question, each, other) for other in found)
        if each.score < least * ranked[0].score and not is_parallel:
            continue
        # The same speaker says otherwise only on another day.
        if all(
            differ(question, each, other)
            and (name_voice(each) != name_voice(other) or are_parallel(question, each, other))
            for other in found
        ):
            found.append(each)
    return found if len(found) > 1 else []
