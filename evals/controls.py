"""Control runs: the same questions with the gold evidence given, or with none, so that reading, retrieval and memory can be told apart."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from evals.cases import Case
from evals.gold import FoundEvidence
from evals.metrics import contains_gold, overlaps
from index.articles import Article, Role, Sentence, Span
from rag.evidence import Evidence, EvidenceSentence
from rag.language_model import LanguageModel, Message
from rag.prompting import fill_prompt
from rag.words import content_stems

# As many sentences as the chain gives a model to read.
_MOST_SENTENCES = 12
_MAX_ANSWER_TOKENS = 220
_KNOWS_NOTHING = re.compile(r"\bI (?:do not|don['’]t) know\b", re.IGNORECASE)


def gather_gold_evidence(
    case: Case, found: Iterable[FoundEvidence], article_of: Callable[[str], Article]
) -> Evidence | None:
    """The body sentences of a case's gold evidence as evidence for the chain; None for a case that has none.

    Of whole articles those sentences are taken that hold a gold answer, then those with most of the question's words.
    """
    spans: dict[str, list[Span]] = {}
    for item in found:
        spans.setdefault(item.article_id, []).extend(item.spans)
    sentences = [one for id_, own in spans.items() for one in _list_sentences(article_of(id_), own)]
    if not sentences:
        return None
    words = set(content_stems(case.question))

    def bear_on_case(one: tuple[Article, Sentence]) -> tuple[float, int]:
        text = one[0].quote(one[1])
        return contains_gold(text, case.answers), len(words & set(content_stems(text)))

    kept = sorted(range(len(sentences)), key=lambda place: bear_on_case(sentences[place]), reverse=True)
    chosen = [sentences[place] for place in sorted(kept[:_MOST_SENTENCES])]
    # Nothing is left to be doubted about them: every threshold of the chain lets them pass.
    return Evidence(
        tuple(EvidenceSentence(article, sentence, score=1.0) for article, sentence in chosen),
        probability=1.0,
        strangers=(),
        lacks_kind=False,
    )


def ask_memory(model: LanguageModel, case: Case, *, is_cancelled: Callable[[], bool]) -> str:
    """What a model answers without any article; empty when it says that it does not know."""
    messages = [
        Message("system", fill_prompt("from_memory", room="evals")),
        *(Message(turn.role, turn.content) for turn in case.history),
        Message("user", case.question),
    ]
    text = ""
    stream = model.stream(messages, _MAX_ANSWER_TOKENS)
    try:
        for fragment in stream:
            text += fragment
            if is_cancelled():
                break
    finally:
        stream.close()
    return "" if _KNOWS_NOTHING.search(text) else text.strip()


def _list_sentences(article: Article, spans: Sequence[Span]) -> Iterator[tuple[Article, Sentence]]:
    for sentence in article.sentences:
        place = Span(sentence.start, sentence.end)
        if sentence.role is Role.BODY and any(overlaps(place, span) for span in spans):
            yield article, sentence
