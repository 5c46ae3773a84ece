"""Zip files of strangers, also those that are documents: opened in memory, within limits, nothing written to disk."""

import zipfile
from typing import BinaryIO

from index.errors import ArticleUnreadableError
from index.reading.damage import refusing
from index.reading.plain import MAX_BYTES

MAX_MEMBERS = 20_000
MAX_TOTAL = 1_000_000_000
MAX_RATIO = 100
# Small members may well be packed more tightly: a page of one repeated line is no bomb.
_RATIO_FREE = 1_000_000
_ENCRYPTED = 0x1


def open_zip(stream: BinaryIO, what: str) -> zipfile.ZipFile:
    """Open a zip file; `what` it should be goes into the errors.

    Raises:
        ArticleUnreadableError: it is damaged or no zip, or unpacks to more than any honest file does.
    """
    with refusing(f"it is damaged, or no {what}; fetch it again."):
        opened = zipfile.ZipFile(stream)
    members = opened.infolist()
    if len(members) > MAX_MEMBERS:
        raise ArticleUnreadableError(f"it holds more than {MAX_MEMBERS:,} files; split it.")
    if sum(member.file_size for member in members) > MAX_TOTAL:
        raise ArticleUnreadableError(f"it unpacks to more than {MAX_TOTAL // 1_000_000:,} MB; split it.")
    return opened


def read_member(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpack one member into memory; zipfile gives no more bytes than the member states, so the limit holds.

    Raises:
        ArticleUnreadableError: it is too large, packed as bombs are, locked or damaged.
    """
    if member.flag_bits & _ENCRYPTED:
        raise ArticleUnreadableError("it is locked with a password; unpack it and add what is in it.")
    if member.file_size > MAX_BYTES:
        raise ArticleUnreadableError(f"it is larger than {MAX_BYTES // 1_000_000} MB; unpack it and split it.")
    if member.file_size > max(_RATIO_FREE, MAX_RATIO * member.compress_size):
        raise ArticleUnreadableError(
            f"it unpacks to more than {MAX_RATIO} times its size, as attacks do; leave it out."
        )
    with refusing("it is damaged; fetch it again."):
        return opened.read(member)


def read_named(opened: zipfile.ZipFile, name: str, what: str) -> bytes:
    """Unpack the member of that name; `what` the whole should be goes into the error.

    Raises:
        ArticleUnreadableError: there is none, or as for `read_member`.
    """
    try:
        member = opened.getinfo(name)
    except KeyError as error:
        raise ArticleUnreadableError(f"it is no {what}: {name} is missing; save it again.") from error
    return read_member(opened, member)
