"""Judges of citations: asked what ALCE asks of an entailment model, whether quotes support a statement."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from evals.metrics import is_citation_precise
from index.articles import Article
from rag.conversation import Citation, Verdict
from rag.language_model import LanguageModel, Message
from rag.prompting import fill_prompt
from rag.verifying import verify

_YES = re.compile(r"\W*yes\b", re.IGNORECASE)
_MAX_TOKENS = 8


class Judge(Protocol):
    """Says whether quotes support a statement; how often it is right is measured on labelled pairs."""

    @property
    def name(self) -> str:
        """The name under which its accuracy is recorded."""
        ...

    def supports(self, statement: str, citations: Sequence[Citation], articles: Mapping[str, Article]) -> bool:
        """Whether the citations' quotes together support the whole statement; `articles` are theirs, as far as known, by id."""
        ...


class VerifierJudge:
    """The program's own check of quotes, numbers, names and words: it reads no meanings."""

    name = "verifier"

    def supports(self, statement: str, citations: Sequence[Citation], articles: Mapping[str, Article]) -> bool:
        """Whether the verifier finds the statement supported; supported in part is not supported."""
        texts = [articles[id_] for id_ in dict.fromkeys(citation.article_id for citation in citations)]
        return bool(citations) and verify(statement, citations, texts).verdict is Verdict.SUPPORTED


class ModelJudge:
    """A language model, asked for yes or no."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._known: dict[tuple[str, ...], bool] = {}

    @property
    def name(self) -> str:
        """The name of the model."""
        return self._model.name

    def supports(self, statement: str, citations: Sequence[Citation], articles: Mapping[str, Article]) -> bool:
        """Whether the model's answer begins with yes; the same pair is asked once.

        Raises:
            LanguageModelError: the model gave no answer.
        """
        del articles
        if not citations:
            return False
        pair = (statement, *(citation.quote for citation in citations))
        if pair not in self._known:
            self._known[pair] = bool(_YES.match("".join(self._model.stream(_write_messages(*pair), _MAX_TOKENS))))
        return self._known[pair]


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a sentence's citations together support it, and of each of them whether it is precise, in their order."""

    is_supported: bool
    is_precise: tuple[bool, ...]


def judge_sentence(judge: Judge, sentence: str, cited: Sequence[Citation], articles: Mapping[str, Article]) -> Judged:
    """Judge one sentence of an answer by the citations it names; `articles` are theirs by id."""
    together = judge.supports(sentence, cited, articles)
    return Judged(together, tuple(together and _is_precise(judge, sentence, one, cited, articles) for one in cited))


def _is_precise(
    judge: Judge, sentence: str, one: Citation, cited: Sequence[Citation], articles: Mapping[str, Article]
) -> bool:
    others = [other for other in cited if other is not one]
    return is_citation_precise(
        together=True,
        alone=judge.supports(sentence, [one], articles),
        without=judge.supports(sentence, others, articles),
    )


def _write_messages(statement: str, *quotes: str) -> list[Message]:
    # A tag that no article can know: text in the evidence cannot pretend that the evidence has ended.
    filled = fill_prompt(
        "pair", room="evals", tag=secrets.token_hex(3), evidence="\n".join(quotes), statement=statement
    )
    return [Message("system", fill_prompt("judging", room="evals")), Message("user", filled)]
