"""People whom an article introduces by what they are, and the sentences in which they speak."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.articles import Article, Role, Sentence
from rag.attribution import reports_speech

_SCHOLARS = (
    "experts?|analysts?|professors?|economists?|researchers?|scholars?|historians?|scientists?|lecturers?|fellows?|academics?"
    "|specialists?|strategists?|secretary general|political scientists?|commentators?"
)
_OFFICIALS = (
    "ministers?|spokes(?:man|woman|person|people)|(?:press )?secretar(?:y|ies)(?! general)|presidents?|officials?|diplomats?"
    "|ambassadors?|senators?|governors?|mayors?|chancellors?|commissioners?|councillors?|envoys?|lawmakers?|chiefs?"
)
_WITNESSES = "witness(?:es)?|residents?|survivors?|neighbou?rs?|passengers?|villagers?|bystanders?"
_BUSINESS = "executives?|chief executives?|managers?|directors?|chair(?:man|woman|men)|founders?|investors?|owners?"
ROLES = (_SCHOLARS, _OFFICIALS, _WITNESSES, _BUSINESS)
_NAME = r"[A-Z][\w’'-]+(?: [A-Z]\.)?(?: [A-Z][\w’'-]+){1,2}"
_HE_SAID = re.compile(
    r"\b(?:he|she)\b|^[“\"]|\bthe (?:expert|analyst|professor|official|spokes\w+|minister)\b", re.IGNORECASE
)
_AGREES = re.compile(
    r"\b(?:agreed|said|says|told|described|warned|argued|noted|added|according|view|believes?|thinks?|expects?)\b"
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody introduced in an article, by full name, and the sentences that give what they say, in order."""

    name: str
    article: Article
    said: tuple[Sentence, ...]


def find_role(word: str) -> str | None:
    """The pattern of the roles that a word of a question asks for: "experts" -> professors, analysts and their like."""
    return next((pattern for pattern in ROLES if re.fullmatch(pattern, word, re.IGNORECASE)), None)


def list_people(article: Article, role: str) -> list[Person]:
    """The people whom an article introduces with such a role and who say something in it, in order."""
    body = [sentence for sentence in article.sentences if sentence.role is Role.BODY]
    introduced = re.compile(
        rf"(?P<name>{_NAME}), (?:an? |the |[a-z-]+ )?(?:[^,.;]{{0,60}}\b)?(?:{role})\b"
        rf"|\b(?:{role})\s(?P<named>{_NAME})"
    )
    names: dict[str, str] = {}
    for sentence in body:
        for match in introduced.finditer(article.quote(sentence)):
            name = match["name"] or match["named"]
            names.setdefault(name.split()[-1], name)
            names.setdefault(name.split()[0], name)
    said: dict[str, list[Sentence]] = {}
    for name, sentence in _give_sentences(article, body, names):
        said.setdefault(name, []).append(sentence)
    return [Person(name, article, tuple(sentences)) for name, sentences in said.items()]


def _give_sentences(
    article: Article, body: Sequence[Sentence], names: dict[str, str]
) -> Iterator[tuple[str, Sentence]]:
    """Each sentence with the person who speaks in it: named there, or gone on with from the one before."""
    speaking: str | None = None
    for sentence in body:
        text = article.quote(sentence)
        capitals = re.findall(r"[A-Z][\w-]+", text)
        named = next((names[word] for word in capitals if word in names), None)
        if named and (_AGREES.search(text) or reports_speech(text)):
            speaking = named
        elif not (speaking and _HE_SAID.search(text)):
            speaking = None
        if speaking:
            yield speaking, sentence
