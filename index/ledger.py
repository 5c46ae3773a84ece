"""The ledger: the truth about the library, in one SQLite file.

Articles with their sentences, passages, vectors and keyword index; which place of which source holds which article, and
held before it was corrected; what could not be read. This file reads; index/ledger_writing.py writes.
"""

import json
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import numpy as np

from index.articles import Article, Passage, Role, Sentence
from index.embedding import Vectors
from index.errors import ArticleNotFoundError, LibraryDamagedError, StorageError
from index.postings import BM25
from index.reading.structure import renew_identity
from index.sources import Source, source_from_options
from index.storage import CURRENT, Storage

EMBEDDER_KEY = "embedder"
_VALUES_AT_ONCE = 500
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """How much the library holds, earlier versions of corrected articles left out."""

    articles: int
    passages: int


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is known of one file (or page) of a source.

    `checked_ns` is when its bytes were last read (wall clock, nanoseconds); a digest of "" means it was never read
    whole. `validators` are what a web server said about the version that was fetched. `articles` counts those in it.
    `name` is what a person calls it when its path says nothing.
    """

    path: str
    digest: str
    size: int
    modified_ns: int
    checked_ns: int
    validators: Mapping[str, str] = field(default_factory=dict)
    articles: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Something in a source that could not be read: a whole file, or one `item` of it; the reason is a sentence."""

    path: str
    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article lies: in which source, under which path, as which item of a file of many."""

    source: Source
    path: str
    item: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a corrected article; `replaced` says when the next one took its place (ISO 8601), None for the newest."""

    article_id: str
    replaced: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """An article that lay at a place until another took it; `replaced` says when (ISO 8601)."""

    path: str
    item: str
    article_id: str
    replaced: str


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    """A passage and how well it matches; scores of different rankings are not comparable."""

    passage: Passage
    score: float


class Ledger(Storage):
    """The library's SQLite file, read. Any number of processes may. Safe to share between threads: calls take turns."""

    # Articles

    def counts(self) -> LibraryCounts:
        """Count what the library holds."""
        row = self._one("select (select count(distinct article_id) from holdings), (select count(*) from passages)")
        return LibraryCounts(*row)

    def article(self, article_id: str) -> Article:
        """One article, whole; an earlier version of a corrected one too.

        Raises:
            ArticleNotFoundError: no such article is in the library.
        """
        article = self.find_article(article_id)
        if article is None:
            raise ArticleNotFoundError(
                f"No article {article_id!r} is in the library; `dateline ask --json` prints the ids it cites."
            )
        return article

    def find_article(self, article_id: str) -> Article | None:
        """One article, or None when it is not there any more."""
        row = self._one("select * from articles where id = ?", article_id)
        return _to_article(row) if row else None

    def outlets(self) -> frozenset[str]:
        """The outlets of all articles."""
        rows = self._all(f"select distinct outlet from articles a where outlet is not null and {CURRENT}")  # noqa: S608 - a constant
        return frozenset(row[0] for row in rows)

    def newest_day(self) -> date | None:
        """The newest date of publication, or None when no article has any."""
        row = self._one(f"select max(published) from articles a where {CURRENT}")  # noqa: S608 - a constant
        return date.fromisoformat(row[0]) if row[0] else None

    def origins_of(self, article_ids: Collection[str]) -> dict[str, tuple[str | None, date | None]]:
        """Outlet and date of publication of articles by id."""
        found: dict[str, tuple[str | None, date | None]] = {}
        for some in _in_groups(sorted(article_ids)):
            rows = self._all(f"select id, outlet, published from articles where id in ({_marks(some)})", *some)  # noqa: S608 - question marks
            for row in rows:
                found[row["id"]] = (row["outlet"], date.fromisoformat(row["published"]) if row["published"] else None)
        return found

    def article_ids(self) -> list[str]:
        """The ids of all articles, earlier versions left out."""
        return [row[0] for row in self._all(f"select id from articles a where {CURRENT} order by id")]  # noqa: S608 - a constant

    def passages_of(self, article_id: str) -> list[Passage]:
        """The passages of an article in reading order; an earlier version has none."""
        rows = self._all("select * from passages where article_id = ? order by ordinal", article_id)
        return [_to_passage(row) for row in rows]

    def places_of(self, article_id: str) -> list[Place]:
        """Every place at which an article lies now."""
        rows = self._all(
            "select s.*, h.path, h.item from holdings h join sources s on s.id = h.source_id where h.article_id = ?"
            " order by s.place, h.path, h.item",
            article_id,
        )
        return [Place(_to_source(row), row["path"], row["item"]) for row in rows]

    def versions_of(self, article_id: str) -> list[Version]:
        """The versions of what lies, or lay, where this article does, oldest first; one when it was never corrected.

        Raises:
            ArticleNotFoundError: no such article is in the library.
        """
        self.article(article_id)
        place = self._one(
            "select source_id, path, item from (select source_id, path, item, 0 as is_past from holdings where article_id = ?1"
            " union all select source_id, path, item, 1 from versions where article_id = ?1)"
            " order by is_past, source_id, path, item limit 1",
            article_id,
        )
        if place is None:
            return [Version(article_id, None)]
        earlier = self._all(
            "select article_id, replaced from versions where source_id = ? and path = ? and item = ? order by number",
            *place,
        )
        now = self._one("select article_id from holdings where source_id = ? and path = ? and item = ?", *place)
        newest = [Version(now[0], None)] if now else []
        return [*(Version(row[0], row[1]) for row in earlier), *newest]

    def corrections(self) -> list[Correction]:
        """What lay anywhere before it was corrected, oldest first."""
        rows = self._all("select path, item, article_id, replaced from versions order by number")
        return [Correction(*row) for row in rows]

    def copies_of(self, article_ids: Collection[str]) -> dict[str, frozenset[str]]:
        """For each article the group of near-duplicates that it belongs to, itself among them."""
        groups: dict[str, frozenset[str]] = {}
        for id_ in article_ids:
            if id_ not in groups:
                rows = self._all(
                    "with recursive alike(id) as (select ?1 union select case c.article_id when alike.id then c.other_id"
                    " else c.article_id end from alike join copies c on alike.id in (c.article_id, c.other_id))"
                    " select id from alike",
                    id_,
                )
                group = frozenset(row[0] for row in rows)
                groups |= dict.fromkeys(group, group)
        return {id_: groups[id_] for id_ in article_ids}

    # Searching

    def search_keywords(self, words: Sequence[str], limit: int, *, after: int = 0) -> list[ScoredPassage]:
        """Passages that hold any of the words (stemmed, accents ignored), best BM25 first; higher is better.

        Only those numbered higher than `after` are looked at.
        """
        match = " OR ".join(_quote(word) for word in words if word.strip())
        if not match:
            return []
        rows = self._all(
            f"select p.*, -{BM25} as score from passages_fts f join passages p on p.number = f.rowid"  # noqa: S608 - a constant
            " where passages_fts match ? and f.rowid > ? order by score desc, p.id limit ?",
            match,
            after,
            limit,
        )
        return [ScoredPassage(_to_passage(row), row["score"]) for row in rows]

    def score_keywords(self, words: Sequence[str], passages: Sequence[Passage]) -> dict[str, float]:
        """The BM25 scores of these passages by id, as `search_keywords` gives them; 0 where none of the words stands."""
        scores = dict.fromkeys((passage.id for passage in passages), 0.0)
        match = " OR ".join(_quote(word) for word in words if word.strip())
        for some in _in_groups(list(scores)) if match else ():
            rows = self._all(
                # The plus keeps SQLite from asking FTS5 once a passage, each time weighing all words anew.
                f"select p.id, -{BM25} as score from passages_fts f join passages p on p.number = +f.rowid"  # noqa: S608 - a constant
                f" where passages_fts match ? and +f.rowid in (select number from passages where id in ({_marks(some)}))",
                match,
                *some,
            )
            scores |= {row["id"]: row["score"] for row in rows}
        return scores

    def count_passages_with(self, word: str) -> int:
        """In how many passages a word stands, in any of its forms."""
        row = self._one("select count(*) from passages_fts where passages_fts match ?", _quote(word))
        return int(row[0])

    def keyword_stems(self) -> tuple[str, ...]:
        """Every word of the library as the keyword index has it: folded and stemmed. Seconds in a large library."""
        with self.connect_anew() as connection:
            connection.execute("create virtual table temp.words using fts5vocab(main, passages_fts, row)")
            return tuple(row[0] for row in connection.execute("select term from words"))

    def find_form(self, stem: str) -> str | None:
        """A word of some article's body that has this stem, as it is written there, or None."""
        row = self._one(
            "select highlight(passages_fts, 3, char(1), char(2)) from passages_fts where passages_fts match ?"
            " order by rowid limit 1",
            "body: " + _quote(stem),
        )
        marked = re.search("\x01([^\x01\x02]+)\x02", row[0]) if row else None
        return marked[1] if marked else None

    def passages_numbered(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """The passages with these numbers; removed ones are absent."""
        found: dict[int, Passage] = {}
        for some in _in_groups(numbers):
            rows = self._all(f"select * from passages where number in ({_marks(some)})", *some)  # noqa: S608 - question marks
            found |= {row["number"]: _to_passage(row) for row in rows}
        return found

    def numbers_of(self, passages: Sequence[Passage]) -> dict[str, int]:
        """The numbers of passages by id; removed ones are absent."""
        found: dict[str, int] = {}
        for some in _in_groups([passage.id for passage in passages]):
            rows = self._all(f"select id, number from passages where id in ({_marks(some)})", *some)  # noqa: S608 - question marks
            found |= {row["id"]: row["number"] for row in rows}
        return found

    def last_passage_number(self) -> int:
        """The highest number of a passage; it never goes back while passages come."""
        return int(self._one("select coalesce(max(number), 0) from passages")[0])

    def count_passages_up_to(self, number: int) -> int:
        """How many passages bear this number or a lower one."""
        return int(self._one("select count(*) from passages where number <= ?", number)[0])

    def find_passages(self, sequences: Sequence[int]) -> dict[int, list[Passage]]:
        """The passages behind vector sequence numbers, several where words are the same; removed ones are absent."""
        found: dict[int, list[Passage]] = {}
        for some in _in_groups(sequences):
            rows = self._all(
                f"select p.*, v.sequence from vectors v join passages p on p.digest = v.digest"  # noqa: S608 - question marks
                f" where v.sequence in ({_marks(some)}) order by p.id",
                *some,
            )
            for row in rows:
                found.setdefault(row["sequence"], []).append(_to_passage(row))
        return found

    # Vectors

    def vectors_after(self, sequence: int, embedder: str, dimension: int) -> tuple[list[int], Vectors]:
        """Sequence numbers greater than `sequence`, ascending, and their vectors: shape (n, dimension), float32."""
        count = int(
            self._one("select count(*) from vectors where sequence > ? and embedder = ?", sequence, embedder)[0]
        )
        sequences: list[int] = []
        vectors = np.empty((count, dimension), dtype=np.float32)
        # Row by row into one array: a hundred thousand vectors are 150 MB, and must not be held twice.
        with self._turn:
            rows = self._connection.execute(
                "select sequence, vector from vectors where sequence > ? and embedder = ? order by sequence limit ?",
                (sequence, embedder, count),
            )
            for position, row in enumerate(rows):
                sequences.append(row[0])
                vectors[position] = np.frombuffer(row[1], dtype=np.float32)
        return sequences, vectors[: len(sequences)]

    def vectors_of(self, passages: Sequence[Passage], embedder: str) -> dict[str, Vectors]:
        """The vectors of passages by id; those that have none yet are absent."""
        found: dict[str, Vectors] = {}
        for some in _in_groups([passage.id for passage in passages]):
            rows = self._all(
                f"select p.id, v.vector from passages p join vectors v on v.digest = p.digest"  # noqa: S608 - question marks
                f" where v.embedder = ? and p.id in ({_marks(some)})",
                embedder,
                *some,
            )
            found |= {row["id"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}
        return found

    def count_vectors(self, embedder: str, *, up_to: int | None = None) -> int:
        """How many vectors there are of this embedder, numbered `up_to` at most."""
        limit = up_to if up_to is not None else 2**62
        return int(self._one("select count(*) from vectors where embedder = ? and sequence <= ?", embedder, limit)[0])

    def count_embedded_passages(self, embedder: str) -> int:
        """How many passages can be found by meaning."""
        return int(
            self._one(
                "select count(*) from passages p where exists"
                " (select 1 from vectors v where v.digest = p.digest and v.embedder = ?)",
                embedder,
            )[0]
        )

    def last_sequence(self) -> tuple[int, int]:
        """The highest vector number and how many there are: another pair means other vectors."""
        row = self._one("select coalesce(max(sequence), 0), count(*) from vectors")
        return row[0], row[1]

    def passages_without_vector(self, embedder: str, limit: int) -> list[Passage]:
        """Passages that cannot be found by meaning yet, newest article first, of equal words only one."""
        rows = self._all(
            "select p.* from passages p join articles a on a.id = p.article_id where not exists"
            " (select 1 from vectors v where v.digest = p.digest and v.embedder = ?)"
            " group by p.digest order by a.published desc nulls last, p.number limit ?",
            embedder,
            limit,
        )
        return [_to_passage(row) for row in rows]

    def embedder(self) -> str | None:
        """The embedder whose vectors searches use: another one's are being made while this one's still answer."""
        return self.meta(EMBEDDER_KEY)

    # Sources

    def sources(self) -> list[Source]:
        """The places that the library is made of, in the order in which they were added."""
        return [_to_source(row) for row in self._all("select * from sources order by id")]

    def files(self, source: Source) -> dict[str, FileRecord]:
        """What is known of the files of a source, by path inside it."""
        rows = self._all(
            "select f.*, (select count(*) from holdings h where h.source_id = f.source_id and h.path = f.path) as articles"
            " from files f join sources s on s.id = f.source_id where s.place = ? order by path",
            source.place,
        )
        return {row["path"]: _to_record(row) for row in rows}

    def holdings(self, source: Source, path: str) -> dict[str, str]:
        """Which article lies in a file under which item."""
        rows = self._all(
            "select h.item, h.article_id from holdings h join sources s on s.id = h.source_id"
            " where s.place = ? and h.path = ?",
            *(source.place, path),
        )
        return {row["item"]: row["article_id"] for row in rows}

    def failures(self, source: Source | None = None) -> list[Failure]:
        """What could not be read, of one source or of all, with the reason."""
        rows = self._all(
            "select f.path, f.item, f.reason from failures f join sources s on s.id = f.source_id"
            " where ?1 is null or s.place = ?1 order by s.id, f.path, f.item",
            source.place if source else None,
        )
        return [Failure(*row) for row in rows]

    def meta(self, key: str) -> str | None:
        """A value kept with the library, or None."""
        row = self._one("select value from meta where key = ?", key)
        return row[0] if row else None

    # Health

    def find_damage(self) -> str | None:
        """What SQLite says is wrong with the file, and where its parts disagree; None when all is well."""
        try:
            problem = self._one("pragma quick_check(1)")[0]
            if problem != "ok":
                return str(problem)
            if not self._can_read_keywords():
                return "the keyword index does not agree with itself"
            harmed = self.harmed_articles()
            if harmed:
                return f"{len(harmed)} articles are not as they were read"
            return next((f"{count} {what}" for what, count in self._disagreements() if count), None)
        except LibraryDamagedError as error:
            return str(error)

    def harmed_articles(self) -> list[str]:
        """The ids of articles whose text or facts are no longer those that their ids were derived from."""
        ids = [row[0] for row in self._all("select id from articles order by id")]
        articles = (self.find_article(id_) for id_ in ids)
        return [article.id for article in articles if article and renew_identity(article).id != article.id]

    def is_whole(self) -> bool:
        """Whether SQLite can read every page of the file."""
        try:
            return str(self._one("pragma quick_check(1)")[0]) == "ok"
        except LibraryDamagedError:
            return False

    def _can_read_keywords(self) -> bool:
        """What FTS5 finds out of itself: `quick_check` looks at its pages, not at what it keeps in them."""
        try:
            self._one("insert into passages_fts(passages_fts) values ('integrity-check')")
        except LibraryDamagedError:
            return False
        except StorageError:  # a question in the form of a write, which a read-only library refuses
            return True
        return True

    def _disagreements(self) -> Iterator[tuple[str, int]]:
        questions = {
            "passages are missing from the keyword index": "select count(*) from passages p where not exists"
            " (select 1 from passages_fts_docsize f where f.id = p.number)",
            "entries of the keyword index belong to no passage": "select count(*) from passages_fts_docsize f where not exists"
            " (select 1 from passages p where p.number = f.id)",
            "vectors belong to no passage": "select count(*) from vectors v where not exists"
            " (select 1 from passages p where p.digest = v.digest)",
            "articles lie in no file": "select count(*) from articles a where not exists"
            " (select 1 from holdings h where h.article_id = a.id)"
            " and not exists (select 1 from versions v where v.article_id = a.id)",
        }
        for what, question in questions.items():
            yield what, int(self._one(question)[0])


def _in_groups(values: Sequence[_Value]) -> Iterator[Sequence[_Value]]:
    """So many at a time as SQLite takes in one statement."""
    for first in range(0, len(values), _VALUES_AT_ONCE):
        yield values[first : first + _VALUES_AT_ONCE]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _quote(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _to_article(row: sqlite3.Row) -> Article:
    return Article(
        id=row["id"],
        file=row["file"],
        item=row["item"],
        title=row["title"],
        outlet=row["outlet"],
        authors=tuple(json.loads(row["authors"])),
        published=date.fromisoformat(row["published"]) if row["published"] else None,
        updated=date.fromisoformat(row["updated"]) if row["updated"] else None,
        language=row["language"],
        url=row["url"],
        text=row["text"],
        sentences=tuple(Sentence(s, e, p, Role(r)) for s, e, p, r in json.loads(row["sentences"])),
    )


def _to_passage(row: sqlite3.Row) -> Passage:
    return Passage(row["id"], row["article_id"], row["ordinal"], row["start"], row["end"])


def _to_source(row: sqlite3.Row) -> Source:
    return source_from_options(row["kind"], row["place"], row["options"])


def _to_record(row: sqlite3.Row) -> FileRecord:
    return FileRecord(
        *(row["path"], row["digest"], row["size"], row["modified_ns"], row["checked_ns"]),
        *(json.loads(row["validators"]), row["articles"], row["name"]),
    )
