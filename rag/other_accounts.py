"""Whether the nearest sentences all give one answer, or are all of one publisher, and the sentences that tell otherwise.

Whoever plants articles writes them nearer to a question than honest ones are, and several of them: the nearest sentences are then
theirs. No program knows who is right; so that a reader can compare, the best sentences that tell otherwise, or at least are somebody
else's, stand beside those that are shown, given to a model and quoted.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from rag.answer_kinds import asks_for_quantity
from rag.evidence import EvidenceSentence
from rag.forms.terms import stems_of_text
from rag.forms.values import gives_value, measure_aboutness
from rag.names import aliases_of, find_names
from rag.publishers import name_publisher
from rag.quantities import find_quantities

_MOST = 2
_ASKS_FOR_REASONS = re.compile(
    r"(?:so|and|but)?,? ?(?:why|how come|for what reasons?|what (?:caused|led to|(?:is|are|was|were) the (?:reason|cause)s?))\b",
    re.IGNORECASE,
)
# What somebody did too, nobody else did not do.
_ADDS = re.compile(r"\b(?:too|also|as well(?! as))\b", re.IGNORECASE)
# What is quoted at most, and how near to the best it must be (rag/quotable.py).
_LEADING, _LEADING_SHARE = 4, 0.5
# How near another account must be, as a share of the best one's score, and how much of the question it must hold: planted sentences
# hold all of it, so that a true one lies far behind them. What counts or dates just what is asked may do so more freely.
_NEAR, _VALUE_NEAR = (0.15, 0.55), (0.1, 0.5)
_OTHER_PUBLISHER_SHARE = 0.5
# Of what several of the leading sentences name, so much is another account silent of.
_SILENT_OF = 0.5


@dataclass(frozen=True, slots=True)
class _Answer:
    """What most of the leading sentences give where the question asks for something, and how such things are read."""

    values: frozenset[str]
    read: Callable[[str], frozenset[str]]

    def is_given_otherwise(self, text: str) -> bool:
        """Whether a text gives something of the kind and not these values."""
        given = self.read(text)
        return bool(given - self.values) and len(given & self.values) <= (1 - _SILENT_OF) * len(self.values)


def find_other_accounts(question: str, ranked: Sequence[EvidenceSentence]) -> tuple[EvidenceSentence, ...]:
    """The best of the ranked sentences that do not give the answer of those before them, or one that is not of their publisher.

    None where these do not agree upon one answer, where another stands among them anyway, where nothing else speaks of what
    is asked, and where reasons are asked for, of which there may be many.
    """
    if not ranked:
        return ()
    leading = [found for found in ranked[:_LEADING] if found.score >= _LEADING_SHARE * ranked[0].score]
    answer = _find_shared_answer(question, leading)
    if answer is None:
        return tuple(islice(_list_other_publishers(ranked, len(leading)), 1))
    if _ASKS_FOR_REASONS.match(question):
        return ()
    others = tuple(islice(_list_other_answers(question, ranked, answer), _MOST))
    return () if any(found in others for found in leading) else others


def _list_other_answers(
    question: str, ranked: Sequence[EvidenceSentence], answer: _Answer
) -> Iterator[EvidenceSentence]:
    agreeing: set[str] = set()
    for found in ranked:
        if not answer.is_given_otherwise(found.text):
            agreeing.add(found.article.id)
        # What is nearer to the question in an article is what it answers.
        elif (
            found.article.id not in agreeing and not _ADDS.search(found.text) and _speaks_of(question, found, ranked[0])
        ):
            yield found


def _speaks_of(question: str, found: EvidenceSentence, best: EvidenceSentence) -> bool:
    """Whether a sentence is near enough to a question, and holds enough of its words, to be another answer to it."""
    share, aboutness = _VALUE_NEAR if gives_value(question, found) else _NEAR
    return found.score >= share * best.score and measure_aboutness(question, found) >= aboutness


def _list_other_publishers(ranked: Sequence[EvidenceSentence], leading: int) -> Iterator[EvidenceSentence]:
    """Those of other publishers where one alone would take every place."""
    publishers = {name_publisher(found.article) for found in ranked[:leading]}
    if leading == _LEADING and len(publishers) == 1:
        near = (found for found in ranked[leading:] if found.score >= _OTHER_PUBLISHER_SHARE * ranked[0].score)
        yield from (found for found in near if name_publisher(found.article) not in publishers)


def _find_shared_answer(question: str, leading: Sequence[EvidenceSentence]) -> _Answer | None:
    """What at least two and most of the leading sentences give: of the kind that is asked for, else of any."""
    kinds = [_read_names, _read_quantities, _read_words]
    if asks_for_quantity(question):
        kinds[:2] = reversed(kinds[:2])
    for read in kinds:
        asked = read(question)
        counts = Counter(value for found in leading for value in read(found.text) - asked)
        most = max(counts.values(), default=0)
        if most >= max(2, len(leading) / 2):
            shared = frozenset(value for value, count in counts.items() if count == most)
            return _Answer(shared, lambda text, read=read, asked=asked: read(text) - asked)  # type: ignore[misc]
    return None


def _read_quantities(text: str) -> frozenset[str]:
    return find_quantities(text).stated


def _read_names(text: str) -> frozenset[str]:
    """The names of a text, each people and country by one of its words."""
    return frozenset(min(aliases_of(name.word)) for name in find_names(text))


def _read_words(text: str) -> frozenset[str]:
    return frozenset(stems_of_text(text))
