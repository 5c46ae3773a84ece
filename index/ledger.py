"""The ledger: the truth about the library, in one SQLite file.

Articles with their sentences, passages, vectors and keyword index; which file of which source holds which article; what
could not be read. Everything of one article is written in one transaction.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from index.articles import Article, Passage, Role, Sentence
from index.embedding import Vectors
from index.errors import ArticleNotFoundError, DatelineError, LibraryDamagedError, LibraryNotFoundError, StorageError

SCHEMA_VERSION = 1
_FILE = "ledger.sqlite3"
_SCHEMA = """
create table meta (key text primary key, value text not null);
create table sources (id integer primary key, folder text not null unique);
create table articles (
    id text primary key, file text not null, title text, outlet text, published text, url text,
    text text not null, sentences text not null);
create table files (
    source_id integer not null references sources(id), path text not null, article_id text references articles(id),
    digest text not null, size integer not null, modified_ns integer not null, checked_ns integer not null,
    failure text, primary key (source_id, path));
create index files_by_article on files(article_id);
create table passages (
    number integer primary key autoincrement, id text not null unique,
    article_id text not null references articles(id) on delete cascade,
    ordinal integer not null, start integer not null, "end" integer not null);
create index passages_by_article on passages(article_id);
-- sequence never goes back, so "what came after the seal" is one comparison and a removed vector is never mistaken for a new one.
create table vectors (
    sequence integer primary key autoincrement, passage_number integer not null references passages(number) on delete cascade,
    embedder text not null, vector blob not null, unique (passage_number, embedder));
create virtual table passages_fts using fts5(title, outlet, published, body, tokenize = "porter unicode61 remove_diacritics 2");
"""
# Title words count double; a date's words as much as the body's.
_BM25 = "bm25(passages_fts, 2.0, 1.0, 1.0, 1.0)"


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """How much the library holds."""

    articles: int
    passages: int


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is known of one file of a source; `failure` says why it could not be read last time.

    `checked_ns` is when its bytes were last read (wall clock, nanoseconds).
    """

    path: str
    article_id: str | None
    digest: str
    size: int
    modified_ns: int
    checked_ns: int
    failure: str | None


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage and how well it matches; scores of different rankings are not comparable."""

    passage: Passage
    score: float


class Ledger:
    """The library's SQLite file. One process writes, holding the write lock; any number read.

    Safe to share between threads: calls take turns.
    """

    def __init__(self, library: Path, *, create: bool = False) -> None:
        """Open the ledger in folder `library`.

        Raises:
            LibraryNotFoundError: there is none and `create` is false.
            LibraryDamagedError: the file is no ledger, or of another version.
            StorageError: the folder cannot be written.
        """
        path = library / _FILE
        if not path.is_file() and not create:
            raise LibraryNotFoundError(
                f"There is no library in {library} yet: run  dateline index FOLDER  to make one."
            )
        self._turn = threading.RLock()
        try:
            library.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)
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
        """Close the file; the ledger cannot be used afterwards."""
        with self._turn:
            self._connection.close()

    # Reading

    def counts(self) -> LibraryCounts:
        """Count what the library holds."""
        row = self._one("select (select count(*) from articles), (select count(*) from passages)")
        return LibraryCounts(*row)

    def article(self, article_id: str) -> Article:
        """One article, whole.

        Raises:
            ArticleNotFoundError: no such article is in the library.
        """
        row = self._one("select * from articles where id = ?", article_id)
        if row is None:
            raise ArticleNotFoundError(
                f"No article {article_id!r} is in the library; `dateline ask --json` prints the ids it cites."
            )
        return _to_article(row)

    def article_ids(self) -> list[str]:
        """The ids of all articles."""
        return [row[0] for row in self._all("select id from articles order by id")]

    def passages_of(self, article_id: str) -> list[Passage]:
        """The passages of an article in reading order."""
        rows = self._all("select * from passages where article_id = ? order by ordinal", article_id)
        return [_to_passage(row) for row in rows]

    def search_keywords(self, words: Sequence[str], limit: int) -> list[ScoredPassage]:
        """Passages that hold any of the words (stemmed, accents ignored), best BM25 first; higher is better."""
        match = " OR ".join(_quote(word) for word in words if word.strip())
        if not match:
            return []
        rows = self._all(
            f"select p.*, -{_BM25} as score from passages_fts f join passages p on p.number = f.rowid"  # noqa: S608 - a constant
            " where passages_fts match ? order by score desc, p.id limit ?",
            match,
            limit,
        )
        return [ScoredPassage(_to_passage(row), row["score"]) for row in rows]

    def count_passages_with(self, word: str) -> int:
        """In how many passages a word stands, in any of its forms."""
        row = self._one("select count(*) from passages_fts where passages_fts match ?", _quote(word))
        return int(row[0])

    def find_passages(self, sequences: Sequence[int]) -> dict[int, Passage]:
        """The passages behind vector sequence numbers; removed ones are absent."""
        found: dict[int, Passage] = {}
        for first in range(0, len(sequences), 500):
            some = sequences[first : first + 500]
            marks = ",".join("?" * len(some))
            rows = self._all(
                f"select p.*, v.sequence from vectors v join passages p on p.number = v.passage_number"  # noqa: S608 - question marks
                f" where v.sequence in ({marks})",
                *some,
            )
            found |= {row["sequence"]: _to_passage(row) for row in rows}
        return found

    def vectors_after(self, sequence: int, embedder: str, dimension: int) -> tuple[list[int], Vectors]:
        """Sequence numbers greater than `sequence`, ascending, and their vectors: shape (n, dimension), float32."""
        rows = self._all(
            "select sequence, vector from vectors where sequence > ? and embedder = ? order by sequence",
            sequence,
            embedder,
        )
        blob = b"".join(row[1] for row in rows)
        return [row[0] for row in rows], np.frombuffer(blob, dtype=np.float32).reshape(len(rows), dimension)

    def count_vectors(self, embedder: str, *, up_to: int | None = None) -> int:
        """How many passages have a vector of this embedder, numbered `up_to` at most."""
        limit = up_to if up_to is not None else 2**62
        return int(self._one("select count(*) from vectors where embedder = ? and sequence <= ?", embedder, limit)[0])

    def last_sequence(self) -> tuple[int, int]:
        """The highest vector number and how many there are: another pair means other vectors."""
        row = self._one("select coalesce(max(sequence), 0), count(*) from vectors")
        return row[0], row[1]

    def passages_without_vector(self, embedder: str) -> list[Passage]:
        """Passages that cannot be found by meaning yet, newest article first."""
        rows = self._all(
            "select p.* from passages p join articles a on a.id = p.article_id where not exists"
            " (select 1 from vectors v where v.passage_number = p.number and v.embedder = ?)"
            " order by a.published desc nulls last, p.number",
            embedder,
        )
        return [_to_passage(row) for row in rows]

    def sources(self) -> list[Path]:
        """The folders that the library is made of."""
        return [Path(row[0]) for row in self._all("select folder from sources order by id")]

    def files(self, source: Path) -> dict[str, FileRecord]:
        """What is known of the files of a source, by path inside it."""
        rows = self._all(
            "select f.* from files f join sources s on s.id = f.source_id where s.folder = ? order by path", str(source)
        )
        return {row["path"]: _to_record(row) for row in rows}

    def places_of(self, article_id: str) -> list[tuple[Path, str]]:
        """Every (source folder, path inside it) at which an article lies."""
        rows = self._all(
            "select s.folder, f.path from files f join sources s on s.id = f.source_id where f.article_id = ?",
            article_id,
        )
        return [(Path(row[0]), row[1]) for row in rows]

    def failures(self) -> list[FileRecord]:
        """The files that could not be read, with the reason."""
        rows = self._all("select * from files where failure is not null order by source_id, path")
        return [_to_record(row) for row in rows]

    def meta(self, key: str) -> str | None:
        """A value kept with the library, or None."""
        row = self._one("select value from meta where key = ?", key)
        return row[0] if row else None

    def find_damage(self) -> str | None:
        """What SQLite and the keyword index say is wrong with the file, or None."""
        try:
            problem = self._one("pragma quick_check(1)")[0]
        except LibraryDamagedError as error:
            return str(error)
        if problem != "ok":
            return str(problem)
        missing = self._one(
            "select count(*) from passages p where not exists (select 1 from passages_fts f where f.rowid = p.number)"
        )[0]
        return f"{missing} passages are missing from the keyword index" if missing else None

    # Writing: the caller holds the write lock

    def add_source(self, folder: Path) -> None:
        """Remember a folder as part of the library."""
        with self.transaction():
            self._connection.execute("insert or ignore into sources (folder) values (?)", (str(folder),))

    def remove_source(self, folder: Path) -> None:
        """Forget a folder that holds no files any more."""
        with self.transaction():
            self._connection.execute("delete from sources where folder = ?", (str(folder),))

    def put_file(self, source: Path, record: FileRecord, article: Article | None, passages: Sequence[Passage]) -> None:
        """Write a file and the article in it, and drop the article that it held before, in one transaction."""
        with self.transaction():
            row = self._connection.execute(
                "select article_id from files f join sources s on s.id = f.source_id where s.folder = ? and f.path = ?",
                (str(source), record.path),
            ).fetchone()
            if article is not None:
                self._put_article(article, passages)
            self._connection.execute(
                "insert or replace into files select id, ?, ?, ?, ?, ?, ?, ? from sources where folder = ?",
                (
                    *(record.path, record.article_id, record.digest, record.size, record.modified_ns),
                    *(record.checked_ns, record.failure, str(source)),
                ),
            )
            if row is not None and row[0] is not None:
                self._drop_if_homeless(row[0])

    def remove_file(self, source: Path, path: str) -> None:
        """Forget a file, and its article unless another file holds it too, in one transaction."""
        with self.transaction():
            rows = self._connection.execute(
                "delete from files where path = ? and source_id = (select id from sources where folder = ?)"
                " returning article_id",
                (path, str(source)),
            ).fetchall()
            for row in rows:
                if row[0] is not None:
                    self._drop_if_homeless(row[0])

    def put_vectors(self, embedder: str, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Store the vectors of passages, shape (len(passage_ids), dimension), in one transaction."""
        with self.transaction():
            self._connection.executemany(
                "insert or replace into vectors (passage_number, embedder, vector)"
                " select number, ?, ? from passages where id = ?",
                [(embedder, row.tobytes(), id_) for id_, row in zip(passage_ids, vectors, strict=True)],
            )

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value with the library."""
        with self.transaction():
            self._connection.execute("insert or replace into meta values (?, ?)", (key, value))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of what is written inside, or none of it.

        Raises:
            StorageError: the disk is full or refuses the write.
        """
        with self._turn, say_storage_errors():
            self._connection.execute("begin immediate")
            try:
                yield
                self._connection.execute("commit")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("rollback")
                raise

    def _put_article(self, article: Article, passages: Iterable[Passage]) -> None:
        published = article.published.isoformat() if article.published else None
        sentences = json.dumps([[s.start, s.end, s.paragraph, s.role.value] for s in article.sentences])
        execute = self._connection.execute
        # The same text may be read anew by better rules: its row stays, its metadata and passages are replaced.
        self._drop_passages(article.id)
        execute(
            "insert into articles values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set file = excluded.file,"
            " title = excluded.title, outlet = excluded.outlet, published = excluded.published, url = excluded.url,"
            " sentences = excluded.sentences",
            (
                *(article.id, article.file, article.title, article.outlet, published, article.url),
                *(article.text, sentences),
            ),
        )
        for passage in passages:
            number = execute(
                'insert into passages (id, article_id, ordinal, start, "end") values (?, ?, ?, ?, ?)',
                (passage.id, passage.article_id, passage.ordinal, passage.start, passage.end),
            ).lastrowid
            spoken = f"{published} {article.published:%d %B %Y}" if article.published else ""
            execute(
                "insert into passages_fts (rowid, title, outlet, published, body) values (?, ?, ?, ?, ?)",
                (number, article.title or "", article.outlet or "", spoken, article.body(passage)),
            )

    def _drop_passages(self, article_id: str) -> None:
        self._connection.execute(
            "delete from passages_fts where rowid in (select number from passages where article_id = ?)", (article_id,)
        )
        self._connection.execute("delete from passages where article_id = ?", (article_id,))

    def _drop_if_homeless(self, article_id: str) -> None:
        home = self._connection.execute("select path from files where article_id = ? limit 1", (article_id,)).fetchone()
        if home is None:
            self._drop_passages(article_id)
            self._connection.execute("delete from articles where id = ?", (article_id,))
        else:
            self._connection.execute("update articles set file = ? where id = ?", (home[0], article_id))

    def _prepare(self, *, create: bool) -> None:
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("pragma foreign_keys = on")
        version = self._connection.execute("pragma user_version").fetchone()[0]
        if version == 0 and create:
            self._connection.execute("pragma journal_mode = wal")
            self._connection.execute("pragma synchronous = full")
            self._connection.executescript(f"begin immediate;{_SCHEMA}pragma user_version = {SCHEMA_VERSION};commit;")
        elif version == 0:
            # A first indexing that was ended before it made anything, or has not come to it yet.
            raise LibraryNotFoundError("The library is still empty: run  dateline index FOLDER  to fill it.")
        elif version != SCHEMA_VERSION:
            raise LibraryDamagedError(
                f"This library is of version {version}, this program reads version {SCHEMA_VERSION};"
                " delete the library folder and index again, your articles are not in it but in their own folders."
            )

    def _one(self, sql: str, *values: object) -> sqlite3.Row:
        with self._turn, say_storage_errors():
            row: sqlite3.Row = self._connection.execute(sql, values).fetchone()
            return row

    def _all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self._turn, say_storage_errors():
            return self._connection.execute(sql, values).fetchall()


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
            f"The library's ledger is damaged ({error}); move the library folder away and index again: your articles are"
            " not in it but in their own folders."
        ) from error
    except OSError as error:
        raise StorageError(
            f"The disk refused a write ({error.strerror or error}); free some space or check the folder's permissions,"
            " then run the same command again: what was indexed before is kept."
        ) from error


def _quote(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _to_article(row: sqlite3.Row) -> Article:
    return Article(
        id=row["id"],
        file=row["file"],
        title=row["title"],
        outlet=row["outlet"],
        published=date.fromisoformat(row["published"]) if row["published"] else None,
        url=row["url"],
        text=row["text"],
        sentences=tuple(Sentence(s, e, p, Role(r)) for s, e, p, r in json.loads(row["sentences"])),
    )


def _to_passage(row: sqlite3.Row) -> Passage:
    return Passage(row["id"], row["article_id"], row["ordinal"], row["start"], row["end"])


def _to_record(row: sqlite3.Row) -> FileRecord:
    return FileRecord(
        *(row["path"], row["article_id"], row["digest"], row["size"], row["modified_ns"]),
        *(row["checked_ns"], row["failure"]),
    )
