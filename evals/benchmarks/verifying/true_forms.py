"""Ways to say truly what a sentence says, as a language model would."""

import re
from collections.abc import Iterator

from evals.benchmarks.verifying.lexicon import FIRST_NAMES
from evals.benchmarks.verifying.pairs import MARKS, Drawn, Statement, is_outside_quotes, lower_first, replace_match
from evals.benchmarks.verifying.people import find_people

_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(_MONTHS)
_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
_VALUE = {word: number for number, word in enumerate(_NUMBERS, 2)}
_FIRST_PERSON = re.compile(r"\b(?:I|I['’]\w+|me|my|we|we['’]\w+|us|our|ours|you|your|you['’]\w+)\b")
_SAYS = re.compile(r"\b(?:said|says|told|added|wrote|according to)\b")
_LEAD = re.compile(
    r"^(?:In|On|At|During|Since|Over|After|Before|Despite|Following|Earlier|Meanwhile|However|Last|Still|Also|Instead)\b"
    r"[^,“”\"]{0,60}, (?=[a-z]|[A-Z])"
)
_TRAILING = re.compile(r", (?:which|who|while|where|whose|as well as|including|such as) [^,“”\"]{10,90}(?=\.$)")
_AFTER = re.compile(r",? (?:after|when|during|following) [^,“”\"]{10,70}(?=\.$)")
_ASIDE = re.compile(r" \([^()]{3,60}\)")
_MIN_LEFT = 6
_COMBINED = 0.9
_SAID = re.compile(r"\bsaid\b(?! to\b)(?= (?:that|the|it|he|she|they|there|a|in a statement)\b|[.,:]|$)")
_PLAIN = re.compile(rf"[^{MARKS}]+")


def make_true(drawn: Drawn) -> Iterator[Statement]:
    """Every true statement that can be made of the sentence."""
    text = drawn.text
    yield Statement("as written", text)
    for kind, changed in (
        ("without quotation marks", _unquote(text)),
        ("shortened: leading words", _drop_lead(text)),
        ("shortened: clause", _drop_clause(text)),
        ("shortened: parenthesis", _outside(_ASIDE.pattern, "", text)),
        (
            "by the outlet",
            f"According to {drawn.article.outlet}, {lower_first(text, drawn.article)}"
            if drawn.article.outlet
            else text,
        ),
        ("date spelt otherwise", _respell_dates(text)),
        ("number spelt otherwise", _respell_numbers(text)),
        ("percent sign", _respell_percent(text)),
        ("verb of saying", _change_saying(text)),
        ("in quotation marks", f"“{text}”" if _PLAIN.fullmatch(text) else text),
        ("contraction", _outside(r"\b(did|is|was|were|does|has|have|are|would|could) not\b", r"\1n’t", text)),
    ):
        if changed != text and len(changed.split()) >= _MIN_LEFT:
            yield Statement(kind, changed)
    yield from _combine(drawn)
    yield from _merge(drawn)
    yield from _name_pronoun(drawn)
    yield from _name_speaker(drawn)


def _combine(drawn: Drawn) -> Iterator[Statement]:
    """All that shortens the sentence and spells it otherwise, at once."""
    text = drawn.text
    for change in (
        _drop_lead,
        _drop_clause,
        _respell_dates,
        _respell_numbers,
        _respell_percent,
        _change_saying,
        _unquote,
    ):
        text = change(text)
    text = _outside(_ASIDE.pattern, "", text)
    if len(text.split()) >= _MIN_LEFT and len(text) < _COMBINED * len(drawn.text):
        yield Statement("several of these at once", text)


def _unquote(text: str) -> str:
    if not _SAYS.search(text) or _FIRST_PERSON.search(text):
        return text
    return re.sub(r"[“”\"]", "", text)


def _drop_lead(text: str) -> str:
    match = _LEAD.match(text)
    rest = text[match.end() :] if match else text
    # "After leaving, he won" stands without its beginning; "In 2020, 2021 and 2022, ..." does not.
    if not match or re.match(r"(?:and|or|but|\d|including|such)\b", rest) or " and " in match[0]:
        return text
    return rest[0].upper() + rest[1:]


def _drop_clause(text: str) -> str:
    match = _TRAILING.search(text) or _AFTER.search(text)
    if not match or _SAYS.search(match[0]) or not is_outside_quotes(text, match.start()):
        return text
    return replace_match(text, match, "")


def _respell_dates(text: str) -> str:
    for match in re.finditer(rf"\b({_MONTH}) (\d{{1,2}}), (\d{{4}})\b", text):
        if is_outside_quotes(text, match.start()):
            day = f"{match[3]}-{_MONTHS.index(match[1]) + 1:02}-{int(match[2]):02}"
            return replace_match(text, match, day)
    return _outside(rf"\b({_MONTH}) (\d{{1,2}})\b(?!,? \d)", r"\2 \1", text)


def _respell_numbers(text: str) -> str:
    match = re.search(r"(?<![\w.,$£€-])(\d+(?:\.\d+)?) (million|billion)\b", text)
    if match and is_outside_quotes(text, match.start()):
        scale = 10**6 if match[2] == "million" else 10**9
        return replace_match(text, match, f"{round(float(match[1]) * scale):,}")
    match = re.search(rf"\b({'|'.join(_NUMBERS)})(?=[ -][a-z])", text)
    if match and is_outside_quotes(text, match.start()):
        return replace_match(text, match, str(_VALUE[match[1]]))
    match = re.search(r"(?<![\w.,$£€:-])(?<!No\. )([2-9]|1[0-2])(?= [a-z]+s\b)", text)
    if match and is_outside_quotes(text, match.start()):
        return replace_match(text, match, _NUMBERS[int(match[1]) - 2])
    return text


def _respell_percent(text: str) -> str:
    if re.search(r"\d ?%", text):
        return _outside(r"(\d) ?%(?! ?\w*-)", r"\1 percent", text)
    return _outside(r"(\d) per ?cent\b", r"\1%", text)


def _outside(pattern: str, by: str, text: str) -> str:
    return re.sub(pattern, lambda found: found.expand(by) if is_outside_quotes(text, found.start()) else found[0], text)


def _change_saying(text: str) -> str:
    match = _SAID.search(text)
    if not match or not is_outside_quotes(text, match.start()):
        return text
    before = text[: match.start()].rstrip()
    return replace_match(text, match, "told reporters" if before and before[-1] not in ',”"' else "stated")


def _merge(drawn: Drawn) -> Iterator[Statement]:
    first, second = drawn.text, drawn.read(1)
    if not drawn.is_beside(1) or not all(_PLAIN.fullmatch(each) and each.endswith(".") for each in (first, second)):
        return
    if len(second.split()) < _MIN_LEFT or re.match(r"(?:But|And|Or|So|However|Also|Still|Yet)\b", second):
        return
    yield Statement("two sentences merged", f"{first[:-1]}, and {lower_first(second, drawn.article)}", (0, 1))


def _name_pronoun(drawn: Drawn) -> Iterator[Statement]:
    match = re.match(r"(?:He|She) (?=[a-z])", drawn.text)
    people = find_people(drawn.read(-1)) if drawn.is_beside(-1) else []
    if match and len(people) == 1 and not _names_others(drawn.read(-1), people[0]):
        yield Statement("name for a pronoun", f"{people[0].split()[-1]} {drawn.text[match.end() :]}")
        yield Statement("name for a pronoun", f"{people[0]} {drawn.text[match.end() :]}")


def _name_speaker(drawn: Drawn) -> Iterator[Statement]:
    """A sentence that is a quotation and nothing else, after one in the same paragraph that tells who speaks."""
    quotation = re.fullmatch(r"[“\"]?([^“”\"]+)[”\"]?", drawn.text)
    told = re.search(r"[,.?!][”\"] ((?:[A-Z][\w’'-]+ ?){1,3}) (?:said|added)\.$", drawn.read(-1))
    if quotation and drawn.text[0] + drawn.text[-1] in ("““", "“”", '""', "“.") and told and drawn.is_beside(-1):
        yield Statement("speaker of the sentence before", f"{told[1]} said: “{quotation[1]}”")


def _names_others(text: str, person: str) -> bool:
    """Whether capitalised words follow each other elsewhere: that may be another person."""
    rest = text.replace(person, "")
    return bool(re.search(r"\b[A-Z][a-z]+ [A-Z][a-z]+", rest)) or any(name in rest.split() for name in FIRST_NAMES)
