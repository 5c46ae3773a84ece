"""A question and its ranked sentences -> those that can stand as the answer by themselves, by the form of the question."""

from collections.abc import Sequence
from dataclasses import replace

from rag.evidence import (
    Evidence,
    EvidenceSentence,
    choose_evidence,
    estimate_answerable,
    find_antecedent,
    make_evidence,
    order_for_reading,
)
from rag.forms.claiming import answer_claim
from rag.forms.claims import asks_to_confirm, read_claim
from rag.forms.differing import find_differing
from rag.forms.latest import answer_latest
from rag.forms.lists import answer_list
from rag.forms.replies import TO_COMPARE, Reply, show_differing
from rag.forms.sayings import answer_saying, answer_who_said
from rag.forms.timelines import answer_timeline
from rag.other_accounts import find_other_accounts

_SENTENCES = 4
_TOKENS = 400
_SHARE = 0.5
# Sentences that speak of just what is claimed answer a question whatever its distance to them.
_SPOKEN_OF = 0.5
_NOT_OUTRIGHT = "The articles do not say outright whether this is so."


def choose_to_quote(question: str, ranked: Sequence[EvidenceSentence], *, is_spread: bool = True) -> Evidence:
    """The few sentences that can stand as an answer by themselves, with what is to be said of them.

    A claim that is asked about gets the sentences that speak of it, both sides; everything else the nearest sentences. If it
    `is_spread`, and these give but one answer, other accounts stand beside them.
    """
    reply = (
        answer_timeline(question, ranked)
        or answer_latest(question, ranked)
        or _answer_claim(question, ranked)
        or answer_list(question, ranked)
        or answer_saying(question, ranked)
        or answer_who_said(question, ranked)
    )
    if reply and reply.sentences:
        return _give(question, reply, ranked)
    others = find_other_accounts(question, ranked) if is_spread else ()
    nearest = choose_evidence(question, ranked, tokens=_TOKENS, most=_SENTENCES, at_least=_SHARE, others=others)
    if reply:
        # The form says that nothing can answer it.
        return replace(nearest, probability=0.0)
    differing = find_differing(question, ranked)
    if differing:
        every = tuple(dict.fromkeys((*nearest.sentences, *differing)))
        return _give(question, show_differing(differing, every), ranked)
    nearest = replace(nearest, leads=_introduce(nearest.sentences, others))
    # They may say in quite other words what is to be confirmed: that is for the reader to see.
    return replace(nearest, remark=_NOT_OUTRIGHT, is_unconfirmed=True) if asks_to_confirm(question) else nearest


def _answer_claim(question: str, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    claim = read_claim(question)
    return answer_claim(claim, ranked) if claim else None


def _introduce(sentences: Sequence[EvidenceSentence], others: Sequence[EvidenceSentence]) -> tuple[str, ...]:
    """What is said before the first of the sentences that are there for comparison."""
    first = next((place for place, found in enumerate(sentences) if place and found in others), None)
    return () if first is None else ("",) * first + (TO_COMPARE,)


def _give(question: str, reply: Reply, ranked: Sequence[EvidenceSentence]) -> Evidence:
    probability = estimate_answerable(ranked)
    if reply.is_certain:
        probability = max(probability, _SPOKEN_OF)
    sentences = list(reply.sentences) if reply.leads else _add_antecedents(reply.sentences)
    if not reply.is_ordered:
        sentences = order_for_reading(sentences)
    evidence = make_evidence(question, sentences, probability)
    # What sets the question right need not hold what it asks for: a date of what has not been decided.
    lacks = evidence.lacks_kind and not reply.remark
    is_settled = reply.is_certain or bool(reply.remark)
    return replace(evidence, lacks_kind=lacks, remark=reply.remark, leads=reply.leads, is_settled=is_settled)


def _add_antecedents(sentences: Sequence[EvidenceSentence]) -> list[EvidenceSentence]:
    """The sentences, each behind what it needs to be understood."""
    chosen = {
        (each.article.id, each.sentence.start): each for found in sentences for each in (*find_antecedent(found), found)
    }
    return list(chosen.values())
