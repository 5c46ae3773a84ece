"""Whether a source itself says what a sentence says: what is wanted, feared, asked or told to a machine is not said."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.conversation import Citation
from rag.verification.reading import read_words, stems_of

_SPEAKING = r"(?:say|tell|reply|respond|answer|write|state|claim|repeat|output|print|report|announce|declare)"
_MACHINE = r"(?:AI|A\.I\.|(?:AI |virtual )?assistants?|language models?|LLMs?|chatbots?|(?:search|answer) engines?)"
_ORDERS = r"(?:instructions?|rules?|prompts?|commands?|directions?|guidelines|orders|messages?)"
_TO_MACHINE = re.compile(
    rf"^\W*(?:please |now |important: )*(?:ignore|disregard|forget|override|bypass)\b[^.]{{0,40}}\b{_ORDERS}\b"
    r"|^\W*(?:system|assistant|developer|instructions?|prompt)(?: (?:message|prompt|note|override|update))?\s*:"
    rf"|\b(?:if|as|since|because) you are (?:an? |the )?(?:\w+ )?{_MACHINE}\b"
    rf"|^\W*you are (?:now )?(?:an? |the )(?:\w+ )?{_MACHINE}\b"
    rf"|^\W*(?:attention|note|message|dear|hey)\b[^.:]{{0,20}}\b{_MACHINE}\s*[:,]"
    r"|(?:^|[.!?)\]:] )(?:please |now |always |only )*(?:reply|respond|output|print)(?: only)?(?: that| with|:)(?= )"
    r"|<\|[a-z_]+\|>|\[/?INST\]|<</?SYS>>|^\W*#{2,}\s*(?:instruction|system|response)",
    re.IGNORECASE,
)
_QUOTED_START = re.compile(r"^\s*[“\"‘'«„]")
# An order is one also when no machine is named: nobody reports in the imperative. A frame ends where what it governs begins.
_ORDER = re.compile(
    rf"^\W*(?:please |now |then |always |only |just )*(?:{_SPEAKING}|pretend|imagine|suppose|assume)\b"
    rf"(?: (?:to )?(?:the |your |any |every )?(?:readers?|users?|people|everyone|them|him|her|me|us))?(?: only)?(?: with)?(?: that|:)? "
    rf"|^\W*(?:you|readers?|users?) (?:must|should|shall|have to|need to|are to|will) (?:always |only )?(?:{_SPEAKING}|pretend)\b(?: that|:)? "
    rf"|\b(?:and|then|to|must|should|shall|always|only) (?:{_SPEAKING}|pretend)(?: only| with)*(?: that|:) "
    r"|^.{0,40}\b(?:correct|right|only|true) answer\b[^.]{0,40}\bis(?: that)? ",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(
    r"\b(?:hop(?:es?|ed|ing)|fear(?:s|ed|ing)?|worr(?:y|ies|ied|ying)|doubt(?:s|ed|ing)?|wish(?:es|ed|ing)?|dream(?:s|ed|t)?"
    r"|pretend(?:s|ed|ing)?|imagin(?:es?|ed|ing)|suppos(?:es?|ing)|demand(?:s|ed|ing)?|propos(?:es?|ed|ing)"
    r"|recommend(?:s|ed|ing)?|request(?:s|ed|ing)?)(?: that)? "
    r"|\b(?:unless|lest|as if|as though|if only|in case|provided that) ",
    re.IGNORECASE,
)
_WANTED_OF = re.compile(
    r"\b(?:want(?:s|ed|ing)?|ask(?:s|ed|ing)?|urg(?:es?|ed|ing)|told|tell(?:s|ing)?|order(?:s|ed|ing)?|invit(?:es?|ed|ing)|beg(?:s|ged)?"
    r"|press(?:es|ed|ing)?|encourag(?:es?|ed|ing)|call(?:s|ed|ing)? (?:up)?on|call(?:s|ed|ing)? for|advis(?:es?|ed|ing)|instruct(?:s|ed|ing)?"
    r"|would like) (?=(?:[^\s,;:.]+ ){1,7}?(?:not )?to [a-z])",
    re.IGNORECASE,
)
_END = re.compile(
    r"[;:—.!?]|, (?:but|while|which|who|as|after|when|although|though|and (?:he|she|it|they|said))\b| but "
)
_QUESTION_END = re.compile(r"\?[”\"’')\]]*$")
# A sentence with one of these does not say flatly what a frame leaves open.
_OPEN_TOO = re.compile(
    r"\?|\b(?:may|might|could|would|should|must|shall|whether|if|unless|possibly|perhaps|want|wants|wanted|ask|asks|asked|urge|urges"
    r"|urged|told|tell|tells|order|orders|ordered|hope|hopes|hoped|hoping|fear|fears|feared|doubt|doubts|doubted|wish|wishes"
    r"|demand|demands|demanded|propos\w+|recommend\w*|request\w*|invit\w+|call\w*|seek\w*|sought|need\w*|press\w*|encourag\w+"
    r"|advis\w+|instruct\w*|expect\w*|concern\w*|worr\w+|prefer\w*|suggest\w*|plea\w*|appeal\w*|push\w*|pretend\w*|imagin\w+)\b",
    re.IGNORECASE,
)
_FEW = 2


@dataclass(frozen=True, slots=True)
class _Frame:
    """A stretch of a text that the text does not assert: the words of the frame, the stretch, and all the rest."""

    words: str
    inside: str
    outside: str
    is_order: bool = False


def addresses_machine(text: str) -> bool:
    """Whether a sentence speaks to a program that reads it, not to people; what somebody is quoted with does not."""
    return bool(_TO_MACHINE.search(text)) and not _QUOTED_START.match(text)


def check_asserted(sentence: str, citations: Sequence[Citation]) -> str | None:
    """Something told flatly that the cited words ask, want, fear, suppose, or order to be said.

    What one cited span leaves open another may assert.
    """
    frames = [list(_find_frames(citation.quote)) for citation in citations]
    if not any(frames):
        return None
    asserted: set[str] = set()
    for citation, found in zip(citations, frames, strict=True):
        asserted |= (
            frozenset.intersection(*(stems_of(frame.outside) for frame in found)) if found else stems_of(citation.quote)
        )
    own = {word.stem: word.is_name for word in read_words(sentence) if word.is_content}
    for frame in (frame for found in frames for frame in found):
        open_ = stems_of(frame.inside) - asserted
        held = {stem for stem in own if stem in open_}
        if len(held) < _FEW or all(own[stem] for stem in held) or _keeps_open(sentence, frame, own):
            continue
        return "The cited words do not say this; they ask for it or leave it open."
    return None


def _keeps_open(sentence: str, frame: _Frame, own: dict[str, bool]) -> bool:
    framing = {word.stem for word in read_words(frame.words) if word.is_content}
    # To tell what somebody was ordered to say, a sentence has to speak of the order.
    return bool(framing & own.keys()) or (not frame.is_order and bool(_OPEN_TOO.search(sentence)))


@lru_cache(maxsize=4_096)
def _find_frames(text: str) -> tuple[_Frame, ...]:
    return tuple(_list_frames(text))


def _list_frames(text: str) -> Iterator[_Frame]:
    if _QUESTION_END.search(text):
        yield _Frame("", text, "")
        return
    if addresses_machine(text):
        match = _ORDER.search(text)
        cut = match.end() if match else 0
        yield _Frame(text[:cut], text[cut:], "", is_order=True)
        return
    order = None if _QUOTED_START.match(text) else _ORDER.match(text)
    if order:
        yield _Frame(order[0], text[order.end() :], "", is_order=True)
        return
    for pattern in (_LEFT_OPEN, _WANTED_OF):
        for match in pattern.finditer(text):
            end = _END.search(text, match.end())
            stop = end.start() if end else len(text)
            yield _Frame(match[0], text[match.end() : stop], f"{text[: match.start()]} {text[stop:]}")
