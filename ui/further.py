"""Questions to go on with after an answer: only those that the library was seen to answer with something new."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from index.articles import Article
from index.errors import ArticleNotFoundError, DatelineError
from rag.conversation import AS_SET, Answer, Answered, Manner, Status
from rag.further import propose_questions

if TYPE_CHECKING:
    from rag.assemble import Dateline

MOST_OFFERED = 3
_MOST_TRIED = 12
_ARTICLES_LOOKED_INTO = 4


def find_further(
    dateline: "Dateline", answer: Answer, asked: Sequence[str], manner: Manner = AS_SET, *, most: int = MOST_OFFERED
) -> list[str]:
    """Up to `most` questions that are answered in the articles' own words, each with words that the answer does not cite.

    `asked` are the questions of the conversation. Whoever asks meanwhile goes first: then there are fewer, or none.
    """
    articles = _cited_articles(dateline, answer)
    proposed = islice(propose_questions(articles, answer, asked), _MOST_TRIED)
    return list(islice(_keep_answered(dateline, answer, proposed, replace(manner, is_quoting=True)), most))


def _cited_articles(dateline: "Dateline", answer: Answer) -> list[Article]:
    ids = list(dict.fromkeys(citation.article_id for citation in answer.citations))
    found: list[Article] = []
    for article_id in ids[:_ARTICLES_LOOKED_INTO]:
        # It may have been removed since.
        with suppress(ArticleNotFoundError):
            found.append(dateline.article(article_id))
    return found


def _keep_answered(dateline: "Dateline", answer: Answer, questions: Iterator[str], manner: Manner) -> Iterator[str]:
    told = {(citation.article_id, citation.start) for citation in answer.citations}
    for question in questions:
        if dateline.is_busy():
            return
        try:
            *_, last = dateline.ask(question, manner=manner)
        except DatelineError:
            return
        if not isinstance(last, Answered) or last.answer.status is not Status.ANSWERED:
            continue
        cited = {(citation.article_id, citation.start) for citation in last.answer.citations}
        if cited - told:
            # Two questions with the same answer are one too many.
            told |= cited
            yield question
