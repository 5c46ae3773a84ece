"""Whether a text speaks in its own voice or gives somebody's words."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.names import aliases_of, find_names, normalise_phrases
from rag.words import content_words, find_tokens, fold, stem

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


# Verbs behind which, or before which, a speaker stands.
_SPEAKS = (
    r"(?:said|says|told|tells|added|adds|wrote|writes|stated|noted|warned|warns|explained|explains|argued|argues|claimed"
    r"|stressed|emphasi[sz]ed|underlined|underscored|insisted|insists|suggested|confirmed|announced|tweeted|testified|recalled|acknowledged|replied|remarked|declared"
    r"|concluded|commented|reported|characteri[sz]ed|described|(?:believes|thinks|expects|expected)(?= [a-z])"
    r"|(?:agree[ds]|admit(?:s|ted)|conceded|promise[ds]|pledge[ds]|vowed|predict(?:s|ed)|estimate[ds])(?= that\b))"
)
_ACCORDING = re.compile(r"\baccording to (?P<who>[^,.;:“”\"()]{2,90})", re.IGNORECASE)
# The words before the verb, back to a comma, a mark or a conjunction; what stands between two commas is said of a name before.
_BEFORE = re.compile(
    r"(?:(?P<name>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)*), (?P<aside>[^,;:“”\"]{2,200}), "
    r"|(?:^|[,;:“”\"()—–] ?|\b(?:and|but|while|as|that|because|when|where|though|although) )"
    rf"(?P<who>(?:(?!\b(?:and|but|while|as|that|because|when|where|though|although|which)\b)[^,;:“”\"()—–]){{2,60}}?) )"
    rf"(?:(?:also|then|later|earlier|has|have|had|reportedly|previously) )?(?P<verb>{_SPEAKS})\b(?! (?:by|to have|to be)\b)"
)
_BEHIND = re.compile(
    r"(?:[,.?!…][”\"’']*|[”\"]) (?:said|says|added|adds|wrote|writes|noted|explained|recalled|warned|according to)"
    r" (?P<who>[^,.;:“”\"()]{2,90})"
)
# ", said The Guardian": the speaker stands behind, and no weekday does.
_NAME_ONLY = re.compile(r" (?:[Tt]he )?(?!\w+day\b)[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*[.,]?$")
_CLAUSE = re.compile(
    r"[\w’'] (?:is|are|was|were|has|have|had|will|would|can|could|may|might|shall|should|must|did|does)\b"
)
_THINKS = re.compile(r"believes|thinks|expect")
# "has been announced", "to be declared", "not stated" tell of no speaker.
_BEFORE_PARTICIPLES = frozenset("is are was were be been being to not as".split())
_PRONOUNS = frozenset("he she they it who i we you".split())
# Who these are is not told by the word.
_UNNAMED = frozenset(
    "article articl report stori outlet sourc news new some other mani peopl offici expert state".split()
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """To whom a text gives a statement: as written, and the stems of the words that carry meaning.

    `is_named` when these tell one speaker from another, `is_pronoun` when a sentence before has to; `surname` is the
    stem of the last capitalised word, "" where there is none.
    """

    written: str
    stems: frozenset[str]
    is_pronoun: bool
    surname: str = ""

    @property
    def is_named(self) -> bool:
        """Whether there is a word that tells this speaker from others."""
        return bool(self.stems - _UNNAMED)


@lru_cache(maxsize=4_096)
def find_speakers(text: str) -> tuple[Speaker, ...]:
    """To whom a text gives its statements: "According to Politico, ...", "... , said Zhao Lijian", "The mayor warned ..."."""
    behind = [
        _to_speaker(match["who"])
        for pattern in (_ACCORDING, _BEHIND)
        for match in pattern.finditer(text)
        # "Chen, a lawyer, said Yang would come": what stands behind the verb is what Chen said.
        if pattern is _ACCORDING or not _CLAUSE.search(match["who"])
    ]
    # "Smith, a baker, said it is over": what stands behind the verb may as well be what was said.
    found = [speaker for speaker in behind if not speaker.is_pronoun]
    for match in _BEFORE.finditer(text):
        # Of a long subject the beginning names who speaks: "officials in the town of Hampton".
        who = f"{match['name']} {match['aside']}" if match["name"] else match["who"]
        speaker = _to_speaker(who)
        is_passive = who.split()[-1].lower() in _BEFORE_PARTICIPLES
        is_inverted = _NAME_ONLY.match(text, match.end()) and match["verb"] in (
            "said",
            "says",
            "wrote",
            "noted",
            "added",
        )
        # Anything may be expected or thought by no speaker at all: "Neither side expects results, he said."
        if (
            not is_passive
            and not is_inverted
            and (speaker.surname or speaker.is_pronoun or not _THINKS.match(match["verb"]))
        ):
            found.append(speaker)
    return tuple(speaker for speaker in found if speaker.stems or speaker.is_pronoun)


def _to_speaker(written: str) -> Speaker:
    text = normalise_phrases(written)
    words = frozenset(min(aliases_of(word)) for word in content_words(text))
    tokens = [fold(token) for token in find_tokens(text)]
    is_pronoun = bool(tokens) and tokens[0] in _PRONOUNS
    names = [name.written for name in find_names(text)]
    shown = " ".join(names) or written.strip()
    stems = frozenset() if is_pronoun else frozenset(map(stem, words | _expand(words)))
    return Speaker(shown, stems, is_pronoun, stem(fold(names[-1])) if names else "")


def _expand(words: frozenset[str]) -> frozenset[str]:
    return frozenset(alias for word in words for alias in aliases_of(word))


def speaks_in(name: str, text: str) -> bool:
    """Whether a name, as written, stands right beside a verb of speaking, or behind "according to"."""
    written = re.escape(name)
    verb = rf"(?:(?:also|has|had|have|later) )?(?:{_SPEAKS}|expects|sees|wants|plans)\b"
    return bool(
        re.search(
            rf"[Aa]ccording to (?:the )?{written}\b|\b{written}(?:, [^,;“”\"]{{2,80}})?,? {verb}|[,”\"] (?:said|says) {written}(?=[.,;]|$)",
            text,
        )
    )


def is_attributed(text: str) -> bool:
    """Whether a text names someone or something as the source of what it says, in any of the usual ways."""
    return bool(_ATTRIBUTES.search(text)) or "“" in text or '"' in text


def reports_speech(text: str) -> bool:
    """Whether a text gives a statement as somebody's, not as its own."""
    return bool(_SPEECH.search(text))
