"""Every name of a sentence stands in the cited words, or in the title or outlet of the article."""

import re
from collections.abc import Sequence

from index.articles import Article
from rag.conversation import Citation
from rag.names import Name, aliases_of, has_aliases
from rag.roles import find_name_pairs, has_joined_name
from rag.verification.reading import know_words, list_heads, names_behind_pronouns, read_article_words, read_names
from rag.verification.speaking import find_behind_quotation
from rag.words import stem

_COMMON_ENDING = re.compile(
    r"(?:ing|ed|ly|tions?|sions?|ments?|ness|ers|ors|ists|ials|ies|ants|ents|ships?|ances?|ences?|ful|less|ous)$"
)
# Built like common words.
_PLACES = frozenset(
    """beijing nanjing chongqing kunming wyoming reading florence provence flushing wuxing jining xining frances
    algiers flanders angers poitiers bordeaux constance valence palencia manderley raleigh burlington stalingrad""".split()
)


def check_names(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """A name that nothing cited knows, or two parts of different names joined to one."""
    for first, second in find_name_pairs(sentence):
        if not any(has_joined_name(first.word, second.word, text) for text in _texts_of(citations, articles)):
            return f"The name {first.written} {second.written} does not stand in the cited article."
    known = frozenset[str]().union(
        *(know_words(text) for text in (*(citation.quote for citation in citations), *list_heads(articles)))
    )
    strange = [name for name in read_names(sentence) if not aliases_of(name.word) & known]
    if not strange:
        return None
    known |= names_behind_pronouns(citations, articles) | find_behind_quotation(citations, articles)
    for name in strange:
        if aliases_of(name.word) & known or _is_common_word(name, articles):
            continue
        if not any(_is_part_of_known_name(name.word, article, known) for article in articles):
            return f"The name {name.written} does not stand in the cited words."
    return None


def _texts_of(citations: Sequence[Citation], articles: Sequence[Article]) -> list[str]:
    return [*(citation.quote for citation in citations), *(article.text for article in articles), *list_heads(articles)]


def _is_common_word(name: Name, articles: Sequence[Article]) -> bool:
    """Whether only its place at the start of the sentence capitalises a word.

    Either the article uses it (in any form) without a capital, or it is built like a common word. "Adele" is neither.
    """
    if not name.initial or has_aliases(name.word) or name.word in _PLACES:
        return False
    readings = [read_article_words(article.text) for article in articles]
    if any(_has_form(name.word, reading.lower) for reading in readings):
        return True
    # "Sanders" is built like "workers", but the article never writes it without its capital, and often with it.
    is_written_so = any(name.word in reading.inner_capitals for reading in readings)
    return bool(_COMMON_ENDING.search(name.word)) and not is_written_so


def _has_form(word: str, words: frozenset[str]) -> bool:
    """Whether one of the words is a form of this one; to stem them all would take long."""
    return word in words or any(each[:3] == word[:3] and stem(each) == stem(word) for each in words)


def _is_part_of_known_name(word: str, article: Article, known: frozenset[str]) -> bool:
    """Whether the article writes the word right beside a capitalised word that the spans hold: "Joe" beside "Biden"."""
    return any(
        (left == word and right in known) or (right == word and left in known)
        for left, right in read_article_words(article.text).neighbours
        if word in (left, right)
    )
