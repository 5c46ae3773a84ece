"""Search by keyword in a sealed library: an inverted index in files that are mapped into memory.

FTS5 walks through every place of every word of a question, and twice (once to count the passages it stands in). This
index holds, for each token, the passages with it and what it adds to the score of each (index/postings.py), so a question
is a few additions of arrays. What came after the seal is indexed in memory and searched with it. It is derived and
disposable: where it is damaged or missing, FTS5 answers.
"""

import json
import os
import sqlite3
import threading
import weakref
from collections.abc import Sequence
from contextlib import closing
from hashlib import file_digest
from math import log
from pathlib import Path
from typing import Any, BinaryIO, Self

import numpy as np

from index.errors import LibraryDamagedError
from index.postings import LEAST_IDF, PASSAGES_FTS, TOKENIZER, Postings, index_passages

_TEXTS = "select rowid, title, outlet, published, body from passages_fts where rowid > ? order by rowid"
_MANIFEST = "keywords.json"
_VERSION = 1
_FILES = ("numbers", "terms", "term_starts", "posting_starts", "positions", "impacts")


class KeywordIndex:
    """A sealed index, and what was added to the library since. Never changes; safe to share between threads."""

    def __init__(self, pieces: Sequence[Postings], tokenizer: "Tokenizer") -> None:
        self._pieces = tuple(pieces)
        self._tokenizer = tokenizer
        self._terms: tuple[str, ...] | None = None

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The index that was sealed in `folder`, mapped into memory; takes milliseconds at any size.

        Only the sizes of the files are looked at; `find_damage` compares what is in them.

        Raises:
            LibraryDamagedError: there is no whole index of this version.
        """
        manifest = _read_manifest(folder)
        try:
            # Plain arrays over the mapped files: a slice of a numpy.memmap costs ten times as much.
            arrays = {name: np.load(_path(folder, name), "r", allow_pickle=False).view(np.ndarray) for name in _FILES}
        except (OSError, ValueError) as error:
            raise _say_damage(folder, str(error)) from error
        return cls([Postings(**arrays, average_length=manifest["average_length"])], Tokenizer())

    @property
    def count(self) -> int:
        """How many passages it covers, those that were removed since among them."""
        return sum(len(piece.numbers) for piece in self._pieces)

    @property
    def last_number(self) -> int:
        """The highest passage number that it covers, 0 if none."""
        return max((int(piece.numbers[-1]) for piece in self._pieces if len(piece.numbers)), default=0)

    def search(self, words: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """Numbers and BM25 scores of the passages that hold any of the words: higher is better, best first.

        A word that FTS5 takes apart is a phrase to FTS5; here it stands wherever all of its tokens do, side by side or
        not. That finds all that the phrase does, and more where the tokens are common ("covid-19": 5,644 passages of
        200,000 instead of 5,553; "one-time": 30,752 instead of 771). To know what stands side by side the files would
        have to be larger by two thirds, for words that are rare: none of 2,991 in 330 questions of a news quiz.

        Passages removed after the seal are for the caller to leave out.

        Raises:
            LibraryDamagedError: the files say what cannot be.
        """
        if limit < 1:
            return []
        try:
            found = [[piece.find(tokens) for piece in self._pieces] for tokens in self._tokenizer.split(words)]
            weights = [self._weigh(sum(len(positions) for positions, _ in postings)) for postings in found]
            ranked: list[tuple[int, float]] = []
            for place, piece in enumerate(self._pieces):
                postings = ((weight, *some[place]) for weight, some in zip(weights, found, strict=True))
                ranked += piece.rank(postings, limit)
        except (IndexError, ValueError) as error:
            raise _say_unusable(error) from error
        return sorted(ranked, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def score(self, words: Sequence[str], numbers: Sequence[int]) -> dict[int, float]:
        """The scores of these passages by number, as `search` gives them; 0 where none of the words stands.

        Raises:
            LibraryDamagedError: the files say what cannot be.
        """
        try:
            found = [[piece.find(tokens) for piece in self._pieces] for tokens in self._tokenizer.split(words)]
            weights = [self._weigh(sum(len(positions) for positions, _ in postings)) for postings in found]
            scores = dict.fromkeys(numbers, 0.0)
            for place, piece in enumerate(self._pieces):
                for weight, some in zip(weights, found, strict=True):
                    for number, impact in piece.find_impacts(*some[place], numbers):
                        scores[number] += weight * impact
        except (IndexError, ValueError) as error:
            raise _say_unusable(error) from error
        return scores

    def count_with(self, word: str) -> int:
        """In how many passages a word stands, in any of its forms."""
        return sum(len(piece.find(tokens)[0]) for tokens in self._tokenizer.split([word]) for piece in self._pieces)

    def terms(self) -> tuple[str, ...]:
        """Every token of the sealed passages, as FTS5 made it; read once."""
        with self._tokenizer.turn:
            if self._terms is None:
                self._terms = self._pieces[0].all_terms() if self._pieces else ()
            return self._terms

    def with_recent(self, connection: sqlite3.Connection) -> "KeywordIndex":
        """This index and all of `passages_fts` numbered higher than `last_number`; itself if there is nothing.

        Words are weighed by how often they stand in all passages, lengths by the sealed passages' average, so the scores
        of sealed and recent passages can be compared.
        """
        if not (rows := connection.execute(_TEXTS, (self.last_number,)).fetchall()):
            return self
        # A piece no larger than what is new is made again with it: there are never more than log2(recent) of them.
        kept = list(self._pieces)
        count = len(rows)
        while len(kept) > 1 and len(kept[-1].numbers) <= count:
            count += len(kept.pop().numbers)
        covered = KeywordIndex(kept, self._tokenizer).last_number
        if covered < self.last_number:
            rows = connection.execute(_TEXTS, (covered,)).fetchall()
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as memory:
            memory.execute(PASSAGES_FTS)
            memory.execute("begin")
            memory.executemany(
                "insert into passages_fts (rowid, title, outlet, published, body) values (?, ?, ?, ?, ?)", rows
            )
            memory.execute("commit")
            return KeywordIndex([*kept, index_passages(memory, kept[0].average_length)], self._tokenizer)

    def _weigh(self, containing: int) -> float:
        idf = log((self.count - containing + 0.5) / (containing + 0.5))
        return idf if idf > 0.0 else LEAST_IDF


class Tokenizer:
    """Takes words apart as FTS5 does, by having FTS5 index them; safe to share between threads."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self._memory = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        weakref.finalize(self, self._memory.close)
        self._memory.execute(f'create virtual table words using fts5(word, content = "", tokenize = "{TOKENIZER}")')
        self._memory.execute("create virtual table tokens using fts5vocab(words, instance)")

    def split(self, words: Sequence[str]) -> list[list[bytes]]:
        """The tokens of each word; words without any are left out."""
        found: dict[int, list[bytes]] = {}
        with self.turn:
            self._memory.execute("begin")
            try:
                self._memory.executemany("insert into words (rowid, word) values (?, ?)", enumerate(words))
                for number, token in self._memory.execute("select doc, cast(term as blob) from tokens order by doc"):
                    found.setdefault(number, []).append(token)
            finally:
                self._memory.execute("rollback")
        return list(found.values())


def build_keyword_index(folder: Path, connection: sqlite3.Connection) -> None:
    """Write the index of all of `passages_fts` to the disk, into `folder`; it is whole once its manifest is there.

    It reads for long (17 to 33 s for 200,000 passages, 430 MB of memory): give it a connection that nobody waits for.

    Raises:
        sqlite3.Error, OSError: the ledger cannot be read, or the folder not be written.
    """
    piece = index_passages(connection, None)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name in _FILES:
        with _path(folder, name).open("wb+") as file:
            np.save(file, getattr(piece, name), allow_pickle=False)
            _flush(file)
            size = file.tell()
            file.seek(0)
            files[name] = {"size": size, "sha256": file_digest(file, "sha256").hexdigest()}
    manifest = {"version": _VERSION, "average_length": piece.average_length, "files": files}
    with (folder / _MANIFEST).open("wb") as file:
        file.write(json.dumps(manifest).encode())
        _flush(file)


def find_damage(folder: Path) -> str | None:
    """What is wrong with a sealed index, in words, or None; reads the whole of it."""
    try:
        files = _read_manifest(folder)["files"]
        for name in _FILES:
            with _path(folder, name).open("rb") as file:
                if file_digest(file, "sha256").hexdigest() != files[name]["sha256"]:
                    return str(_say_damage(folder, f"{name} was changed after it was sealed"))
    except (LibraryDamagedError, OSError) as error:
        return str(error)
    return None


def _read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_bytes())
        sizes = {name: manifest["files"][name]["size"] for name in _FILES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _say_damage(folder, f"it is missing or unfinished: {error!r}") from error
    if manifest.get("version") != _VERSION:
        raise _say_damage(folder, f"its version is {manifest.get('version')}, this program reads {_VERSION}")
    for name, expected in sizes.items():
        path = _path(folder, name)
        size = path.stat().st_size if path.is_file() else 0
        if size != expected:
            raise _say_damage(folder, f"{name} has {size} bytes instead of {expected}")
    return manifest


def _say_damage(folder: Path, why: str) -> LibraryDamagedError:
    return LibraryDamagedError(
        f"The keyword index in {folder} cannot be used ({why}); delete that folder, and it is made anew."
    )


def _say_unusable(error: Exception) -> LibraryDamagedError:
    return LibraryDamagedError(f"The keyword index is damaged ({error}); run  dateline index  to make it anew.")


def _flush(file: BinaryIO) -> None:
    # Else a loss of power can leave a file of the right size with nothing in it.
    file.flush()
    os.fsync(file.fileno())


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.npy"
