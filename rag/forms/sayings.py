"""What somebody said: "What did Psaki say about it?" is answered by sentences in which Psaki speaks, and by no others."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.articles import Article, Role, Sentence
from rag.attribution import Speaker, find_speakers, speaks_in
from rag.evidence import EvidenceSentence
from rag.forms.bodies import count_held, list_bodies
from rag.forms.meanings import list_alike
from rag.forms.people import ROLES, list_people
from rag.forms.replies import Reply
from rag.forms.terms import stems_of_text
from rag.names import aliases_of, normalise_phrases
from rag.words import find_tokens, fold, stem

_MOST = 4
# A matter is spoken of by a sentence that holds so much of its words.
_SPEAKS_OF = 0.6
# Somebody by a name alone: whose words "Trump's lawyer" or "critics of Putin" mean is not told by the name in them.
_WHO = r"(?:the )?(?P<who>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3})"
_ASKS = (
    re.compile(
        rf"(?i:what (?:else |exactly )?(?:did|does|do)) {_WHO} (?i:say|think|argue|warn|claim|comment|predict|stress)\b(?P<matter>.*)"
    ),
    re.compile(
        rf"(?i:what (?:else )?(?:has|have|had)) {_WHO} (?i:said|argued|warned|claimed|predicted|stressed)\b(?P<matter>.*)"
    ),
    re.compile(rf"(?i:what (?:is|was)) {_WHO} (?i:saying)\b(?P<matter>.*)"),
    re.compile(
        rf"(?i:how (?:did|does|do|has|have)) {_WHO} (?i:described?|characteri[sz]ed?|explain(?:ed)?|comment(?:ed)? on)\b(?P<matter>.*)"
    ),
    re.compile(
        rf"(?i:what (?:is|was|are|were)) {_WHO}[’']s? (?i:(?:view|opinion|assessment|comment|take|statement)s?)\b(?P<matter>.*)"
    ),
)
_ASKS_WHO = re.compile(
    r"(?:so|and|but)?,? ?who (?:else )?(?:has |had )?(?:sa(?:id|ys)|thinks?|thought|expect(?:s|ed)?|believe[sd]?|warn(?:s|ed)|claim(?:s|ed)"
    r"|argue[sd]|predict(?:s|ed)|describe[sd]|called|calls|stress(?:es|ed)|declared|announced)\b",
    re.IGNORECASE,
)
# An occurrence of a name that does nothing: "under Trump", "Trump's policy", "the Trump era".
_IDLE = r"\b(?:of|by|on|to|under|with|from|for|against|between|about|[Tt]he|like|than)(?: [A-Z]\w+)* $"
_NAME_WORDS = 3
_QUOTED = re.compile(r'[“"]')


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is asked about, as written, by the folded words of the name, and the stems of what they are asked to speak of."""

    who: str
    words: tuple[str, ...]
    matter: frozenset[str]

    def is_called(self, written: str) -> bool:
        """Whether a name as written is theirs: "Joe Biden" is "Biden", and not "Jill Biden"; the last word is enough by itself."""
        called = {alias for token in find_tokens(written)[:_NAME_WORDS] for alias in aliases_of(fold(token))}
        wanted = [aliases_of(word) for word in self.words]
        return all(aliases & called for aliases in wanted) or written.split() == [self.who.split()[-1]]


def answer_saying(question: str, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """The sentences in which somebody speaks, those on the matter first; None where nobody's words are asked for.

    Empty where the articles name them, but tell of nothing that they do or say themselves.
    """
    asked = _read(question)
    if asked is None or not ranked:
        return None
    said = list(_list_said(asked, ranked))
    if not said:
        return Reply((), "") if _is_silent(asked, [*ranked, *list_bodies(ranked)]) else None
    held = [count_held(asked.matter, found) for found in said]
    is_certain = not asked.matter or max(held) >= _SPEAKS_OF * len(asked.matter)
    on_matter = [found for found, count in zip(said, held, strict=True) if count == max(held)] if max(held) else said
    best = sorted(on_matter, key=lambda found: -found.score)[:_MOST]
    return Reply(tuple(best), "", is_certain=is_certain)


def _read(question: str) -> _Asked | None:
    text = " ".join(question.split()).rstrip(" ?!.")
    match = next((match for pattern in _ASKS if (match := pattern.fullmatch(text))), None)
    if not match:
        return None
    who = normalise_phrases(match["who"]).removesuffix("’s").removesuffix("'s")
    words = tuple(fold(token) for token in find_tokens(who))
    matter = frozenset(stems_of_text(match["matter"])) - list_alike(stem("say"))
    return _Asked(who, words, matter) if words else None


def answer_who_said(question: str, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """The sentence nearest to "Who said that ...?" behind the one that names its speaker; None where it does so itself."""
    if not ranked or not _ASKS_WHO.match(question):
        return None
    nearest = ranked[0]
    for heard in _listen(list_bodies(ranked[:1])):
        if heard.found.sentence == nearest.sentence and heard.found.article.id == nearest.article.id:
            named = heard.named_in
            is_elsewhere = named is not None and named.sentence != nearest.sentence
            return Reply((named, nearest), "", is_certain=False, is_ordered=True) if named and is_elsewhere else None
    return None


@dataclass(frozen=True, slots=True)
class _Heard:
    """A sentence, who speaks in it, and the sentence that names them: itself or one before; None for the article's own voice."""

    found: EvidenceSentence
    speaker: Speaker | None
    named_in: EvidenceSentence | None
    names_itself: bool


def _listen(bodies: Sequence[EvidenceSentence]) -> Iterator[_Heard]:
    """Who speaks from sentence to sentence: somebody named there, or who was named before where it goes on with quoting."""
    speaking: Speaker | None = None
    named_in: EvidenceSentence | None = None
    last: tuple[str, int] | None = None
    is_open = False
    places: dict[str, dict[int, int]] = {}
    for found in bodies:
        if found.article.id not in places:
            places[found.article.id] = {each.start: place for place, each in enumerate(found.article.sentences)}
        place = places[found.article.id][found.sentence.start]
        own = find_speakers(found.text)
        named = next((speaker for speaker in own if speaker.is_named), None)
        is_open = is_open and last == (found.article.id, place - 1)
        goes_on = last == (found.article.id, place - 1) and (
            is_open or _QUOTED.search(found.text) or any(speaker.is_pronoun for speaker in own)
        )
        last = (found.article.id, place)
        if named:
            speaking, named_in = named, found
        elif not goes_on:
            speaking = named_in = None
        # A quotation that is not closed goes on in the next sentence.
        if "“" in found.text or "”" in found.text:
            is_open = found.text.rfind("“") > found.text.rfind("”")
        yield _Heard(found, speaking, named_in, named is not None)


def _list_said(asked: _Asked, ranked: Sequence[EvidenceSentence]) -> Iterator[EvidenceSentence]:
    bodies = list_bodies(ranked)
    articles = {found.article.id: found.article for found in bodies}
    introduced = {id_: _list_introduced(asked, article) for id_, article in articles.items()}
    for heard in _listen(bodies):
        found = heard.found
        is_introduced = found.sentence in introduced[found.article.id] and not heard.names_itself
        if is_introduced or _is(asked, heard.speaker) or _speaks(asked, found.text):
            yield found


def _list_introduced(asked: _Asked, article: Article) -> set[Sentence]:
    """The sentences that an article gives to somebody whom it introduced by name and office."""
    return {
        sentence
        for role in ROLES
        for person in list_people(article, role)
        if asked.is_called(person.name)
        for sentence in person.said
        if sentence.role is Role.BODY
    }


def _is(asked: _Asked, speaker: Speaker | None) -> bool:
    """Whether a speaker is meant: somebody by name, a country or a house by any of its names."""
    return speaker is not None and asked.is_called(speaker.written)


def _speaks(asked: _Asked, text: str) -> bool:
    """Whether the whole name stands beside a verb of speaking, and no other part of a longer one."""
    return speaks_in(asked.who, text) and not re.search(rf"[A-Z]\w+ {re.escape(asked.who)}\b", text)


def _is_silent(asked: _Asked, told: Sequence[EvidenceSentence]) -> bool:
    """Whether articles name somebody and in no place tell of anything that they do: of one person, for a people is seldom named so."""
    if asked.who.endswith("s"):
        return False
    named = re.compile(rf"\b{re.escape(asked.who.split()[-1])}\b(?P<owns>[’']s)?")
    places = [(found.text[: match.start()], match["owns"]) for found in told for match in named.finditer(found.text)]
    return bool(places) and all(owns or re.search(_IDLE, before) for before, owns in places)
