"""Several at once: processes that write, and threads that ask while the library is written."""

import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from index.ledger import Ledger
from index.vectors import VectorSearch
from index.write_lock import describe_owner
from tests.index.torture.conftest import COMET, Sealed
from tests.index.torture.judging import (
    EMBEDDER,
    bring_in,
    embed_without_sealing,
    export,
    find_faults,
    split,
    sync,
    write,
)
from tests.index.torture.warm import Warm

Spoil = Callable[..., Path]
ASKING, ROUNDS = 8, 10


def harbour(number: int, state: str) -> str:
    return f"Harbour {number}\n\nThe harbour{number} was {state}. This was said in state {state} too.\n"


def wait_until_held(library: Path) -> None:
    while not (library / "write.owner.json").exists():
        pass


def test_of_two_processes_that_index_at_once_one_does_and_the_other_is_told_who(
    warm: Warm, sealed: Sealed, spoil: Spoil
) -> None:
    for n in range(6):
        write(sealed.folder / f"harbour-{n}.txt", harbour(n, "dredged"))
    undisturbed = spoil()
    sync(undisturbed, sealed.folder)
    library = spoil()
    first = warm.start("sync_slowly", library, sealed.folder, 0.1)
    wait_until_held(library)
    second = warm.start("work", "sync", library, sealed.folder)
    outcome = warm.wait(second)
    assert outcome.said["kind"] == "LibraryLockedError"
    assert outcome.said["sentence"].startswith((f"Process {first} on", "Another process"))
    assert describe_owner(library, "write").startswith(f"Process {first} on")
    assert warm.wait(first).said is None
    assert export(library) == export(undisturbed)
    embed_without_sealing(library)
    assert find_faults(library) == []


def test_one_process_embeds_while_another_indexes(warm: Warm, sealed: Sealed, spoil: Spoil) -> None:
    for n in range(150):
        write(sealed.folder / f"harbour-{n}.txt", harbour(n, "dredged"))
    library = spoil(keeps_seal=True)
    sync(library, sealed.folder)
    for n in range(0, 150, 2):
        write(sealed.folder / f"harbour-{n}.txt", harbour(n, "closed"))
    for n in range(1, 150, 10):
        (sealed.folder / f"harbour-{n}.txt").unlink()
    embedding = warm.start("embed_slowly", library)
    indexing = warm.start("work", "sync patiently", library, sealed.folder)
    assert warm.wait(indexing).said is None
    embedded = warm.wait(embedding)
    assert embedded.status == 0, embedded.said
    assert embedded.said >= 135
    embed_without_sealing(library)
    assert find_faults(library) == []
    undisturbed = spoil()
    for n in range(150):
        write(sealed.folder / f"harbour-{n}.txt", harbour(n, "dredged"))
    sync(undisturbed, sealed.folder)
    for n in range(0, 150, 2):
        write(sealed.folder / f"harbour-{n}.txt", harbour(n, "closed"))
    for n in range(1, 150, 10):
        (sealed.folder / f"harbour-{n}.txt").unlink()
    sync(undisturbed, sealed.folder)
    assert export(library) == export(undisturbed)


class Asking(threading.Thread):
    """Asks for every harbour again and again, by keyword and by meaning, and notes every answer that is half of something."""

    def __init__(self, library: Path, ledger: Ledger, search: VectorSearch, stop: threading.Event) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.asked = 0
        self._ledger = ledger
        self._search = search
        self._stopping = stop

    def run(self) -> None:
        try:
            while not self._stopping.is_set():
                for number in range(3):
                    self._ask(number)
                    self.asked += 1
        except Exception as error:  # noqa: BLE001 - it must reach the test
            self.wrong.append(repr(error))

    def _ask(self, number: int) -> None:
        by_keyword = self._ledger.search_keywords([f"harbour{number}"], 20)
        if len({found.passage.article_id for found in by_keyword}) != 1:
            self.wrong.append(f"harbour{number} is found in {len(by_keyword)} passages of several or no articles")
        by_meaning = self._search.search(EMBEDDER.embed([harbour(number, "state")])[0], 20)
        for found in [*by_keyword, *by_meaning]:
            article = self._ledger.find_article(found.passage.article_id)
            # Found and removed before it was looked up: the old state, and not half of it.
            if article is not None and found.passage not in split(article):
                self.wrong.append(f"{found} is no passage of {article}")


def test_questions_are_answered_while_articles_are_corrected_added_and_removed(sealed: Sealed, spoil: Spoil) -> None:
    library = spoil(keeps_seal=True)
    for n in range(3):
        write(sealed.folder / f"harbour-{n}.txt", harbour(n, "dredged"))
    bring_in(library, sealed.folder)
    stop = threading.Event()
    with closing(Ledger(library)) as ledger:
        search = VectorSearch(library, ledger, EMBEDDER.name, EMBEDDER.dimension)
        threads = [Asking(library, ledger, search, stop) for _ in range(ASKING)]
        for thread in threads:
            thread.start()
        try:
            for turn in range(ROUNDS):
                for n in range(3):
                    write(sealed.folder / f"harbour-{n}.txt", harbour(n, f"closed{turn}"), age=50 - turn)
                if turn % 2:
                    (sealed.folder / "comet.txt").unlink()
                else:
                    write(sealed.folder / "comet.txt", COMET)
                sync(library, sealed.folder)
                embed_without_sealing(library)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert [wrong for thread in threads for wrong in thread.wrong] == []
        assert min(thread.asked for thread in threads) > 0
        assert search.problem is None
    assert find_faults(library) == []
