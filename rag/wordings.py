"""A sentence with one thing in it put as another sentence has it: a number, a date, a denial, an opposite."""

import re
from collections.abc import Iterator

from rag.forms.event_dates import find_event_dates
from rag.quantities import NUMBER_WORDS, find_quantities
from rag.verification.opposites import list_opposites
from rag.words import fold, is_content, stem

_WORD = re.compile(r"\w+")
_FIGURE = rf"(?:\d[\d,]*(?:\.\d+)?|\b(?:{'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})\b)"
_AMOUNT = re.compile(
    rf"(?P<currency>[$€£¥] ?)?(?P<figure>(?<![\w.,-]){_FIGURE}(?:[ -]{_FIGURE})*)(?![\w]|[.,]\d|-\d)"
    r"(?P<behind> ?%| per ?cent\b|[ -][^\W\d]+)?",
    re.IGNORECASE,
)
_MONTH = r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
_DATE = re.compile(
    rf"\b(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH})(?:,? (?:19|20)\d\d)?\b"
)
# The day on which something was known, said or began is no account of when it is.
_NOT_WHEN = re.compile(
    r"\b(?:as of|since|until|till|before|after|from|between|and|to|through|updated|published|posted|said|told|announced|reported)"
    r"(?: (?:noon|midday|early|late|the (?:morning|evening|afternoon) of|on|reporters))*(?: \w+day,?)?\s*$",
    re.IGNORECASE,
)
_SAYING = r"(?:said|says|reported|reports|announced|told [^,;“”\"]{2,30}?|wrote|confirmed|estimated)"
_SPEAKER = r"[^,;:“”\"]{2,60}?"
_SPEAKERS = re.compile(
    rf"^(?:According to {_SPEAKER}, |{_SPEAKER} {_SAYING}(?: on \w+day)? that )"
    rf"|,? according to {_SPEAKER}(?=[.!?]?$)|, (?:{_SPEAKER} {_SAYING}|(?:said|says) {_SPEAKER})(?: on \w+day)?(?=[.!?]?$)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_DATED = "date"
_NEGATION = re.compile(
    r"\b(?:(?:has|have|had|is|are|was|were|do|does|did|will|would|could|should|can)(?P<short>n['’]t)\b|(?P<plain>not|never|no longer)\b ?)",
    re.IGNORECASE,
)
# "is not", "did not": the auxiliary that came with the denial goes with it.
_EMPTY_AUXILIARY = re.compile(r"\b(?:do|does|did) (?=\w)", re.IGNORECASE)


def normalise(text: str) -> str:
    """The words of a text without its marks and capitals."""
    return " ".join(fold(word) for word in _WORD.findall(text))


def exchange_values(one: str, other: str) -> Iterator[tuple[str, str, str]]:
    """The first text with one of its values replaced by one of the same kind from the other, and both values as written.

    Values are of one kind when they count the same thing or are both dates; those that each text gives are left.
    """
    given, others = find_quantities(one).given, find_quantities(other).given
    for kind, start, end in _find_values(one):
        for other_kind, first, last in _find_values(other):
            own, theirs = one[start:end], other[first:last]
            if kind != other_kind or _is_same(kind, own, theirs):
                continue
            if find_quantities(own).stated <= others or find_quantities(theirs).stated <= given:
                continue
            yield one[:start] + theirs + one[end:], own, theirs


def _find_values(text: str) -> Iterator[tuple[str, int, int]]:
    """Where a text gives a date or an amount, and what kind of value that is: of what, or in which currency."""
    dates = [match.span() for match in _DATE.finditer(text)]
    yield from ((_DATED, *span) for span in dates if not _NOT_WHEN.search(text[: span[0]]))
    for match in _AMOUNT.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in dates):
            continue
        behind = match["behind"] or ""
        unit = behind.strip(" -")
        if match["currency"]:
            yield match["currency"].strip(), match.start(), match.end("figure")
        elif "%" in behind or "cent" in behind:
            yield "%", match.start(), match.end("figure")
        elif is_content(unit) and unit and not _YEAR.fullmatch(match["figure"]):
            yield stem(fold(unit)), match.start(), match.end("figure")


def _is_same(kind: str, own: str, theirs: str) -> bool:
    if kind == _DATED:
        (mine,), (yours,) = find_event_dates(own, None), find_event_dates(theirs, None)
        return (mine.month, mine.day) == (yours.month, yours.day)
    return bool(find_quantities(own).stated & find_quantities(theirs).stated)


def drop_dates(text: str) -> str:
    """A text without the days that it writes out."""
    return _DATE.sub(" ", text)


def drop_speakers(text: str) -> str:
    """What a sentence gives as somebody's statement, without whose it is: "..., the council said."."""
    return _SPEAKERS.sub("", text)


def drop_negations(text: str) -> str:
    """A text without its plain negations: what "was not confirmed" denies."""
    plain = _NEGATION.sub(lambda match: "" if match["plain"] else match[0].replace(match["short"], ""), text)
    return _EMPTY_AUXILIARY.sub("", plain) if plain != text else text


def replace_opposites(one: str, other: str) -> Iterator[str]:
    """The first text with a word replaced by the opposite that the other has where the first has the word."""
    words, others = ({fold(match[0]) for match in _WORD.finditer(text)} for text in (one, other))
    for match in _WORD.finditer(one):
        for opposite in sorted(list_opposites(fold(match[0])) & others - words):
            if fold(match[0]) not in others:
                yield one[: match.start()] + opposite + one[match.end() :]
