"""Search by keyword: FTS5 in a small library; in a large one a sealed index, and FTS5 for what came since.

Sealed indexes lie in `keywords/` in the library, each in a folder of its own; the newest whole one is used.
"""

import shutil
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path

from index.articles import Passage
from index.errors import LibraryDamagedError
from index.keywords import KeywordIndex, Tokenizer, build_keyword_index
from index.ledger import Ledger, ScoredPassage
from index.storage import say_storage_errors

_HOME = "keywords"
# FTS5 alone answers within 6 ms (median) up to here; a sealed index of so little gains nothing that can be noticed.
_WORTH_SEALING = 10_000
_STALE_SHARE = 0.1
_BUILDING = ".building"


class KeywordSearch:
    """Finds passages by their words. Safe to share between threads."""

    def __init__(self, library: Path, ledger: Ledger) -> None:
        self._library = library
        self._ledger = ledger
        self._turn = threading.Lock()
        self._opened: Path | None = None
        self._index: KeywordIndex | None = None
        self._extending: threading.Thread | None = None
        self._tokenizer = Tokenizer()
        self._stems: tuple[int, tuple[str, ...]] | None = None
        self.problem: str | None = None

    def search(self, words: Sequence[str], limit: int) -> list[ScoredPassage]:
        """The best passages that hold any of the words (stemmed, accents ignored), by BM25, best first."""
        index = self._current()
        if index is not None:
            try:
                return self._search_sealed(index, words, limit)
            except LibraryDamagedError as error:
                self.problem = str(error)
        return self._ledger.search_keywords(words, limit)

    def score(self, words: Sequence[str], passages: Sequence[Passage]) -> dict[str, float]:
        """The scores of these passages by id, as `search` gives them; 0 where none of the words stands."""
        index = self._current()
        if index is not None:
            try:
                return self._score_sealed(index, words, passages)
            except LibraryDamagedError as error:
                self.problem = str(error)
        return self._ledger.score_keywords(words, passages)

    def count_with(self, word: str) -> int:
        """In how many passages a word stands, in any of its forms; of a large library those that are sealed."""
        index = self._current()
        return index.count_with(word) if index is not None else self._ledger.count_passages_with(word)

    def stem(self, word: str) -> str:
        """A word folded and stemmed as it is searched."""
        tokens = self._tokenizer.split([word])
        return tokens[0][0].decode() if tokens else word

    def stems(self) -> tuple[str, ...]:
        """The words of the library, folded and stemmed as they are searched; of a large library those that are sealed."""
        index = self._current()
        if index is not None:
            return index.terms()
        last = self._ledger.last_passage_number()
        with self._turn:
            if self._stems is None or self._stems[0] != last:
                self._stems = (last, self._ledger.keyword_stems())
            return self._stems[1]

    def _search_sealed(self, index: KeywordIndex, words: Sequence[str], limit: int) -> list[ScoredPassage]:
        removed = index.count - self._ledger.count_passages_up_to(index.last_number)
        ranked = index.search(words, limit + max(0, removed))
        passages = self._ledger.passages_numbered([number for number, _ in ranked])
        found = [ScoredPassage(passages[number], score) for number, score in ranked if number in passages]
        if self._ledger.last_passage_number() > index.last_number:
            found += self._ledger.search_keywords(words, limit, after=index.last_number)
            self._extend(index)
        return sorted(found, key=lambda scored: (-scored.score, scored.passage.id))[:limit]

    def _score_sealed(self, index: KeywordIndex, words: Sequence[str], passages: Sequence[Passage]) -> dict[str, float]:
        numbers = self._ledger.numbers_of(passages)
        scores = index.score(words, [number for number in numbers.values() if number <= index.last_number])
        recent = [passage for passage in passages if numbers.get(passage.id, 0) > index.last_number]
        return {passage.id: scores.get(numbers.get(passage.id, 0), 0.0) for passage in passages} | (
            self._ledger.score_keywords(words, recent)
        )

    def _current(self) -> KeywordIndex | None:
        with self._turn:
            newest = find_sealed_keywords(self._library)
            if newest != self._opened:
                self._opened, self._index, self.problem = newest, None, None
                if newest is not None:
                    try:
                        self._index = KeywordIndex.open(newest)
                    except LibraryDamagedError as error:
                        self.problem = str(error)
            return None if self.problem else self._index

    def _extend(self, index: KeywordIndex) -> None:
        """Take up what came since, beside the questions: FTS5 needs 20 to 40 ms for it in a large library, this none."""

        def extend() -> None:
            with self._ledger.connect_anew() as connection:
                extended = index.with_recent(connection)
            with self._turn:
                if self._index is index:
                    self._index = extended

        with self._turn:
            if self._extending is None or not self._extending.is_alive():
                self._extending = threading.Thread(target=extend, name="keywords", daemon=True)
                self._extending.start()


def find_sealed_keywords(library: Path) -> Path | None:
    """The folder of the newest sealed index, or None; their names begin with a serial number."""
    home = library / _HOME
    try:
        sealed = sorted(folder.name for folder in home.iterdir() if not folder.name.endswith(_BUILDING))
    except OSError:
        return None
    return home / sealed[-1] if sealed else None


def seal_keywords_if_needed(library: Path, ledger: Ledger, *, is_forced: bool = False) -> bool:
    """Seal a new keyword index when the library is large and the current one far out of date; whether it did.

    The caller holds the lock of those who make vectors. With `is_forced` a library that has one gets a new one.

    Raises:
        StorageError: the disk is full or refuses the write.
    """
    current = find_sealed_keywords(library)
    passages = ledger.counts().passages
    if passages < _WORTH_SEALING and current is None:
        return False
    if current is not None and not is_forced and not _is_stale(ledger, current, passages):
        return False
    home = library / _HOME
    name = f"{_next_serial(home):08d}-{uuid.uuid4().hex[:6]}"
    building = home / f"{name}{_BUILDING}"
    with say_storage_errors():
        try:
            with ledger.connect_anew() as connection:
                build_keyword_index(building, connection)
            building.rename(home / name)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
        # The one before stays for processes that are reading it at this moment.
        for folder in home.iterdir():
            if folder.name not in {name, current.name if current else ""}:
                shutil.rmtree(folder, ignore_errors=True)
    return True


def remove_earlier_keywords(library: Path) -> None:
    """Remove all sealed indexes but the newest: they name words of what was removed."""
    newest = find_sealed_keywords(library)
    for folder in (library / _HOME).glob("*"):
        if folder != newest:
            shutil.rmtree(folder, ignore_errors=True)


def remove_sealed_keywords(library: Path) -> None:
    """Remove every sealed index: FTS5 answers."""
    shutil.rmtree(library / _HOME, ignore_errors=True)


def _is_stale(ledger: Ledger, current: Path, passages: int) -> bool:
    try:
        index = KeywordIndex.open(current)
    except LibraryDamagedError:
        return True
    still_there = ledger.count_passages_up_to(index.last_number)
    out_of_date = (index.count - still_there) + (passages - still_there)
    return out_of_date > max(_WORTH_SEALING / 2, _STALE_SHARE * index.count)


def _next_serial(home: Path) -> int:
    try:
        return 1 + max((int(folder.name.split("-")[0]) for folder in home.iterdir()), default=0)
    except (OSError, ValueError):
        return 1
