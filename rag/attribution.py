"""Whether a text speaks in its own voice or gives somebody's words."""

import re

# Verbs that hand a statement to somebody, in the forms that news use; "according to" and its like.
_SAYING = (
    r"(?:sa(?:id|ys?|ying)|t(?:old|ells?)|stress(?:ed|es)|argu(?:ed|es)|claim(?:ed|s)|add(?:ed|s)|stat(?:ed|es)|announc(?:ed|es)"
    r"|describ(?:ed|es)|characteri[sz](?:ed|es)|pointed out|points out|wr(?:ote|ites)|report(?:ed|s)|warn(?:ed|s)|insist(?:ed|s)"
    r"|believ(?:ed|es)|thinks?|thought|agree[ds]|den(?:ied|ies)|explain(?:ed|s)|not(?:ed|es)|suggest(?:ed|s)|summari[sz](?:ed|es)"
    r"|conclud(?:ed|es)|call(?:ed|s)|see(?:s|n)?|expect(?:ed|s)|promis(?:ed|es)|accus(?:ed|es)|confirm(?:ed|s)|emphasi[sz](?:ed|es)"
    r"|underlin(?:ed|es)|acknowledg(?:ed|es)|admit(?:ted|s)|asked|replied|comment(?:ed|s)|urg(?:ed|es)|declar(?:ed|es))"
)
_ATTRIBUTES = re.compile(
    rf"\b(?:according to|in the (?:view|opinion|words) of|from the point of view of|{_SAYING})\b", re.IGNORECASE
)
# Of these the subject itself stands behind what is said: a plan is not a report of words.
_SPEECH = re.compile(
    r"\b(?:according to|in the (?:view|opinion|words) of|from the point of view of|sa(?:id|ys)|told|stressed|argued|claimed|added"
    r"|stated|pointed out|wrote|insisted|summari[sz]ed|noted|explained|suggested|warned)\b",
    re.IGNORECASE,
)


_SPEAKER = re.compile(
    r"(?:\bAccording to (?:the )?(?P<source>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)*)"
    r"|^(?P<subject>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)*) (?:said|says|told|stressed|argued|claimed|added|stated|wrote|noted|warned"
    r"|expects|expected|believes|thinks|described|characteri[sz]ed|insisted|explained|suggested|confirmed)\b)"
)


def find_speaker(text: str) -> str | None:
    """The name to whom a sentence gives its statement ("According to Politico, ...", "Zhao Lijian said ..."), or None."""
    match = _SPEAKER.search(text)
    return (match["source"] or match["subject"]) if match else None


def is_attributed(text: str) -> bool:
    """Whether a text names someone or something as the source of what it says, in any of the usual ways."""
    return bool(_ATTRIBUTES.search(text)) or "“" in text or '"' in text


def reports_speech(text: str) -> bool:
    """Whether a text gives a statement as somebody's, not as its own."""
    return bool(_SPEECH.search(text))
