"""HTML, XHTML and XML of strangers: parsed without entities, DTDs or network, and what of it is visible, as lines."""

import codecs
import re
from typing import TYPE_CHECKING

from index.errors import ArticleUnreadableError
from index.reading.damage import refusing
from index.reading.plain_text import decode

if TYPE_CHECKING:
    from lxml.etree import _Element
    from lxml.html import HtmlElement

_CHARSET = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE
)
_ENTITIES = tuple("<!ENTITY".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"))
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
# NUL and the other controls end libxml2's reading of a page, or make words of it that cannot be put back into the tree; it
# makes them of references, too.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
    r"|&#0*(?:[0-8]|1[124-9]|2\d|3[01]|6553[45])(?!\d);?"
    r"|&#x0*(?:[0-8bcef]|1[\da-f]|d[89a-f][\da-f]{2}|fff[ef])(?![\da-f]);?",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section summary table tbody tfoot thead tr ul "
    "head list item quote row".split()  # the second line is trafilatura's own
)
_CELLS = frozenset({"td", "th", "cell"})
_BREAK = "\v"
_BREAKS = frozenset({"br", "lb"})
_BULLETS = frozenset({"li", "item"})
_SPACE = re.compile(r"\s+")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？:][\"'”’»)\]]*\s*$")


def parse_page(data: bytes) -> "HtmlElement":
    """Parse an HTML or XHTML page in whatever encoding it states or is in.

    Raises:
        ArticleUnreadableError: it is no text, or there is no element in it.
    """
    return parse_page_text(_decode_page(data))


def parse_page_text(text: str) -> "HtmlElement":
    """Parse a page that is decoded already.

    Raises:
        ArticleUnreadableError: there is no element in it.
    """
    from lxml import html  # noqa: PLC0415 - 40 ms that folders of plain text do not pay

    text = _CONTROL.sub("", _XML_DECLARATION.sub("", text.replace("\f", "\n")))
    # Deeper than this the trees overflow the stack of those who walk them; browsers stop at 512, too.
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False, no_network=True)
    with refusing("it is no web page that can be read; save the page again, or its words as .txt."):
        return html.document_fromstring(text, parser=parser)


def parse_xml(data: bytes, what: str) -> "_Element":
    """Parse XML without resolving entities, loading DTDs or fetching; `what` it is goes into the error.

    Raises:
        ArticleUnreadableError: it is no well-formed XML, or declares entities, which no honest file of this kind does.
    """
    from lxml import etree  # noqa: PLC0415 - as above

    if any(sign in data for sign in _ENTITIES):
        raise ArticleUnreadableError(f"its {what} declares entities, as attacks do; save it again from its program.")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    with refusing(f"its {what} is damaged; save it again from the program that made it."):
        return etree.fromstring(data, parser)


def to_lines(root: "_Element") -> list[str]:
    """The words of a tree: a line for each paragraph, heading, list item and row of a table."""
    from lxml import etree  # noqa: PLC0415 - as above

    lines = _Lines()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = element.tag.rpartition("}")[2]
        if event == "start":
            lines.enter(name)
            lines.add(element.text)
        else:
            lines.leave(name)
            lines.add(element.tail if element is not root else None)
    lines.end()
    return lines.done


class _Lines:
    """Lines that grow as a tree is walked; `_run` is what the line that is not ended yet consists of."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._run: list[str] = []

    def add(self, text: str | None) -> None:
        if text:
            self._run.append(text)

    def enter(self, name: str) -> None:
        if name in _BLOCKS:
            self.end()
        if name in _BULLETS:
            self._run = ["- "]
        elif name in _CELLS and self._tail().strip():
            self._run.append(" | ")
        elif name in _BREAKS:
            tail = self._tail()
            # One break after a sentence, or two anywhere, is how old pages make paragraphs; others wrap a line.
            if tail.rstrip(" \t\r\n").endswith(_BREAK) or _ENDS_SENTENCE.search(tail):
                self.end()
            else:
                self._run.append(_BREAK)

    def leave(self, name: str) -> None:
        if name in _BLOCKS:
            self.end()
        if name in _BULLETS:
            self._run.clear()

    def end(self) -> None:
        line = _SPACE.sub(" ", "".join(self._run)).strip(" |")
        # The bullet of an item whose words stand in a paragraph of their own waits for them.
        self._run = ["- "] if line == "-" else []
        if line and line != "-":
            self.done.append(line)

    def _tail(self) -> str:
        return "".join(self._run[-8:])


def _decode_page(data: bytes) -> str:
    """As browsers do: a byte order mark outweighs what the page says, which outweighs what the bytes look like."""
    stated = _CHARSET.search(data[:4096])
    if stated and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # Browsers read Latin-1 as Windows-1252: pages that say the one hold the quotation marks of the other.
        name = stated[1].decode("ascii").lower()
        name = "cp1252" if name in {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"} else name
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            pass
    return decode(data)
