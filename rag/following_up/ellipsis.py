"""Questions that leave out what the one before said: "And the other side?", "Why?", "How many?", "No, I meant ..."."""

import re

from rag.following_up.antecedents import find_place
from rag.following_up.clauses import Clause, read_clause
from rag.following_up.context import Context, capitalise, drop_leading
from rag.following_up.mentions import Kind, find_mentions, find_people, find_sides
from rag.following_up.noun_phrases import find_noun_phrases
from rag.following_up.slots import find_other_side, is_date, put_in_slot

_BARE = re.compile(
    r"(?P<word>(?:(?:since|until|by) )?when|where|why|how|how (?:long|soon|often))(?P<exactly> exactly| precisely)?"
    r"(?P<there> there)?"
    r"(?: (?:is|was|did|does|will|would|has) (?:that|this|it)(?: (?:be|happen|happened|so|then))?)?",
    re.IGNORECASE,
)
_IT_IS = re.compile(r"\b(?:is|was|will|would|has) it$", re.IGNORECASE)
_WHO_SAID = re.compile(r"who (?P<verb>said|says|claimed|claims|reported|confirmed) (?:that|this|so|it)", re.IGNORECASE)
_MORE = re.compile(r"(?P<wh>what|who|where|when|why) else", re.IGNORECASE)
_MANY = re.compile(r"how many(?: (?:people|of them|exactly))?", re.IGNORECASE)
_ANOTHER = re.compile(
    r"\s*(?:and|but|so)?[\s,]*(?:(?:what|how) about|and|but|or|for)\s+(?P<new>[^?!.,;]{2,60}?)\s*\?*\s*", re.IGNORECASE
)
_CORRECTION = re.compile(
    r"\s*(?:no|sorry|oh|oops|actually)?[\s,:.!-]*(?:(?:i|we) (?:mean|meant|was asking about|am asking about)|not that(?: one)?,?|rather)\s+"
    r"(?P<new>[^?!.,;]{2,60}?)\s*[?!.]*\s*",
    re.IGNORECASE,
)
_OTHER_SIDE = re.compile(r"(?:for )?the other (?:side|one|party|team|country|camp)", re.IGNORECASE)
_COMPARES = re.compile(
    r"(?P<head>(?:which|who)(?: one| of (?:them|these|those|the two)| of the two)? (?:is|was|has|will be|did) (?:the )?(?:more \w+|less \w+|better|worse|\w+er|first|larger)(?: \w+)?"
    r"|(?:which|who)(?: one| of (?:them|the two))? \w+ (?:more|less|most|least|first|longer|better))",
    re.IGNORECASE,
)
_IS_CLAUSE = re.compile(
    r"(?:who|whom|whose|what|when|where|why|how|which|is|are|was|were|do|does|did|will|would|can|could|has|have|had|should|if)\b",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"\b(?:no|not|never)\b|n['’]t\b", re.IGNORECASE)
_LONGEST_QUOTED = 25


def expand_ellipsis(question: str, context: Context) -> str | None:
    """The question made whole with what the one before it said, or None when it is not of a kind that the rules know."""
    if context.question.endswith(")") and " (about: " in context.question:
        return None
    bare = drop_leading(question).rstrip("?!. ")
    for expand in (_expand_comparison, _expand_circumstance, _expand_speaker, _expand_more, _expand_number):
        if whole := expand(bare, context):
            return capitalise(whole)
    whole = _expand_other(question, context)
    return capitalise(whole) if whole else None


def _expand_circumstance(bare: str, context: Context) -> str | None:
    found = _BARE.fullmatch(bare)
    clause = read_clause(context.question)
    if not found or clause is None or _IT_IS.search(bare):
        return None
    word = f"{found['word']}{found['exactly'] or ''}"
    if clause.wh.lower() == found["word"].lower() and not found["exactly"]:
        return None
    if not clause.wh and (not context.answer or _NEGATIVE.search(context.answer[:120])):
        # "Will it reopen?" "No." "Why?" asks why not; the words of the first question would say the opposite.
        return None
    place = find_place(context) if found["there"] else ""
    if place is None:
        return None
    whole = clause.ask(word) or _ask_of_answered(clause, word, context)
    has_place = bool(place) and whole is not None and place.lower() in whole.lower()
    return f"{whole.rstrip('?')} {place}?" if whole and place and not has_place else whole


def _ask_of_answered(clause: Clause, word: str, context: Context) -> str | None:
    """The clause with the one whom the answer named as its subject, when it named one."""
    asked = {each.key for each in find_mentions(context.question)}
    named = [each for each in find_people(context.answer) if each.key not in asked]
    named = named or [each for each in find_sides(context.answer) if each.key not in asked]
    return clause.ask_of(word, named[0].text) if len(named) == 1 else None


def _expand_speaker(bare: str, context: Context) -> str | None:
    """Fill "who said that?" with what was said, when the answer is one plain sentence."""
    found = _WHO_SAID.fullmatch(bare)
    said = context.answer.strip().rstrip(".")
    is_plain = said and not re.search(r"[“”\"?!;:\n]|[a-z]\.\s", said) and len(said.split()) <= _LONGEST_QUOTED
    if not found or not is_plain or re.match(r"(?:he|she|they|it|yes|no)\b", said, re.IGNORECASE):
        return None
    is_name = any(each.start == 0 for each in find_mentions(said)) or said[:2].isupper()
    return f"who {found['verb']} that {said if is_name else said[0].lower() + said[1:]}?"


def _expand_more(bare: str, context: Context) -> str | None:
    found = _MORE.fullmatch(bare)
    clause = read_clause(context.question)
    if not found or clause is None or clause.wh.lower() not in {found["wh"].lower(), "whom"}:
        return None
    if clause.is_identity:
        return None
    return " ".join(part for part in (bare, clause.aux.lower(), clause.rest) if part) + "?"


def _expand_number(bare: str, context: Context) -> str | None:
    found = _MANY.fullmatch(bare)
    clause = read_clause(context.question)
    if not found or clause is None:
        return None
    exactly = " exactly" if bare.lower().endswith("exactly") else ""
    aux = {"is": "are", "was": "were", "has": "have", "does": "do"}.get(clause.aux.lower(), clause.aux.lower())
    noun = clause.noun or ("people" if clause.wh.lower() == "who" and clause.is_subject and clause.aux else "")
    if clause.wh.lower().startswith("how many") or (clause.is_gap and not clause.noun) or not noun:
        return _count_subject(clause, aux, context)
    return " ".join(part for part in (f"how many{exactly}", noun, aux, clause.rest) if part) + "?"


def _count_subject(clause: Clause, aux: str, context: Context) -> str | None:
    """Count who was spoken of: after "Were workers dismissed?" it is "How many workers were dismissed?"."""
    phrases = find_noun_phrases(context.question)
    if clause.wh or not phrases or aux in {"do", "did"} or not phrases[0].is_plural:
        return None
    subject = re.sub(r"^(?:the|any)\s+", "", phrases[0].text)
    head, found, tail = clause.rest.partition(subject)
    return f"how many {subject} {aux}{tail}?" if found and head.strip() in {"", "the", "any"} else None


def _expand_other(question: str, context: Context) -> str | None:
    found = _CORRECTION.fullmatch(question) or _ANOTHER.fullmatch(question)
    new = found["new"] if found else question.strip().rstrip("?").strip()
    if found and _OTHER_SIDE.fullmatch(new):
        other = find_other_side(context)
        return put_in_slot(other, context.question) if other else None
    if found is None and not is_date(new) and not _is_bare_name(question, new):
        return None
    new = re.sub(r"^for\s+", "", new)
    if _IS_CLAUSE.match(new) or (not context.question.endswith("?") and read_clause(context.question) is None):
        return None
    if re.search(r"\b(?:he|she|it|they|him|her|them|that|this|his|their|its)\b", new, re.IGNORECASE):
        return None
    return put_in_slot(new, context.question)


def _is_bare_name(question: str, new: str) -> bool:
    names = find_mentions(new)
    is_name = len(names) == 1 and names[0].text == new and names[0].kind is not Kind.UNKNOWN
    return question.strip().endswith("?") and is_name


def _expand_comparison(bare: str, context: Context) -> str | None:
    """Fill "which is larger?" with the two things that were spoken of."""
    if not _COMPARES.fullmatch(bare):
        return None
    texts = [context.question] if not context.earlier else [context.question, f"{context.earlier} {context.question}"]
    for text in texts:
        two = _find_two(text, is_person=bare.lower().startswith("who"))
        if two:
            return f"{bare}, {two[0]} or {two[1]}?"
    return None


def _find_two(text: str, *, is_person: bool) -> list[str]:
    if is_person:
        found = [each.text for each in find_people(text)]
    else:
        by_kind: dict[Kind, dict[str, str]] = {}
        for each in find_mentions(text):
            the = "the " if re.search(r"\bthe\s+$", text[: each.start], re.IGNORECASE) else ""
            noun = re.match(
                r"\s+(?:strike|bridge|ferry|ship|plant|factory|deal|stadium|project|talks)s?\b", text[each.end :]
            )
            by_kind.setdefault(each.kind, {})[each.key] = f"{the}{each.text}{noun[0] if noun else ''}"
        found = next(
            (list(group.values()) for kind, group in by_kind.items() if len(group) == 2 and kind is not Kind.PERSON), []
        )
    return found if len(found) == 2 else []
