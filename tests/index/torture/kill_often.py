"""Updates that are killed again and again, and the library that must come of it.

By hand, as often as one likes, with real processes:  python -m tests.index.torture.kill_often 500
"""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from index.parsing.in_process import InProcessReader
from index.parsing.pool import Parsed, ReadRequest
from tests.index.torture.judging import TOOLS, bring_in, embed_without_sealing, export, find_faults, sync, write

_ROOT = Path(__file__).resolve().parents[3]
_FILES, _ROWS, _PART = 20, 160, 10
_KILLS_IN_A_ROW = 4

Start = Callable[[Path, Path], Callable[[], bool]]


class _SmallParts(InProcessReader):
    """Hands over few articles at a time, and takes a moment for it: a kill can hit in the middle of a file."""

    def read_files(self, requests: Iterable[ReadRequest]) -> Iterator[Parsed]:
        for parsed in super().read_files(requests):
            firsts = range(0, max(1, len(parsed.found)), _PART)
            for first in firsts:
                time.sleep(0.002)
                is_last = parsed.is_last and first == firsts[-1]
                yield replace(parsed, found=parsed.found[first : first + _PART], is_last=is_last)


def update_in_parts(library: Path, folder: Path) -> None:
    """One whole update, in many commits."""
    sync(library, folder, tools=replace(TOOLS, open_reader=lambda: nullcontext(_SmallParts())))
    embed_without_sealing(library)


@dataclass(frozen=True, slots=True)
class Killing:
    """What came of it: how many processes were killed before their end, and what is wrong."""

    killed: int
    wrong: list[str]


def kill_again_and_again(root: Path, start: Start, kills: int, seed: int) -> Killing:
    """Kill so many updates at random moments, a few in a row before one may end; each time the library must be right.

    `start` begins an update of a library with a folder; what it gives kills it and says whether it was still running.
    """
    random = Random(seed)  # noqa: S311 - a test
    before, folder = root / "before", root / "articles"
    _write_articles(folder)
    bring_in(before, folder)
    _change_articles(folder, random)
    undisturbed = Path(shutil.copytree(before, root / "undisturbed"))
    began = time.monotonic()
    update_in_parts(undisturbed, folder)
    span = time.monotonic() - began
    expected = export(undisturbed)
    done = killed = 0
    wrong: list[str] = []
    while done < kills:
        library = Path(shutil.copytree(before, root / f"library-{done}"))
        for _ in range(min(_KILLS_IN_A_ROW, kills - done)):
            kill = start(library, folder)
            time.sleep(random.uniform(0, 0.5 * span))
            killed += kill()
            done += 1
        bring_in(library, folder)
        wrong += [f"after kill {done} of seed {seed}: {fault}" for fault in find_faults(library)]
        if export(library) != expected:
            wrong.append(f"after kill {done} of seed {seed} the library is another; it is kept in {library}")
        else:
            shutil.rmtree(library)
    return Killing(killed, wrong)


def start_process(library: Path, folder: Path) -> Callable[[], bool]:
    """Begin an update in a process of its own, as a person does; it is under way when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.index.torture.kill_often", "update", str(library), str(folder)],
        stdout=subprocess.PIPE,
        cwd=_ROOT,
    )
    assert process.stdout is not None
    process.stdout.readline()

    def kill() -> bool:
        process.kill()
        process.communicate()
        assert process.returncode in {0, -signal.SIGKILL}
        return process.returncode != 0

    return kill


def _write_articles(folder: Path) -> None:
    for n in range(_FILES):
        write(folder / f"{n:02}.txt", _tell(f"file{n}"))
    write(folder / "dump.jsonl", "".join(_row(n, _tell(f"row{n}")) for n in range(_ROWS)))


def _change_articles(folder: Path, random: Random) -> None:
    """One file in five each is corrected, renamed, removed or new; as many rows of the dump are corrected or removed."""
    for n in range(0, _FILES, 5):
        write(folder / f"{n:02}.txt", _tell(f"file{n}") + "This was corrected.\n", age=30)
        (folder / f"{n + 1:02}.txt").rename(folder / f"renamed-{n:02}.txt")
        (folder / f"{n + 2:02}.txt").unlink()
        write(folder / f"new-{n:02}.txt", _tell(f"new{n}"), age=30)
    rows = []
    for n in range(_ROWS):
        luck = random.random()
        if luck > 0.2:
            rows.append(_row(n, _tell(f"row{n}") + ("This was corrected." if luck > 0.8 else "")))
    rows += [_row(n, _tell(f"row{n}")) for n in range(_ROWS, _ROWS + 40)]
    write(folder / "dump.jsonl", "".join(rows), age=30)


def _tell(subject: str) -> str:
    return f"Of {subject}\n\nThe {subject} was in the news on Monday. It was told by {subject}x twice.\n"


def _row(number: int, text: str) -> str:
    return json.dumps({"id": f"id-{number}", "title": f"Row {number}", "text": text}) + "\n"


def main() -> None:
    """Update, or kill as often as was asked for."""
    if sys.argv[1] == "update":
        print("under way", flush=True)
        update_in_parts(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else time.time_ns() % 1_000_000
    with tempfile.TemporaryDirectory() as root:
        came = kill_again_and_again(Path(root), start_process, int(sys.argv[1]), seed)
        print(f"{came.killed} of {sys.argv[1]} were killed before their end, seed {seed}")
        print("\n".join(came.wrong) or "Every library is right.")
        sys.exit(bool(came.wrong))


if __name__ == "__main__":
    main()
