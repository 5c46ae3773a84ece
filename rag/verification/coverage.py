"""How much of a sentence the cited words hold: as a whole, in each of its clauses, and word by word in a near copy."""

import re
from collections.abc import Sequence

from index.articles import Article
from rag.conversation import Citation
from rag.names import normalise_phrases
from rag.quantities import NUMBER_WORDS
from rag.verification.asserting import addresses_machine
from rag.verification.reading import Word, list_heads, read_words, stems_of

# Share of a sentence's content words that its spans must hold. Set by hand on the seeds.
COVERED = 0.6
PARTLY_COVERED = 0.34
_CLAUSE = re.compile(
    r"[,;:—–()]|\b(?:and|but|because|although|though|which|who|while|whereas|after|before|when|where|since|despite|until|so that"
    r"|even though|leading to|due to)\b"
)
# Who or what something was done by.
_AGENT = re.compile(
    r"\b(?:was|were|is|are|been|being|be|got)\s+(?:\w+ly\s+)?\w+\s+by\s+((?:[a-z][\w’'-]*\s+){0,3}?[a-z][\w’'-]*)(?=\s*(?:[.,;:!?)]|$|\s(?:in|on|at|after|and|who|while|off|near|from|during)\b))"
)
_MIN_FOREIGN = 3
_CLAUSE_COVERED = 0.5
# What a sentence may say of its source's words without their holding it.
_SPEAKING = frozenset(
    """accord add also announc articl ask call claim comment confirm declar describ explain express mention note order report
    reveal say speak state stress tell told wrote write write warn argu insist suggest reporter interview statement outlet news said
    howev meanwhil addit furthermor moreov therefor thus current recent previous approxim rough near around includ respect""".split()
)
_NEUTRAL = _SPEAKING | frozenset(
    "date year month week day time number person peopl made make take took becom becam".split()
)


def measure_coverage(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> float:
    """Share of the sentence's content words whose stems stand in the spans, titles, outlets or dates."""
    words = [word for word in read_words(sentence) if word.is_content]
    if not words:
        return 1.0
    known = _know(citations, articles)
    # Numbers and dates were checked already, in whatever spelling.
    return sum(word.stem in known or word.stem in _SPEAKING or _is_figure(word) for word in words) / len(words)


def check_clauses(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """A clause of which the cited words hold less than half."""
    known = _know(citations, articles)
    for clause in _CLAUSE.split(sentence):
        words = [
            word for word in read_words(clause) if word.is_content and not word.is_name and word.stem not in _NEUTRAL
        ]
        foreign = [word for word in words if word.stem not in known and not _is_figure(word)]
        held = len(words) - len(foreign)
        if (len(foreign) >= _MIN_FOREIGN and held < _CLAUSE_COVERED * len(words)) or (len(foreign) > 1 and not held):
            return f"“{clause.strip(' .')}” does not stand in the cited words."
    return None


def check_told(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """Nothing but its names stands in the cited words, and what it says of them nowhere in the articles."""
    words = _list_foreign_to_all(sentence, citations, articles)
    if words and not any(_is_told(word, articles) for word in words):
        return "The articles hold its names, but nothing of what it says of them."
    return None


def check_told_here(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """Nothing but its names stands in the cited words, though the articles hold the rest elsewhere."""
    return "Only its names stand in the cited words." if _list_foreign_to_all(sentence, citations, articles) else None


def _list_foreign_to_all(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> list[str]:
    """Stems of what a sentence says of the names in it, if the cited words hold none of it; else nothing."""
    content = [word for word in read_words(sentence) if word.is_content]
    if not any(word.is_name for word in content):
        return []
    known = _know(citations, articles)
    words = [word.stem for word in content if not word.is_name and word.stem not in _NEUTRAL and not _is_figure(word)]
    return [] if any(word in known for word in words) else words


def check_agent(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """Something done by somebody or something of whom the cited articles hold no word."""
    known = _know(citations, articles)
    for match in _AGENT.finditer(sentence):
        doers = [word.stem for word in read_words(match[1]) if word.is_content and not _is_figure(word)]
        if doers and not any(doer in known or doer in _NEUTRAL or _is_told(doer, articles) for doer in doers):
            return f"The articles say nothing of “{match[1].strip()}”."
    return None


def _is_told(stem: str, articles: Sequence[Article]) -> bool:
    """Whether articles hold a word, outside of orders to programs that read them."""
    return any(
        stem in stems_of(text)
        for article in articles
        for text in map(article.quote, article.sentences)
        if not addresses_machine(text)
    )


def check_near_copy(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """A word that the cited words do not hold, between the same words as another one there."""
    known = _know(citations, articles)
    own = read_words(sentence)
    strange = [
        place
        for place, word in enumerate(own)
        if word.is_content
        and not word.is_name
        and word.stem not in known
        and word.stem not in _SPEAKING
        and not _is_figure(word)
    ]
    for place in strange:
        for citation in citations:
            if _stands_for_another(own, place, read_words(citation.quote)):
                return f"“{own[place].folded}” does not stand in the cited words, which have another word there."
    return None


def _stands_for_another(own: Sequence[Word], place: int, source: Sequence[Word]) -> bool:
    """Whether the source has another content word with the same word before and behind it, and a third on one side."""
    left, right = _look(own, place - 1), _look(own, place + 1)
    for there, word in enumerate(source):
        if word.is_content and (_look(source, there - 1), _look(source, there + 1)) == (left, right):
            farther = (_look(own, place - 2), _look(own, place + 2))
            others = (_look(source, there - 2), _look(source, there + 2))
            if any(mine == theirs for mine, theirs in zip(farther, others, strict=True)):
                return word.stem not in _SPEAKING
    return False


def _look(words: Sequence[Word], place: int) -> str:
    return words[place].stem if 0 <= place < len(words) else ""


def _know(citations: Sequence[Citation], articles: Sequence[Article]) -> frozenset[str]:
    texts = [citation.quote for citation in citations] + list_heads(articles)
    texts += [f"{article.published:%d %B %Y}" for article in articles if article.published]
    known = frozenset[str]().union(*map(stems_of, texts))
    return known | frozenset[str]().union(*(stems_of(_break(text)) for text in texts))


def _break(text: str) -> str:
    return re.sub(r"[^\w\s]", " ", normalise_phrases(text))


def _is_figure(word: Word) -> bool:
    return word.folded in NUMBER_WORDS or any(character.isdigit() for character in word.folded)
