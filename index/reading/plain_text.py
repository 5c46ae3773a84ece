"""Bytes of a text file -> the text a person sees: decoded, composed (NFC), without invisible characters."""

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from index.errors import ArticleUnreadableError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is a prefix of this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Controls, soft hyphen, zero-width and bidirectional marks, halves of characters, tags: nothing a reader sees, much that can deceive one.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0001-\U000e007f]"
)
# Joiners carry meaning in Persian, the Indic scripts and emoji; between Latin letters they only hide something.
_IDLE_JOINER = re.compile("(?<![\u0590-\u1fff\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]")
_LINE_BREAK = re.compile("\r\n?|\u2028|\u2029|\x85")
_MAX_CONTROL_SHARE = 0.01


def decode(data: bytes) -> str:
    """Decode a text file in whatever encoding it is.

    Raises:
        ArticleUnreadableError: the bytes are not text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_strictly(data[len(mark) :], encoding)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _guess(data)
    controls = sum(character < " " and character not in "\t\n\r\f" for character in text)
    if controls > _MAX_CONTROL_SHARE * len(text):
        raise ArticleUnreadableError("it is a binary file, not text; save the article as .txt or .md.")
    return text


def clean(text: str) -> str:
    """Compose, unify line breaks and strip invisible characters; doing it twice changes nothing more."""
    text = _LINE_BREAK.sub("\n", text).replace("\f", "\n")
    text = _IDLE_JOINER.sub("", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text)


def _decode_strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise ArticleUnreadableError(
            f"it says it is {encoding.upper()} but is damaged at byte {error.start}; save it again as UTF-8."
        ) from error


def _guess(data: bytes) -> str:
    best = from_bytes(data).best()
    if best is None:
        raise ArticleUnreadableError("it is a binary file, not text; save the article as .txt or .md.")
    return str(best)
