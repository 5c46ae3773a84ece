"""Every sentence the person reads in the window that is not an answer."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from rag.conversation import MAX_QUESTION_CHARACTERS

if TYPE_CHECKING:
    from index.embedding_job import MeaningReach

NAME = "Dateline"
MOTTO = "Every sentence leads to its source"
ASK = "Ask"
STOP = "Stop"
NEW_CONVERSATION = "New conversation"
QUESTION_LABEL = "Your question"
QUESTION_PLACEHOLDER = "Ask about the articles"

WELCOME_TITLE = "What do the articles say?"
WELCOME_TEXT = (
    "Ask in your own words. Each sentence of the answer is checked against the articles, "
    "and each number opens the exact words it rests on."
)
EXAMPLES = (
    "When and where will the talks take place?",
    "Is the meeting a strategic dialogue or a one-time event?",
    "What do experts expect from the meeting?",
)

ROOM_NAME = "The article"
ROOM_TEXT = "Its text"
ROOM_EMPTY = "Choose a number in an answer, and its article opens here at the words it stands for."
ROOM_STEPS = "Citations of the answer"
PREVIOUS_CITATION = "Previous citation ( [ )"
NEXT_CITATION = "Next citation ( ] )"
ROOM_CLOSE = "Close the article"
ROOM_OPENING = "Opening the article."
ROOM_FAILED = "The article could not be fetched. Is Dateline still running? Choose the number again to retry."
ROOM_CORRECTED = "This article was corrected after the answer was written."
ROOM_LOST = "This article is not in the library any more."
SHOW_CHANGES = "See what changed"
SHOW_NEWEST = "Read the newest version"
SHOW_EARLIER = "Read the earlier version"
SHOW_CITED = "Back to the words cited"
SHOW_ARTICLE = "Back to the article"
CHANGES_KEY = "Words that were removed are struck through, words that were added are underlined."
CHANGES_NONE = "Not a word of it changed."
CHANGE_REMOVED = "Removed:"
CHANGE_ADDED = "Added:"
CHANGE_ENDS = "End of change."
SINCE_CORRECTED = "Corrected since this answer was written"
SINCE_REMOVED = "Removed from the library since this answer was written"
FACTS = {
    "title": "Title",
    "outlet": "Outlet",
    "published": "Published",
    "updated": "Updated",
    "authors": "By",
    "url": "Address",
}
ORIGINAL = "Original page"

VIEWS = "Views"
CHAT = "Chat"
LIBRARY = "Library"
EVALS = "Evals"
NOT_IN_STEP = "Not in step with its folders"

SEARCHING = "Searching the articles"
COMPOSING = "Found these words. Composing an answer from them"
CHECKING = "Being written, not checked yet"
EVIDENCE_TITLE = "What the articles say"
SOURCES_TITLE = "Sources"
NEAREST_TITLE = "The nearest the articles come"
REFUSAL_TITLE = "No answer in the articles"
ERROR_TITLE = "That did not work"
STOPPED_TITLE = "Stopped"
STOPPED = "You stopped this answer before it was checked, so none of it is kept."
LEFT_OUT_TITLE = "What was left out, and why"
UNDERSTOOD_AS = "Understood as:"
NO_MODEL = "No language model"
PARTLY_SUPPORTED = "Only partly supported:"

EMPTY_QUESTION = "There is no question yet: type one, then press Enter."
BUSY_TITLE = "One moment"
BUSY = "Dateline is answering as many questions as it can at once. Your question is kept below: ask again in a moment."
UNEXPECTED = (
    "Something unexpected went wrong, and the details are in the terminal. Your question is kept below: ask again."
)
NOT_SERVED = "There is nothing at this address."
FOREIGN_HOST = "Dateline answers only at its own address on this computer."
FOREIGN_ORIGIN = "Dateline takes questions only from its own page."


def long_question(characters: int) -> str:
    """What is said about a question of so many characters."""
    return (
        f"The question has {characters:,} characters, and {MAX_QUESTION_CHARACTERS:,} is the most that can be asked at "
        "once: shorten it and ask again."
    )


def port_taken(port: int) -> str:
    """What is said when another program listens on `port`."""
    return f"Port {port} is taken by another program: choose another one, for example  dateline chat --port {port + 1}"


def port_refused(port: int) -> str:
    """What is said when the system does not let this program listen on `port`."""
    return f"This computer does not allow Dateline to listen on port {port}: choose another one, for example  dateline chat --port 7860"


def foreign_address(host: str) -> str:
    """What is said when asked to listen where other computers could reach the window."""
    return f"Dateline has no password, so it does not listen on {host}: leave the host out, or use 127.0.0.1."


def ready(address: str) -> str:
    """The line printed when the window answers at `address`."""
    return f"Dateline is open at {address} (Ctrl-C ends it)."


def long_date(day: date) -> str:
    """A date as a newspaper writes it: 10 March 2021."""
    return f"{day.day} {day:%B} {day.year}"


def as_of(day: date) -> str:
    """How fresh an answer is."""
    return f"As of {long_date(day)}"


def count_sources(number: int) -> str:
    """The title of what an answer cites: articles that carry the same text are one source."""
    return SOURCES_TITLE if number == 1 else f"{number} independent sources"


def also_carried(carriers: Sequence[str]) -> str:
    """Who else has the same text, and that this makes no second source."""
    named = list(carriers[:3])
    rest = len(carriers) - len(named)
    names = ", ".join(named) + (f" and {rest} more" if rest else "")
    return f"Carried by {names} too: one source"


def made_by(model: str | None, seconds: float) -> str:
    """Who put an answer together, and how long it took."""
    took = f"{seconds:.0f} s" if seconds >= 10 else f"{max(seconds, 0.1):.1f} s"
    return f"Quoted from the articles in {took}" if model is None else f"Written by {model} in {took}"


def moment(iso: str) -> str:
    """A moment in this computer's time: 10 March 2021, 14:02."""
    when = datetime.fromisoformat(iso).astimezone()
    return f"{long_date(when)}, {when:%H:%M}"


def corrected(when: str) -> str:
    """What is said above an article that took the place of an earlier version."""
    return f"Corrected since: its earlier version stood until {when}."


def earlier_version(when: str) -> str:
    """What is said above a version that another took the place of."""
    return f"This is an earlier version, which stood until {when}."


def changes_since(when: str) -> str:
    """The title of a comparison with the version that stood until then."""
    return f"What changed in the version that stood until {when}"


def describe_reach(reach: "MeaningReach") -> str:
    """How much of the library can be found by meaning, as a sentence."""
    if reach.is_complete:
        return f"All {reach.passages:,} passages can be found by keyword and by meaning."
    return (
        f"All {reach.passages:,} passages can be found by keyword, {reach.embedded:,} of them ({_share(reach)}) by"
        f" meaning{rest_of_reach(reach)}; questions are answered meanwhile."
    )


def short_reach(reach: "MeaningReach") -> str:
    """How much of the library can be found by meaning, for a line with little room."""
    return f"{_share(reach)} searchable by meaning"


def rest_of_reach(reach: "MeaningReach") -> str:
    """How long the rest will take, to go on with; nothing when that is not known."""
    return f", the rest in {say_duration(reach.seconds_left)}" if reach.seconds_left is not None else ""


def _share(reach: "MeaningReach") -> str:
    return f"{int(100 * reach.embedded / reach.passages)}%"


def say_duration(seconds: float) -> str:
    """A time to wait for: about 3 min, about 2 h."""
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} h"


def under_way(doing: str, done: int, total: int) -> str:
    """What is being done, and how far it is."""
    return f"{doing}: {done:,} of {total:,}" if total else doing


def unchanged(number: int, *, is_all: bool) -> str:
    """How much of a source is as it was; `is_all` says that nothing in it changed."""
    return f"{'Nothing changed, ' if is_all else ''}{counted(number, 'article')} as before"


def more_of_them(number: int) -> str:
    """What ends a list that was cut short."""
    return f"and {number:,} more"


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 article, 2 articles."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
