"""What the chain knows of a language model: messages go in, the answer's text comes out piece by piece."""

import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from index.errors import LanguageModelError
from rag.halting import Halt


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


class LanguageModel(Protocol):
    """Writes an answer to messages."""

    @property
    def name(self) -> str:
        """The name that the answer and the window give."""
        ...

    @property
    def evidence_tokens(self) -> int:
        """How many tokens of evidence it can read in reasonable time."""
        ...

    def stream(
        self, messages: Sequence[Message], max_tokens: int, halt: Halt | None = None
    ) -> Generator[str, None, None]:
        """Write the answer: pieces of text that join without separators, none of them empty.

        Nothing is asked of the model before the first piece is. Closing the generator ends the model's work; while a piece
        is waited for, which may be long for the first, `halt` ends it from another thread.

        Raises:
            HaltedError: `halt` was called.
            AnswerCutOffError: some pieces came, then no more, and the answer is not complete.
            LanguageModelError: there is no answer, and no piece came.
        """
        ...


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds: `idle` between two pieces of text, `total` for all of it, retries included."""

    connect: float = 5.0
    first_token: float = 60.0
    idle: float = 30.0
    total: float = 180.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model speaks chat completions.

    `title` names it in sentences for the person; empty, it is made of model and host. `remedy` is what the person
    can do about a failure, an imperative without a full stop, for an endpoint that they did not set up themselves.
    `uses_proxy` says whether the system's proxy settings apply.
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    title: str = ""
    remedy: str = ""
    uses_proxy: bool = True


class ScriptedModel:
    """A model that says what it was told to say, in order, and remembers what it was asked."""

    def __init__(
        self,
        replies: Sequence[str],
        delay: float = 0.0,
        *,
        error: LanguageModelError | None = None,
        error_after: int = 0,
        name: str = "scripted",
        evidence_tokens: int = 3000,
    ) -> None:
        """Prepare one reply for each call of `stream`.

        Args:
            replies: what to say; a call too many is a LanguageModelError.
            delay: seconds before each word.
            error: raised in every reply after `error_after` words.
            error_after: how many words come before the error.
            name: what it is called.
            evidence_tokens: how much evidence it asks for.
        """
        self.name = name
        self.evidence_tokens = evidence_tokens
        self.asked: list[tuple[Message, ...]] = []
        self.closed_early = 0
        self._replies = list(replies)
        self._delay = delay
        self._error = error
        self._error_after = error_after

    def stream(
        self, messages: Sequence[Message], max_tokens: int, halt: Halt | None = None
    ) -> Generator[str, None, None]:
        """Say the next reply, a word at a time; `max_tokens` counts words and does not cut, and no word is long."""
        del max_tokens, halt
        self.asked.append(tuple(messages))
        if len(self.asked) > len(self._replies):
            raise LanguageModelError("The scripted model has no reply left; give it one for each question.")
        return self._say(self._replies[len(self.asked) - 1])

    def _say(self, reply: str) -> Generator[str, None, None]:
        words = reply.split(" ")
        try:
            for n, word in enumerate(words):
                if self._error is not None and n == self._error_after:
                    raise self._error
                time.sleep(self._delay)
                yield word if n == 0 else f" {word}"
            if self._error is not None and self._error_after >= len(words):
                raise self._error
        except GeneratorExit:
            self.closed_early += 1
            raise
