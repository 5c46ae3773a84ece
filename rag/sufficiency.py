"""Whether a few sentences state what a question asks, as a small language model reads them.

A cross-encoder tells whether sentences are about the question; of questions that were written to look answerable it
notices few. A small model that writes an answer makes one of nearly anything. Asked for one word it tells more: how much
likelier YES is than NO is a number, and together with the cross-encoder's it is weighed (evals/README.md).
"""

import math
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from rag.halting import Halt
from rag.language_model import Message
from rag.learned import load_model
from rag.prompting import drop_template_tokens, fill_prompt, read_examples

# As many as are quoted; reading takes time.
_SENTENCES = 4
# Nothing is certain: the odds of 0 and of 1 have no logarithm.
_LEAST = 1e-6


@runtime_checkable
class WeighingModel(Protocol):
    """A language model that also tells how sure it is of a word."""

    def weigh_yes(self, messages: Sequence[Message], halt: Halt | None = None) -> float:
        """How much likelier YES is than NO as the next word: the natural logarithm of the odds.

        Raises:
            HaltedError: `halt` was called.
            LanguageModelError: there is no answer.
        """
        ...


def weigh_sufficiency(question: str, sentences: Sequence[str], model: WeighingModel, halt: Halt | None = None) -> float:
    """How much likelier it is that the sentences state what is asked than that they do not: log odds, as the model says.

    Raises:
        HaltedError: `halt` was called.
        LanguageModelError: there is no answer.
    """
    return model.weigh_yes(
        [*write_sufficiency_prefix(), _write_question(" ".join(sentences[:_SENTENCES]), question)], halt
    )


def combine(probability: float, read: float) -> float:
    """How likely the question is answered (0..1), of the same as the retriever estimates it, and of what was read (log odds)."""
    features = describe_sufficiency(probability, read)
    return float(
        load_model("answerable-read").probability({name: np.array([value]) for name, value in features.items()})[0]
    )


def describe_sufficiency(probability: float, read: float) -> dict[str, float]:
    """What `combine` weighs: both as log odds."""
    kept = min(max(probability, _LEAST), 1 - _LEAST)
    return {"estimate": math.log(kept / (1 - kept)), "read": read}


def write_sufficiency_prefix() -> list[Message]:
    """What every such prompt begins with: the rule, and examples of both answers."""
    messages = [Message("system", fill_prompt("sufficiency"))]
    for sentences, question, answer in read_examples("sufficiency-examples"):
        messages += [_write_question(sentences, question), Message("assistant", answer)]
    return messages


def _write_question(sentences: str, question: str) -> Message:
    read, asked = (drop_template_tokens(" ".join(text.split())) for text in (sentences, question))
    return Message("user", fill_prompt("sufficiency-question", sentences=read, question=asked))
