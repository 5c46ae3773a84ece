"""Another name in the place that one had in the question before: "And China?"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.following_up import lexicon
from rag.following_up.context import Context
from rag.following_up.mentions import Kind, Mention, find_mentions, find_sides, side_key
from rag.following_up.noun_phrases import find_noun_phrases
from rag.words import fold

_SIDE_NOUN = re.compile(r"^(?:['’]s)?\s+(?:side|team|delegation|camp|party)\b", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"^\s+[a-z][\w-]+")
_TITLE_BEFORE = re.compile(
    rf"(?:\b(?:the|then)\s+)?(?:\b(?:{'|'.join(sorted(lexicon.TITLES | {'of'}))})\.?\s+)+$", re.IGNORECASE
)
_THE_BEFORE = re.compile(r"\b(?:the)\s+$", re.IGNORECASE)
_GROUP = re.compile(
    rf"\bthe\s+(?:[a-z-]+\s+)?(?:{'|'.join(sorted(lexicon.GROUPS, key=len, reverse=True))})\b(?!\s+(?:of|{'|'.join(sorted(lexicon.GROUPS))})\b)"
)
_MONTH = "|".join(sorted(lexicon.MONTHS)).title().replace("|", "|").title()
_DATE = (
    rf"(?:(?:\d{{1,2}}\s+)?(?:{'|'.join(month.capitalize() for month in sorted(lexicon.MONTHS))})(?:\s+\d{{1,2}}\b)?(?:,?\s+\d{{4}})?"
    rf"|(?:19|20)\d{{2}}|(?:{'|'.join(day.capitalize() for day in sorted(lexicon.DAYS))})"
    r"|(?:last|this|next)\s+(?:year|month|week|season|summer|winter|spring|autumn)|today|yesterday|tomorrow)"
)
_DATED = re.compile(rf"(?:\b(?P<preposition>in|on|by|since|until|before|after|during|for)\s+)?\b(?P<date>{_DATE})\b")
_PLACED = re.compile(r"(?P<preposition>in|at|on|near|from)\s+(?:the\s+)?[A-Z][\w-]+(?:\s+[A-Z][\w-]+){0,3}")
_AUX_BEFORE = re.compile(r"^(.*?)\b(do|does|are|is|were|was|have|has)(\s+)$", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Slot:
    start: int
    end: int
    is_attribute: bool = False


def put_in_slot(new: str, question: str) -> str | None:
    """The question with `new` where it has the one thing of that kind; None when it has none, or several."""
    if dated := _DATED.fullmatch(new):
        return _put_date(new, dated, question)
    if placed := _PLACED.fullmatch(new):
        return _put_place(new, placed["preposition"], question)
    names = find_mentions(new)
    if len(names) == 1 and _without_article(new) == names[0].text:
        return _put_name(new, names[0], question)
    if _GROUP.fullmatch(new):
        return _put_group(new, question)
    return _put_same_noun(new, question)


def is_date(text: str) -> bool:
    """Whether a text is a time with its preposition and nothing else: "in April"."""
    found = _DATED.fullmatch(text)
    return bool(found and found["preposition"])


def find_other_side(context: Context) -> str | None:
    """Of exactly two sides in the last exchange the one that the question was not about, as it is called there."""
    asked, every = find_sides(context.question), find_sides(f"{context.question} {context.answer}")
    if len(asked) == 1 and len(every) == 2:
        own = side_key(asked[0])
        return next(_name_side(each) for each in every if side_key(each) != own)
    groups = list(dict.fromkeys(match[0] for match in _GROUP.finditer(context.question)))
    answered = [
        each
        for each in dict.fromkeys(match[0].lower() for match in _GROUP.finditer(context.answer))
        if each not in groups
    ]
    return answered[0] if len(groups) == 1 and len(answered) == 1 and not every else None


def _name_side(mention: Mention) -> str:
    """A country by its name, not by its adjective."""
    by_adjective = {adjective: country for country, adjective in lexicon.DEMONYMS.items() if len(country) > 3}
    country = by_adjective.get(mention.text)
    return country.capitalize() if country and fold(mention.text) != country else mention.text


def _put_date(new: str, dated: re.Match[str], question: str) -> str | None:
    found = list(_DATED.finditer(question))
    if len(found) > 1 or question.lower().startswith(("when", "since when", "until when")):
        return None
    if not found:
        return _append(new, question) if dated["preposition"] else None
    old = found[0]
    start = old.start() if dated["preposition"] or not old["preposition"] else old.start("date")
    return f"{question[:start]}{new}{question[old.end() :]}"


def _put_place(new: str, preposition: str, question: str) -> str | None:
    found = [each for each in _PLACED.finditer(question) if not _DATED.match(each[0])]
    if len(found) > 1 or question.lower().startswith("where"):
        return None
    if found and found[0]["preposition"] in {preposition, "in", "at", "on"}:
        return f"{question[: found[0].start()]}{new}{question[found[0].end() :]}"
    return None if found else _append(new, question)


def _append(new: str, question: str) -> str:
    return f"{question.rstrip('?!. ')} {new}?"


def _put_name(new: str, name: Mention, question: str) -> str | None:
    slots = list(_find_slots(name, question))
    if len(slots) != 1:
        return None
    slot = slots[0]
    put = new
    if slot.is_attribute:
        adjective = lexicon.DEMONYMS.get(side_key(name))
        if name.kind is not Kind.COUNTRY or not adjective:
            return None
        put = adjective
    return _substitute(question, slot, put, is_plural=False)


def _find_slots(name: Mention, question: str) -> Iterator[_Slot]:
    mentions = find_mentions(question)
    alike = [each for each in mentions if each.kind is name.kind and each.kind is not Kind.UNKNOWN]
    if not alike and (Kind.UNKNOWN in (name.kind, *(each.kind for each in mentions)) or name.kind is Kind.PLACE):
        # A name that nothing tells more of fits where there is one name only.
        alike = [each for each in mentions if each.kind in (name.kind, Kind.UNKNOWN) or name.kind is Kind.UNKNOWN]
        alike = alike if len(mentions) == 1 else []
    if not alike and name.kind in (Kind.PERSON, Kind.COUNTRY, Kind.ORGANISATION):
        alike = _find_agents(mentions, question)
    for each in alike:
        if not _is_part(each, question):
            yield _widen(each, question)


def _is_part(mention: Mention, question: str) -> bool:
    """Whether a name only says which: "the Oslo agreement". The side and the people of a country are the country's."""
    if mention.kind is Kind.COUNTRY or _SIDE_NOUN.match(question[mention.end :]):
        return False
    return any(mention.text in each.text and not each.is_name for each in find_noun_phrases(question))


def _find_agents(mentions: Sequence[Mention], question: str) -> list[Mention]:
    """The one name of a question, where it is the one who acts: any other who acts can take its place."""
    if len(mentions) != 1 or mentions[0].kind is Kind.PLACE:
        return []
    before = question[: mentions[0].start]
    is_subject = re.search(r"\b(?:do|does|did|will|would|is|has|was)\s+(?:the\s+)?$", before, re.IGNORECASE)
    verb = re.match(
        r"(?:\s+side)?\s+(?:say|want|think|expect|demand|propose|accept|reject|plan|fear)\b",
        question[mentions[0].end :],
    )
    return [mentions[0]] if is_subject and verb else []


def _widen(mention: Mention, question: str) -> _Slot:
    """The whole phrase: with its article and title, with "side"; an adjective before another noun stays within it."""
    start, end = mention.start, mention.end
    behind = question[end:]
    if side := _SIDE_NOUN.match(behind):
        the = _THE_BEFORE.search(question[:start])
        return _Slot(the.start() if the else start, end + side.end())
    if mention.kind is Kind.COUNTRY and _is_adjective(mention) and _ATTRIBUTE.match(behind):
        return _Slot(start, end, is_attribute=True)
    if mention.kind is Kind.PERSON and (title := _TITLE_BEFORE.search(question[:start])):
        return _Slot(title.start(), end)
    the = _THE_BEFORE.search(question[:start])
    return _Slot(the.start() if the else start, end)


def _is_adjective(mention: Mention) -> bool:
    return mention.text in lexicon.DEMONYMS.values()


def _put_same_noun(new: str, question: str) -> str | None:
    """Put "the Mill bridge" for "the Alder bridge"."""
    heads = [each.head for each in find_noun_phrases(new)]
    alike = [each for each in find_noun_phrases(question) if heads == [each.head] and each.text in question]
    return question.replace(alike[0].text, new) if len(alike) == 1 else None


def _put_group(new: str, question: str) -> str | None:
    found = list(_GROUP.finditer(question))
    if len(found) == 1:
        old = found[0]
        return _substitute(question, _Slot(old.start(), old.end()), new, is_plural=_is_plural(new))
    agents = _find_agents(find_mentions(question), question) if not found else []
    return _substitute(question, _widen(agents[0], question), new, is_plural=_is_plural(new)) if agents else None


def _is_plural(group: str) -> bool:
    return fold(group.split()[-1]) not in lexicon.SINGULAR_GROUPS


def _substitute(question: str, slot: _Slot, new: str, *, is_plural: bool) -> str:
    before, old, behind = question[: slot.start], question[slot.start : slot.end], question[slot.end :]
    if aux := _AUX_BEFORE.match(before):
        forms = {"does": "do", "is": "are", "was": "were", "has": "have"}
        forms = forms if is_plural else {plural: singular for singular, plural in forms.items()}
        # An article's auxiliary is the old subject's; the new one's may differ in number.
        before = f"{aux[1]}{forms.get(aux[2].lower(), aux[2])}{aux[3]}"
    possessive = "" if old.endswith(("’s", "'s")) or not behind.startswith(("’ ", "' ")) else "s"
    return f"{before}{new}{behind[:1]}{possessive}{behind[1:]}"


def _without_article(text: str) -> str:
    return text[4:] if text.lower().startswith("the ") else text
