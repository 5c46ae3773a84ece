"""What somebody said: "What did Psaki say about it?" is answered by sentences in which Psaki speaks, and by no others."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.articles import Article, Role, Sentence
from rag.attribution import Speaker, find_speakers, speaks_in
from rag.evidence import EvidenceSentence
from rag.following_up.lexicon import PAST_FORMS
from rag.forms.bodies import count_held, list_bodies
from rag.forms.meanings import list_alike
from rag.forms.people import ROLES, list_people
from rag.forms.replies import Reply
from rag.forms.terms import stems_of_text
from rag.names import aliases_of, find_names
from rag.words import find_tokens, fold, stem

_MOST = 4
# A matter is spoken of by a sentence that holds so much of its words.
_SPEAKS_OF = 0.6
_WHO = r"(?P<who>(?:[a-z]+ ){0,4}?[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,3})"
_ASKS = (
    re.compile(
        rf"(?:what|what else|and what) (?:exactly )?(?:did|does|do|has|have|had|is|was) {_WHO}(?: (?:have|had))? "
        r"(?:to )?(?:sa(?:y|id|ying)|think(?:ing)?|argued?|warn(?:ed)?|claim(?:ed)?|comment(?:ed)?|predict(?:ed)?|stressed|stress)\b"
        r"(?P<matter>.*)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"how (?:did|does|do|has|have) {_WHO} (?:describe[d]?|characteri[sz]e[d]?|explain(?:ed)?|comment(?:ed)? on)\b(?P<matter>.*)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"what (?:is|was|are|were) {_WHO}[’']s? (?:view|opinion|assessment|comment|take|reaction|statement)s?\b(?P<matter>.*)",
        re.IGNORECASE,
    ),
)
_ASKS_WHO = re.compile(
    r"(?:so|and|but)?,? ?who (?:else )?(?:has |had )?(?:sa(?:id|ys)|thinks?|thought|expect(?:s|ed)?|believe[sd]?|warn(?:s|ed)|claim(?:s|ed)"
    r"|argue[sd]|predict(?:s|ed)|describe[sd]|called|calls|stress(?:es|ed)|declared|announced)\b",
    re.IGNORECASE,
)
# An occurrence of a name that does nothing: "under Trump", "Trump's policy".
_BEFORE = r"(?<!\b(?:of|by|on|to) )(?<!\bunder )(?<!\bwith )(?<!\bfrom )(?<!\bfor )(?<!\bagainst )(?<!\bbetween )"
_AUXILIARIES = "has had have is was are were will would can could may might shall should does did do".split()
_ACTS = rf"(?:\w+ed|\w+s|{'|'.join([*PAST_FORMS, *_AUXILIARIES])})"
_NAME_WORDS = 3
_QUOTED = re.compile(r'[“"]')


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is asked about, as written, by the folded words of the name, and the stems of what they are asked to speak of."""

    who: str
    words: frozenset[str]
    matter: frozenset[str]


def answer_saying(question: str, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """The sentences in which somebody speaks, those on the matter first; None where nobody's words are asked for.

    Empty where the articles tell of nothing that they do or say themselves.
    """
    asked = _read(question)
    if asked is None or not ranked:
        return None
    said = list(_list_said(asked, ranked))
    if not said:
        return None if any(_acts_in(asked, found.text) for found in list_bodies(ranked)) else Reply((), "")
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
    names = frozenset(name.word for name in find_names(f"that {match['who']}"))
    matter = frozenset(stems_of_text(match["matter"])) - list_alike(stem("say"))
    return _Asked(re.sub(r"[’']s$", "", match["who"]), names, matter) if names else None


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
    for found in bodies:
        place = found.article.sentences.index(found.sentence)
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
        if asked.words & {fold(word) for word in person.name.split()}
        for sentence in person.said
        if sentence.role is Role.BODY
    }


def _is(asked: _Asked, speaker: Speaker | None) -> bool:
    """Whether a speaker is meant: somebody by name, a country or a house by any of its names."""
    if speaker is None:
        return False
    wanted = {stem(alias) for word in asked.words for alias in aliases_of(word)}
    # Behind the name may stand what somebody is, with names of its own.
    called = {stem(fold(word)) for word in find_tokens(speaker.written)[:_NAME_WORDS]}
    return bool(wanted & called) or (not speaker.surname and bool(wanted & speaker.stems))


def _speaks(asked: _Asked, text: str) -> bool:
    return any(speaks_in(name.written, text) for name in find_names(text) if name.word in asked.words)


def _acts_in(asked: _Asked, text: str) -> bool:
    """Whether a sentence tells that somebody does something, as far as the words beside the name show."""
    written = {re.escape(name.written) for name in find_names(text) if name.word in asked.words}
    return any(
        re.search(rf"{_BEFORE}\b{name}(?:, [^,]+,| [A-Z]\w+)? (?:also |then |later )?{_ACTS}\b", text)
        for name in written
    )
