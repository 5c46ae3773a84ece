"""A sentence and the spans it cites -> supported, partly or unsupported, and why. Pure; no model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.articles import Article, Role
from rag.attribution import find_speaker, is_attributed, reports_speech
from rag.conversation import Citation, Verdict
from rag.names import Name, aliases_of, find_names, known_words, normalise_phrases
from rag.quantities import describe_quantity, find_bounds, find_quantities, quantities_of_date
from rag.roles import find_name_pairs, find_reversal, has_joined_name
from rag.words import content_stems, find_tokens, fold, stem

# Share of a sentence's content words that its spans must hold. Set by hand on the seeds, to be calibrated.
_COVERED = 0.6
_PARTLY_COVERED = 0.34
# Share of a statement's words that must stand where its speaker is named.
_SAID_SHARE = 0.4

_QUOTED = re.compile(r"[“\"„«]([^“”\"„«»]{2,}?)[”\"“»]")
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "–": "-", "—": "-", "‑": "-", "\u00a0": " "})
_NOT_WORDS = re.compile(r"[^\w\s'-]+")
_SPACE = re.compile(r"\s+")
_NEGATIONS = frozenset(
    """not no never none neither nor cannot without refuse refused refuses refusing deny denied denies unlikely nt
    fail failed fails failing reject rejected rejects rejecting decline declined declines declining hardly""".split()
)
_NEGATION_REACH = 3
_DENYING_PHRASE = re.compile(
    r"(?<=[a-z])n['’‘]t\b|\byet to\b|\bno longer\b|\boff[ -]limits\b|\brul(?:e|es|ed) out\b", re.IGNORECASE
)
_PRONOUN_FIRST = re.compile(r"[“\"‘]?(?:he|she|it|they|his|her|their|its)\b", re.IGNORECASE)
_COMMON_ENDING = re.compile(
    r"(?:ing|ed|ly|tions?|sions?|ments?|ness|ers|ors|ists|ials|ies|ants|ents|ships?|ances?|ences?|ful|less|ous)$"
)
_HEDGES = frozenset(
    """may might could can would should possible possibly perhaps likely unlikely expected expects expect probably
    potential potentially if whether plans planned plan hopes hope intends intend set seeks seek proposed apparently
    reportedly alleged allegedly suggests suggest appears appear seems seem believes believe thinks think about""".split()
)
_TO_COME = frozenset("should will would expected planned plans scheduled due upcoming".split())
_HAPPENED = frozenset("took was were had did met held began ended opened reached agreed signed lifted".split())
_STRONG_HEDGES = frozenset("may might could likely possibly perhaps probably reportedly allegedly alleged if".split())


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a sentence, with the reason as a sentence for the person."""

    verdict: Verdict
    reason: str


def verify(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> Judgement:
    """Check a sentence (without marks) against the spans it cites; `articles` are those the spans are of.

    Hard checks first, each of which alone makes it unsupported: words in quotation marks, numbers and dates, names,
    a negation that the source has not, who does what to whom, who said it. Then softer ones, which make it partly
    supported: a negation, a hedge or an attribution lost, and how many of its content words the spans hold.
    """
    problem = _find_contradiction(sentence, citations, articles)
    if problem:
        return Judgement(Verdict.UNSUPPORTED, problem)
    covered = _cover(sentence, citations, articles)
    if covered < _PARTLY_COVERED:
        return Judgement(Verdict.UNSUPPORTED, "The cited words say little of this.")
    problem = (
        _check_negation_lost(sentence, citations)
        or _check_hedge_lost(sentence, citations)
        or _check_attribution_lost(sentence, citations)
    )
    if problem is None and covered < _COVERED:
        problem = "Only part of this stands in the cited words."
    if problem:
        return Judgement(Verdict.PARTLY, problem)
    return Judgement(Verdict.SUPPORTED, "Quotes, numbers, dates and names stand in the cited words.")


def _find_contradiction(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """What makes the sentence unsupported by itself, or None."""
    if not citations:
        return "It rests on no source."
    return (
        _check_quotes(sentence, citations, articles)
        or _check_quantities(sentence, citations, articles)
        or _check_names(sentence, citations, articles)
        or _check_negation_gained(sentence, citations)
        or _check_roles(sentence, citations)
        or _check_speaker(sentence, citations, articles)
    )


def normalise_quote(text: str) -> str:
    """A text for comparison word for word: typography, case, punctuation and white space set aside."""
    return _SPACE.sub(" ", _NOT_WORDS.sub(" ", text.translate(_TYPOGRAPHY).casefold())).strip(" -'")


def _check_quotes(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    texts = [normalise_quote(text) for text in (*(c.quote for c in citations), *(a.text for a in articles))]
    for match in _QUOTED.finditer(sentence):
        quoted = normalise_quote(match[1])
        if quoted and not any(f" {quoted} " in f" {text} " for text in texts):
            return f"“{match[1].strip()}” does not stand word for word in the cited article."
    return None


def _check_quantities(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    given = frozenset[str]().union(*(find_quantities(citation.quote).given for citation in citations))
    for article in articles:
        given |= find_quantities(article.title or "").given
        given |= quantities_of_date(article.published) if article.published else frozenset()
    for quantity in sorted(find_quantities(sentence).stated - given):
        return f"{describe_quantity(quantity)} does not stand in the cited words."
    bounds = [find_bounds(citation.quote) for citation in citations]
    for quantity, side in find_bounds(sentence).items():
        if any(found.get(quantity, side) != side for found in bounds):
            return f"The cited words bound {describe_quantity(quantity)} on the other side."
    return None


def _check_names(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    heads = (text for article in articles for text in (article.title, article.outlet) if text)
    known = known_words([*(citation.quote for citation in citations), *heads])
    for first, second in find_name_pairs(sentence):
        if not any(has_joined_name(first.word, second.word, text) for text in _texts_of(citations, articles)):
            return f"The name {first.written} {second.written} does not stand in the cited article."
    known |= _names_behind_pronouns(citations, articles)
    for name in find_names(sentence):
        if aliases_of(name.word) & known or _is_common_word(name, articles):
            continue
        if not any(_is_part_of_known_name(name.word, article, known) for article in articles):
            return f"The name {name.written} does not stand in the cited words."
    return None


def _texts_of(citations: Sequence[Citation], articles: Sequence[Article]) -> list[str]:
    heads = [text for article in articles for text in (article.title, article.outlet) if text]
    return [*(citation.quote for citation in citations), *(article.text for article in articles), *heads]


def _names_behind_pronouns(citations: Sequence[Citation], articles: Sequence[Article]) -> frozenset[str]:
    """The words of the sentence before a cited one that begins with "he", "it" or the like: it says who that is."""
    by_id = {article.id: article for article in articles}
    before = []
    for citation in citations:
        if not _PRONOUN_FIRST.match(citation.quote):
            continue
        article = by_id[citation.article_id]
        earlier = [each for each in article.sentences if each.role is Role.BODY and each.end <= citation.start]
        before += [article.quote(each) for each in earlier[-1:]]
    return known_words(before)


def _check_speaker(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """A statement given to somebody must be in a span that names them, not pieced together from two."""
    speaker = find_speaker(sentence)
    if speaker is None:
        return None
    word = fold(find_tokens(speaker)[-1])
    said = set(content_stems(sentence)) - {stem(part) for part in map(fold, find_tokens(speaker))}
    for citation in citations:
        named = known_words([citation.quote]) | _names_behind_pronouns([citation], articles)
        held = said & {stem(each) for each in known_words([citation.quote])}
        if aliases_of(word) & named and len(held) >= _SAID_SHARE * len(said):
            return None
    return f"The cited words do not give this as {speaker}’s."


def _check_roles(sentence: str, citations: Sequence[Citation]) -> str | None:
    reversals = [find_reversal(sentence, citation.quote) for citation in citations]
    # Of several cited spans one may have it this way and another the other way: then it stands.
    if reversals and all(reversals):
        return "The cited words have it the other way round."
    return None


def _is_common_word(name: Name, articles: Sequence[Article]) -> bool:
    """Whether only its place at the start of the sentence capitalises a word.

    Either the article uses it (in any form) without a capital, or it is built like a common word. "Adele" is neither.
    """
    if not name.initial:
        return False
    if _COMMON_ENDING.search(name.word):
        return True
    own = stem(name.word)
    return any(
        own == stem(fold(token)) for article in articles for token in find_tokens(article.text) if token.islower()
    )


def _is_part_of_known_name(word: str, article: Article, known: frozenset[str]) -> bool:
    """Whether the article writes the word beside a capitalised word that the spans hold: "Joe" beside "Biden"."""
    tokens = find_tokens(article.text)
    for left, right in pairwise(tokens):
        pair = (fold(left), fold(right))
        if word in pair and left[0].isupper() and right[0].isupper():
            other = pair[1] if pair[0] == word else pair[0]
            if other in known:
                return True
    return False


def _check_negation_gained(sentence: str, citations: Sequence[Citation]) -> str | None:
    own = negated_stems(sentence)
    given = {word for citation in citations for word in negated_stems(citation.quote)}
    plain = {word for citation in citations for word in plain_stems(citation.quote)}
    if own and not own & given and (not given or own & plain):
        return "It denies something that the cited words do not deny."
    return None


def _check_negation_lost(sentence: str, citations: Sequence[Citation]) -> str | None:
    own = set(content_stems(sentence))
    negated = negated_stems(sentence)
    for citation in citations:
        lost = (negated_stems(citation.quote) & own) - negated
        if lost and not negated & negated_stems(citation.quote) and _asserts(lost, citation.quote):
            return "The cited words deny something that this does not."
    return None


def _asserts(stems: set[str], quote: str) -> bool:
    """Whether the stems stand in the quote only under a negation, not also without one."""
    return not stems & set(plain_stems(quote))


def _check_hedge_lost(sentence: str, citations: Sequence[Citation]) -> str | None:
    quoted = [{fold(token) for token in find_tokens(citation.quote)} for citation in citations]
    # Several spans: the one without a hedge may be what carries the sentence.
    is_uncertain = all(words & _STRONG_HEDGES for words in quoted)
    own = {fold(token) for token in find_tokens(sentence)}
    if is_uncertain and not own & _HEDGES:
        return "The cited words are less certain than this."
    is_to_come = all(words & _TO_COME and not words & _HAPPENED for words in quoted)
    if is_to_come and own & _HAPPENED and not own & _HEDGES:
        return "The cited words speak of what was still to come."
    return None


def _check_attribution_lost(sentence: str, citations: Sequence[Citation]) -> str | None:
    # A sentence whose every source is somebody's word must not sound like the outlet's own.
    is_report = all(reports_speech(citation.quote) for citation in citations)
    if is_report and not is_attributed(sentence):
        return "The cited words are somebody's statement; this does not say whose."
    return None


def _cover(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> float:
    """Share of the sentence's content words whose stems stand in the spans, titles, outlets or dates."""
    words = content_stems(normalise_phrases(sentence))
    if not words:
        return 1.0
    texts = [citation.quote for citation in citations]
    texts += [text for article in articles for text in (article.title, article.outlet) if text]
    texts += [f"{article.published:%d %B %Y}" for article in articles if article.published]
    known = {stem(word) for word in known_words(texts)}
    known |= {stem(fold(part)) for text in texts for part in re.findall(r"\w+", text)}
    # Numbers and dates were checked already, in whatever spelling.
    return sum(word in known or any(c.isdigit() for c in word) for word in words) / len(words)


def negated_stems(text: str) -> set[str]:
    """Stems of the content words that stand under a negation."""
    return {word for word, is_negated in _mark_negation(text) if is_negated}


def plain_stems(text: str) -> list[str]:
    """Stems of the content words that stand under no negation, in order."""
    return [word for word, is_negated in _mark_negation(text) if not is_negated]


def _mark_negation(text: str) -> list[tuple[str, bool]]:
    """Stems of the content words, each with whether a negation stands within the three words before it."""
    marked = []
    reach = 0
    for token in find_tokens(_DENYING_PHRASE.sub(" not ", text)):
        word = fold(token)
        if word in _NEGATIONS:
            # "did not refuse" denies nothing.
            reach = 0 if reach == _NEGATION_REACH else _NEGATION_REACH
            continue
        for found in content_stems(token):
            marked.append((found, reach > 0))
            reach -= 1
    return marked
