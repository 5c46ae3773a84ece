"""Exchanges to keep, as the chain gives them."""

from datetime import date

from rag.conversation import Answer, AnswerSentence, Citation, EvidenceFound, Status, Verdict
from ui.rendering import Exchange

FIRST = Citation(1, "a1", "talks.txt", "The talks *begin*", "The Paper", date(2021, 3, 10), "https://paper.example/talks", 4, 30, "They begin on [18] March.")  # fmt: skip
SECOND = Citation(2, "a1", "talks.txt", "The talks *begin*", "The Paper", date(2021, 3, 10), "https://paper.example/talks", 40, 61, "“In Alaska,” he said.")  # fmt: skip
THIRD = Citation(3, "b2", "notes.txt", None, None, None, "javascript:alert(1)", 0, 9, "Bring\nfur.")


def answered(question: str = "When do they begin?") -> Exchange:
    """A question with an answer of three sentences on three spans of two articles."""
    sentences = (
        AnswerSentence("They begin on 18 March in Alaska.", Verdict.SUPPORTED, "", (1, 2)),
        AnswerSentence("Bring fur.", Verdict.SUPPORTED, "", (3,)),
    )
    answer = Answer(
        question=question,
        standalone_question=question,
        status=Status.ANSWERED,
        text="They begin on 18 March in Alaska. [1][2] Bring fur. [3]",
        sentences=sentences,
        citations=(FIRST, SECOND, THIRD),
        left_out=(),
        missing=None,
        as_of=date(2021, 3, 10),
        model="none",
        notice=None,
        dangling_marks=0,
        seconds=0.2,
        confidence=0.7,
    )
    found = EvidenceFound(question, (THIRD, FIRST, SECOND))
    return Exchange(question, found, "streamed words", answer, {"b2": "Bring fur, says…"}, name="secret")


def refused(question: str = "Who fishes?") -> Exchange:
    """A question without an answer, beside which two of three spans are shown."""
    answer = Answer(
        question, question, Status.REFUSED, "The articles do not tell.", (), (), (), None, None, "none", None, 0, 0.1
    )
    return Exchange(question, EvidenceFound(question, (FIRST, SECOND, THIRD)), outcome=answer)
