"""Strip from a page what its reader does not see: hidden text must not become evidence."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNSEEN = (
    "script style noscript template iframe object embed svg canvas audio video select textarea button input".split()
)
# What assistive programs read out, and what asks for consent before the article is seen.
_UNSEEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-(?:text|only)|offscreen|is-hidden)(?:$|\s)", re.IGNORECASE
)
_CONSENT = re.compile(r"cookie|consent|gdpr|onetrust|didomi|cmp-(?:banner|container)|sp_message", re.IGNORECASE)
_MAX_CONSENT_WORDS = 250
_CONSENT_TAGS = frozenset({"div", "section", "aside", "dialog", "form", "footer"})
_NOTHING = r"\s*:\s*[+-]?0*\.?0*(?:px|em|rem|pt|%|vw|vh)?\s*(?:!important\s*)?(?:;|$)"
_HIDING = re.compile(
    r"(?:^|[;{\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|content-visibility\s*:\s*hidden"
    rf"|(?:font-size|opacity|max-height|max-width){_NOTHING}"
    r"|(?:left|right|top|bottom|text-indent|margin-left|margin-top)\s*:\s*-\d{3,}(?:\.\d+)?(?:px|em|rem|pt|%|vw|vh)?"
    r"|clip\s*:\s*rect\(\s*(?:0|1px)|clip-path\s*:\s*inset\(\s*(?:50|100)%|transform\s*:\s*scale\(\s*0\s*\))",
    re.IGNORECASE,
)
_WHITE = (
    r"(?:white|#fff(?:fff)?(?:ff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255[^)]*\)|transparent)\s*(?:!important\s*)?(?:;|$)"
)
_WHITE_INK = re.compile(rf"(?:^|;)\s*color\s*:\s*{_WHITE}", re.IGNORECASE)
_INVISIBLE_INK = re.compile(
    r"(?:^|;)\s*color\s*:\s*(?:transparent|rgba\([^)]*,\s*0?\.?0+\s*\))\s*(?:;|$)", re.IGNORECASE
)
_BACKGROUND = re.compile(r"(?:^|;)\s*background(?:-color|-image)?\s*:\s*(?P<value>[^;]+)", re.IGNORECASE)
_IS_WHITE = re.compile(rf"\s*(?:{_WHITE}|none|inherit|initial)", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}@]{1,500})\{([^{}]{0,2000})\}")
_AT_RULE = re.compile(r"@[^{};]{0,500}\{(?:[^{}]{0,2000}\{[^{}]{0,2000}\})*[^{}]{0,2000}\}")
_SIMPLE_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?([.#])([A-Za-z_][\w-]*)$", re.IGNORECASE)


def strip_invisible(root: "HtmlElement") -> None:
    """Remove from a page, in place, every element that its reader does not see, and banners that ask for consent.

    Known: the hidden attribute, aria-hidden, and styles that hide, in the element or by a class or id in a style sheet
    of the page itself. A sheet in another file is not read.
    """
    hiding = frozenset(_find_hiding_rules(root))
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        # Pages fade in: what hides them as a whole is taken away before anyone reads.
        is_whole = element.tag in {"html", "body", "head"}
        if not is_whole and (element.tag in _UNSEEN or _is_hidden(element, hiding) or _asks_consent(element)):
            _remove(element)


def _find_hiding_rules(root: "HtmlElement") -> Iterator[str]:
    for sheet in root.iter("style"):
        # Rules under a condition (@media print) do not hold for a reader in front of a screen.
        css = _AT_RULE.sub("", _COMMENT.sub("", "".join(sheet.itertext())))
        for selectors, declarations in _RULE.findall(css):
            if _HIDING.search(declarations):
                matches = (_SIMPLE_SELECTOR.match(selector.strip()) for selector in selectors.split(","))
                yield from (f"{match[1]}{match[2]}" for match in matches if match)


def _is_hidden(element: "HtmlElement", hiding: frozenset[str]) -> bool:
    style = element.get("style") or ""
    classes = element.get("class") or ""
    return bool(
        element.get("hidden") is not None
        or (element.get("aria-hidden") or "").strip().lower() == "true"
        or (element.tag == "dialog" and element.get("open") is None)
        or _HIDING.search(style)
        or _is_without_ink(element, style)
        or _UNSEEN_CLASS.search(classes)
        or (hiding and (f"#{element.get('id')}" in hiding or any(f".{name}" in hiding for name in classes.split())))
    )


def _is_without_ink(element: "HtmlElement", style: str) -> bool:
    """Whether the words are transparent, or white with nothing but white behind them."""
    if _INVISIBLE_INK.search(style):
        return True
    if not _WHITE_INK.search(style) and not _IS_WHITE.match(element.get("color") or "-"):
        return False
    return not any(_has_dark_background(each) for each in (element, *element.iterancestors()))


def _has_dark_background(element: "HtmlElement") -> bool:
    match = _BACKGROUND.search(element.get("style") or "")
    value = match["value"] if match else element.get("bgcolor")
    return bool(value and not _IS_WHITE.match(value))


def _asks_consent(element: "HtmlElement") -> bool:
    if element.tag not in _CONSENT_TAGS:
        return False
    name = f"{element.get('id') or ''} {element.get('class') or ''}"
    # An article about cookies is longer than a banner.
    return bool(_CONSENT.search(name)) and len(element.text_content().split()) <= _MAX_CONSENT_WORDS


def _remove(element: "HtmlElement") -> None:
    if element.getparent() is not None:
        element.drop_tree()
