"""What changes the ledger; only the process that holds the write lock makes one of these."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256

from index.articles import Article, Passage, Role
from index.copies import COPY_THRESHOLD, band_keys, estimate_likeness, sign
from index.embedding import Vectors
from index.errors import StorageError
from index.ledger import EMBEDDER_KEY, Correction, Failure, FileRecord, Ledger
from index.postings import PASSAGES_FTS
from index.sources import Source, SourceKind
from index.storage import say_storage_errors

# A story told again weeks later in the same words is an update or a yearly text; of 38 real pairs that were as like as
# copies 15 were such.
_DAYS_APART = 3


class WritableLedger(Ledger):
    """The ledger in the hands of its one writer. Every method is one transaction, or part of the one around it."""

    # Sources and their files

    def add_source(self, source: Source) -> None:
        """Remember a place as part of the library, or how it is to be read from now on."""
        with self.transaction():
            self._connection.execute(
                "insert into sources (kind, place, options) values (?, ?, ?)"
                " on conflict (place) do update set kind = excluded.kind, options = excluded.options",
                (source.kind.value, source.place, source.options_as_json()),
            )

    def remove_source(self, source: Source) -> int:
        """Forget a source and every article that only it holds; returns how many articles lay in it."""
        with self.transaction():
            paths = self.files(source)
            for path in paths:
                self.remove_file(source, path)
            number = self._source_number(source)
            self._connection.execute("delete from failures where source_id = ?", (number,))
            self._connection.execute("delete from sources where id = ?", (number,))
        return sum(record.articles for record in paths.values())

    def move_uploads(self, uploads: Source) -> None:
        """Uploads lie in another folder now."""
        with self.transaction():
            self._connection.execute(
                "update sources set place = ? where kind = ?", (uploads.place, SourceKind.UPLOADS.value)
            )

    def put_file(self, source: Source, record: FileRecord) -> None:
        """Note what is known of a file; what it holds stays as it is."""
        with self.transaction():
            self._connection.execute(
                "insert into files values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (source_id, path) do update set"
                " name = excluded.name, digest = excluded.digest, size = excluded.size, modified_ns = excluded.modified_ns,"
                " checked_ns = excluded.checked_ns, validators = excluded.validators",
                (
                    *(self._source_number(source), record.path, record.name, record.digest, record.size),
                    *(record.modified_ns, record.checked_ns, json.dumps(dict(record.validators))),
                ),
            )

    def rename_file(self, source: Source, old: str, new: str) -> None:
        """A file has another name now; its articles, their earlier versions and its failures go with it."""
        with self.transaction():
            number = self._source_number(source)
            held = self.holdings(source, old).values()
            self._connection.execute("update files set path = ? where source_id = ? and path = ?", (new, number, old))
            self._connection.execute(
                "update or replace failures set path = ? where source_id = ? and path = ?", (new, number, old)
            )
            for article_id in held:
                self._settle_home(article_id)

    def remove_file(self, source: Source, path: str) -> None:
        """Forget a file, with its articles and their earlier versions unless they lie elsewhere too."""
        with self.transaction():
            number = self._source_number(source)
            rows = self._connection.execute(
                "select article_id from holdings where source_id = ?1 and path = ?2"
                " union select article_id from versions where source_id = ?1 and path = ?2",
                (number, path),
            ).fetchall()
            self._connection.execute("delete from files where source_id = ? and path = ?", (number, path))
            self._connection.execute("delete from failures where source_id = ? and path = ?", (number, path))
            for row in rows:
                self._settle_home(row[0])

    def put_failure(self, source: Source, failure: Failure) -> None:
        """Note what could not be read; an article that was read from there before keeps answering."""
        with self.transaction():
            self._connection.execute(
                "insert or replace into failures values (?, ?, ?, ?)",
                (self._source_number(source), failure.path, failure.item, failure.reason),
            )

    def clear_failures(self, source: Source, path: str) -> None:
        """Forget what could not be read in a file."""
        with self.transaction():
            self._connection.execute(
                "delete from failures where source_id = ? and path = ?", (self._source_number(source), path)
            )

    # Articles

    def put_article(
        self,
        source: Source,
        path: str,
        article: Article,
        passages: Sequence[Passage],
        words: Sequence[str],
        *,
        keeps_version: bool,
    ) -> None:
        """Let an article lie at `path` as `article.item`; the file is known already.

        `words` are what is embedded of each passage. What lay there before stops answering in the same transaction; with
        `keeps_version` it stays as an earlier version.
        """
        place = (self._source_number(source), path, article.item)
        with self.transaction():
            before = self._connection.execute(
                "select article_id from holdings where source_id = ? and path = ? and item = ?", place
            ).fetchone()
            self._write_article(article, passages, words)
            self._connection.execute("insert or replace into holdings values (?, ?, ?, ?)", (*place, article.id))
            self._settle_home(article.id)
            if before is not None and before[0] != article.id:
                if keeps_version:
                    now = datetime.now(UTC).isoformat(timespec="seconds")
                    self._connection.execute(
                        "insert into versions (source_id, path, item, article_id, replaced) values (?, ?, ?, ?, ?)",
                        (*place, before[0], now),
                    )
                self._settle_home(before[0])

    def put_version(self, source: Source, correction: Correction, article: Article) -> None:
        """Note what lay at a place before it was corrected, newer than what is noted of it already; the file is known."""
        with self.transaction():
            if self.find_article(article.id) is None:
                self._write_article(article, (), ())
            self._connection.execute(
                "insert into versions (source_id, path, item, article_id, replaced) values (?, ?, ?, ?, ?)",
                (
                    *(self._source_number(source), correction.path, correction.item),
                    *(correction.article_id, correction.replaced),
                ),
            )

    def touch_article(self, article: Article) -> None:
        """The article is the one that is known; what its id does not tell may have changed."""
        updated = article.updated.isoformat() if article.updated else None
        with self.transaction():
            self._connection.execute(
                "update articles set updated = ?1, language = ?2 where id = ?3 and (updated is not ?1 or language is not ?2)",
                (updated, article.language, article.id),
            )

    def remove_article(self, source: Source, path: str, item: str) -> None:
        """The article is no longer in that file: it goes, with its earlier versions there."""
        place = (self._source_number(source), path, item)
        with self.transaction():
            gone = []
            for table in ("holdings", "versions"):
                gone += self._connection.execute(
                    f"delete from {table} where source_id = ? and path = ? and item = ? returning article_id",  # noqa: S608 - two constants
                    place,
                ).fetchall()
            for row in gone:
                self._settle_home(row[0])

    # Vectors

    def put_vectors(self, embedder: str, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Store the vectors of passages, shape (len(passage_ids), dimension); those removed meanwhile are left out."""
        with self.transaction():
            self._connection.executemany(
                "insert or replace into vectors (digest, embedder, vector) select digest, ?, ? from passages where id = ?",
                [(embedder, row.tobytes(), id_) for id_, row in zip(passage_ids, vectors, strict=True)],
            )

    def switch_embedder(self, embedder: str) -> None:
        """Let searches use this embedder's vectors from now on, and drop all others'."""
        with self.transaction():
            self.set_meta(EMBEDDER_KEY, embedder)
            self._connection.execute("delete from vectors where embedder <> ?", (embedder,))

    def set_meta(self, key: str, value: str) -> None:
        """Keep a value with the library."""
        with self.transaction():
            self._connection.execute("insert or replace into meta values (?, ?)", (key, value))

    # Upkeep

    def repair(self) -> None:
        """Make the derived parts agree with the articles again: the keyword index is written anew, orphans go."""
        with self.transaction():
            for id_ in self.harmed_articles():
                # What its place holds is read again by the next sync.
                self._connection.execute(
                    "update files set digest = '', checked_ns = 0, validators = '{}' where exists (select 1 from holdings h"
                    " where h.source_id = files.source_id and h.path = files.path and h.article_id = ?)",
                    (id_,),
                )
                for table in ("holdings", "versions"):
                    self._connection.execute(f"delete from {table} where article_id = ?", (id_,))  # noqa: S608 - two constants
            # Row by row it could not be emptied where it is damaged.
            self._connection.execute("drop table passages_fts")
            self._connection.execute(PASSAGES_FTS)
            for row in self._connection.execute("select id from articles").fetchall():
                article = self.article(row[0])
                for passage, number in self._numbered_passages(article.id):
                    self._write_keywords(article, passage, number)
            self._connection.execute("delete from vectors where digest not in (select digest from passages)")
            # A file that lost its articles here must not count as read.
            self._connection.execute(
                "update files set digest = '', checked_ns = 0, validators = '{}' where not exists (select 1 from holdings h"
                " where h.source_id = files.source_id and h.path = files.path)"
            )
            for row in self._connection.execute(
                "select id from articles where id not in (select article_id from holdings)"
                " and id not in (select article_id from versions)"
            ).fetchall():
                self._settle_home(row[0])

    def compact(self) -> None:
        """Give freed space back to the disk, and leave nothing of what was removed in the file.

        Raises:
            StorageError: there is no room for the copy that is made meanwhile, or the ledger is being read for too long.
        """
        with self._turn, say_storage_errors():
            self._connection.execute("insert into passages_fts(passages_fts) values ('optimize')")
            self._connection.execute("vacuum")
            is_busy = self._connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
        if is_busy:
            raise StorageError(
                "The library is being read without a pause, so what was removed is still in its files; close the other"
                " programs that use it, then run the same command again."
            )

    # The parts of a write; the caller is inside a transaction

    def _source_number(self, source: Source) -> int:
        row = self._connection.execute("select id from sources where place = ?", (source.place,)).fetchone()
        if row is None:
            raise ValueError(f"the library does not know {source.place}")
        return int(row[0])

    def _write_article(self, article: Article, passages: Sequence[Passage], words: Sequence[str]) -> None:
        published = article.published.isoformat() if article.published else None
        updated = article.updated.isoformat() if article.updated else None
        sentences = json.dumps([[s.start, s.end, s.paragraph, s.role.value] for s in article.sentences])
        # The same article may be read anew by better rules: its row stays, its passages are replaced.
        self._connection.execute(
            "insert into articles values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set"
            " updated = excluded.updated, language = excluded.language, sentences = excluded.sentences",
            (
                *(article.id, article.file, article.item, article.title, article.outlet, json.dumps(article.authors)),
                *(published, updated, article.language, article.url, article.text, sentences),
            ),
        )
        digests = [sha256(text.encode("utf-8", "surrogatepass")).digest()[:16] for text in words]
        earlier = self._connection.execute(
            "select id, digest from passages where article_id = ? order by ordinal", (article.id,)
        ).fetchall()
        now = [(passage.id, digest) for passage, digest in zip(passages, digests, strict=True)]
        if [tuple(row) for row in earlier] == now:
            return
        unused = self._forget_passages(article.id)
        for passage, digest in zip(passages, digests, strict=True):
            number = self._connection.execute(
                'insert into passages (id, article_id, ordinal, start, "end", digest) values (?, ?, ?, ?, ?, ?)',
                (passage.id, passage.article_id, passage.ordinal, passage.start, passage.end, digest),
            ).lastrowid
            self._write_keywords(article, passage, number or 0)
        self._drop_unused_vectors(unused)
        if not earlier:
            self._note_copies(article)

    def _numbered_passages(self, article_id: str) -> list[tuple[Passage, int]]:
        rows = self._connection.execute(
            "select * from passages where article_id = ? order by ordinal", (article_id,)
        ).fetchall()
        return [
            (Passage(row["id"], row["article_id"], row["ordinal"], row["start"], row["end"]), row["number"])
            for row in rows
        ]

    def _write_keywords(self, article: Article, passage: Passage, number: int) -> None:
        spoken = f"{article.published.isoformat()} {article.published:%d %B %Y}" if article.published else ""
        self._connection.execute(
            "insert into passages_fts (rowid, title, outlet, published, body) values (?, ?, ?, ?, ?)",
            (number, article.title or "", article.outlet or "", spoken, article.body(passage)),
        )

    def _forget_passages(self, article_id: str) -> list[bytes]:
        """Take an article out of every search; returns the digests of the words that it was found by."""
        self._connection.execute(
            "delete from passages_fts where rowid in (select number from passages where article_id = ?)", (article_id,)
        )
        rows = self._connection.execute("delete from passages where article_id = ? returning digest", (article_id,))
        return [row[0] for row in rows.fetchall()]

    def _drop_unused_vectors(self, digests: Sequence[bytes]) -> None:
        self._connection.executemany(
            "delete from vectors where digest = ?1 and not exists (select 1 from passages where digest = ?1)",
            [(digest,) for digest in digests],
        )

    def _settle_home(self, article_id: str) -> None:
        """Name an article after the first of the places where it lies; without one it is searched no more, or goes."""
        home = self._connection.execute(
            "select coalesce(nullif(f.name, ''), h.path), h.item from holdings h join sources s on s.id = h.source_id"
            " join files f on f.source_id = h.source_id and f.path = h.path where h.article_id = ?"
            " order by s.place, h.path, h.item limit 1",
            (article_id,),
        ).fetchone()
        if home is not None:
            self._connection.execute("update articles set file = ?, item = ? where id = ?", (*home, article_id))
            return
        self._drop_unused_vectors(self._forget_passages(article_id))
        for table in ("signatures", "bands"):
            self._connection.execute(f"delete from {table} where article_id = ?", (article_id,))  # noqa: S608 - two constants
        self._connection.execute("delete from copies where ?1 in (article_id, other_id)", (article_id,))
        self._connection.execute(
            "delete from articles where id = ?1 and not exists (select 1 from versions where article_id = ?1)",
            (article_id,),
        )

    def _note_copies(self, article: Article) -> None:
        """Find the articles that are nearly the same as this one, whichever of them came first."""
        signature = sign(_body_of(article))
        if signature is None:
            return
        keys = band_keys(signature)
        marks = ",".join("?" * len(keys))
        candidates = self._connection.execute(
            "select distinct s.article_id, s.signature, a.published from bands b join signatures s"  # noqa: S608 - question marks
            f" on s.article_id = b.article_id join articles a on a.id = s.article_id where b.band in ({marks})"
            " and s.article_id <> ?",
            (*keys, article.id),
        ).fetchall()
        self._connection.execute("insert or replace into signatures values (?, ?)", (article.id, signature))
        self._connection.executemany("insert into bands values (?, ?)", [(key, article.id) for key in keys])
        for other_id, other, published in candidates:
            likeness = estimate_likeness(signature, other)
            if likeness >= COPY_THRESHOLD and _may_be_copies(article.published, published):
                pair = sorted((article.id, other_id))
                self._connection.execute("insert or replace into copies values (?, ?, ?)", (*pair, likeness))


def _may_be_copies(published: date | None, other: str | None) -> bool:
    return published is None or other is None or abs(published - date.fromisoformat(other)).days <= _DAYS_APART


def _body_of(article: Article) -> str:
    return " ".join(article.quote(sentence) for sentence in article.sentences if sentence.role is Role.BODY)
