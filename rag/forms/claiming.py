"""A question that claims something -> the sentences that speak of the claim, both sides, or none."""

from collections.abc import Sequence
from itertools import pairwise

from rag.evidence import EvidenceSentence
from rag.forms.claims import Claim, Kind
from rag.forms.meanings import list_alike
from rag.forms.replies import Reply, show_differing
from rag.forms.stances import Stance, list_stances, read_before
from rag.forms.terms import read_terms, stems_of_text
from rag.forms.voices import name_voice
from rag.names import known_words
from rag.words import stem

_MOST_OF_A_SIDE = 3
_MOST_OF_OTHERS = 2
_ENOUGH_OF_ALTERNATIVE = 0.6
_AS_NEAR, _NEAR_AT_ALL = 0.8, 0.1
_OTHERWISE = "The articles say otherwise."
_RESERVED = "The articles say this with a reserve."
_OF_ANOTHER = "The articles do not say this, but of others they do."
_ELSEWHERE = "The articles do not say this of that place, but of another."
_UNEQUALLY_SURE = "The articles are not equally sure of this."


def answer_claim(claim: Claim, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """What the articles say of a claim, None when no sentence speaks of it.

    Of a claim that the question takes for granted only what contradicts it: the rest is asked for something else.
    """
    if claim.alternatives:
        return _answer_choice(claim, claim.alternatives, ranked)
    stances = list_stances(claim, ranked)
    stems = read_terms(claim.text).stems
    each_side = {stance: [found for found, own in stances if own is stance] for stance in Stance}
    each_side[Stance.SAYS_SO] = _prefer_own_words(each_side[Stance.SAYS_SO], stems)
    sides = {stance: _spread(found, stems) for stance, found in each_side.items()}
    so, otherwise, reserved = sides[Stance.SAYS_SO], sides[Stance.SAYS_OTHERWISE], sides[Stance.RESERVED]
    if claim.kind is Kind.TAKEN_FOR_GRANTED:
        # Who asks where it was wants another place than the one that the question lies in.
        elsewhere = sides[Stance.ELSEWHERE] if claim.asked != "where" else []
        return _contradict(so, otherwise, elsewhere)
    if so and otherwise:
        sentences = (*so, *otherwise)
        return (
            show_differing(sentences, sentences, is_certain=True)
            if _have_other_voices(so, otherwise)
            else Reply(sentences, "")
        )
    return _give_one_side(so, otherwise, reserved, ranked) or _give_others(
        sides[Stance.ELSEWHERE], sides[Stance.OF_ANOTHER]
    )


def _give_one_side(
    so: Sequence[EvidenceSentence],
    otherwise: Sequence[EvidenceSentence],
    reserved: Sequence[EvidenceSentence],
    ranked: Sequence[EvidenceSentence],
) -> Reply | None:
    if so:
        others = [found for found in reserved if found.article.id not in {each.article.id for each in so}]
        return Reply((*so, *others[:1]), _UNEQUALLY_SURE if others else "")
    if not otherwise and not reserved:
        return None
    # What is nearest to the question besides tells what is so instead: where, if not there.
    nearest = [found for found in ranked[:2] if found.score >= max(_NEAR_AT_ALL, _AS_NEAR * ranked[0].score)]
    chosen = dict.fromkeys((*otherwise, *reserved, *nearest))
    return Reply(tuple(chosen), _OTHERWISE if otherwise else _RESERVED)


def _give_others(elsewhere: Sequence[EvidenceSentence], of_others: Sequence[EvidenceSentence]) -> Reply | None:
    chosen = tuple((elsewhere or of_others)[:_MOST_OF_OTHERS])
    return Reply(chosen, _ELSEWHERE if elsewhere else _OF_ANOTHER, is_certain=False) if chosen else None


def _contradict(
    so: Sequence[EvidenceSentence], otherwise: Sequence[EvidenceSentence], elsewhere: Sequence[EvidenceSentence]
) -> Reply | None:
    """What speaks against a claim that the question takes for granted, where nothing speaks for it."""
    if so or not (otherwise or elsewhere):
        return None
    return Reply(tuple(otherwise), _OTHERWISE) if otherwise else _give_others(elsewhere, ())


def _spread(found: Sequence[EvidenceSentence], stems: Sequence[str]) -> list[EvidenceSentence]:
    """The best of one side, of every speaker one before a second: those that hold the claim's words in their order first."""
    ordered = sorted(found, key=lambda each: (-_count_pairs(each, stems), -each.score))
    voices = [name_voice(each) for each in ordered]
    first = [each for place, each in enumerate(ordered) if voices[place] not in voices[:place]]
    return [*first, *(each for each in ordered if each not in first)][:_MOST_OF_A_SIDE]


def _prefer_own_words(found: list[EvidenceSentence], stems: Sequence[str]) -> list[EvidenceSentence]:
    """Those that hold the claim's own words; where none does, those that hold words for much the same."""
    return [each for each in found if set(stems) <= set(stems_of_text(each.text))] or found


def _count_pairs(found: EvidenceSentence, stems: Sequence[str]) -> int:
    """How many of the words that stand side by side in a claim do so in a sentence."""
    own = set(pairwise(stems_of_text(found.text)))
    return sum(any((a, b) in own for a in list_alike(one) for b in list_alike(two)) for one, two in pairwise(stems))


def _answer_choice(claim: Claim, alternatives: tuple[str, str], ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """For each alternative the best sentences that speak of it, from different speakers."""
    named = {one for alternative in alternatives for one in stems_of_text(alternative)}
    common = [one for one in read_terms(claim.text).stems if one not in named]
    speaking = [each for each in ranked if not common or any(list_alike(one) & _know_around(each) for one in common)]
    sides = [_find_side(alternative, speaking) for alternative in alternatives]
    if not any(sides):
        return None
    chosen = {(found.article.id, found.sentence.start): found for side in sides for found in side}
    is_disputed = all(sides) and _have_other_voices(*sides)
    sentences = tuple(chosen.values())
    return show_differing(sentences, sentences, is_certain=True) if is_disputed else Reply(sentences, "")


def _have_other_voices(one: Sequence[EvidenceSentence], other: Sequence[EvidenceSentence]) -> bool:
    return {name_voice(each) for each in one} != {name_voice(each) for each in other}


def _find_side(alternative: str, ranked: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    wanted = list(dict.fromkeys(stems_of_text(alternative)))
    speaking = [
        each
        for each in ranked
        if wanted
        and sum(bool(list_alike(one) & _know(each.text)) for one in wanted) >= _ENOUGH_OF_ALTERNATIVE * len(wanted)
    ]
    ordered = sorted(speaking, key=lambda each: (-_count_pairs(each, wanted), -each.score))
    by_voice: dict[str, EvidenceSentence] = {}
    for each in ordered:
        by_voice.setdefault(name_voice(each), each)
    return list(by_voice.values())[:_MOST_OF_A_SIDE]


def _know_around(found: EvidenceSentence) -> frozenset[str]:
    """The stems of a sentence, of the one before it and of the title."""
    return _know(" . ".join([found.text, read_before(found), found.article.title or ""]))


def _know(text: str) -> frozenset[str]:
    """The stems of a text's words, with those of the words for the same country or people."""
    return frozenset(stems_of_text(text)) | frozenset(map(stem, known_words([text])))
