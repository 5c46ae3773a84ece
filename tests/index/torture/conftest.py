"""What the torture of the library needs: processes that may die, and one library to spoil copies of."""

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.index.torture import judging
from tests.index.torture.judging import make_folder_in_memory
from tests.index.torture.warm import Warm

if sys.platform == "win32":  # no fork, no signals, no limits
    collect_ignore_glob = ["test_*.py"]

FERRY = "Ferry sinks\n\nA ferry sank off Naxos on Friday. All forty passengers were saved.\n"
BRIDGE = "Bridge opens\n\nThe new bridge over the Elbe opened on Monday. It cost 80 million euros.\n"
VOLCANO = "Volcano wakes\n\nThe volcano on the island smoked again on Tuesday. Two villages were emptied.\n"
COMET = "Comet seen\n\nA comet was seen above the valley on Sunday. It comes back in ninety years.\n"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A library of three articles, one of them corrected, with a sealed generation, and the folder that it is made of."""

    library: Path
    folder: Path


@pytest.fixture
def memory() -> Iterator[Path]:
    """An empty folder, in memory where there is one: a commit that waits for no disk makes these tests three times as fast."""
    with make_folder_in_memory() as folder:
        yield folder


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    """The process that deeds are forked from."""
    process = Warm()
    yield process
    process.close()


@pytest.fixture(scope="session")
def _sealed_once(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    root = tmp_path_factory.mktemp("sealed")
    library, folder = root / "library", root / "articles"
    judging.write(folder / "ferry.txt", FERRY.replace("forty", "four"), age=90)
    judging.write(folder / "bridge.txt", BRIDGE)
    judging.write(folder / "volcano.txt", VOLCANO)
    judging.sync(library, folder)
    judging.write(folder / "ferry.txt", FERRY)
    judging.sync(library, folder)
    judging.embed(library)
    return Sealed(library, folder)


@pytest.fixture
def sealed(_sealed_once: Sealed, tmp_path: Path) -> Iterator[Sealed]:
    """A copy of the sealed library; its folder stays where it was, and is put back as it was."""
    shutil.copytree(_sealed_once.library, tmp_path / "library")
    kept = tmp_path / "kept"
    shutil.copytree(_sealed_once.folder, kept)
    yield Sealed(tmp_path / "library", _sealed_once.folder)
    shutil.rmtree(_sealed_once.folder)
    kept.rename(_sealed_once.folder)


@pytest.fixture
def spoil(sealed: Sealed, memory: Path) -> Callable[..., Path]:
    """Gives a fresh copy of the sealed library each time, in the same place; without its generation if asked."""

    def run(*, keeps_seal: bool = False) -> Path:
        copy = memory / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(sealed.library, copy)
        if not keeps_seal:
            (copy / "current.json").unlink()
            shutil.rmtree(copy / "generations")
        return copy

    return run
