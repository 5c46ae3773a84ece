"""A sentence of an article -> which other articles of the library say the same, and which say otherwise."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.articles import Article, Role, Sentence, Span
from rag.agreeing import Agreement, Comparison, Told, compare
from rag.answering import cite_sentence
from rag.conversation import Citation
from rag.halting import Halt
from rag.retrieving import RetrievedPassage
from rag.verification.reading import read_words

_MOST_OF_A_KIND = 6
# A span that is cited is mostly one sentence.
_MOST_COMPARED = 3
# Share of the content words of the shorter sentence that the longer must hold to be worth a closer look.
_WORTH_COMPARING = 0.4
_ORDER = {kind: place for place, kind in enumerate(Agreement)}
_SAYS_ALL = (Agreement.VERBATIM, Agreement.SAME)


@dataclass(frozen=True, slots=True)
class Found:
    """A sentence of another article, how it stands to the one asked about, and the copies of its article: one source."""

    citation: Citation
    comparison: Comparison
    copies: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What else the library says of a sentence: one sentence of each article at most, the fullest or nearest first.

    `copies` are the ids of articles that carry the text itself: with it they are one source, and no others.
    """

    same: tuple[Found, ...] = ()
    differing: tuple[Found, ...] = ()
    copies: frozenset[str] = frozenset()


def sentences_at(article: Article, span: Span) -> list[Sentence]:
    """The body sentences that a span of an article lies in or covers."""
    return [each for each in _list_body(article) if each.start < span.end and span.start < each.end][:_MOST_COMPARED]


def find_elsewhere(
    article: Article,
    sentences: Sequence[Sentence],
    passages: Sequence[RetrievedPassage],
    copies: Mapping[str, frozenset[str]],
    halt: Halt,
) -> Elsewhere:
    """Compare sentences with those of the passages' articles.

    `copies` gives by id, for the article itself and those of the passages, the others that carry nearly the same text.

    Raises:
        HaltedError: `halt` was called.
    """
    own = {article.id, *copies.get(article.id, ())}
    told = [Told(cite_sentence(1, article, sentence), article) for sentence in sentences]
    same: list[Found] = []
    differing: list[Found] = []
    for other, near in _group(passages, own):
        halt.check()
        found = _compare_with(told, other, near)
        if found is None:
            continue
        is_same = found.comparison.agreement in (*_SAYS_ALL, Agreement.PART)
        others = Found(found.citation, found.comparison, copies.get(other.id, frozenset()))
        (same if is_same else differing).append(others)
    same.sort(key=lambda found: _ORDER[found.comparison.agreement])
    return Elsewhere(
        tuple(same[:_MOST_OF_A_KIND]), tuple(differing[:_MOST_OF_A_KIND]), copies.get(article.id, frozenset())
    )


def _compare_with(told: Sequence[Told], other: Article, near: Sequence[Sentence]) -> Found | None:
    """The sentence of another article that says the same, if one does; else one that says otherwise."""
    differing: Found | None = None
    part: Found | None = None
    for sentence in near:
        theirs = Told(cite_sentence(1, other, sentence), other)
        for one in told:
            comparison = compare(one, theirs) if _is_worth_comparing(one.text, theirs.text) else None
            if comparison is None:
                continue
            if comparison.agreement in _SAYS_ALL:
                return Found(theirs.citation, comparison)
            if comparison.agreement is Agreement.PART:
                part = part or Found(theirs.citation, comparison)
            else:
                differing = differing or Found(theirs.citation, comparison)
    # An article that says the same as well gives both accounts itself.
    return part or differing


def _group(passages: Sequence[RetrievedPassage], own: Collection[str]) -> Iterator[tuple[Article, list[Sentence]]]:
    """The articles of passages in their order, but for those left out, with the body sentences of their passages."""
    found: dict[str, tuple[Article, dict[int, Sentence]]] = {}
    for each in passages:
        if each.article.id not in own:
            _, near = found.setdefault(each.article.id, (each.article, {}))
            near |= {
                sentence.start: sentence
                for sentence in _list_body(each.article)
                if each.passage.start <= sentence.start and sentence.end <= each.passage.end
            }
    for other, near in found.values():
        yield other, list(near.values())


def _list_body(article: Article) -> list[Sentence]:
    return [each for each in article.sentences if each.role is Role.BODY]


def _is_worth_comparing(one: str, other: str) -> bool:
    stems = [{word.stem for word in read_words(text) if word.is_content} for text in (one, other)]
    least = min(map(len, stems))
    return bool(least) and len(stems[0] & stems[1]) >= _WORTH_COMPARING * least
