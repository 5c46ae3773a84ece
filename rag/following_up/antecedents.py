"""What a pronoun stands for, read from the question and the answer before it."""

import re
from collections.abc import Sequence

from rag.following_up import lexicon
from rag.following_up.context import Context, find_topic, leans_already
from rag.following_up.mentions import Kind, Mention, find_mentions, find_people
from rag.following_up.noun_phrases import NounPhrase, find_noun_phrases
from rag.words import STOP_WORDS

_ASKS_FOR_PEOPLE = re.compile(
    r"\s*(?:who|whom|(?:which|what) (?:\w+ )?(?:person|people|man|woman|minister|player|officials?|diplomats?|experts?|judge|coach))\b",
    re.IGNORECASE,
)
_ASKS_WHO_THAT_IS = re.compile(r"\s*(?i:who (?:is|was|are|were)) [A-Z]")
_JOINED = re.compile(r"(?:,|,? and|,? or)\s+$")
_PLACED = re.compile(r"\b(in|at|near|on)\s+(?:the\s+)?$", re.IGNORECASE)
_THE_BEFORE = re.compile(r"\bthe\s+$")
_SUBJECT_IN_ANSWER = re.compile(
    r"\s*((?:The|These|Both)\s(?:[\w-]+\s){0,3}?[\w-]+)\s(?:is|are|was|were|has|have|will|want|say|said)\b"
)


def find_antecedent(group: str, context: Context, *, is_new: bool = False) -> tuple[str, bool] | None:
    """What a pronoun ("he", "she", "they", "it", "there") of the next question stands for, and whether it is several.

    None when nothing fits, or several things do: a wrong name is worse than none. `is_new` when it is asked who that is:
    someone whom the answer brought in.
    """
    if group in {"he", "she"}:
        person = _find_person(group, context, is_new=is_new)
        return (person, False) if person else None
    if group == "there":
        place = find_place(context)
        return (place, False) if place else None
    if leans_already(context.question):
        # What was asked last was not understood itself, and may have been about anything.
        return None
    found = _find_several(context) if group == "they" else _find_thing(context)
    # "The strike" finds another strike than the one on Skarholm: without its name it is no help to a search.
    is_nameless = found is not None and not find_mentions(found[0]) and bool(find_mentions(context.question))
    return None if is_nameless else found


def find_place(context: Context) -> str | None:
    """Where the last exchange is set, with its preposition: "in Anchorage"."""
    asks_where = context.question.lower().startswith("where")
    texts = [context.answer, find_topic(context.question)]
    for text in texts if asks_where else reversed(texts):
        places = [place for each in find_mentions(text) if (place := _read_place(each, text))]
        if places:
            # "In Anchorage in the state of Alaska": the nearest to the verb is the narrowest.
            return places[0] if asks_where or len({place.split(" ", 1)[1] for place in places}) == 1 else None
    return None


def _read_place(mention: Mention, text: str) -> str | None:
    found = _PLACED.search(text[: mention.start])
    behind = re.match(r"\s+([a-z]\w*)", text[mention.end :])
    is_attribute = behind is not None and behind[1] not in STOP_WORDS | lexicon.PREPOSITIONS
    if not found or mention.kind is Kind.PERSON or is_attribute:
        return None
    return f"{text[found.start() : mention.start].strip().lower()} {mention.text}"


def _find_person(group: str, context: Context, *, is_new: bool) -> str | None:
    question = context.question
    asked = _fit(find_people(question), group)
    answered = [each for each in _fit(find_people(context.answer), group) if each.key not in {one.key for one in asked}]
    known = {each.key: each.text for each in [*find_people(question), *find_people(context.answer)]}
    if not asked and not answered:
        return _find_unknown(context)
    is_asked_for = _ASKS_FOR_PEOPLE.match(question) and not _ASKS_WHO_THAT_IS.match(question)
    if answered and (is_asked_for or is_new):
        chosen = _last_alone(answered, context.answer, question)
    elif asked:
        # Who was asked about stays the subject, whoever else the answer names.
        chosen = asked[0] if len(asked) == 1 else None
    else:
        chosen = _last_alone(answered, context.answer, question)
    if not chosen:
        return None
    return next((each.text for each in answered if chosen.text in each.text), known[chosen.key])


def _fit(people: Sequence[Mention], group: str) -> list[Mention]:
    sure = [each for each in people if each.sex == group]
    return sure or [each for each in people if not each.sex]


def _last_alone(people: Sequence[Mention], text: str, asked: str) -> Mention | None:
    """The last person named, unless in one breath with another, or in passing where none was asked for."""
    last = people[-1]
    if len(people) > 1 and not _ASKS_FOR_PEOPLE.match(asked) and not re.search(r"[.!?]\s+$", text[: last.start]):
        return None
    earlier = any(each.end <= last.start and _JOINED.fullmatch(text[each.end : last.start]) for each in people[:-1])
    return None if earlier else last


def _find_unknown(context: Context) -> str | None:
    """A single name that nothing tells more of, when there is only one."""
    for text in (find_topic(context.question), context.answer):
        names = {
            each.key: each.text for each in find_mentions(text) if each.kind is Kind.UNKNOWN and " " not in each.text
        }
        names = {key: name for key, name in names.items() if not name.isupper() and name.isalpha()}
        if names:
            # A name before a noun ("the Alder bridge") is not what is spoken of.
            names = {
                key: name for key, name in names.items() if not re.search(rf"\b{name} [a-z]+\b(?<!ed)(?<!s)", text)
            }
            return next(iter(names.values())) if len(names) == 1 else None
    return None


def _find_several(context: Context) -> tuple[str, bool] | None:
    question = find_topic(context.question)
    joined = _find_joined(context.answer)
    if joined and _ASKS_FOR_PEOPLE.match(question):
        return joined, True
    phrases = [each for each in find_noun_phrases(question) if not each.is_date]
    several = [
        each for each in phrases if (each.is_plural or each.is_group) and not each.is_person and not each.is_asked
    ]
    together = _find_joined(question)
    if together and len(several) > 1 and all(each.text.removeprefix("the ") in together for each in several):
        # "The U.S. and China": neither of them alone.
        return together, True
    groups = [each for each in several if each.is_group and each.is_plural]
    for candidates in (groups, [each for each in several if not each.is_behind], several):
        if len(candidates) == 1:
            return _find_people_of(candidates[0]) or (_lengthen(candidates[0], together), candidates[0].is_plural)
        if candidates:
            break
    joined = joined if any(each.is_asked for each in phrases) or not several else None
    joined = joined or (None if several else _find_joined(question))
    return (joined, True) if joined else None


def _lengthen(phrase: NounPhrase, together: str | None) -> str:
    """Of "the delegations of China and the U.S." more than the delegations of China."""
    head, of, last = phrase.text.rpartition(" of ")
    is_first = together is not None and together.removeprefix("the ").startswith(f"{last.removeprefix('the ')} ")
    return f"{head} of {together}" if of and is_first else phrase.text


def _find_people_of(phrase: NounPhrase) -> tuple[str, bool] | None:
    """In "the demands of the farmers" the farmers: they, and not their demands, do something."""
    _, _, people = phrase.text.rpartition(" of ")
    is_group = bool(people) and not phrase.is_group and people.split()[-1].lower() in lexicon.GROUPS
    return (people, people.endswith("s")) if is_group else None


def _find_joined(text: str) -> str | None:
    """Names in one breath: "Tom Hale and Ana Ruiz"; None when there are none, or several such lists."""
    mentions = [each for each in find_mentions(text) if each.kind is not Kind.PLACE]
    lists: list[list[Mention]] = []
    for each in mentions:
        if lists and _JOINED.fullmatch(text[lists[-1][-1].end : each.start].replace("the ", "")):
            lists[-1].append(each)
        else:
            lists.append([each])
    lists = [each for each in lists if 1 < len(each) <= 4]
    starts = [_THE_BEFORE.search(text[: each[0].start]) for each in lists]
    joined = [
        text[the.start() if the else each[0].start : each[-1].end] for the, each in zip(starts, lists, strict=True)
    ]
    # "Ventura, CA" is a comma and no list.
    return joined[0] if len(joined) == 1 and " and " in joined[0] else None


def _find_thing(context: Context) -> tuple[str, bool] | None:
    phrases = find_noun_phrases(find_topic(context.question))
    things = [each for each in phrases if _can_be_it(each)]
    for candidates in ([each for each in things if not each.is_behind], things):
        # A country is seldom "it" where a thing was spoken of, too.
        candidates = [each for each in candidates if not _is_country(each)] or candidates
        if len(candidates) == 1:
            return candidates[0].text, candidates[0].head in lexicon.EVENTS_IN_PLURAL
        if candidates:
            return None
    named = [each for each in find_mentions(context.answer) if each.kind in (Kind.ORGANISATION, Kind.UNKNOWN)]
    is_asked = any(each.is_asked and not each.is_person and not each.is_plural for each in phrases)
    return (named[0].text, False) if is_asked and len({each.key for each in named}) == 1 else None


def _can_be_it(phrase: NounPhrase) -> bool:
    if not phrase.text[0].isupper() and phrase.text.split()[0] not in lexicon.DETERMINERS:
        # A bare word is often a verb, or a name that was typed small.
        return False
    is_one = not phrase.is_plural or phrase.head in lexicon.EVENTS_IN_PLURAL or phrase.is_name
    return (
        is_one
        and phrase.head not in lexicon.EMPTY_NOUNS | lexicon.ADJECTIVES
        and not phrase.is_person
        and not phrase.is_date
        and not phrase.is_asked
    )


def _is_country(phrase: NounPhrase) -> bool:
    return phrase.is_name and any(each.kind is Kind.COUNTRY for each in find_mentions(phrase.text))
