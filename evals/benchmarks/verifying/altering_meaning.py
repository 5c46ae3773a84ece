"""True statements -> ones that deny, are surer, say the opposite, add something, or misquote."""

import re
from collections.abc import Iterator, Sequence

from evals.benchmarks.verifying.lexicon import OPPOSITES, OUTSIDE, UNTOLD_OPPOSITES
from evals.benchmarks.verifying.pairs import Dice, Drawn, Statement, has_word, is_outside_quotes, know, replace_match

_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|will|would|has|have|had|can|should)\b(?! (?:not|no|never|nothing|none|only|n[’'o]t)\b)(?=\s+[a-z])"
)
_DENIAL = re.compile(
    r"\b(?:is|are|was|were|will|would|has|have|had|can|could|should|do|does|did)( not|n[’']t)\b(?! (?:only|just))"
)
_NEVER = re.compile(r"\bnever ")
_NO = re.compile(r"\b(?:has|have|had|is|was|are|were|be|with|found|see|saw)( no) (?=[a-z])")
_HEDGES: tuple[tuple[str, str, str], ...] = (
    ("hedge removed", r"\b(?:may|might|could)\b(?! (?:not|have|be able)\b|[’'])(?= [a-z])", "will"),
    ("hedge removed", r"\b(?:is|are|was|were) (?:expected|likely|set|planning|scheduled) to\b", "will"),
    (
        "hedge removed",
        r"(?:(?<=\bhe )|(?<=\bit )|(?<=\bshe )|(?<=\bwho ))(?:plans|hopes|intends|aims|wants) to\b",
        "will",
    ),
    ("hedge removed", r"\b(?:reportedly|allegedly|possibly|probably|apparently|perhaps) (?=[a-z])", ""),
    ("hedge removed", r"\b(?:appears|seems) to be\b", "is"),
    ("hedge removed", r"\b(?:alleged|suspected|possible|potential) (?=[a-z])", ""),
    ("hedge raised", r"\b(?:may|might|could)\b(?! (?:not|have|be able)\b|[’'])(?= [a-z])", "is expected to"),
)
_ACCORDING = re.compile(r"^According to [^,“”\"]{3,60}, (?=\w)|, according to [^,“”\"]{3,60}(?=\.$)")
_SAID_THAT = re.compile(
    r"^[A-Z][^,“”\"]{2,40} (?:said|told reporters|stated|argued|claimed|warned) (?:that )?(?=[a-z])"
)
_SAID_AFTER = re.compile(r"^[“\"]([^“”\"]{25,})[,.]?[”\"],? [^“”\"]{0,80}\b(?:said|added)\b[^“”\"]{0,80}\.$")
_QUOTED = re.compile(r"[“\"]([^“”\"]{12,})[”\"]")
_CLAUSE = re.compile(r"((?:,? (?:because|after|which|who|while|although) )[a-z][^,“”\"]{20,80})\.$")
_WORD = re.compile(r"\b[a-z]{4,}\b")
_HOPED = re.compile(
    r"\b(?:hopes?|hoped|hoping|fears?|feared|worr(?:y|ies|ied)|doubts?|doubted|wish(?:es|ed)?|demands?|demanded|proposed|proposes"
    r"|recommends?|recommended|requested) that ([^,;:—“”\"]{12,})[.,]"
)
_ASKED_OF = re.compile(
    r"\b(?:wants?|wanted|asked|asks|urged|urges|told|ordered|orders|invited|begged|encouraged|advised|instructed) "
    r"((?!by\b|for\b|that\b)[^,;:—“”\"]{3,40}?) to ([a-z]+ [^,;:—“”\"]{8,})[.,]"
)
_FIRST_PERSON = re.compile(r"\b(?:I|me|my|we|us|our|you|your)\b")


def alter_meaning(drawn: Drawn, text: str, others: Sequence[Drawn], dice: Dice) -> Iterator[Statement]:
    """One statement of each kind that the text gives occasion for; `others` are sentences of other articles."""
    for kind, changed in (
        ("negation inserted", _deny(text)),
        ("negation removed", _affirm(text)),
        *((kind, _replace_outside(pattern, by, text)) for kind, pattern, by in _HEDGES),
        ("attribution removed", _tell_flatly(drawn.text)),
        ("left open, told as a fact", _tell_as_fact(drawn.text)),
        ("direction", _turn_word(OPPOSITES, drawn, text, dice)),
        ("direction, pairs untold", _turn_word(UNTOLD_OPPOSITES, drawn, text, dice)),
        ("outside fact, invented", _append(text, f", {dice.choose(OUTSIDE)}", drawn)),
        ("outside fact, of another article", _append_foreign(drawn, text, others, dice)),
        ("words of a quotation", _misquote(drawn, text, others, dice)),
    ):
        if changed and changed != text:
            yield Statement(kind, changed)


def _deny(text: str) -> str | None:
    match = next((each for each in _AUXILIARY.finditer(text) if is_outside_quotes(text, each.start())), None)
    return replace_match(text, match, f"{match[0]} not") if match and not _DENIAL.search(text) else None


def _affirm(text: str) -> str | None:
    for pattern, group in ((_DENIAL, 1), (_NEVER, 0), (_NO, 1)):
        match = pattern.search(text)
        if match and is_outside_quotes(text, match.start()) and len(list(pattern.finditer(text))) == 1:
            # "can’t" loses its ending, "won’t" would become another word.
            changed = text[: match.start(group)] + text[match.end(group) :]
            return None if re.search(r"\b(?:wo|ca)\b", changed) else changed
    return None


def _replace_outside(pattern: str, by: str, text: str) -> str | None:
    match = next((each for each in re.finditer(pattern, text) if is_outside_quotes(text, each.start())), None)
    if not match or re.search(r"\b(?:if|whether|unless)\b", text) or len(re.findall(pattern, text)) > 1:
        return None
    return replace_match(text, match, by)


def _tell_flatly(text: str) -> str | None:
    if match := _SAID_AFTER.match(text):
        return f"{match[1].rstrip(',.')}." if not _FIRST_PERSON.search(match[1]) else None
    match = _ACCORDING.search(text) or _SAID_THAT.match(text)
    if not match or re.search(r"[“”\"]|\b(?:said|told|according)\b", replace_match(text, match, "")):
        return None
    rest = replace_match(text, match, "")
    return rest[0].upper() + rest[1:]


def _tell_as_fact(text: str) -> str | None:
    """What is hoped, feared or demanded, or asked of somebody, as if it were so."""
    if (match := _HOPED.search(text)) and is_outside_quotes(text, match.start()):
        told = f"{match[1]}."
    elif (match := _ASKED_OF.search(text)) and is_outside_quotes(text, match.start()):
        told = f"{match[1]} did {match[2]}."
    else:
        return None
    is_plain = not _FIRST_PERSON.search(told) and not re.search(
        r"\b(?:not|would|could|should|may|might|them|it)\b", told
    )
    return told[0].upper() + told[1:] if is_plain else None


def _turn_word(pairs: str, drawn: Drawn, text: str, dice: Dice) -> str | None:
    known = know(drawn, (0, 1))
    found = []
    for pair in pairs.split("|"):
        one, other = pair.split()
        for word, opposite in ((one, other), (other, one)):
            if match := re.search(rf"\b{word}\b(?! ?(?:to|the|of)\b.*\b{opposite}\b)", text):
                found.append((match, opposite))
    fresh = [(match, by) for match, by in found if not has_word(by, known) and is_outside_quotes(text, match.start())]
    if not fresh:
        return None
    match, by = dice.choose(fresh)
    return replace_match(text, match, by)


def _append(text: str, clause: str, drawn: Drawn) -> str | None:
    if not text.endswith(".") or len(drawn.text.split()) > 35:
        return None
    return f"{text[:-1]}{clause}."


def _append_foreign(drawn: Drawn, text: str, others: Sequence[Drawn], dice: Dice) -> str | None:
    clauses = [match[1] for other in others if (match := _CLAUSE.search(other.text))]
    fresh = [each for each in clauses if sum(has_word(word, drawn.text) for word in _WORD.findall(each)) <= 1]
    return _append(text, dice.choose(fresh), drawn) if fresh else None


def _misquote(drawn: Drawn, text: str, others: Sequence[Drawn], dice: Dice) -> str | None:
    quoted = _QUOTED.search(text)
    words = list(_WORD.finditer(quoted[1])) if quoted else []
    foreign = [word for other in others for word in _WORD.findall(other.text) if not has_word(word, drawn.article.text)]
    if not quoted or len(words) < 2 or not foreign:
        return None
    match = dice.choose(words)
    return replace_match(
        text, quoted, f"{quoted[0][0]}{replace_match(quoted[1], match, dice.choose(foreign))}{quoted[0][-1]}"
    )
