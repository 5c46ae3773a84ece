"""What a language model is told: the rules, an example conversation, the numbered evidence, the question."""

import secrets
from collections.abc import Sequence

from rag.conversation import Citation
from rag.language_model import Message
from rag.prompting import drop_template_tokens, fill_prompt, read_examples
from rag.quoting import introduce

# The examples' tags are fixed so that what precedes every question is the same text, which a model server reads once.
_EXAMPLE_TAG = "4e1f0a"


def write_prefix() -> list[Message]:
    """What every prompt begins with: the rules, and a conversation that shows marks and refusals."""
    messages = [Message("system", fill_prompt("answering"))]
    for evidence, question, answer in read_examples("examples"):
        messages += [_write_question(evidence, question, _EXAMPLE_TAG), Message("assistant", answer)]
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
    evidence, question = drop_template_tokens(evidence), drop_template_tokens(question)
    return Message("user", fill_prompt("question", tag=tag, evidence=evidence, question=question))
