"""Who said it is who said it: in the cited span, or in the sentences around it where a quotation goes on."""

import re
from collections.abc import Sequence

from index.articles import Article
from rag.attribution import Speaker, find_speakers, is_attributed, reports_speech
from rag.conversation import Citation
from rag.names import known_words
from rag.verification.quotations import find_quotations
from rag.verification.reading import list_heads, names_behind_pronouns, read_around, read_words, stems_of

# Share of a statement's words that must stand where its speaker is named.
_SAID_SHARE = 0.4
_MARK = re.compile(r"[“”\"„«»]")
_NEAR = 3
_BY_OUTLET = re.compile(r"According to (?:the |an? )?(?P<outlet>[^,:“”\"]{2,80}),\s+", re.IGNORECASE)
_PART = re.compile(r", (?:and|but|while) |; ")
_SAID_WORDS = 3


def check_speaker(sentence: str, citations: Sequence[Citation], articles: Sequence[Article]) -> str | None:
    """A statement given to somebody must be theirs in a span that holds it, not pieced together from two."""
    for speaker in find_speakers(sentence):
        if not speaker.is_named or _is_outlet(speaker, articles):
            continue
        said = _find_said(sentence, speaker)
        holding = [
            citation for citation in citations if len(said & stems_of(citation.quote)) >= _SAID_SHARE * len(said)
        ]
        is_known = _is_theirs if speaker.surname else _is_near
        if not any(is_known(speaker, citation, articles) for citation in holding):
            return f"The cited words do not give this as {speaker.written}’s."
    return None


def _find_said(sentence: str, speaker: Speaker) -> set[str]:
    """Stems of what is given to a speaker: of the part of the sentence that names them, if it says enough by itself."""
    for part in [*_PART.split(sentence), sentence]:
        words = {word.stem for word in read_words(part) if word.is_content}
        is_here = any(each.stems == speaker.stems for each in find_speakers(part))
        if is_here and len(words - speaker.stems) >= _SAID_WORDS:
            return words - speaker.stems
    return {word.stem for word in read_words(sentence) if word.is_content} - speaker.stems


def find_behind_quotation(citations: Sequence[Citation], articles: Sequence[Article]) -> frozenset[str]:
    """The words that name who speaks in a cited quotation, from the sentences beside it, where it names nobody itself."""
    found = set[str]()
    for citation in citations:
        if not any(speaker.is_named for speaker in find_speakers(citation.quote)):
            found |= known_words(speaker.written for speaker in _find_beside(citation, articles))
    return frozenset(found)


def _is_outlet(speaker: Speaker, articles: Sequence[Article]) -> bool:
    heads = [*list_heads(articles), *(author for article in articles for author in article.authors)]
    return bool(speaker.stems) and any(speaker.stems <= stems_of(head) for head in heads)


def _is_near(speaker: Speaker, citation: Citation, articles: Sequence[Article]) -> bool:
    """Whether the span or those beside it know a speaker who is not named but described: "the expert"."""
    around = [
        citation.quote,
        *list_heads(articles),
        *(text for side in read_around(citation, articles, 2, 1) for text in side),
    ]
    return any(speaker.stems & stems_of(text) for text in around)


def _is_theirs(speaker: Speaker, citation: Citation, articles: Sequence[Article]) -> bool:
    """Whether the span gives something as theirs; where it names no speaker, whether those beside it do."""
    given = find_speakers(citation.quote)
    named = [each for each in given if each.is_named]
    if any(speaker.stems & each.stems for each in named):
        return True
    beside = _find_beside(citation, articles)
    if any(speaker.stems & each.stems for each in beside):
        return True
    behind = stems_of(" ".join(names_behind_pronouns([citation], articles)))
    if any(each.is_pronoun for each in given) and speaker.stems & behind:
        return True
    # Another speaker is named, in a way that can be read, or none at all: being named there is not enough.
    if named or (beside and find_quotations(citation.quote)) or not is_attributed(citation.quote):
        return False
    return bool(speaker.stems & (stems_of(citation.quote) | behind))


def _find_beside(citation: Citation, articles: Sequence[Article]) -> list[Speaker]:
    """Who is named as speaking in the nearest sentence on either side, for a quotation without a speaker of its own.

    Where "he" or "she" speaks, the sentences before say who it is, and none behind.
    """
    is_pronoun = any(speaker.is_pronoun for speaker in find_speakers(citation.quote))
    if not is_pronoun and not _MARK.search(citation.quote) and not _is_inside_quotation(citation, articles):
        return []
    earlier, later = read_around(citation, articles, _NEAR, 0 if is_pronoun else 1)
    found: list[Speaker] = []
    for texts in (earlier, later):
        for text in texts:
            named = [speaker for speaker in find_speakers(text) if speaker.is_named]
            found += named
            if named:
                break
    return found


def _is_inside_quotation(citation: Citation, articles: Sequence[Article]) -> bool:
    """Whether a quotation that was opened earlier in the paragraph is still open."""
    article = next(each for each in articles if each.id == citation.article_id)
    before = article.text[article.text.rfind("\n", 0, citation.start) + 1 : citation.start]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def check_attribution_lost(sentence: str, citations: Sequence[Citation], _: Sequence[Article]) -> str | None:
    """A sentence whose every source is somebody's word must not sound like the outlet's own."""
    if not all(reports_speech(citation.quote) for citation in citations):
        return None
    if reports_speech(sentence) or find_speakers(sentence) or find_quotations(sentence):
        return None
    speakers = [speaker for citation in citations for speaker in find_speakers(citation.quote)]
    own = stems_of(sentence)
    if any(_is_mentioned(speaker, own) for speaker in speakers) or (not speakers and is_attributed(sentence)):
        return None
    return "The cited words are somebody's statement; this does not say whose."


def _is_mentioned(speaker: Speaker, stems: frozenset[str]) -> bool:
    return speaker.surname in stems if speaker.surname else speaker.is_named and speaker.stems <= stems


def drop_outlet(sentence: str, articles: Sequence[Article]) -> str:
    """The sentence without "According to" the outlet or the title: these stand beside every citation."""
    match = _BY_OUTLET.match(sentence)
    if not match or match.end() == len(sentence):
        return sentence
    words = {word.stem for word in read_words(match["outlet"]) if word.is_content}
    if not words or not any(words <= stems_of(head) for head in list_heads(articles)):
        return sentence
    return sentence[match.end()].upper() + sentence[match.end() + 1 :]
