"""A follow-up question and the conversation before it -> a question that stands alone, by rules or by a large model."""

import re
from collections.abc import Sequence

from rag.conversation import Turn
from rag.following_up.by_model import ask_to_rewrite
from rag.following_up.context import Context, clean_answer, leans_already, put_about
from rag.following_up.ellipsis import expand_ellipsis
from rag.following_up.keeping import keeps_words
from rag.following_up.languages import is_english
from rag.following_up.noun_phrases import find_noun_phrases
from rag.following_up.pronouns import resolve_pronouns
from rag.halting import Halt
from rag.language_model import LanguageModel
from rag.names import find_names
from rag.small_talk import reply_to_small_talk
from rag.words import content_words

# A small embedded model takes seconds for a line, and its line is worse than what the rules write.
_LARGE_EVIDENCE_TOKENS = 1_000
_CONTINUES = re.compile(
    r"\s*(?:and|but|so|or)\b[\s,]+\S|\s*(?:but )?(?:what|how) about\b|\s*(?:no|sorry|oops|actually)\b.{0,12}\b(?:i|we) mean",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:the other (?:side|one|party)|the former|the latter|else|instead|afterwards|meanwhile)\b|^\s*(?:by|for|to|in|with|at|from) (?:how (?:many|much)|what|which|whom)(?:\s+\w+)?\s*\??\s*$|^\W*(?:\w+\W+)?then\b|\b(?:then|next)\W*$"
    r"|^\s*which (?:one|is|was|has|are|were|of (?:them|these|those|the two)|\w+ (?:more|less|first))\b"
    r"|^\s*how (?:many|much) (?:is|are|was|were|have|had|did|will|of)\b",
    re.IGNORECASE,
)
_STARTS_LIKE_FOLLOW_UP = re.compile(r"\s*(?:why|how|what|which|when|where|who)\b", re.IGNORECASE)
_ASKS_WHO_THAT_IS = re.compile(r"\s*(?i:(?:(?:and|but|so)[\s,]+)?(?:who|what) (?:is|was|are|were)) (?:the )?[A-Z]")
_ASKS_WHAT = re.compile(r"\s*(?:what|how|which)\b", re.IGNORECASE)
_MAX_SHORT = 2
# A text of that length says by itself what it is about.
_MAX_CHARACTERS = 500
# What was said before that is no longer the subject, and reading it takes time.
_TURNS = 12


def rewrite_question(question: str, history: Sequence[Turn]) -> str:
    """The question itself when it stands alone, and when nothing came before it.

    Else a question that a person could have typed, with names for pronouns and with what was left out; where the rules
    do not see through it, the question as it is with the one before it behind: "Why? (about: Who leads it)".
    """
    context = _read(history)
    return question if context is None else _rewrite(question, context)


def rewrite_with_model(question: str, history: Sequence[Turn], model: LanguageModel, halt: Halt | None = None) -> str:
    """As `rewrite_question`, by a large model where it does it well and soon enough; by the rules otherwise."""
    if model.evidence_tokens < _LARGE_EVIDENCE_TOKENS or _read(history) is None:
        return rewrite_question(question, history)
    return ask_to_rewrite(question, history, model, halt=halt) or rewrite_question(question, history)


def _read(history: Sequence[Turn]) -> Context | None:
    """The last exchange, its question made to stand alone; small talk is none."""
    context: Context | None = None
    is_small_talk = False
    for turn in history[-_TURNS:]:
        if turn.role == "user":
            is_small_talk = bool(reply_to_small_talk(turn.content)) or not turn.content.strip()
            if not is_small_talk:
                asked = " ".join(turn.content.split())
                whole = asked if context is None else _rewrite(asked, context)
                context = Context(whole, earlier=context.question if context else "")
        elif context is not None and not is_small_talk:
            context = Context(context.question, clean_answer(turn.content), context.earlier)
    return context


def _rewrite(question: str, context: Context) -> str:
    if (
        len(question) > _MAX_CHARACTERS
        or leans_already(question)
        or not is_english(question)
        or question.strip() == context.question
    ):
        return question
    rewritten = _apply_rules(question, context)
    if rewritten == question or leans_already(rewritten):
        return rewritten
    # What loses a word of the person's, or would be read as a follow-up once more, was not understood.
    is_settled = keeps_words(question, rewritten) and _apply_rules(rewritten, context) == rewritten
    return rewritten if is_settled else put_about(question, context)


def _apply_rules(question: str, context: Context) -> str:
    if whole := expand_ellipsis(question, context):
        return whole
    resolved, is_whole = resolve_pronouns(question, context)
    if is_whole and resolved != question:
        return resolved
    if not is_whole or _is_follow_up(question, context):
        return put_about(resolved, context)
    return question


def _is_follow_up(question: str, context: Context) -> bool:
    """Whether a question without a pronoun leans on the one before it all the same."""
    has_name = bool(find_names(question))
    words = content_words(question)
    if _ASKS_WHO_THAT_IS.match(question):
        return False
    if _CONTINUES.match(question):
        return not has_name or len(words) <= _MAX_SHORT
    if _POINTS_BACK.search(question):
        return not has_name or len(words) <= _MAX_SHORT
    if any(phrase.text in context.question for phrase in find_noun_phrases(question) if phrase.text.startswith("the ")):
        # It names by itself what the one before was about.
        return False
    # "What is inflation?" is short and whole; "Who resigned?" and "Which one?" are not.
    most = 0 if _ASKS_WHAT.match(question) else 1
    return not has_name and len(words) <= most and bool(_STARTS_LIKE_FOLLOW_UP.match(question))
