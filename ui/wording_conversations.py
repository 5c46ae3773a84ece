"""Every sentence about conversations that are kept, in the window and in what is exported."""

from pathlib import Path

CONVERSATIONS = "Conversations"
SHORT = "History"
NONE_YET = "What you ask is kept here, for this browser alone."
CLOSE = "Close the list"
RENAME = "Rename"
DELETE = "Delete"
REALLY_DELETE = "Delete for good?"
TITLE_LABEL = "Title"
SAVE = "Save"
CANCEL = "Cancel"
AS_MARKDOWN = "Export as Markdown"
AS_JSON = "Export as JSON"
FAILED = "That did not work. Is Dateline still running? Try again."
NOT_HERE = (
    "This conversation is not here: it was deleted, or held in another browser. Ask a question to begin a new one."
)
NOT_HERE_TITLE = "Not to be found"
NO_COOKIE = "Conversations are kept for a browser that allows cookies: allow them for this page, and reload it."
OTHER_VERSION = "The conversations beside this library were kept by another version of Dateline; update it, or move conversations.sqlite3 away."
UNREADABLE_TITLE = "Not readable any more"
UNREADABLE = "This answer was kept by another version of Dateline, which wrote it differently. Ask the question again."

COPY_FOOTNOTES = "Copy with footnotes"
COPY_SOURCES = "Copy with sources"
COPIED = "Copied"
NOT_COPIED = "The browser did not allow it"
ASK_AGAIN = "Ask again"
EDIT = "Edit the question"
FURTHER = "The articles also answer"
EDITING = "What you ask now takes the place of this question and of what follows it."
SOURCES = "Sources"
NO_TITLE = "Untitled"


def wrong_title(most: int) -> str:
    """What is said about a title that cannot be."""
    return f"A title has 1 to {most} characters; choose another one."


def unusable(path: Path, error: Exception) -> str:
    """What is said when the file of conversations does not answer."""
    return (
        f"Conversations cannot be read or written ({error}): free some disk space, check the permissions of {path},"
        " or move that file away to begin a new one."
    )


def not_kept(reason: str) -> str:
    """What is said under an answer that could not be kept."""
    return f"This answer is not kept in the list of conversations: {reason}"


def counted_questions(number: int) -> str:
    """How many questions a conversation has."""
    return f"{number:,} question" if number == 1 else f"{number:,} questions"
