"""Text that comes from a person, a model or an article -> HTML in which it can only ever appear as text."""

import re
from html import escape
from urllib.parse import urlsplit

# Control, bidirectional-override, zero-width and tag characters can make text look like what it is not; the zero-width
# joiners stay, for Persian, Hindi and emoji need them. Lone surrogates cannot be sent as UTF-8 at all.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def drop_invisible(text: str) -> str:
    """The visible characters of a text."""
    return _INVISIBLE.sub("", text)


def show_text(text: str) -> str:
    """The text as HTML that shows exactly its visible characters."""
    return escape(drop_invisible(text))


def is_web_address(url: str) -> bool:
    """Whether a link to it can only lead to a web page."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not _INVISIBLE.search(url)
