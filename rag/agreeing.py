"""Two sentences of different articles -> whether the one says what the other does, or all of it but for one thing.

Precision before recall: "disagrees" said wrongly does more harm than not said. So nothing is concluded from likeness: one
sentence has to pass the verifier on the other, and of two that differ it has to do so once the thing in which they differ
is put right.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from index.articles import Article
from rag.conversation import Citation, Verdict
from rag.forms.terms import has_name, read_terms
from rag.quantities import find_quantities
from rag.verification.certainty import check_certainty
from rag.verification.negation import negated_stems, plain_stems
from rag.verification.reading import Word, read_article_words, read_words
from rag.verifying import verify
from rag.wordings import drop_dates, drop_negations, drop_speakers, exchange_values, normalise, replace_opposites

# A sentence of fewer content words ("He declined to comment.") says the same in any article.
_LEAST_WORDS = 4
# Share of the content words of the one that the other must hold: of what is to say the same nearly all, and of the other way
# round so much that the one is no mere mention. Read pair by pair on 60 articles about the same events.
_HELD, _HELD_BACK = 0.75, 0.5
# Of a sentence that says more, what it says the same of.
_PART_OF = 0.4
# What is told of days farther apart may be another event, or may have changed.
_DAYS_APART = 10


class Agreement(StrEnum):
    """How a sentence stands to another: it has its words, says all of it, part of it, another value, or the contrary."""

    VERBATIM = "verbatim"
    SAME = "same"
    PART = "part"
    OTHER_VALUE = "other value"
    CONTRARY = "contrary"


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a second sentence stands to a first; where they give different values, `own` and `other` are these as written."""

    agreement: Agreement
    own: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence as a citation, and the article that it is of."""

    citation: Citation
    article: Article

    @property
    def text(self) -> str:
        """Its words on one line."""
        return " ".join(self.citation.quote.split())


def compare(one: Told, other: Told) -> Comparison | None:
    """How `other` stands to `one`; None where it speaks of something else, or that cannot be told."""
    if not (_is_statement(one.text) and _is_statement(other.text)):
        return None
    agreement = _find_agreement(one, other)
    if agreement:
        return Comparison(agreement)
    if not _are_of_one_time(one.article, other.article):
        return None
    # Who differ are mostly two.
    return _find_difference(*(_saying(each, drop_speakers(each.text)) for each in (one, other)))


def _find_agreement(one: Told, other: Told) -> Agreement | None:
    if normalise(one.text) == normalise(other.text):
        return Agreement.VERBATIM
    if _holds(one.text, other, back=_HELD_BACK):
        return Agreement.SAME
    is_part = _shares_name(one.text, other.text) and _holds(other.text, one, back=_PART_OF)
    return Agreement.PART if is_part else None


def _find_difference(one: Told, other: Told) -> Comparison | None:
    if not (_names_all(one, other) and _names_all(other, one)):
        return None
    for text, own, theirs in exchange_values(one.text, other.text):
        if _holds_either(text, one, other):
            return Comparison(Agreement.OTHER_VALUE, own, theirs)
    return Comparison(Agreement.CONTRARY) if _is_contrary(one, other) else None


def _is_contrary(one: Told, other: Told) -> bool:
    """Whether one denies what the other asserts, or has the opposite of a word of it, and says the same besides."""
    if _denies(one.text, other.text) or _denies(other.text, one.text):
        plain, others = drop_negations(one.text), drop_negations(other.text)
        return _holds_either(plain, one, _saying(other, others))
    return any(_holds_either(text, one, other) for text in replace_opposites(one.text, other.text))


def _denies(text: str, other: str) -> bool:
    """Whether a text denies something, all of which the other asserts."""
    denied = negated_stems(text)
    return bool(denied) and denied <= set(plain_stems(other)) - negated_stems(other)


def _holds_either(text: str, one: Told, other: Told) -> bool:
    """Whether `text`, which is that of `one` put right, and `other` say the same, whichever says more."""
    return _holds(text, other, back=_HELD_BACK) or _holds(other.text, _saying(one, text), back=_HELD_BACK)


def _holds(text: str, source: Told, *, back: float) -> bool:
    """Whether a source says nearly all of a text, as surely, and the text so much of what the source says.

    What the verifier takes from titles and from the day of publication stands in no sentence, so it is not enough here.
    """
    cited = [source.citation]
    return (
        _share(text, source.text) >= _HELD
        and _share(source.text, text) >= back
        and find_quantities(text).stated <= find_quantities(source.text).given
        and verify(text, cited, [source.article]).verdict is Verdict.SUPPORTED
        and not check_certainty(source.text, [replace(source.citation, quote=text)])
    )


def _share(text: str, of: str) -> float:
    """Share of what a text says beside its names that another says too."""
    words = {word.stem for word in _list_content(text) if not word.is_name}
    return len(words & {word.stem for word in read_words(of)}) / len(words) if words else 0.0


def _list_content(text: str) -> list[Word]:
    return [word for word in read_words(text) if word.is_content]


def _is_statement(text: str) -> bool:
    """Whether a sentence states so much that another one cannot say the same by chance, and of somebody or something named."""
    words = _list_content(text)
    is_particular = any(word.is_name or word.folded.isdigit() for word in words)
    return len(words) >= _LEAST_WORDS and is_particular and not text.endswith("?")


def _shares_name(one: str, other: str) -> bool:
    names = [{word.stem for word in _list_content(text) if word.is_name} for text in (one, other)]
    return bool(names[0] & names[1])


def _names_all(one: Told, other: Told) -> bool:
    """Whether the second names everybody and everything that the first does: of somebody else another thing may be true."""
    lower = read_article_words(one.article.text).lower
    # What begins a sentence is capitalised whatever it is.
    names = [name for name in read_terms(drop_dates(one.text)).names if len(name) > 1 or not name <= lower]
    return all(has_name(name, other.text) for name in names)


def _are_of_one_time(one: Article, other: Article) -> bool:
    if one.published is None or other.published is None:
        return False
    return abs((one.published - other.published).days) <= _DAYS_APART


def _saying(told: Told, text: str) -> Told:
    """The same sentence with other words."""
    return Told(replace(told.citation, quote=text), told.article)
