import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.embedding import WordHashEmbedder
from index.embedding_job import measure_reach
from index.ledger import Ledger
from index.sources import name_source
from index.updating import SyncTools
from index.upkeep import Upkeep, Watching
from index.write_lock import hold_lock

SECONDS = 30.0


@pytest.fixture
def make_upkeep(library: Path, tools: SyncTools) -> Iterator[Callable[..., Upkeep]]:
    started: list[Upkeep] = []

    def run(**options: object) -> Upkeep:
        upkeep = Upkeep(library, tools, WordHashEmbedder, **options)  # type: ignore[arg-type]
        started.append(upkeep)
        upkeep.start()
        return upkeep

    yield run
    for upkeep in started:
        upkeep.stop()


@pytest.fixture
def two(folder: Path, update: Callable[[], object]) -> Path:
    write(folder, "ferry")
    write(folder, "bridge")
    update()
    return folder


def write(folder: Path, subject: str) -> None:
    (folder / f"{subject}.txt").write_text(f"About the {subject}\n\nThe {subject} was in the news on Monday again.\n")


def titles(library: Path) -> set[str | None]:
    with closing(Ledger(library)) as ledger:
        return {ledger.article(id_).title for id_ in ledger.article_ids()}


def wait_until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.05)


def test_what_changed_while_nobody_looked_is_there_after_the_start(
    two: Path, library: Path, make_upkeep: Callable[..., Upkeep]
) -> None:
    write(two, "comet")
    (two / "ferry.txt").unlink()
    upkeep = make_upkeep()
    assert upkeep.wait(SECONDS)
    assert titles(library) == {"About the bridge", "About the comet"}
    with closing(Ledger(library)) as ledger:
        assert measure_reach(library, ledger, "word-hash").is_complete
    (report,) = upkeep.status().reports.values()
    assert (report.added, report.removed) == (("comet.txt",), ("ferry.txt",))


def test_a_watched_folder_is_kept_in_step_and_one_that_is_not_watched_only_when_asked(
    two: Path, library: Path, make_upkeep: Callable[..., Upkeep]
) -> None:
    upkeep = make_upkeep()
    assert upkeep.wait(SECONDS)
    write(two, "comet")
    time.sleep(2.5)  # longer than a watched change takes to be noticed
    assert "About the comet" not in titles(library)
    upkeep.request_sync(name_source(str(two)))
    wait_until(lambda: "About the comet" in titles(library))
    upkeep.set_watching(is_watching=True)
    assert upkeep.status().is_watching
    assert upkeep.wait(SECONDS)
    time.sleep(1)  # the watch begins
    write(two, "volcano")
    (two / "bridge.txt").unlink()
    wait_until(lambda: titles(library) == {"About the ferry", "About the comet", "About the volcano"})


def test_vectors_wait_while_a_question_is_answered(
    two: Path, library: Path, make_upkeep: Callable[..., Upkeep]
) -> None:
    write(two, "comet")
    is_busy = threading.Event()
    is_busy.set()
    upkeep = make_upkeep(is_busy=is_busy.is_set)
    wait_until(lambda: "About the comet" in titles(library))
    assert not upkeep.wait(0.5)
    with closing(Ledger(library)) as ledger:
        assert not measure_reach(library, ledger, "word-hash").is_complete
        assert ledger.search_keywords(["comet"], 5)
    is_busy.clear()
    assert upkeep.wait(SECONDS)
    with closing(Ledger(library)) as ledger:
        assert measure_reach(library, ledger, "word-hash").is_complete


def test_it_ends_in_the_middle_of_its_work(two: Path, library: Path, make_upkeep: Callable[..., Upkeep]) -> None:
    write(two, "comet")
    upkeep = make_upkeep(is_busy=lambda: True)
    wait_until(lambda: "About the comet" in titles(library))
    began = time.monotonic()
    upkeep.stop()
    assert time.monotonic() - began < SECONDS / 2


def test_when_another_process_writes_it_says_so_and_tries_again(
    two: Path, library: Path, make_upkeep: Callable[..., Upkeep]
) -> None:
    write(two, "comet")
    with hold_lock(library, "write"):
        upkeep = make_upkeep()
        wait_until(lambda: upkeep.status().problem is not None)
        assert "is writing to this library" in (upkeep.status().problem or "")
    wait_until(lambda: "About the comet" in titles(library))


def test_a_folder_that_vanishes_is_reported_and_stops_nothing(
    two: Path, library: Path, make_upkeep: Callable[..., Upkeep]
) -> None:
    two.rename(two.with_name("elsewhere"))
    upkeep = make_upkeep(watching=Watching(is_on=True))
    assert upkeep.wait(SECONDS)
    assert upkeep.status().reports[str(two)].is_missing
    two.with_name("elsewhere").rename(two)
    write(two, "comet")
    wait_until(lambda: "About the comet" in titles(library))
