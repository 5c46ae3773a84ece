"""Every sentence about what a question is asked of, and how it is to be answered."""

from collections.abc import Sequence

SCOPE = "What to ask"
WHOLE = "All articles"
ASKED_OF = "Asked of:"
OUTLETS = "Outlets"
PERIOD = "Published"
SINCE = "from"
UNTIL = "to"
ARTICLES = "Articles"
FIND_ARTICLES = "Find articles by their words"
NO_ARTICLES = "No article has these words."
NO_OUTLETS = "No article of the library names its outlet."
APPLY = "Ask of these"
ASK_OF_IT = "Ask of this article alone"
CLEAR = "Ask of all"
CLOSE = "Close"
FAILED = "That did not work. Is Dateline still running? Try again."
UNREADABLE = "The page is of another version of Dateline than its server: reload the page, then ask again."
INTRO = "Questions are answered from what is chosen here alone, until you choose something else."


def period(since: str, until: str) -> str:
    """A stretch of days, either end of which may be open."""
    if since and until:
        return since if since == until else f"{since} to {until}"
    return f"since {since}" if since else f"until {until}"


def name_articles(titles: Sequence[str], number: int) -> str:
    """The articles that were chosen: by title when they are few."""
    if titles and len(titles) <= 2:
        return " and ".join(f"“{title}”" for title in titles)
    return "1 article" if number == 1 else f"{number:,} articles"
