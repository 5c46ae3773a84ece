"""Whether an answer speaks of what was asked: a sentence can be true to its source and beside the question."""

from collections.abc import Callable, Sequence

from rag.conversation import AnswerSentence, Citation
from rag.names import aliases_of, find_names, known_words

_SPOKEN_OF = 0.5


def find_unspoken_names(
    question: str,
    sentences: Sequence[AnswerSentence],
    cited: Sequence[Citation],
    evidence: Sequence[Citation],
    weigh: Callable[[str], float],
) -> tuple[str, ...]:
    """Names in the question that an answer leaves aside though the evidence speaks of them; empty when it fits.

    It fits when the answer, or the words that it cites, hold half of those names by their weight: "US" weighs little in a
    library about the US, "Hong Kong" much. `weigh` gives a word's inverse document frequency.
    """
    offered = known_words(citation.quote for citation in evidence)
    asked = {name.word: name.written for name in find_names(question) if not name.initial}
    asked = {word: written for word, written in asked.items() if aliases_of(word) & offered}
    said = known_words([*(sentence.text for sentence in sentences), *(citation.quote for citation in cited)])
    unspoken = {word: written for word, written in asked.items() if not aliases_of(word) & said}
    weights = {word: min(weigh(alias) for alias in aliases_of(word)) for word in asked}
    if sum(weights[word] for word in unspoken) <= (1 - _SPOKEN_OF) * sum(weights.values()):
        return ()
    return tuple(unspoken.values())
