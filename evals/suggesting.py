"""Cases drafted by the language model from passages of the library, each checked before anybody sees it."""

import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from evals.locating import find_words
from evals.metrics import holds, normalise
from index.articles import Article, Passage
from rag.language_model import LanguageModel, Message
from rag.prompting import fill_prompt
from rag.quoting import shorten

_MAX_TOKENS = 200
_LINE = re.compile(r"^\W*(QUESTION|ANSWER|QUOTE)[*\s]*:[*\s]*(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_QUOTATION_MARKS = '“”„«»" '


@dataclass(frozen=True, slots=True)
class Draft:
    """A question with its answer and the words of the article that give it, which stand in it exactly."""

    question: str
    answer: str
    quote: str
    article: Article


class DraftError(Exception):
    """What a model wrote is no draft; the text is a clause that says why."""


def draft_cases(
    model: LanguageModel,
    passages: Iterable[tuple[Article, Passage]],
    known: Iterable[str],
    on_refused: Callable[[str], None],
) -> Iterator[Draft]:
    """Ask the model for one draft a passage and give those that hold; `on_refused` hears why another is not offered.

    `known` are the questions that the set has already.

    Raises:
        LanguageModelError: the model gave no answer.
    """
    asked = {normalise(question) for question in known}
    for article, passage in passages:
        try:
            draft = read_draft(_ask(model, article, passage), article)
        except DraftError as problem:
            on_refused(str(problem))
            continue
        if normalise(draft.question) in asked:
            on_refused("it is in the set already")
            continue
        asked.add(normalise(draft.question))
        yield draft


def read_draft(text: str, article: Article) -> Draft:
    """What a model wrote -> a draft whose quote stands in the article and holds the answer.

    Raises:
        DraftError: it does not.
    """
    fields = {name.upper(): value for name, value in _LINE.findall(text)}
    if set(fields) != {"QUESTION", "ANSWER", "QUOTE"}:
        raise DraftError("the model did not write question, answer and quote")
    words = fields["QUOTE"].strip(_QUOTATION_MARKS)
    spans = list(find_words(words, article.text)) if len(words.split()) > 1 else []
    if not spans:
        raise DraftError("its quote does not stand in the article")
    quote = article.quote(spans[0])
    answer = fields["ANSWER"].strip(_QUOTATION_MARKS).removesuffix(".")
    if not holds(quote, answer):
        raise DraftError("its answer does not stand in its quote")
    return Draft(fields["QUESTION"], answer, quote, article)


def describe_refusals(reasons: Counter[str]) -> str:
    """How many drafts were not offered, and why, as one sentence."""
    listed = "; ".join(f"{count} because {reason}" for reason, count in reasons.most_common())
    return f"{reasons.total()} drafts were not offered: {listed}."


def _ask(model: LanguageModel, article: Article, passage: Passage) -> str:
    # A tag that no article can know: text in the passage cannot pretend that it has ended.
    filled = fill_prompt(
        "passage",
        room="evals",
        tag=secrets.token_hex(3),
        title=shorten(article.title or article.file, 20),
        passage=article.body(passage),
    )
    messages = [Message("system", fill_prompt("drafting", room="evals")), Message("user", filled)]
    return "".join(model.stream(messages, _MAX_TOKENS))
