"""Whether a rewritten question still asks what was asked: every word that carries meaning is kept."""

from rag.words import content_words, stem

# They tie a question to the one before it, or stand for what it said; once that is there, they may go.
_TIES = frozenset(
    """mean meant sorry actually oh oops ok okay no not well happen happened other side sides one party team country camp
    asking asked rather else us""".split()
)


def keeps_words(question: str, rewritten: str) -> bool:
    """Whether every content word of the question stands in what was made of it."""
    return not lost_words(question, rewritten)


def lost_words(question: str, rewritten: str) -> set[str]:
    """The content words of the question that were left out, but for those that only tie it to the one before."""
    kept = {stem(word) for word in content_words(rewritten)}
    return {word for word in content_words(question) if word not in _TIES and stem(word) not in kept}
