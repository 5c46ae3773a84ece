"""A seal is killed as soon as each of Chroma's files is written for the first time; the one before goes on answering."""

import ctypes
import json
import os
import select
import shutil
import struct
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.generations import read_current
from index.ledger import Ledger
from tests.index.torture.judging import EMBEDDER, embed, embed_without_sealing, export, sync, write
from tests.index.torture.warm import Warm

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has inotify")

_CREATE, _MODIFY, _IS_FOLDER = 0x100, 0x2, 0x40000000
_EVENT = struct.Struct("iIII")
FILES = ["chroma.sqlite3", "header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle"]
ROWS = 400
# Like articles they have little in common; of near-copies HNSW loses some, and a seal is refused.
TEXTS = [" ".join(f"w{n * n * k % 4_001}" for k in range(1, 41)) + f" q{n}." for n in range(ROWS)]


class Notices:
    """What the kernel tells of files being made and written below a folder, its new subfolders included."""

    def __init__(self, folder: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._libc.inotify_init1(os.O_NONBLOCK)
        self._folders: dict[int, Path] = {}
        self._watch(folder)

    def wait_for(self, name: str, process: int) -> bool:
        """Whether a file of that name was written before the process came to its end."""
        while not _has_ended(process):
            if not select.select([self._descriptor], [], [], 0.05)[0]:
                continue
            if name in self._read():
                return True
        return False

    def close(self) -> None:
        os.close(self._descriptor)

    def _watch(self, folder: Path) -> list[str]:
        """Watch a folder; gives the names of what is in it already."""
        number = self._libc.inotify_add_watch(self._descriptor, os.fsencode(folder), _CREATE | _MODIFY)
        self._folders[number] = folder
        found = []
        for path in folder.iterdir():
            found += [path.name, *(self._watch(path) if path.is_dir() else [])]
        return found

    def _read(self) -> list[str]:
        data, names, at = os.read(self._descriptor, 65536), [], 0
        while at < len(data):
            number, mask, _, length = _EVENT.unpack_from(data, at)
            name = os.fsdecode(data[at + _EVENT.size : at + _EVENT.size + length].rstrip(b"\0"))
            at += _EVENT.size + length
            names.append(name)
            if mask & _IS_FOLDER and mask & _CREATE:
                names += self._watch(self._folders[number] / name)
        return names


def _has_ended(process: int) -> bool:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed library whose index files take more than a moment to write."""
    root = tmp_path_factory.mktemp("many")
    rows = (json.dumps({"id": str(n), "title": f"T{n}", "text": text}) for n, text in enumerate(TEXTS))
    write(root / "articles" / "harbours.jsonl", "\n".join(rows))
    sync(root / "library", root / "articles")
    embed(root / "library")
    assert read_current(root / "library") is not None
    return root / "library"


@pytest.fixture
def library(many: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(many, tmp_path / "library"))


@pytest.fixture
def notices(library: Path) -> Iterator[Notices]:
    """What happens among its generations."""
    told = Notices(library / "generations")
    yield told
    told.close()


@pytest.mark.parametrize("name", FILES)
def test_a_seal_killed_at_the_first_write_of_a_file_leaves_the_one_before(
    warm: Warm, library: Path, notices: Notices, name: str
) -> None:
    before, current = export(library), read_current(library)
    process = warm.start("work", "seal", library, library)
    assert notices.wait_for(name, process)
    warm.kill(process)
    assert warm.wait(process).was_killed
    assert read_current(library) == current
    assert len(list((library / "generations").iterdir())) == 2
    outcome = warm.run("search", library, TEXTS[77])
    assert outcome.said["problem"] is None
    assert outcome.said["meaning"][0] == "T77"
    assert outcome.said["keyword"][0] == "T77"
    embed(library)
    assert export(library) == before
    with closing(Ledger(library)) as ledger:
        assert ledger.find_damage() is None
        assert ledger.count_embedded_passages(EMBEDDER.name) == ledger.counts().passages


def test_a_first_seal_that_is_killed_is_made_by_the_next_update_and_its_remains_go(
    warm: Warm, library: Path, tmp_path: Path
) -> None:
    (library / "current.json").unlink()
    shutil.rmtree(library / "generations")
    (library / "generations").mkdir()
    notices = Notices(library / "generations")
    process = warm.start("work", "seal", library, library)
    assert notices.wait_for("data_level0.bin", process)
    warm.kill(process)
    assert warm.wait(process).was_killed
    notices.close()
    assert read_current(library) is None
    assert warm.run("search", library, TEXTS[77]).said["meaning"][0] == "T77"
    embed_without_sealing(library)
    embed(library)
    current = read_current(library)
    assert current is not None
    assert current.count == ROWS
    assert [folder.name for folder in (library / "generations").iterdir()] == [current.folder]
    assert warm.run("search", library, TEXTS[77]).said["problem"] is None
