"""Which browser is asking: a cookie that its pages cannot read, and that other sites' pages do not bring along."""

import re
import secrets
from collections.abc import Mapping

COOKIE = "dateline_browser"
_YEAR_AND_A_MONTH = 400 * 24 * 60 * 60
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")


def browser_of(cookies: Mapping[str, str]) -> str | None:
    """The name of the browser that sent these cookies, or None when it has none."""
    name = cookies.get(COOKIE, "")
    return name if _VALUE.fullmatch(name) else None


def introduce() -> str:
    """The header that gives a browser a name that nobody can guess."""
    # "Lax", for a link from another page must find the browser's own conversations; other sites' requests lack it.
    return f"{COOKIE}={secrets.token_urlsafe(32)}; Path=/; Max-Age={_YEAR_AND_A_MONTH}; HttpOnly; SameSite=Lax"
