"""The SQLite file under the ledger: opened, its schema made, transactions, and what goes wrong said in words."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from index.errors import (
    DatelineError,
    LibraryDamagedError,
    LibraryNotFoundError,
    LibraryVersionError,
    StorageError,
)
from index.postings import PASSAGES_FTS

LEDGER_FILE = "ledger.sqlite3"
# Kept in the same folder by the window, and backed up with the ledger.
CONVERSATIONS_FILE = "conversations.sqlite3"
SCHEMA_VERSION = 2
# Of articles called a: those that lie somewhere now; earlier versions of corrected ones lie nowhere any more.
CURRENT = "exists (select 1 from holdings h where h.article_id = a.id)"
_PATIENCE_SECONDS, _REST_SECONDS = 5.0, 0.02
_SCHEMA = """
create table meta (key text primary key, value text not null);
create table sources (id integer primary key, kind text not null, place text not null unique, options text not null);
create table articles (
    id text primary key, file text not null, item text not null, title text, outlet text, authors text not null,
    published text, updated text, language text, url text, text text not null, sentences text not null);
create table files (
    source_id integer not null references sources(id), path text not null, name text not null, digest text not null,
    size integer not null, modified_ns integer not null, checked_ns integer not null, validators text not null default '{}',
    primary key (source_id, path));
-- Which articles lie in a file now; item is "" when the file is the article.
create table holdings (
    source_id integer not null, path text not null, item text not null, article_id text not null references articles(id),
    primary key (source_id, path, item),
    foreign key (source_id, path) references files(source_id, path) on delete cascade on update cascade);
create index holdings_by_article on holdings(article_id);
-- What lay there before it was corrected, oldest first; it is kept to be shown and never found by a search.
create table versions (
    number integer primary key autoincrement, source_id integer not null, path text not null, item text not null,
    article_id text not null references articles(id), replaced text not null,
    foreign key (source_id, path) references files(source_id, path) on delete cascade on update cascade);
create index versions_by_article on versions(article_id);
create index versions_by_place on versions(source_id, path, item);
create table failures (
    source_id integer not null references sources(id), path text not null, item text not null, reason text not null,
    primary key (source_id, path, item));
create table passages (
    number integer primary key autoincrement, id text not null unique,
    article_id text not null references articles(id) on delete cascade,
    ordinal integer not null, start integer not null, "end" integer not null, digest blob not null);
create index passages_by_article on passages(article_id);
create index passages_by_digest on passages(digest);
-- A vector belongs to the words that were embedded, not to a place: an edit keeps the vectors of what it did not touch.
-- sequence never goes back, so "what came after the seal" is one comparison and a removed vector is never mistaken for a new one.
create table vectors (
    sequence integer primary key autoincrement, digest blob not null, embedder text not null, vector blob not null,
    unique (digest, embedder));
create table signatures (article_id text primary key references articles(id) on delete cascade, signature blob not null);
create table bands (band blob not null, article_id text not null references articles(id) on delete cascade);
create index bands_by_band on bands(band);
create index bands_by_article on bands(article_id);
create table copies (
    article_id text not null references articles(id) on delete cascade,
    other_id text not null references articles(id) on delete cascade, likeness real not null,
    primary key (article_id, other_id)) without rowid;
create index copies_by_other on copies(other_id);
"""


class Storage:
    """One SQLite file, safe to share between threads: calls take turns."""

    def __init__(self, library: Path, *, create: bool = False) -> None:
        """Open the file in folder `library`.

        Raises:
            LibraryNotFoundError: there is none and `create` is false.
                LibraryDamagedError: the file is no ledger; LibraryVersionError: it is of another version.
            StorageError: the folder cannot be written.
        """
        path = self._path = library / LEDGER_FILE
        if not path.is_file() and not create:
            raise LibraryNotFoundError(
                f"There is no library in {library} yet: run  dateline index FOLDER  to make one."
            )
        self._turn = threading.RLock()
        self._noticing: sqlite3.Connection | None = None
        try:
            if create:
                library.mkdir(parents=True, exist_ok=True)
            self._lies_still = _lie_still(path)
            self._connection = self._connect()
        except (OSError, sqlite3.Error) as error:
            raise StorageError(
                f"The library in {library} cannot be opened ({error}); check that the folder can be written."
            ) from error
        try:
            with say_storage_errors():
                self._prepare(create=create)
        except DatelineError:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; it cannot be used afterwards."""
        with self._turn:
            self._connection.close()
            if self._noticing is not None:
                self._noticing.close()

    def change_mark(self) -> object:
        """Equal to the one before if nothing was written meanwhile by anybody; it costs microseconds."""
        with self._turn, say_storage_errors():
            self._follow_changes()
            if self._lies_still:
                return self._lies_still
            if self._noticing is None:
                # SQLite tells a connection only of what others wrote.
                self._noticing = self._connect()
            return self._noticing.execute("pragma data_version").fetchone()[0]

    @contextmanager
    def connect_anew(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own for long reading, so that nobody waits for this one's turn."""
        with closing(self._connect()) as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside, or none of it; inside another one, part of that.

        Raises:
            StorageError: the disk is full or refuses the write.
        """
        with self._turn, say_storage_errors():
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("begin immediate")
            try:
                yield
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise

    def _connect(self) -> sqlite3.Connection:
        # Even to read, SQLite writes beside a file with a write-ahead log, unless it is told that nobody changes it.
        place = f"{self._path.absolute().as_uri()}?immutable=1" if self._lies_still else self._path
        return sqlite3.connect(
            place, uri=bool(self._lies_still), check_same_thread=False, isolation_level=None, timeout=30
        )

    def _follow_changes(self) -> None:
        """Where only others may write: open the file anew when one of them did."""
        if self._lies_still and self._lies_still != _lie_still(self._path):
            self._open_again()

    def _open_again(self) -> None:
        self._connection.close()
        self._lies_still = _lie_still(self._path)
        self._connection = self._connect()
        self._connection.row_factory = sqlite3.Row

    def _read(self, sql: str, values: Sequence[object]) -> sqlite3.Cursor:
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            self._follow_changes()
            try:
                return self._connection.execute(sql, values)
            except sqlite3.OperationalError as error:
                # While a writer comes or goes there are moments when its log cannot be read by who may not write.
                is_passing = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY
                if not is_passing or os.access(self._path.parent, os.W_OK) or time.monotonic() > end:
                    raise
                time.sleep(_REST_SECONDS)
                self._open_again()

    def _prepare(self, *, create: bool) -> None:
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("pragma foreign_keys = on")
        version = self._connection.execute("pragma user_version").fetchone()[0]
        if version == 0 and create:
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = full")
            self._connection.executescript(
                f"begin immediate;{_SCHEMA}{PASSAGES_FTS};pragma user_version = {SCHEMA_VERSION};commit;"
            )
        elif version == 0:
            # A first indexing that was ended before it made anything, or has not come to it yet.
            raise LibraryNotFoundError("The library is still empty: run  dateline index FOLDER  to fill it.")
        elif version != SCHEMA_VERSION:
            raise LibraryVersionError(
                f"This library is of version {version}, this program reads version {SCHEMA_VERSION}; run"
                "  dateline index  to make a new one from its sources: the old one is kept beside it."
            )

    def _one(self, sql: str, *values: object) -> sqlite3.Row:
        with self._turn, say_storage_errors():
            row: sqlite3.Row = self._read(sql, values).fetchone()
            return row

    def _all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._turn, say_storage_errors():
            return self._read(sql, values).fetchall()


def _lie_still(path: Path) -> tuple[int, int] | None:
    """The time of change and the size of a file that may only be read here and that nobody is writing to; else None."""
    log = path.with_name(f"{path.name}-wal")
    if not path.is_file() or os.access(path.parent, os.W_OK) or (log.is_file() and log.stat().st_size):
        return None
    status = path.stat()
    return status.st_mtime_ns, status.st_size


@contextmanager
def say_storage_errors() -> Iterator[None]:
    """Turn what the disk and SQLite say about space and access into a sentence.

    Raises:
        StorageError: the disk is full, read-only or failing, or the ledger is busy for longer than 30 s.
        LibraryDamagedError: the file's pages are not what SQLite wrote.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StorageError(
            f"The library could not be read or written ({error}); free some disk space or check the folder's"
            " permissions, then run the same command again: what was indexed before is kept."
        ) from error
    except sqlite3.DatabaseError as error:
        raise LibraryDamagedError(
            f"The library's ledger is damaged ({error}); run  dateline doctor --repair  to save what can be read and index"
            " the sources again: your articles are not in it but in their own folders."
        ) from error
    except OSError as error:
        raise StorageError(
            f"The disk refused a write ({error.strerror or error}); free some space or check the folder's permissions,"
            " then run the same command again: what was indexed before is kept."
        ) from error
