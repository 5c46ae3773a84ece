"""Who speaks in a sentence."""

from rag.attribution import Speaker, find_speakers
from rag.evidence import EvidenceSentence
from rag.forms.stances import read_before


def name_voice(found: EvidenceSentence) -> str:
    """A word for who speaks: the speaker that the sentence names, or that the one before a quotation does, else the article."""
    before = read_before(found) if any(mark in found.text for mark in '“”"') else ""
    for text in (found.text, before):
        speaker = _first_named(text)
        if speaker:
            return speaker.surname or " ".join(sorted(speaker.stems))
    return found.article.id


def _first_named(text: str) -> Speaker | None:
    return next((speaker for speaker in find_speakers(text) if speaker.is_named), None)
