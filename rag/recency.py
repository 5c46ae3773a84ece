"""What is in the news: of passages that fit a question equally well, those of the last weeks come first."""

from collections.abc import Mapping
from datetime import date, timedelta

from rag.question_scope import NOWHERE, Origin

# Of scores that run from 0 to 1, for what was published on the day of asking; half of it for what is two weeks older.
_FAVOUR = 0.3
_HALF_LIFE_DAYS = 14
# The day begins earlier elsewhere.
_AHEAD = timedelta(days=1)


def favour_recent(scores: Mapping[str, float], origins: Mapping[str, Origin], today: date) -> dict[str, float]:
    """Raise what was published shortly before `today`; best first.

    `scores` (0..1) and `origins` are by passage. An archive that ends long ago stays as it is: whoever asks of it does not
    ask of this week. So does what has no date, or one that has not come yet.
    """
    raised = {id_: score + _favour(origins.get(id_, NOWHERE), today) for id_, score in scores.items()}
    return {id_: raised[id_] for id_ in sorted(raised, key=lambda id_: (-raised[id_], id_))}


def _favour(origin: Origin, today: date) -> float:
    if origin.published is None or origin.published > today + _AHEAD:
        return 0.0
    age = max(0, (today - origin.published).days)
    return float(_FAVOUR * 0.5 ** (age / _HALF_LIFE_DAYS))
