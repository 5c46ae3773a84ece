"""The evidence of an answer -> who says what, and which of it cannot all be true."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from index.articles import Article
from rag.agreeing import Agreement, Told, compare
from rag.attribution import speaks_in
from rag.conversation import Answer, Citation, Status
from rag.disputing import find_disputes
from rag.evidence import EvidenceSentence
from rag.forms.people import ROLES, list_people
from rag.forms.replies import says_accounts_differ
from rag.forms.voices import find_voice
from rag.grounding import is_flatly_disputed
from rag.names import find_names

_ANYBODY = "|".join(ROLES)
# Who speaks in a quotation is named in the sentence before.
_REACH = 300
_OPPOSES = re.compile(r"\b(?:while|whereas)\b")
_DIFFERING = (Agreement.OTHER_VALUE, Agreement.CONTRARY)


@dataclass(frozen=True, slots=True)
class Sides:
    """Who speaks where, by the places of citations, and groups of places of which the accounts differ."""

    voices: Mapping[str, str]
    disputed: tuple[tuple[str, ...], ...]


def list_told(answer: Answer, evidence: Sequence[Citation]) -> list[Citation]:
    """What an answer cites, and behind it the evidence that it does not."""
    places = {citation.place for citation in answer.citations}
    return [*answer.citations, *(citation for citation in evidence if citation.place not in places)]


def find_sides(answer: Answer, evidence: Sequence[Citation], articles: Mapping[str, Article]) -> Sides:
    """Read who says what; `articles` are those of the citations, by id, as far as they are still there."""
    if answer.status is Status.REFUSED:
        return Sides({}, ())
    told = [citation for citation in list_told(answer, evidence) if citation.article_id in articles]
    return Sides(_name_voices(told, articles), tuple(_find_disputed(answer, told, articles)))


def _name_voices(told: Sequence[Citation], articles: Mapping[str, Article]) -> dict[str, str]:
    people = _list_everybody(articles)
    voices: dict[str, str] = {}
    names: dict[str, str] = {}
    for citation in told:
        name = people.get(citation.place) or _find_speaker(citation, articles[citation.article_id])
        if name:
            # Somebody is called by the fullest name that is known, which is that of an introduction.
            last = name.split()[-1]
            full = next((each for each in people.values() if each.split()[-1] == last), name)
            voices[citation.place] = names.setdefault(last, full)
    return voices


def _list_everybody(articles: Mapping[str, Article]) -> dict[str, str]:
    """By place who speaks there, of those whom the articles introduce by what they are."""
    return {
        f"{article.id}:{sentence.start}": person.name
        for article in articles.values()
        for person in list_people(article, _ANYBODY)
        for sentence in person.said
    }


def _find_speaker(citation: Citation, article: Article) -> str | None:
    """A speaker that stands where speakers do, as written: to put words into the wrong mouth is worse than into none."""
    sentence = next((each for each in article.sentences if each.start == citation.start), None)
    speaker = find_voice(EvidenceSentence(article, sentence, 0.0)) if sentence else None
    if speaker is None or not all(word[0].isupper() for word in speaker.written.split()):
        return None
    if _tells_of_both(citation.quote):
        return None
    around = article.text[max(0, citation.start - _REACH) : citation.end]
    return speaker.written if speaks_in(speaker.written, " ".join(around.split())) else None


def _tells_of_both(text: str) -> bool:
    """Whether a sentence sets one party's view against another's: "Beijing sees ..., while Washington insists ..."."""
    halves = _OPPOSES.split(" ".join(text.split()), maxsplit=1)
    return len(halves) > 1 and all(any(speaks_in(name.written, half) for name in find_names(half)) for half in halves)


def _find_disputed(answer: Answer, told: Sequence[Citation], articles: Mapping[str, Article]) -> list[tuple[str, ...]]:
    places = {citation.n: citation.place for citation in answer.citations}
    groups: list[tuple[str, ...]] = []
    if answer.sentences and says_accounts_differ(answer.sentences[0].lead):
        groups.append(tuple(places[n] for sentence in answer.sentences for n in sentence.citations))
    for sentence in filter(is_flatly_disputed, answer.sentences):
        denials = find_disputes(sentence.text, sentence.citations, answer.citations)
        groups.append((*(places[n] for n in sentence.citations), *(denial.place for denial in denials)))
    spoken = [Told(citation, articles[citation.article_id]) for citation in told]
    for one, other in combinations(spoken, 2):
        comparison = compare(one, other) if one.article.id != other.article.id else None
        if comparison and comparison.agreement in _DIFFERING:
            groups.append((one.citation.place, other.citation.place))
    return _leave_out_contained(groups)


def _leave_out_contained(groups: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    kept: list[tuple[str, ...]] = []
    for group in groups:
        once = tuple(dict.fromkeys(group))
        if len(once) > 1 and not any(set(once) <= set(other) for other in kept):
            kept.append(once)
    return kept
