"""Dumps as streams: unpacked, recoded and cut into lines as they are read, never held whole."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from charset_normalizer import from_bytes

from index.errors import ArticleUnreadableError
from index.reading.plain import MAX_BYTES
from index.reading.zipped import MAX_RATIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = 1 << 18
_GZIP = b"\x1f\x8b"
# Before that much has come out the ratio says nothing: the first rows may be all alike.
_RATIO_FREE = 10_000_000
# With fewer letters to go by, the guess of an encoding is worse than the one that most such files are in.
_MIN_FOREIGN_BYTES = 64
_WESTERN = "cp1252"


def open_dump(stream: BinaryIO) -> "io.BufferedReader[_Blocks]":
    """A dump as UTF-8 bytes or what else it is in: unpacked if it is gzip, recoded if it is UTF-16.

    Reading from it raises ArticleUnreadableError when it is damaged, or unpacks as a bomb does.
    """
    opened = io.BufferedReader(_Blocks(_read_blocks(stream)), _BLOCK)
    if opened.peek(2).startswith(_GZIP):
        opened = io.BufferedReader(_Blocks(_unpack(opened)), _BLOCK)
    if opened.peek(2).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        opened = io.BufferedReader(_Blocks(_recode(opened)), _BLOCK)
    if opened.peek(3).startswith(codecs.BOM_UTF8):
        opened.read(3)
    return opened


def read_lines(stream: BinaryIO) -> Iterator[bytes | None]:
    """The lines with their line breaks; None for one that is longer than any article may be."""
    while line := stream.readline(MAX_BYTES + 1):
        if len(line) <= MAX_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_BYTES)
        yield None


def decode_lines(stream: "io.BufferedReader[_Blocks]") -> Iterator[str]:
    """The lines as text, in UTF-8; each that is not, in the encoding that the start of the dump looks like.

    Raises:
        ArticleUnreadableError: a line is longer than any article may be.
    """
    fallback = _guess(stream.peek(_BLOCK))
    for number, line in enumerate(read_lines(stream), 1):
        if line is None:
            raise ArticleUnreadableError(f"its line {number} is longer than {MAX_BYTES // 1_000_000} MB; split it.")
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError:
            yield line.decode(fallback, "replace")


def _guess(sample: bytes) -> str:
    foreign = sum(byte > 0x7F for byte in sample)
    best = from_bytes(sample).best() if foreign >= _MIN_FOREIGN_BYTES else None
    return best.encoding if best and best.encoding not in {"utf_8", "ascii"} else _WESTERN


class _Blocks(io.RawIOBase):
    """Blocks of bytes, read as a file."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        if not self._rest:
            self._rest = next(self._blocks, b"")
        count = min(len(view), len(self._rest))
        view[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _read_blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(_BLOCK):
        yield block


def _unpack(stream: "io.BufferedReader[_Blocks]") -> Iterator[bytes]:
    consumed = 0

    def count(blocks: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal consumed
        for block in blocks:
            consumed += len(block)
            yield block

    produced = 0
    packed = io.BufferedReader(_Blocks(count(_read_blocks(stream))), _BLOCK)
    with gzip.GzipFile(fileobj=packed) as unpacked:
        while True:
            try:
                block = unpacked.read(_BLOCK)
            except (OSError, EOFError, zlib.error) as error:
                raise ArticleUnreadableError("it breaks off, or is damaged inside; fetch it again.") from error
            if not block:
                return
            produced += len(block)
            if produced > max(_RATIO_FREE, MAX_RATIO * consumed):
                raise ArticleUnreadableError(f"it unpacks to more than {MAX_RATIO} times its size, as attacks do.")
            yield block


def _recode(stream: "io.BufferedReader[_Blocks]") -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    while block := stream.read(_BLOCK):
        if text := decoder.decode(block).encode("utf-8", "replace"):
            yield text
