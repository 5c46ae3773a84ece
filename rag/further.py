"""What else could be asked after an answer: questions about what the same articles hold beside it."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import chain, zip_longest

from index.articles import Article, Role, Sentence
from rag.conversation import Answer
from rag.forms.people import ROLES, list_people
from rag.names import find_names, known_words
from rag.words import fold

# What every other sentence names is the matter itself.
_MATTER_SHARE = 0.25
_LONGEST_NAME = 5
# Not "the Biden administration", of which only the half is a name, nor the beginning of "U.S.".
_WRITTEN = re.compile(
    r"(?<=[a-z,] )(?<!the )[A-Z][\w’-]+(?: (?:of|for) (?:the )?[A-Z][\w’-]+| [A-Z][\w’-]+)*(?![\w’]|\.[A-Z])"
    r"|(?<=[a-z,] )the [A-Z][\w’-]+(?: (?:of|for) (?:the )?[A-Z][\w’-]+| [A-Z][\w’-]+)+(?![\w’]|\.[A-Z])"
)


def propose_questions(articles: Sequence[Article], answer: Answer, asked: Collection[str]) -> Iterator[str]:
    """Questions in the order in which they are worth trying, none of those asked already; whether they can be answered is open.

    They ask what a person said of whom the answer quotes nothing, and for names that neither question nor answer holds.
    """
    rest = {article.id: _list_uncited(article, answer) for article in articles}
    people = [f"What did {name} say?" for name in _list_speakers(articles, rest)]
    names = [f"What do the articles say about {name}?" for name in _list_names(articles, rest, answer)]
    known = {fold(question) for question in asked}
    for question in chain.from_iterable(zip_longest(people, names)):
        if question and fold(question) not in known:
            yield question


def _list_uncited(article: Article, answer: Answer) -> list[Sentence]:
    cited = {citation.start for citation in answer.citations if citation.article_id == article.id}
    return [each for each in article.sentences if each.role is Role.BODY and each.start not in cited]


def _list_speakers(articles: Sequence[Article], rest: dict[str, list[Sentence]]) -> list[str]:
    """Whoever says something in these articles of which nothing is cited, who says most first."""
    said: Counter[str] = Counter()
    for article in articles:
        uncited = {sentence.start for sentence in rest[article.id]}
        for person in list_people(article, "|".join(ROLES)):
            if all(sentence.start in uncited for sentence in person.said):
                said[person.name] += len(person.said)
    return [name for name, _ in said.most_common()]


def _list_names(articles: Sequence[Article], rest: dict[str, list[Sentence]], answer: Answer) -> list[str]:
    """Names that the articles hold and neither question nor answer does, those of several words and mentioned often first."""
    known = known_words([answer.standalone_question, answer.text])
    people = {
        word for article in articles for one in list_people(article, "|".join(ROLES)) for word in one.name.split()
    }
    counts: Counter[str] = Counter()
    sentences = 0
    for article in articles:
        for sentence in rest[article.id]:
            sentences += 1
            counts.update({written for written in _find_written(article.quote(sentence)) if written.isprintable()})
    at_most = max(2, _MATTER_SHARE * sentences)
    chosen = [
        name
        for name, count in counts.items()
        if count <= at_most
        and not people & set(name.split())
        and not any(one.word in known for one in find_names(name))
    ]
    return sorted(chosen, key=lambda name: (" " not in name, -counts[name], name))


def _find_written(text: str) -> Iterator[str]:
    """Names as they are written, "Consulate General of the PRC" whole; what only its place capitalises is none."""
    for match in _WRITTEN.finditer(text):
        words = [word for word in match[0].split() if word[0].isupper()]
        if len(words) <= _LONGEST_NAME and len(find_names(match[0])) == len(words):
            yield match[0]
