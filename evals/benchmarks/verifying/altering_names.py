"""True statements -> ones with another person, place, organisation or speaker, or with two of them exchanged."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from evals.benchmarks.verifying.pairs import Dice, Drawn, Statement, has_word, know, replace_match
from evals.benchmarks.verifying.people import find_organisations, find_people, find_places
from index.articles import Article
from rag.names import aliases_of
from rag.words import fold

Finder = Callable[[str], Sequence[str]]
_FINDERS: tuple[tuple[str, Finder], ...] = (
    ("person", find_people), ("place", find_places), ("organisation", find_organisations),
)  # fmt: skip
_NAME = r"[A-Z][\w’'-]*[a-z](?: [A-Z][\w’'-]*[a-z])*"
_SPEAKERS = (
    re.compile(rf"^(?P<name>{_NAME}) (?:said|told|added|wrote|stated)\b"),
    re.compile(rf"[,.?!][”\"] (?P<name>{_NAME}) (?:said|told|added|wrote)\b"),
    re.compile(rf"\b(?:said|added) (?P<name>{_NAME})\b"),
    re.compile(rf"\b[Aa]ccording to (?P<name>{_NAME})\b"),
    re.compile(rf", (?P<name>{_NAME}) (?:said|told|added|wrote)\b"),
)
_NO_SPEAKERS = re.compile(
    r"^(?:The|It|He|She|They|But|And|We|You|I|In|On|That|This|One|Some|Others?|Officials|Police|Experts|Researchers)\b"
)
_EXCHANGED = re.compile(rf"\b(?P<one>{_NAME})\b(?P<between>[^,;:“”\"()]{{3,60}}?)\b(?P<other>{_NAME})\b")
_BOTH_WAYS = re.compile(
    r"\b(?:and|or|with|against|between|from|to|vs|of|in|at|on|versus|met|marr\w+|played|faced|like|than|near|as|via|for|is|was|are)\b"
)
_VERB = re.compile(r"\b(?!(?:his|her|its|this|was|is|has|as|the)\b)[a-z]+(?:ed|s)\b")
_DAY_OR_MONTH = re.compile(
    r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October|November"
    r"|December|President|Gov|Sen|Rep|Dr|Mr|Mrs|Ms|The|It|He|She|They|We|But|And|In|On|When|If|As|At|I|For|That|This)\b"
)


def alter_names(drawn: Drawn, text: str, others: Sequence[Drawn], dice: Dice) -> Iterator[Statement]:
    """One statement of each kind that the text gives occasion for; `others` are sentences of other articles."""
    for kind, find in _FINDERS:
        if changed := _swap_name(drawn, text, find, others, dice):
            yield Statement(f"{kind} swapped", changed)
    if changed := _swap_speaker(drawn, text, dice):
        yield Statement("speaker swapped", changed)
    if changed := _swap_speaker_within(text):
        yield Statement("speaker swapped, named in the span", changed)
    if changed := _exchange(text, drawn.article):
        yield Statement("who does it to whom", changed)
    if changed := _give_quote_away(drawn, dice):
        yield Statement("quotation given to another", changed)


def _swap_name(drawn: Drawn, text: str, find: Finder, others: Sequence[Drawn], dice: Dice) -> str | None:
    own = find(text)
    if not own:
        return None
    name = dice.choose(own)
    inside = [each for each in find(drawn.article.text) if _is_new(each, drawn)]
    outside = [each for other in others for each in find(other.text) if _is_new(each, drawn)]
    choices = outside if not inside or (outside and dice.number(0, 2) == 0) else inside
    if not choices:
        return None
    return re.sub(rf"\b{re.escape(name)}\b", lambda _: dice.choose(choices[:1]), text)


def _is_new(name: str, drawn: Drawn) -> bool:
    """Whether nothing that is known of the sentence holds a word of the name, or one that means the same.

    Neither may the name stand in the article beside a name of the sentence: it could be another part of it.
    """
    known = know(drawn, (-1, 0, 1))
    words = [word for word in re.split(r"[\s-]", name) if len(word) > 2]
    if any(has_word(alias, known) for word in words for alias in aliases_of(fold(word))):
        return False
    return bool(words) and not _has_neighbour(name, drawn.article.text)


@lru_cache(maxsize=20_000)
def _has_neighbour(name: str, text: str) -> bool:
    """Whether a capitalised word stands right before or behind the name somewhere in the text."""
    places = (match.span() for match in re.finditer(re.escape(name), text))
    return any(
        re.search(r"[A-Z]\w+,? \(?$", text[max(0, start - 30) : start]) or re.match(r",? \(?[A-Z]", text[end : end + 5])
        for start, end in places
    )


def _find_speaker(text: str) -> re.Match[str] | None:
    for pattern in _SPEAKERS:
        match = pattern.search(text)
        if match and not _NO_SPEAKERS.match(match["name"]) and not _DAY_OR_MONTH.fullmatch(match["name"]):
            return match
    return None


def _swap_speaker(drawn: Drawn, text: str, dice: Dice) -> str | None:
    match = _find_speaker(text)
    choices = [each for each in find_people(drawn.article.text) if _is_new(each, drawn)]
    if not match or not choices:
        return None
    name = dice.choose(choices)
    return text[: match.start("name")] + dice.choose([name, name.split()[-1]]) + text[match.end("name") :]


def _swap_speaker_within(text: str) -> str | None:
    match = _find_speaker(text)
    if not match:
        return None
    said = text[: match.start("name")] + text[match.end("name") :]
    words = set(match["name"].split())
    others = [name for name in find_people(said) if not words & set(name.split())]
    # Somebody else's full name only once, and not right beside the speaker's, who may be described by it.
    far = [name for name in others if name not in text[max(0, match.start() - 60) : match.end() + 60]]
    return text[: match.start("name")] + far[0] + text[match.end("name") :] if far else None


def _exchange(text: str, article: Article) -> str | None:
    for match in _EXCHANGED.finditer(text):
        one, other = match["one"], match["other"]
        between = match["between"]
        if _DAY_OR_MONTH.search(one) or _DAY_OR_MONTH.search(other) or _BOTH_WAYS.search(between):
            continue
        if any(re.search(rf"\b{name.lower()}\b", article.text) for name in (one, other)):
            continue
        if _VERB.search(between) and not set(one.split()) & set(other.split()) and " who " not in between:
            return replace_match(text, match, f"{other}{between}{one}")
    return None


def _give_quote_away(drawn: Drawn, dice: Dice) -> str | None:
    """A quotation that has its speaker in its sentence or the one before, given to somebody named far from it."""
    quotation = re.search(r"[“\"]([^“”\"]{30,}?)[,.]?[”\"]", drawn.text)
    near = " ".join(drawn.read(offset) for offset in range(-6, 7))
    choices = [
        name for name in find_people(drawn.article.text) if not any(has_word(word, near) for word in name.split())
    ]
    if not quotation or not choices or not re.search(r"\b(?:said|told|added|wrote)\b", drawn.read(-1) + drawn.text):
        return None
    return f"{dice.choose(choices)} said: “{quotation[1]}.”"
