"""What a hostile file can make its reader do, and that it does not get far: real workers, real deeds."""

import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.articles import Article
from index.parsing.limits import Limits
from index.parsing.pool import Parsed, ParserPool, ReadRequest

COMMAND = [sys.executable, "-P", str(Path(__file__).with_name("hostile_worker.py"))]
ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has this wall")
PATIENT = Limits(wall_seconds=20)

Read = Callable[..., list[Parsed]]


@pytest.fixture(scope="module")
def pools() -> Iterator[dict[Limits, ParserPool]]:
    """A pool for each set of limits, shared by the tests, as one sync shares it between its files."""
    opened: dict[Limits, ParserPool] = {}
    yield opened
    for pool in opened.values():
        pool.close()


@pytest.fixture
def read(tmp_path: Path, pools: dict[Limits, ParserPool]) -> Read:
    """Read a file whose name is a deed."""
    (tmp_path / "article").write_text("The ferry sailed on Monday.", encoding="utf-8")

    def run(deed: str, limits: Limits = PATIENT, **fields: str) -> list[Parsed]:
        pool = pools.setdefault(limits, ParserPool(limits, workers=1, command=COMMAND))
        return list(pool.read_files([ReadRequest(tmp_path / "article", deed, fields)]))

    return run


def text_of(parsed: list[Parsed]) -> str:
    assert [part.failure for part in parsed] == [None]
    (article,) = parsed[0].found
    assert isinstance(article, Article)
    return article.text


def failure_of(parsed: list[Parsed]) -> str:
    assert parsed[-1].is_last
    assert parsed[-1].failure is not None
    return parsed[-1].failure


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_good_file_is_read(read: Read) -> None:
    assert text_of(read("ferry.txt")) == "The ferry sailed on Monday."


@ON_LINUX
def test_a_file_that_needs_too_much_memory_fails_and_the_next_one_is_read(read: Read) -> None:
    limits = Limits(memory_bytes=200_000_000, wall_seconds=20)
    assert failure_of(read("eat_memory", limits)).startswith("it needs more than 200 MB of memory to read; split it")
    assert text_of(read("ferry.txt", limits)) == "The ferry sailed on Monday."


@ON_LINUX
def test_machine_code_gets_no_more_than_a_gigabyte(read: Read) -> None:
    # Of 50 MB each; how much the reader itself has taken before differs from run to run.
    got = re.search(r"got (\d+) of 100 blocks", text_of(read("eat_memory_in_c")))
    assert got is not None
    assert 15 <= int(got[1]) <= 20


@ON_LINUX
def test_a_worker_whose_libraries_kept_all_memory_ends_and_the_next_file_is_read(read: Read) -> None:
    limits = Limits(memory_bytes=100_000_000, wall_seconds=20)
    assert failure_of(read("keep_memory_in_c", limits)).startswith(("it needs more than 100 MB", "its reader crashed"))
    assert text_of(read("ferry.txt", limits)) == "The ferry sailed on Monday."


def test_a_file_that_computes_too_long_fails_and_the_next_one_is_read(read: Read) -> None:
    limits = Limits(cpu_seconds=1, wall_seconds=20)
    assert failure_of(read("spin", limits)).startswith("it took more than 1 seconds of computing to read; split it")
    assert text_of(read("ferry.txt", limits)) == "The ferry sailed on Monday."


def test_a_file_that_hangs_fails_and_the_next_one_is_read(read: Read) -> None:
    limits = Limits(wall_seconds=1)
    started = time.monotonic()
    assert failure_of(read("sleep", limits)).startswith("it took longer than 1 seconds to read; split it")
    assert time.monotonic() - started < 5
    assert text_of(read("ferry.txt", limits)) == "The ferry sailed on Monday."


@pytest.mark.parametrize("deed", ["crash", "fail"])
def test_a_file_that_crashes_its_reader_fails_and_the_next_one_is_read(read: Read, deed: str) -> None:
    assert failure_of(read(deed)).startswith("its reader crashed; the file is probably damaged")
    assert text_of(read("ferry.txt")) == "The ferry sailed on Monday."


def test_a_reader_that_refuses_a_file_keeps_its_process(read: Read) -> None:
    before = text_of(read("process"))
    assert failure_of(read("refuse")) == "it is locked with a password; save it without."
    assert text_of(read("process")) == before


def test_what_a_reader_prints_does_not_disturb(read: Read) -> None:
    assert text_of(read("print")).endswith("printed.")


@pytest.mark.parametrize(
    "deed",
    [
        *("write_outside", "append_outside", "descend_outside", "open_outside", "remove_outside", "rename_outside"),
        *("link_outside", "make_folder_outside", "run_program", "run_shell", "replace_self", "spawn", "fork"),
        *("connect_unix", "resolve", "send_datagram", "listen", "kill_parent"),
        *(pytest.param(deed, marks=ON_LINUX) for deed in ("write_in_c", "run_program_in_c")),
    ],
)
def test_a_reader_neither_writes_outside_nor_runs_programs_nor_speaks(read: Read, deed: str, tmp_path: Path) -> None:
    assert "refused" in text_of(read(deed))
    assert (tmp_path / "article").read_text(encoding="utf-8") == "The ferry sailed on Monday."
    assert [path.name for path in tmp_path.iterdir()] == ["article"]


@pytest.mark.parametrize("deed", ["connect", "fetch", pytest.param("connect_in_c", marks=ON_LINUX)])
def test_a_reader_reaches_no_listener(read: Read, deed: str, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        (tmp_path / "article").write_text(str(listener.getsockname()[1]), encoding="utf-8")
        assert "refused" in text_of(read(deed))
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()


def test_a_reader_may_write_in_its_own_folder_which_goes_with_it(tmp_path: Path) -> None:
    article = ReadRequest(tmp_path / "article", "write_inside", {})
    with ParserPool(workers=1, command=COMMAND) as pool:
        assert "allowed" in text_of(list(pool.read_files([article])))
        told = text_of(list(pool.read_files([ReadRequest(article.path, "process", {})])))
        folder = Path(told.rpartition(" in ")[2].removesuffix("."))
        assert folder.is_dir()
    assert not folder.exists()


def test_a_reader_knows_no_secrets(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    told = text_of(read("secrets", Limits(wall_seconds=19)))  # a worker that starts now
    assert "TMPDIR" in told
    assert "OPENAI" not in told


@ON_LINUX
def test_what_a_reader_started_is_killed_with_it(tmp_path: Path) -> None:
    with ParserPool(Limits(wall_seconds=1), workers=1, command=COMMAND) as pool:
        asked = [ReadRequest(tmp_path / "article", deed, {}) for deed in ("process", "fork_and_hang")]
        reading = pool.read_files(asked)
        told = text_of([next(reading)])
        worker, folder = int(told.split()[3]), Path(told.rpartition(" in ")[2].removesuffix("."))
        child = wait_for_child(folder)
        assert is_alive(child)
        assert failure_of(list(reading)).startswith("it took longer than 1 seconds")
        assert not is_alive(worker)
        wait_until(lambda: not is_alive(child))


def test_the_chunks_before_a_failure_stand(read: Read) -> None:
    parsed = read("process", Limits(wall_seconds=2), articles="250", then="sleep")
    assert [len(part.found) for part in parsed] == [100, 100, 0]
    assert failure_of(parsed).startswith("it took longer than 2 seconds")
    parsed = read("process", articles="250", then="refuse")
    assert [len(part.found) for part in parsed] == [100, 100, 50]
    assert failure_of(parsed) == "it is locked with a password; save it without."


def test_a_worker_is_replaced_after_so_many_files_and_when_it_has_kept_much_memory(read: Read) -> None:
    few = Limits(max_files=2)
    assert len({text_of(read("process", few)) for _ in range(6)}) == 3
    if sys.platform.startswith("linux"):
        small = Limits(max_growth_bytes=50_000_000)
        assert len({text_of(read("leak", small)) for _ in range(6)}) == 2


def wait_for_child(folder: Path) -> int:
    wait_until(lambda: (folder / "child").is_file() and (folder / "child").read_text() != "")
    return int((folder / "child").read_text())


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 5
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)
