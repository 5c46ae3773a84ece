"""What a language model is told: the rules, an example conversation, the numbered evidence, the question."""

import re
import secrets
from collections.abc import Sequence

from rag.conversation import Citation
from rag.language_model import Message
from rag.prompting import fill_prompt
from rag.quoting import introduce

_SECTION = re.compile(r"^## (Evidence|Question|Answer)\n\n", re.MULTILINE)
# The examples' tags are fixed so that what precedes every question is the same text, which a model server reads once.
_EXAMPLE_TAG = "4e1f0a"
# What chat templates write between turns: a server may read it as such wherever it stands.
_TEMPLATE_TOKEN = re.compile(r"<\|[^<>|]{0,40}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>")


def write_prefix() -> list[Message]:
    """What every prompt begins with: the rules, and a conversation that shows marks and refusals."""
    _, *parts = _SECTION.split(fill_prompt("examples"))
    messages = [Message("system", fill_prompt("answering"))]
    evidence = ""
    for kind, text in zip(parts[::2], parts[1::2], strict=True):
        if kind == "Evidence":
            evidence = text.strip()
        elif kind == "Question":
            messages.append(_write_question(evidence, text.strip(), _EXAMPLE_TAG))
        else:
            messages.append(Message("assistant", text.strip()))
    return messages


def write_prompt(question: str, citations: Sequence[Citation]) -> list[Message]:
    """The whole prompt for a question: evidence numbered as the citations are, each article introduced once."""
    lines = []
    previous = None
    for citation in citations:
        if citation.article_id != previous:
            lines.append(f"({introduce(citation)})")
        lines.append(f"[{citation.n}] {' '.join(citation.quote.split())}")
        previous = citation.article_id
    # A tag that no article can know: text in the evidence cannot pretend that the evidence has ended.
    return [*write_prefix(), _write_question("\n".join(lines), question, secrets.token_hex(3))]


def _write_question(evidence: str, question: str, tag: str) -> Message:
    evidence, question = (_TEMPLATE_TOKEN.sub(" ", text) for text in (evidence, question))
    return Message("user", fill_prompt("question", tag=tag, evidence=evidence, question=question))
