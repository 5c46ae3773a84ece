"""An answer that somebody judged, with one click, as a case of a question set."""

from collections.abc import Callable, Sequence, Set
from typing import Literal

from evals.case_dialogue import propose_id
from evals.cases import Case
from evals.gold import ArticleIndex, Evidence, Reference, locate
from evals.locating import name_article
from index.articles import Article
from rag.conversation import Answer, Status, Turn

Thumb = Literal["up", "down"]
TAGS: dict[Thumb, str] = {"up": "thumbs-up", "down": "thumbs-down"}


def approve(answer: Answer, history: Sequence[Turn], gold: Sequence[Evidence], taken: Set[str]) -> Case:
    """A right answer: what it cites is the evidence that is needed, its status the one that is expected."""
    return Case(
        propose_id(answer.question, taken),
        answer.question,
        history=tuple(history),
        expected=(answer.status,),
        gold=tuple(gold),
        tags=(TAGS["up"],),
    )


def object_to(answer: Answer, history: Sequence[Turn], taken: Set[str], *, right: str, should_refuse: bool) -> Case:
    """A wrong answer; `right` is what a right one says, empty when nobody told; `should_refuse`: there is no right one."""
    return Case(
        propose_id(answer.question, taken),
        answer.question,
        history=tuple(history),
        answers=(right,) if right and not should_refuse else (),
        expected=(Status.REFUSED,) if should_refuse else (),
        tags=(TAGS["down"],),
    )


def cite_as_gold(
    answer: Answer, article_of: Callable[[str], Article], index: ArticleIndex | None
) -> tuple[Evidence, ...]:
    """What an answer cites as gold evidence, every quote of it known to stand in its article word for word.

    Articles are named as people name them where `index`, of the whole library, tells that the name is theirs alone; without
    one by their ids.

    Raises:
        ArticleNotFoundError: an article is gone.
        WrongLibraryError: an article was corrected since, and the quote stands in it no more; the text is a clause.
    """
    if answer.status is Status.REFUSED:
        return ()
    cited = list(dict.fromkeys((one.article_id, one.quote) for one in answer.citations))
    articles = {id_: article_of(id_) for id_, _ in cited}
    known = index or ArticleIndex(articles.values(), {})
    gold = tuple(Evidence(_name(articles[id_], index), quote=quote) for id_, quote in cited)
    locate(gold, known)
    return gold


def _name(article: Article, index: ArticleIndex | None) -> Reference:
    return name_article(article, index) if index else Reference("id", article.id)
