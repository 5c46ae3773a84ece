"""Every sentence of the Library view."""

from datetime import datetime
from typing import TYPE_CHECKING

from index.article_list import ArticleStatus
from index.sources import SourceKind
from ui.wording import counted, say_duration, under_way

if TYPE_CHECKING:
    from index.embedding_job import MeaningReach

TITLE = "Library"
PAGES = "Parts of the library"
ARTICLES = "Articles"
SOURCES = "Sources"
CONDITION = "Condition"
LOADING = "Looking into the library."
FAILED_TO_FETCH = "Dateline did not answer. Is it still running? This page tries again by itself."
ONLY_READ = "This window only reads the library. To add or remove articles, open it with  dateline chat"

# Articles
SEARCH = "Search"
SEARCH_HINT = "Words in the articles"
OUTLET = "Outlet"
ALL_OUTLETS = "All outlets"
STATUS = "Status"
ANY_STATUS = "Any status"
SINCE = "From"
UNTIL = "To"
CLEAR = "Clear"
COLUMNS = {
    "title": "Article",
    "outlet": "Outlet",
    "published": "Published",
    "size": "Characters",
    "language": "Language",
    "status": STATUS,
}
NO_TITLE = "No title"
UNKNOWN = "not stated"
CURRENT = "Current"
HAS_EARLIER = "Earlier versions"
IS_COPY = "Copy of another"
IS_PENDING = "By keyword only so far"
STATUSES = {
    ArticleStatus.CURRENT: CURRENT,
    ArticleStatus.PENDING: IS_PENDING,
    ArticleStatus.CORRECTED: HAS_EARLIER,
    ArticleStatus.COPY: IS_COPY,
}
STATUS_HINTS = {
    HAS_EARLIER: "It was corrected; its earlier versions are kept and can be compared.",
    IS_COPY: "Nearly the same words stand in another article: both count as one source.",
    IS_PENDING: "It can be found by keyword, and soon by meaning too.",
}
BY_DAY = "Published by day"
BY_WEEK = "Published by week"
BY_MONTH = "Published by month"
BY_YEAR = "Published by year"
NO_OUTLET = "Outlet not stated"
OTHER_OUTLETS = "Other outlets"
PLOT_HINT = "Choose a bar to see its articles alone."
PLOT_TABLE = "As a table"
PERIOD = "Period"
IN_ALL = "In all"
NONE_FOUND = "No article meets all of this. Take a word or a filter away."
PREVIOUS = "Previous"
NEXT = "Next"
EMPTY_TITLE = "Drop articles here"
EMPTY = "The library holds no articles yet. Drop files into this window, choose some, or name a folder under Sources."

# Uploads
DROP = "Drop files here, or"
CHOOSE = "choose files"
CHOOSE_FILES = "Choose files"
DROP_NOW = "Let go to add these files"
FORMATS = "Text, HTML, PDF, Word, mail, EPUB, CSV, JSON, zip; up to {largest} MB each."
UPLOADS = "Files being added"
SENDING = "Sending"
READING = "Being read"
IN_LINE = "In line"
REMOVE_FILE = "Remove"
DISMISS = "Close this list"
UPLOAD_BROKE_OFF = "It did not arrive whole. Is Dateline still running? Choose the file again."
TOO_LARGE = "It is larger than {largest} MB; put it into a folder, and add that under Sources."
UPLOAD_WITHOUT_NAME = "The file has no name; give it one that says what it is, for example article.txt."

# Sources
ADD_LABEL = "Add a folder, a file, or the address of a web page or feed"
ADD_HINT = "/home/me/articles or https://example.org/feed.xml"
ADD = "Add"
ADDING = "Looking at it"
NOTHING_TYPED = "Type the path of a folder or file, or an address that begins with https://"
NO_SOURCES = "There is no source yet. Name a folder above, or drop files into this window."
SYNC = "Sync"
SYNC_ALL = "Sync all sources"
REMOVE = "Remove"
WATCH = "Keep in step with the folders"
WATCH_HINT = "Changed files are read at once, pages and feeds every half hour."
FAILURES = "What could not be read"
HIDE = "Hide"
UNDO = "Undo"
REPORTS = "What the last sync did"
NO_REPORT = "What changed is told here after the first sync."
REMOVE_KEPT = "Remove them"
REMOVE_KEPT_SURE = "Yes, remove them"
KEEP_THEM = "Keep them"
FAILED = "could not be read"
CHANGED = "corrected"
ADDED = "added"
RENAMED = "renamed"
REMOVED = "removed"

# Condition
HEALTH = "Health"
EXAMINE = "Examine the library"
EXAMINE_HINT = "Reads the whole library once and says what is not as it should be; takes some seconds."
EXAMINING = "Examining"
GOOD = "good"
LOOK = "look"
STORAGE = "Room on the disk"

_KINDS = {
    SourceKind.FOLDER: "Folder",
    SourceKind.FILE: "File",
    SourceKind.UPLOADS: "Uploads",
    SourceKind.PAGE: "Web page",
    SourceKind.FEED: "Feed",
}
UPLOADED_FILES = "Uploaded files"
_LANGUAGES = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese",
    "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip


def name_kind(kind: SourceKind) -> str:
    """What a source is."""
    return _KINDS[kind]


def name_language(code: str | None) -> str | None:
    """A language in English, or its code."""
    return _LANGUAGES.get(code, code) if code else None


def showing(first: int, last: int, total: int) -> str:
    """Which of the articles a page of the list shows."""
    if total == 0:
        return "No articles"
    if first == 1 and last == total:
        return counted(total, "article")
    return f"{first:,} to {last:,} of {counted(total, 'article')}"


def say_reach(reach: "MeaningReach") -> str:
    """How much of the library can be found by meaning."""
    if not reach.passages:
        return ""
    if reach.is_complete:
        return "All of it can be found by keyword and by meaning."
    left = f", the rest in {say_duration(reach.seconds_left)}" if reach.seconds_left is not None else ""
    share = int(100 * reach.embedded / reach.passages)
    return f"All of it can be found by keyword, {share}% by meaning too{left}. Questions are answered meanwhile."


def holds(articles: int, passages: int) -> str:
    """How much the library holds."""
    return f"{counted(articles, 'article')} in {counted(passages, 'passage')}." if articles else "No articles yet."


def doing(what: str, done: int, total: int) -> str:
    """What the upkeep is at."""
    return under_way(what, done, total)


def could_not_be_read(number: int) -> str:
    """How much of a source could not be read."""
    return f"{number:,} could not be read"


def read_only(include: tuple[str, ...], exclude: tuple[str, ...]) -> str:
    """Which files of a folder are read."""
    parts = [f"only {', '.join(include)}" if include else "", f"without {', '.join(exclude)}" if exclude else ""]
    return ", ".join(part for part in parts if part)


def more_failures(number: int) -> str:
    """What ends a list of failures that was cut short."""
    return f"and {number:,} more; all of them:  dateline source list --failed"


def source_missing() -> str:
    """What is said about a source whose folder is not there."""
    return "It is not there, so its articles are kept. Mount the disk that it is on, or remove this source."


def articles_kept(number: int) -> str:
    """What is said when so many articles were gone from a source that they were kept."""
    are = "1 article is" if number == 1 else f"{number:,} articles are"
    return f"{are} gone from there and kept all the same, for so many at once look like a mishap."


def removed(name: str, articles: int, at: float) -> str:
    """What was removed last, and when."""
    when = datetime.fromtimestamp(at).astimezone()
    return f"Removed at {when:%H:%M}: {name}, with {counted(articles, 'article')}."


def added(name: str) -> str:
    """A source is being read."""
    return f"{name} is a source now and is being read."


def brought_back(name: str, articles: int) -> str:
    """A removal was undone."""
    return f"Brought back: {name}, with {counted(articles, 'article')}."


def was_read(articles: int) -> str:
    """What came of an upload."""
    return f"Added: {counted(articles, 'article')}"


def was_not_read(reason: str) -> str:
    """Why an upload holds no article."""
    return f"Could not be read: {reason}"


def formats(largest: int) -> str:
    """What can be uploaded."""
    return FORMATS.format(largest=largest // 1_000_000)


def too_large(largest: int) -> str:
    """Why a file is not sent at all."""
    return TOO_LARGE.format(largest=largest // 1_000_000)


def storage(ledger: int, search: int, uploads: int, removed: int) -> list[tuple[str, str]]:
    """What takes how much room, largest idea first."""
    parts = [
        ("Articles, passages and vectors", ledger),
        ("Sealed for searching", search),
        ("Uploaded files", uploads),
        ("Kept so that the last removal can be undone", removed),
    ]
    shown = [(what, size) for what, size in parts if size or what != parts[-1][0]]
    return [*((what, megabytes(size)) for what, size in shown), ("Together", megabytes(sum(size for _, size in shown)))]


def megabytes(size: int) -> str:
    """A number of bytes, in MB."""
    return f"{size / 1e6:,.1f} MB"


def week_of(day: str) -> str:
    """A week by its first day."""
    return f"Week of {day}"


def not_drawn(number: int) -> str:
    """How many articles a plot leaves out: what has no day, or lies too far back."""
    return f"{counted(number, 'article')} without a day, or from long before, not drawn"


def most_in_a_bar(number: int) -> str:
    """What the height of a plot stands for."""
    return f"{number:,} at most"
