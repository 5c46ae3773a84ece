"""Many files through the pool: in order, in parallel, lazily, within bounds."""

import itertools
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.articles import Article
from index.errors import DatelineError
from index.parsing.limits import Limits
from index.parsing.pool import ParserPool, ReadRequest
from index.reading.plain import read_article

HERE = Path(__file__).parent
COMMAND = [sys.executable, "-P", str(HERE / "hostile_worker.py")]
LIES = [
    *("no object", "no JSON", "too deep", "no items", "items that are none", "an unknown field", "a missing field"),
    *("a number for a text", "no such date", "a sentence outside", "a sentence before", "an unknown role"),
    *(
        "true for a number",
        "a failure that is no text",
        "an end that is neither",
        "a frame without end",
        "half a frame",
    ),
]


@pytest.fixture
def pool() -> Iterator[ParserPool]:
    with ParserPool(Limits(wall_seconds=20), workers=2, command=COMMAND) as pool:
        yield pool


def request(name: str, **fields: str) -> ReadRequest:
    return ReadRequest(Path("/nowhere"), name, fields)


def dump(articles: int, name: str = "process") -> ReadRequest:
    return request(name, articles=str(articles))


def test_articles_are_those_that_the_reader_finds(pool: ParserPool, tmp_path: Path) -> None:
    data = "Ferry sails\n\nBy Ann Lee\n\n2021-03-10\n\nThe ferry sailed — at last. “Good,” said Łukasz. 🚢\n".encode()
    (tmp_path / "ferry.txt").write_bytes(data)
    (parsed,) = pool.read_files([ReadRequest(tmp_path / "ferry.txt", "news/ferry.txt", {})])
    assert parsed.found == (read_article(data, "news/ferry.txt"),)
    assert (parsed.is_last, parsed.failure) == (True, None)


def test_results_come_in_the_order_of_the_requests(pool: ParserPool, tmp_path: Path) -> None:
    names = [f"{number:03d}.txt" for number in range(60)]
    for number, name in enumerate(names):
        # The long ones take longer, so that workers finish out of order.
        (tmp_path / name).write_text(f"Ferry {name} sailed. " * (2_000 if number % 7 == 0 else 1))
    parsed = list(pool.read_files(ReadRequest(tmp_path / name, name, {}) for name in names))
    assert [part.request.name for part in parsed] == names
    assert [article.file for part in parsed for article in part.found if isinstance(article, Article)] == names


def test_a_large_file_comes_in_chunks_of_which_only_the_final_one_is_the_last(pool: ParserPool) -> None:
    parsed = list(pool.read_files([dump(250), dump(100), dump(1)]))
    assert [(len(part.found), part.is_last) for part in parsed] == [
        *((100, False), (100, False), (50, True)),
        *((100, True), (1, True)),
    ]


def test_no_worker_is_started_when_there_is_nothing_to_read(tmp_path: Path) -> None:
    with ParserPool(workers=1, command=[str(tmp_path / "missing")]) as pool:
        assert list(pool.read_files([])) == []


def test_requests_are_taken_only_as_they_are_needed(pool: ParserPool) -> None:
    taken = itertools.count()
    reading = pool.read_files(dump(1) for _ in taken)
    assert next(taken) == 0
    assert len(list(itertools.islice(reading, 3))) == 3
    assert next(taken) <= 2 * 8 + 3


def test_dumps_that_wait_for_their_turn_pause(
    pool: ParserPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))  # where the workers' private folders are made
    reading = pool.read_files(ReadRequest(Path(f"/{n}"), "count", {"articles": "100000"}) for n in range(3))
    next(reading)

    def count() -> dict[str, int]:
        return {path.name: path.stat().st_size for path in tmp_path.glob("dateline-reading-*/?")}

    # Taken one chunk of a hundred, in the mailbox two, with the thread one, and the article that follows it is made.
    expected = {"0": 401, "1": 301}
    until = time.monotonic() + 20
    while count() != expected and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.3)  # they would go on
    assert count() == expected


def test_a_consumer_that_leaves_in_the_middle_leaves_the_pool_usable(pool: ParserPool) -> None:
    reading = pool.read_files(dump(100_000) for _ in range(5))
    assert not next(reading).is_last
    del reading
    assert [len(part.found) for part in pool.read_files([dump(2), dump(3)])] == [2, 3]


def test_a_closed_pool_reads_nothing_more_and_says_so() -> None:
    with ParserPool(workers=1, command=COMMAND) as pool:
        reading = pool.read_files(dump(100_000) for _ in range(30))
        next(reading)
        time.sleep(0.5)  # now its thread waits for room
    with pytest.raises(DatelineError, match="Reading was stopped"):
        list(reading)


@pytest.mark.parametrize("command", [["/nowhere/python"], [sys.executable, "-c", "raise SystemExit(3)"]])
def test_a_pool_whose_workers_do_not_start_blames_no_file(command: list[str]) -> None:
    with (
        ParserPool(workers=1, command=command) as pool,
        pytest.raises(DatelineError, match=r"The process that reads articles does not start \((No such|exit status 3)"),
    ):
        list(pool.read_files([dump(1), dump(1)]))


@pytest.mark.parametrize("lie", LIES)
def test_a_worker_that_lies_crashes_nothing_but_its_file(lie: str) -> None:
    command = [sys.executable, "-P", str(HERE / "lying_worker.py"), lie]
    with ParserPool(Limits(wall_seconds=5), workers=1, command=command) as pool:
        (parsed,) = pool.read_files([dump(1)])
    assert parsed.found == ()
    assert parsed.failure is not None
    assert parsed.failure.startswith("its reader crashed")
