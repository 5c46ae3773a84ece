"""Who speaks in a sentence."""

from rag.attribution import Speaker, find_speakers
from rag.evidence import EvidenceSentence
from rag.forms.stances import read_before


def name_voice(found: EvidenceSentence) -> str:
    """A word for who speaks: the speaker that the sentence names, or that the one before a quotation does, else the article."""
    speaker = find_voice(found)
    return (speaker.surname or " ".join(sorted(speaker.stems))) if speaker else found.article.id


def find_voice(found: EvidenceSentence) -> Speaker | None:
    """The speaker that a sentence names, or that the one before a quotation does; None where it is the article's own."""
    before = read_before(found) if any(mark in found.text for mark in '“”"') else ""
    return next((speaker for text in (found.text, before) if (speaker := _first_named(text))), None)


def _first_named(text: str) -> Speaker | None:
    return next((speaker for speaker in find_speakers(text) if speaker.is_named), None)
