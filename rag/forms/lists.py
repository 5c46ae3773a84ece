"""A question for several things -> the sentences that carry them, spread over sides and speakers."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from rag.evidence import EvidenceSentence
from rag.following_up.lexicon import GROUPS
from rag.forms.bodies import best_of_articles, count_held, list_bodies
from rag.forms.meanings import list_alike
from rag.forms.people import find_role, list_people
from rag.forms.replies import Reply
from rag.forms.terms import spell_alike, stems_of_text
from rag.names import aliases_of, find_names, normalise_phrases
from rag.words import find_tokens, fold, is_content, stem

MOST = 8
_WISHES = 5
_NO_SIDES = frozenset(["side", "sides", "parties", "party", "countries", "states", "state"])
_OF_A_PERSON = 2
_SPEAKS_OF = 0.6
_SIDE = r"(?:sides?|part(?:y|ies)|countr(?:y|ies)|governments?|camps?|groups?|teams?|nations?)"
_SIDES = re.compile(
    rf"\b(?:each|both|either) (?:of the )?{_SIDE}\b|\b(?:do|did|does|have|are|were) (?:the two|the) {_SIDE}\b"
    r"|\b\w+ and \w+ (?:each|both)\b",
    re.IGNORECASE,
)
_ONE_SIDE = re.compile(
    r"(?i:what (?:exactly )?(?:did|does|do|is|are) )(?:the )?(?P<who>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,2})(?: side)? "
    r"(?:want|demand|seek|expect|hope for|hope|plan|aim|insist|require)(?:ing)?\b(?P<matter>[^?]*)"
)
_PEOPLE = re.compile(
    r"\b(?P<how>each|every|all|the|different|various|several|other|both|which|these|those|do|did|have)\s+"
    r"(?=(?:of the )?(?:other |two |quoted |named )?(?P<role>[a-z]+)\b)",
    re.IGNORECASE,
)
# With a word in the singular behind it, one is asked for.
_ONE_OF = frozenset(["the", "which", "what", "other", "do", "did", "have"])
_SAYING = frozenset(
    map(
        stem,
        "say said think view opinion expect comment believe argue predict see react reaction quote interview".split(),
    )
)
_EMPTY = frozenset(["make", "made", "put", "forward", "set", "posit", "meet", "talk", "negoti"])
_WANTING = list_alike(stem("want"))
# What a side sees in something tells what it wants of it.
_STANDING = _WANTING | {stem(word) for word in ("see", "view", "regard")}
# A government is called by its capital.
_CAPITALS = {
    "beijing": "china", "washington": "us", "moscow": "russia", "kremlin": "russia", "london": "uk", "paris": "france",
    "berlin": "germany", "tokyo": "japan", "brussels": "eu", "kyiv": "ukraine", "tehran": "iran", "delhi": "india",
}  # fmt: skip


def answer_list(question: str, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """The sentences that carry what each side or each speaker says or wants; None where the question asks for no list."""
    if not ranked:
        return None
    acts = {stem(fold(token)) for token in find_tokens(question)}
    wishes = _answer_wishes(question, acts, ranked)
    if wishes:
        return wishes
    if not acts & _SAYING:
        return None
    for match in _PEOPLE.finditer(question):
        is_one = match["how"].lower() in _ONE_OF and not match["role"].endswith(("s", "people", "men"))
        role = None if is_one else find_role(match["role"])
        if role:
            return _list_people(question, match["role"], role, ranked)
    return None


def _answer_wishes(question: str, acts: set[str], ranked: Sequence[EvidenceSentence]) -> Reply | None:
    if _SIDES.search(question) and acts & _WANTING:
        return _list_sides(question, ranked)
    one = _ONE_SIDE.match(question)
    return _list_wishes(one["who"], one["matter"], ranked) if one else None


def _list_people(question: str, word: str, role: str, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """Of everybody with such a role the sentences nearest to the question."""
    known = {(found.article.id, found.sentence.start): found for found in ranked}
    people = [person for found in best_of_articles(ranked) for person in list_people(found.article, role)]
    if len(people) < 2:
        return None
    asked = set(stems_of_text(question)) - _SAYING - {stem(fold(word))}
    share = max(1, min(_OF_A_PERSON, MOST // len(people)))
    chosen: list[EvidenceSentence] = []
    for person in people:
        said = [
            known.get((person.article.id, sentence.start)) or EvidenceSentence(person.article, sentence, 0.0)
            for sentence in person.said
        ]
        if asked:
            said = [found for found in said if count_held(asked, found) >= _SPEAKS_OF * len(asked)]
            said.sort(key=lambda found: (-count_held(asked, found), -found.score))
        chosen += said[:share]
    return Reply(tuple(chosen[:MOST]), "") if len(chosen) > 1 else None


def _list_sides(question: str, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """Of the two sides that the articles tell of most, the sentences in which they want something."""
    asked = set(stems_of_text(_SIDES.sub(" ", question))) - _WANTING - _EMPTY
    sides: dict[str, list[EvidenceSentence]] = {}
    for found in list_bodies(ranked):
        for side in _find_sides(found.text):
            sides.setdefault(side, []).append(found)
    common = Counter({side: len(found) for side, found in sides.items()})
    two = [side for side, _ in common.most_common(2)]
    if len(two) < 2:
        return None
    columns = [
        sorted(sides[side], key=lambda found: (-count_held(asked, found), -round(found.score, 1))) for side in two
    ]
    # In turn, so that neither side takes the place of the other; a sentence that tells of both counts once.
    taken = [found for pair in zip_longest(*columns) for found in pair if found]
    chosen = {(found.article.id, found.sentence.start): found for found in taken}
    return Reply(tuple(chosen.values())[:MOST], "", is_certain=not asked)


def _list_wishes(who: str, matter: str, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """The sentences in which one side wants something, those on the matter first; None where it wants nothing."""
    names = [fold(token) for token in find_tokens(normalise_phrases(who))]
    # A side is called by one word; of "South Korea" or "Jill Biden" the last word may be another's.
    if len(names) != 1:
        return None
    side = min(aliases_of(_CAPITALS.get(names[0], names[0])))
    asked = set(stems_of_text(matter)) - _WANTING - _EMPTY
    wishes = [found for found in list_bodies(ranked) if side in _find_sides(found.text)]
    if not wishes:
        return None
    wishes.sort(key=lambda found: (-count_held(asked, found), -found.score))
    is_certain = count_held(asked, wishes[0]) >= _SPEAKS_OF * len(asked)
    return Reply(tuple(wishes[:_WISHES]), "", is_certain=is_certain)


def _find_sides(text: str) -> set[str]:
    """Who in a sentence wants something: the last name or group named before the word for it."""
    text = spell_alike(text)
    tokens = find_tokens(text)
    names = {name.word for name in find_names(text)}
    found: set[str] = set()
    side: str | None = None
    is_owed = False
    before = ""
    plain = {fold(token) for token in tokens if token.islower() and is_content(token)} - _NO_SIDES
    plain -= {word for word in plain if stem(word) in _STANDING or word.endswith("ly")}
    for token in tokens:
        word = fold(token)
        is_side = word in names and token[0].isupper()
        if is_side or (word in GROUPS and word not in _NO_SIDES):
            side = min(aliases_of(_CAPITALS.get(word, word))) if is_side else word
            if is_owed:
                found.add(side)
        elif stem(word) in _STANDING:
            # "The hauliers demand": whoever stands right before it, if no name or known group does.
            nearest = before if before in plain else side
            found |= {nearest} if nearest else set()
        # "The goal of Beijing": the side stands behind.
        is_owed = stem(word) in _WANTING or (is_owed and word == "of")
        before = word
    return found
