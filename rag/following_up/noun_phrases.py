"""The noun phrases of a question: what "it" and "they" of the next one may stand for."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.following_up import lexicon
from rag.following_up.mentions import Kind, find_mentions
from rag.words import STOP_WORDS, fold

_TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|[^\W_](?:[\w’'.-]*[\w’'])?")
_ARTICLE = re.compile(r"^(?:an?|this|that|these|those)\s+(?=\w)", re.IGNORECASE)
_ADDITION = re.compile(rf"(?<=\w)\s(?:{'|'.join(sorted(lexicon.PREPOSITIONS | {'of'}))})\s")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s$")
_NOT_IN_NAMES = frozenset(
    """many much long old far often big large high exactly really yet still now today again currently happening new
    likely possible true there else name tell list explain describe ever never actually happen happened""".split()
)
_NEEDS_VERB = frozenset("do does did will would can could should may might must shall don doesn didn won".split())
# "Any support", "every ship": nothing that "it" could come back to.
_NO_ONE = frozenset(["any", "no", "some", "every", "each", "my", "your", "our"])
_BE = frozenset(["is", "are", "was", "were"])
# What stands bare behind these is a verb: "how can I manage my account".
_BEFORE_VERB = frozenset(["i", "you", "we", "he", "she", "they", "it", "who", "to"])
_ASKING = frozenset(["which", "what"])
_PLURALS = frozenset("people police men women children".split())
_DATES = lexicon.MONTHS | lexicon.DAYS | frozenset("year month week day weekend morning evening night".split())


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase as it can be put in another question; `head` is its folded main word.

    `is_asked`: what the question asks for ("which ship"). `is_behind`: a preposition stands before it.
    """

    text: str
    head: str
    is_asked: bool
    is_behind: bool

    @property
    def is_plural(self) -> bool:
        """Whether it looks like several."""
        return self.head in _PLURALS or (self.head.endswith("s") and not self.head.endswith(("ss", "us", "is")))

    @property
    def is_group(self) -> bool:
        """Whether it stands for people who act together."""
        if self.head in lexicon.GROUPS and not self.is_name:
            return True
        return any(each.kind in (Kind.COUNTRY, Kind.ORGANISATION) and self.is_name for each in find_mentions(self.text))

    @property
    def is_person(self) -> bool:
        """Whether one person is meant."""
        if self.head in lexicon.PERSON_NOUNS:
            return not self.is_plural
        return self.is_name and any(each.kind is Kind.PERSON for each in find_mentions(self.text))

    @property
    def is_name(self) -> bool:
        """Whether its main word is part of a name."""
        return _ADDITION.split(self.text)[0].split()[-1][:1].isupper()

    @property
    def is_date(self) -> bool:
        """Whether it names a time and nothing that happens."""
        return self.head in _DATES or self.head.isdigit()


@lru_cache(maxsize=256)
def find_noun_phrases(question: str) -> tuple[NounPhrase, ...]:
    """The noun phrases of a question, in order."""
    return tuple(_read(question))


def _read(question: str) -> Iterator[NounPhrase]:
    tokens = list(_TOKEN.finditer(question))
    position = 0
    while position < len(tokens):
        end = _find_end(question, tokens, position)
        if end == position:
            position += 1
            continue
        before = fold(tokens[position - 1][0]) if position else ""
        has_verb_behind = end < len(tokens) and fold(tokens[end][0]) in {"be", "have", "not"}
        needs_verb = before in _NEEDS_VERB and not has_verb_behind
        if needs_verb and _ends_in_verb(tokens, end):
            # "Will the strike on Skarholm end?": all that stands before the verb is the subject.
            words = tokens[position:-1]
        else:
            words = _cut_verb(tokens[position:end], before, needs_verb=needs_verb, goes_on=_goes_on(tokens, end))
        phrase = _make(question, words, before)
        if phrase:
            yield phrase
        # What the phrase was cut off before is the verb, and no noun.
        position = min(position + len(words) + 1, max(end, position + 1))


def _find_end(question: str, tokens: Sequence[re.Match[str]], start: int) -> int:
    """Where the run of nouns and adjectives from `start` ends; `start` itself where none begins."""
    end = start
    if fold(tokens[start][0]) in lexicon.DETERMINERS and not tokens[start][0].isupper():
        end += 1
    first = end
    while end < len(tokens):
        gap = question[tokens[end - 1].end() : tokens[end].start()] if end > start else ""
        word = tokens[end][0]
        joins = end > first and word == "of" and end + 1 < len(tokens) and "," not in gap
        if joins and (fold(tokens[end + 1][0]) in lexicon.DETERMINERS or _is_nominal(tokens[end + 1][0])):
            end += 2
            continue
        if not _is_nominal(word) or gap.strip():
            break
        end += 1
    return start if end == first else end


def _is_nominal(word: str) -> bool:
    folded = fold(_POSSESSIVE.sub("", word))
    if word.isupper() and len(word) > 1:
        return True
    no_noun = STOP_WORDS | lexicon.AUXILIARIES | lexicon.PREPOSITIONS | _NOT_IN_NAMES | {"and", "or"}
    return folded not in no_noun or (folded == "may" and word[0].isupper())


def _is_adjective(word: str) -> bool:
    return word.islower() and (
        word in lexicon.ADJECTIVES or word.endswith(("able", "ible", "ous", "ful", "less", "sive"))
    )


def _ends_in_verb(tokens: Sequence[re.Match[str]], end: int) -> bool:
    """Whether the verb comes last, after what a preposition adds to the subject."""
    last = tokens[-1][0]
    rest = [fold(token[0]) for token in tokens[end:-1]]
    is_one_addition = (
        bool(rest) and rest[0] in lexicon.PREPOSITIONS and len(rest) <= 4 and not set(rest) & lexicon.AUXILIARIES
    )
    return is_one_addition and last in lexicon.VERBS and rest[-1] not in lexicon.DETERMINERS | lexicon.PREPOSITIONS


def _goes_on(tokens: Sequence[re.Match[str]], end: int) -> bool:
    """Whether more of the clause than a preposition's follows."""
    return end < len(tokens) and fold(tokens[end][0]) in lexicon.DETERMINERS


def _cut_verb(words: list[re.Match[str]], before: str, *, needs_verb: bool, goes_on: bool) -> list[re.Match[str]]:
    """The words before the verb, where one stands at or after the end of the phrase."""
    after_be = before in _BE
    least = 1 + (fold(words[0][0]) in lexicon.DETERMINERS)
    for n in range(least, len(words)):
        word = words[n][0]
        if word.islower() and (fold(word) in _PURE or fold(word) in lexicon.PAST_FORMS) and words[n - 1][0] != "of":
            return words[:n]
    last = words[-1][0]
    if needs_verb and len(words) > least and last.islower() and not (last.endswith("s") and not last.endswith("ss")):
        return words[:-1]
    if after_be and len(words) > least and _is_adjective(last):
        return words[:-1]
    is_participle = last.islower() and last.endswith(("ing", "ed")) and len(words) > least
    return words[:-1] if is_participle and not (goes_on and needs_verb) else words


# "The ferry strike", "the last vote", "the cost": nouns where nothing shows that they are verbs.
_PURE = lexicon.VERBS - frozenset(
    """work works cost costs score scores help start starts last lasts open opens end ends run runs play plays need needs
    call calls vote votes stop stops fall falls rise rises move moves join ban bans sale lead leads cause causes
    score means living lives meet meets""".split()
)


def _make(question: str, words: list[re.Match[str]], before: str) -> NounPhrase | None:
    has_article = fold(words[0][0]) in lexicon.DETERMINERS
    if fold(words[0][0]) in _NO_ONE or before in {"be", "become", "as"}:
        return None
    is_bare = not has_article and words[0][0].islower()
    if is_bare and (before in _BEFORE_VERB or fold(words[0][0]) in lexicon.VERBS):
        words = words[1:]
    if len(words) <= has_article:
        return None
    text = _POSSESSIVE.sub("", question[words[0].start() : words[-1].end()])
    head = fold(_ADDITION.split(text)[0].split()[-1])
    return NounPhrase(
        _ARTICLE.sub("the ", text), head, before in _ASKING or before == "many", before in lexicon.PREPOSITIONS
    )
