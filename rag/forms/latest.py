"""A question for the latest on a matter -> what the newest article that speaks of it says of it."""

import re
from collections.abc import Sequence
from datetime import date

from rag.evidence import EvidenceSentence
from rag.forms.replies import Reply
from rag.forms.terms import read_terms
from rag.forms.values import is_about

_MOST = 3
_ASKS = re.compile(
    r"\s*(?:and |so )?(?:what(?:['’]s| is| are| was| were)?|(?:is|are) there|give me|tell me|any|show me) (?:any |the )*"
    r"(?:(?:latest|newest|most recent|new|recent|news|updates?)\b ?){1,2}(?:developments?|reports?|information|word)?\s*"
    r"\b(?:on|about|with|regarding|concerning|from|in)\b\s+(?P<matter>[^?]+)\??\s*",
    re.IGNORECASE,
)


def answer_latest(question: str, ranked: Sequence[EvidenceSentence]) -> Reply | None:
    """The sentences on the matter of the newest article that has any, in its order; None where no latest is asked for.

    None, too, where no article that speaks of the matter tells its date: then nobody knows what is the latest.
    """
    asked = _ASKS.fullmatch(question)
    if not asked or not _says_something(asked["matter"]):
        return None
    about = [each for each in ranked if each.article.published and is_about(asked["matter"], each)]
    if not about:
        return None
    newest = max(each.article.published or date.min for each in about)
    told = [each for each in about if each.article.published == newest][:_MOST]
    told.sort(key=lambda each: (each.article.id, each.sentence.start))
    return Reply(tuple(told), "", is_ordered=True)


def _says_something(matter: str) -> bool:
    terms = read_terms(matter)
    return bool(terms.names or terms.stems)
