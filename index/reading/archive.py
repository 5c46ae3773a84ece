"""Zip archives of articles: each member read as a file of its own, in memory."""

import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO

from index.errors import ArticleUnreadableError
from index.reading.drafts import Draft, Unreadable
from index.reading.plain_text import clean
from index.reading.zipped import open_zip, read_member

MemberReader = Callable[[bytes, str], Iterator[Draft | Unreadable]]


def read_archive(
    stream: BinaryIO, is_wanted: Callable[[str], bool], read: MemberReader
) -> Iterator[Draft | Unreadable]:
    """Read the wanted members with `read`; `item` is the name of the member, and of a row in it "member#row".

    Raises:
        ArticleUnreadableError: it is damaged, over the limits, or has no wanted member.
    """
    with open_zip(stream, "zip archive") as opened:
        wanted = [(member, name) for member in opened.infolist() if (name := _shown_name(member)) and is_wanted(name)]
        if not wanted:
            raise ArticleUnreadableError("it holds no file that can be read; put articles in it, or delete it.")
        for member, name in wanted:
            try:
                for each in read(read_member(opened, member), name):
                    yield replace(each, item=f"{name}#{each.item}" if each.item else name)
            except ArticleUnreadableError as error:
                yield Unreadable(name, str(error))


def _shown_name(member: zipfile.ZipInfo) -> str | None:
    """The name without roots, drives and steps upwards: it is shown and never opened. None for what is no article."""
    mode = member.external_attr >> 16
    if member.is_dir() or stat.S_ISLNK(mode):
        return None
    parts = clean(member.filename).replace("\\", "/").replace("\n", " ").split("/")
    parts = [part for part in parts if part not in {"", ".", ".."} and not part.endswith(":")]
    # Hidden files, and the folder that macOS adds for its own purposes.
    if not parts or any(part.startswith((".", "__MACOSX")) for part in parts):
        return None
    return "/".join(parts)
