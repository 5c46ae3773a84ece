"""What crosses a worker's pipes: frames of JSON, each after its length. Never pickle: the worker reads hostile files."""

import json
import struct
from typing import IO, Any

# The text of the largest file that is read, with its sentences, takes some 80 MB; a longer frame is no honest one.
MAX_FRAME_BYTES = 200_000_000
_LENGTH = struct.Struct(">I")


class MalformedError(ValueError):
    """What came through a pipe is not what its sender should say."""


def encode(value: object) -> bytes:
    """JSON of a value; halves of characters, as in file names that are not UTF-8, come through."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode(data: bytes) -> dict[str, Any]:
    """The JSON object in a frame.

    Raises:
        ValueError: it holds none.
    """
    try:
        value = json.loads(data.decode("utf-8", "surrogatepass"))
    except RecursionError as error:
        raise MalformedError("a frame is nested too deeply") from error
    if not isinstance(value, dict):
        raise MalformedError("a frame must hold an object")
    return value


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write one frame at once."""
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> bytes | None:
    """The next frame; None when the other side is gone, was cut off, or says that its frame is absurdly long."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FRAME_BYTES:
        return None
    data = stream.read(length)
    return data if len(data) == length else None
