"""Any history of a folder and its library, compared with a dictionary of what files there are and what they said.

With seals and compactions, which cost seconds, and as many histories as one likes, by hand:

    python -m tests.index.torture.test_histories 500
"""

import hashlib
import itertools
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, nullcontext, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from index.backup import back_up, restore
from index.ledger import Ledger
from index.ledger_writing import WritableLedger
from index.mending import compact_library, mend_library
from index.parsing.in_process import InProcessReader
from index.parsing.pool import Parsed
from index.removing import remove_from_library
from index.storage import LEDGER_FILE
from index.uploads import keep_upload, uploads_source
from index.vectors import VectorSearch
from index.write_lock import hold_lock
from tests.index.torture.judging import (
    EMBEDDER,
    TOOLS,
    bring_in,
    embed,
    embed_without_sealing,
    export,
    failures,
    find_faults,
    make_folder_in_memory,
    sync,
)

_PATHS = ["a.txt", "b.txt", "sub/a.txt", "sub/deep/c.md", "z.txt", "y.txt"]
PATHS = st.sampled_from(_PATHS)
NUMBERS = st.integers(0, 10)
OFTEN = st.sampled_from([True, True, False])
TEXTS = st.builds(
    "Story {0}\n\nThe subject{0} was told in state{1}. It is so, they said.\n".format,
    st.integers(0, 3),
    st.integers(0, 2),
)
UNREADABLE = bytes(400)


class InterruptedError_(Exception):  # noqa: N801, N818 - not the operating system's
    """Somebody stopped the update."""


class Interrupted(InProcessReader):
    """Stops before the file of that number."""

    def __init__(self, number: int) -> None:
        self._number = number

    def read_files(self, requests: Any) -> Iterator[Parsed]:
        for number, request in enumerate(requests):
            if number == self._number:
                raise InterruptedError_
            yield from super().read_files([request])


@dataclass(slots=True)
class Known:
    """What the library should know of a file: its bytes, its article, what that said before, whether it is a failure."""

    content: bytes | None
    text: str | None = None
    earlier: list[str] = field(default_factory=list)
    is_failure: bool = False


def expect_sync(known: dict[str, Known], disk: dict[str, bytes]) -> None:
    """What a sync makes of what was known, in a few lines and without a database."""
    gone = sorted(set(known) - set(disk))
    vanished = {known[path].content: path for path in reversed(gone)}
    for path, content in sorted(disk.items()):
        if path in known and known[path].content == content:
            continue
        if path not in known and content in vanished:
            old = vanished.pop(content)
            gone.remove(old)
            known[path] = known.pop(old)
            continue
        entry = known.setdefault(path, Known(content))
        entry.content = content
        entry.is_failure = content == UNREADABLE
        if not entry.is_failure and content.decode() != entry.text:
            if entry.text is not None:
                entry.earlier.append(entry.text)
            entry.text = content.decode()
    for path in gone:
        del known[path]


class Histories(RuleBasedStateMachine):
    """Everything that may happen to a folder and its library, in any order."""

    seals = False
    backups = Bundle("backups")

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.root = self.stack.enter_context(make_folder_in_memory())
        self.library, self.folder = self.root / "library", self.root / "articles"
        self.folder.mkdir()
        self.disk: dict[str, bytes] = {}
        self.known: dict[str, Known] = {}
        self.uploaded: dict[str, bytes] = {}
        self.known_uploads: dict[str, Known] = {}
        self.ticks = itertools.count(1_000_000_000)
        self.reading: Ledger | None = None
        self.searching: VectorSearch | None = None

    def teardown(self) -> None:
        self._close()
        self.stack.close()

    # What happens to the files; most of the time the library is told of it

    @initialize(texts=st.lists(TEXTS, min_size=4, max_size=4))
    def begin(self, texts: list[str]) -> None:
        for path, text in zip(_PATHS, texts, strict=False):
            self._put(path, text.encode(), False)
        self.update()

    @rule(path=PATHS, text=TEXTS, is_quick=st.booleans(), is_told=OFTEN)
    def write(self, path: str, text: str, is_quick: bool, is_told: bool) -> None:
        self._put(path, text.encode(), is_quick)
        self._tell(is_told)

    @precondition(lambda self: self.disk)
    @rule(number=NUMBERS, is_told=OFTEN)
    def make_unreadable(self, number: int, is_told: bool) -> None:
        self._put(self._choose(number), UNREADABLE, False)
        self._tell(is_told)

    @precondition(lambda self: any(entry.earlier for entry in self.known.values()))
    @rule(number=NUMBERS, is_told=OFTEN)
    def revert(self, number: int, is_told: bool) -> None:
        earlier = [(path, text) for path, entry in sorted(self.known.items()) for text in entry.earlier]
        path, text = earlier[number % len(earlier)]
        self._put(path, text.encode(), False)
        self._tell(is_told)

    @precondition(lambda self: self.disk)
    @rule(number=NUMBERS, is_told=OFTEN)
    def touch(self, number: int, is_told: bool) -> None:
        path = self._choose(number)
        self._put(path, self.disk[path], False)
        self._tell(is_told)

    @precondition(lambda self: self.disk)
    @rule(number=NUMBERS, is_told=OFTEN)
    def remove(self, number: int, is_told: bool) -> None:
        path = self._choose(number)
        (self.folder / path).unlink()
        del self.disk[path]
        self._tell(is_told)

    @precondition(lambda self: self.disk)
    @rule(number=NUMBERS, other=PATHS, is_told=OFTEN)
    def rename(self, number: int, other: str, is_told: bool) -> None:
        path = self._choose(number)
        (self.folder / other).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).replace(self.folder / other)
        self.disk[other] = self.disk.pop(path)
        self._tell(is_told)

    # What happens to the library

    @rule()
    def update(self) -> None:
        bring_in(self.library, self.folder, allow_removal=True)
        expect_sync(self.known, self.disk)

    @rule(number=st.integers(0, 4))
    def interrupt_an_update_and_run_it_again(self, number: int) -> None:
        tools = replace(TOOLS, open_reader=lambda: nullcontext(Interrupted(number)))
        with suppress(InterruptedError_):
            sync(self.library, self.folder, tools=tools, allow_removal=True)
        with closing(Ledger(self.library)) as ledger:
            assert ledger.find_damage() is None
        self.update()

    @rule(name=st.sampled_from(["note.txt", "other.txt"]), text=TEXTS)
    def upload(self, name: str, text: str) -> None:
        data = text.encode()
        source = keep_upload(self.library, name, data)
        bring_in(self.library, source, allow_removal=True)
        self.uploaded[f"{hashlib.sha256(data).hexdigest()}.txt"] = data
        expect_sync(self.known_uploads, self.uploaded)

    @rule()
    def forget_the_folder(self) -> None:
        remove_from_library(self.library, str(self.folder))
        self.known.clear()
        self._check()
        self.update()

    @rule()
    def restart(self) -> None:
        self._close()

    @rule()
    def seal_and_compact(self) -> None:
        if self.seals:
            embed(self.library)
            compact_library(self.library, EMBEDDER)
        else:
            with hold_lock(self.library, "write"), closing(WritableLedger(self.library)) as ledger:
                ledger.compact()

    @rule()
    def mend_what_is_not_broken(self) -> None:
        # With a generation missing it would seal.
        if self.seals:
            mend_library(self.library, EMBEDDER)
        else:
            with hold_lock(self.library, "write"), closing(WritableLedger(self.library)) as ledger:
                ledger.repair()
            bring_in(self.library, allow_removal=True)
            expect_sync(self.known, self.disk)

    @rule(target=backups)
    def back_up(self) -> tuple[Path, dict[str, Known], dict[str, Known], dict[str, bytes]]:
        file = self.root / f"backup-{next(self.ticks)}.zip"
        back_up(self.library, file)
        return file, _copy(self.known), _copy(self.known_uploads), dict(self.uploaded)

    @rule(saved=consumes(backups))
    def restore(self, saved: tuple[Path, dict[str, Known], dict[str, Known], dict[str, bytes]]) -> None:
        file, self.known, self.known_uploads, self.uploaded = saved
        self._close()
        aside = restore(file, self.library, replaces=True)
        assert aside is not None
        shutil.rmtree(aside)

    # What must be true after each of them

    @invariant()
    def the_library_is_what_the_dictionary_says(self) -> None:
        if (self.library / LEDGER_FILE).exists():
            embed_without_sealing(self.library)
            self._check()

    def _check(self) -> None:
        uploads = uploads_source(self.library).place
        held = {str(self.folder): self.known, uploads: self.known_uploads}
        texts = {
            (place, path): entry.text
            for place, entries in held.items()
            for path, entry in entries.items()
            if entry.text is not None
        }
        exported = export(self.library)
        found = {(place, path): each["text"] for each in exported for place, path, _ in each["places"]}
        assert found == texts
        assert len(exported) == len(set(texts.values()))
        assert find_faults(self.library) == []
        assert set(failures(self.library)) == {path for path, entry in self.known.items() if entry.is_failure}
        self._check_earlier(held)
        self._ask()

    def _check_earlier(self, held: dict[str, dict[str, Known]]) -> None:
        with closing(Ledger(self.library)) as ledger:
            rows = ledger._all(
                "select s.place, v.path, a.text from versions v join sources s on s.id = v.source_id"
                " join articles a on a.id = v.article_id order by v.number"
            )
        found: dict[tuple[str, str], list[str]] = {}
        for place, path, text in rows:
            found.setdefault((place, path), []).append(text)
        assert found == {
            (place, path): entry.earlier
            for place, entries in held.items()
            for path, entry in entries.items()
            if entry.earlier
        }

    def _ask(self) -> None:
        """Whoever has been reading since the last restart sees what is there now."""
        if self.reading is None or self.searching is None:
            self.reading = Ledger(self.library)
            self.searching = VectorSearch(self.library, self.reading, EMBEDDER.name, EMBEDDER.dimension)
        now = {entry.text for entry in [*self.known.values(), *self.known_uploads.values()] if entry.text is not None}
        for text in now:
            subject = text.split()[1]
            same = {other for other in now if other.split()[1] == subject}
            by_word = self.reading.search_keywords([f"subject{subject}"], 50)
            assert {self.reading.article(found.passage.article_id).text for found in by_word} == same
            by_meaning = self.searching.search(EMBEDDER.embed([text])[0], 50)
            assert {self.reading.article(found.passage.article_id).text for found in by_meaning} == now
        assert self.searching.problem is None

    # The rest

    def _choose(self, number: int) -> str:
        return sorted(self.disk)[number % len(self.disk)]

    def _tell(self, is_told: bool) -> None:
        if is_told:
            self.update()

    def _put(self, path: str, content: bytes, is_quick: bool) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_bytes(content)
        if not is_quick:
            past = next(self.ticks)
            os.utime(self.folder / path, (past, past))
        self.disk[path] = content

    def _close(self) -> None:
        if self.reading is not None:
            self.reading.close()
        self.reading = self.searching = None


def _copy(known: dict[str, Known]) -> dict[str, Known]:
    return {path: replace(entry, earlier=list(entry.earlier)) for path, entry in known.items()}


class SealedHistories(Histories):
    """The same, with seals."""

    seals = True


_CHECKS = [HealthCheck.too_slow, HealthCheck.filter_too_much]
TestHistories: Callable[..., Any] = Histories.TestCase
Histories.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=15,
    deadline=None,
    suppress_health_check=_CHECKS,
    derandomize=True,
    database=None,
)

if __name__ == "__main__":
    count = int(sys.argv[1])
    more = settings(max_examples=count, stateful_step_count=40, deadline=None, suppress_health_check=_CHECKS)
    run_state_machine_as_test(SealedHistories, settings=more)
    print(f"{count} histories ended as the dictionary said.")
