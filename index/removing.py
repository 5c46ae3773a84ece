"""Take a source, or one uploaded file, out of the library in such a way that it can be undone.

What goes is first copied whole into a small library of its own beside the ledger: articles, earlier versions, vectors,
failures, and the bytes of uploads. Adding the source again would not do: a feed forgets, a disk may not be mounted,
earlier versions lie in no file any more, and vectors take hours.
"""

import json
import shutil
import time
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from index.errors import DatelineError
from index.ledger import FileRecord, Ledger
from index.ledger_writing import WritableLedger
from index.shelving import describe_passage
from index.sources import Source, SourceKind, save_sources, source_from_options
from index.storage import LEDGER_FILE, say_storage_errors
from index.updating import find_source
from index.uploads import bring_uploads_back, set_uploads_aside, uploads_source
from index.write_lock import hold_lock

REMOVED = "removed"
KEPT_SECONDS = 60 * 60.0
_ABOUT = "about.json"
_UPLOADS = "uploads"
# Everything that the ledger knows of a source, or of one path in it, in an order in which each finds what it needs.
_COPY = """
insert into aside.sources select * from main.sources where id = :source;
insert into aside.files select * from main.files where source_id = :source and (:path is null or path = :path);
insert into aside.holdings select * from main.holdings where source_id = :source and (:path is null or path = :path);
insert into aside.versions select * from main.versions where source_id = :source and (:path is null or path = :path);
insert into aside.failures select * from main.failures where source_id = :source and (:path is null or path = :path);
insert into aside.articles select * from main.articles where id in
    (select article_id from aside.holdings union select article_id from aside.versions);
insert into aside.passages select * from main.passages where article_id in (select article_id from aside.holdings);
insert into aside.vectors select * from main.vectors where digest in (select digest from aside.passages)
"""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken out last: a source, or the uploaded file at `path` in it, with so many articles.

    `name` is what it is called; `at` says when, in seconds of the clock.
    """

    source: Source
    path: str | None
    name: str
    articles: int
    at: float


def remove_from_library(library: Path, place: str, path: str | None = None, *, wait_seconds: float = 0) -> Removed:
    """Take the source at `place` out of the library, or the one uploaded file at `path` in it; until the next time it can be undone.

    Raises:
        LibraryNotFoundError: there is no library.
        DatelineError: the library does not know that place or file, or the file would come back at the next sync.
        LibraryLockedError: another process has been writing for `wait_seconds`.
        StorageError: the disk is full; what was to go is still there.
    """
    with (
        hold_lock(library, "write", wait_seconds=wait_seconds),
        closing(WritableLedger(library)) as ledger,
    ):
        removed = _find(ledger, place, path)
        with say_storage_errors():
            _set_aside(library, ledger, removed)
        if path is None:
            ledger.remove_source(removed.source)
        else:
            ledger.remove_file(removed.source, path)
        with say_storage_errors():
            save_sources(library, ledger.sources())
            if removed.source.kind is SourceKind.UPLOADS:
                # Ended before this, they are found again by the next sync: nothing is lost.
                set_uploads_aside(library, library / REMOVED / _UPLOADS, path)
        return removed


def bring_back(library: Path, *, wait_seconds: float = 0) -> Removed:
    """Undo the last removal: the same articles under the same ids, with their earlier versions and vectors.

    Raises:
        DatelineError: there is nothing to undo any more.
        LibraryLockedError: another process has been writing for `wait_seconds`.
        StorageError: the disk is full; it can still be undone.
    """
    with hold_lock(library, "write", wait_seconds=wait_seconds):
        removed = find_removed(library)
        if removed is None:
            raise DatelineError("There is nothing to undo any more; add the source again.")
        if removed.source.kind is SourceKind.UPLOADS:
            with say_storage_errors():
                bring_uploads_back(library, library / REMOVED / _UPLOADS)
        with (
            closing(Ledger(library / REMOVED)) as aside,
            closing(WritableLedger(library, create=True)) as ledger,
        ):
            with ledger.transaction():
                _put_back(aside, ledger, removed.source)
            with say_storage_errors():
                save_sources(library, ledger.sources())
        forget_removed(library)
        return removed


def find_removed(library: Path) -> Removed | None:
    """What was removed last and can be brought back; None when that was too long ago, or was undone."""
    removed = _read_about(library)
    if removed is None or _is_too_old(removed) or _is_still_there(library, removed):
        return None
    return removed


def forget_removed(library: Path) -> None:
    """Let go of what was removed last."""
    shutil.rmtree(library / REMOVED, ignore_errors=True)


def expire_removed(library: Path) -> None:
    """Let go of what was removed last when that is too long ago to be undone."""
    if not (library / REMOVED).is_dir():
        return
    removed = _read_about(library)
    if removed is None or _is_too_old(removed):
        forget_removed(library)


def _read_about(library: Path) -> Removed | None:
    try:
        about = json.loads((library / REMOVED / _ABOUT).read_text(encoding="utf-8"))
        source = source_from_options(about["kind"], about["place"], about["options"])
        if source.kind is SourceKind.UPLOADS:
            # The library's folder may be another one now.
            source = uploads_source(library)
        return Removed(source, about["path"], about["name"], about["articles"], about["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _is_too_old(removed: Removed) -> bool:
    return not 0 <= time.time() - removed.at <= KEPT_SECONDS


def _find(ledger: Ledger, place: str, path: str | None) -> Removed:
    source = find_source(ledger, place)
    files = ledger.files(source)
    if path is None:
        return Removed(source, None, source.place, sum(record.articles for record in files.values()), time.time())
    if source.kind is not SourceKind.UPLOADS:
        raise DatelineError(
            "Only an uploaded file can be removed by itself; delete this one from its folder, then sync."
        )
    if path not in files and not any(failure.path == path for failure in ledger.failures(source)):
        raise DatelineError("That file is not among the uploads any more.")
    record = files.get(path, FileRecord(path, "", 0, 0, 0))
    return Removed(source, path, record.name or path, record.articles, time.time())


def _is_still_there(library: Path, removed: Removed) -> bool:
    """Whether a removal ended before anything was removed, or what it took was added again."""
    try:
        with closing(Ledger(library)) as ledger:
            known = {source.place: source for source in ledger.sources()}
            if removed.source.place not in known:
                return False
            return removed.path is None or removed.path in ledger.files(removed.source)
    except DatelineError:
        return False


def _set_aside(library: Path, ledger: Ledger, removed: Removed) -> None:
    """Copy what goes; whole before the one of the last time is let go."""
    part = library / f"{REMOVED}.part"
    shutil.rmtree(part, ignore_errors=True)
    WritableLedger(part, create=True).close()
    with ledger.connect_anew() as connection:
        connection.execute("attach database ? as aside", (str(part / LEDGER_FILE),))
        (number,) = connection.execute("select id from sources where place = ?", (removed.source.place,)).fetchone()
        connection.execute("begin")
        for statement in _COPY.split(";"):
            values = {"source": number, "path": removed.path}
            connection.execute(statement, {name: values[name] for name in values if f":{name}" in statement})
        connection.execute("commit")
    about = {
        "kind": removed.source.kind.value,
        "place": removed.source.place,
        "options": removed.source.options_as_json(),
        "path": removed.path,
        "name": removed.name,
        "articles": removed.articles,
        "at": removed.at,
    }
    (part / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
    forget_removed(library)
    part.rename(library / REMOVED)


def _put_back(aside: Ledger, ledger: WritableLedger, source: Source) -> None:
    """Put everything back where it lay; what came there meanwhile stays."""
    ledger.add_source(source)
    (former,) = aside.sources()
    there = set(ledger.files(source))
    back = {path: record for path, record in aside.files(former).items() if path not in there}
    for path, record in back.items():
        ledger.put_file(source, record)
        for item, article_id in aside.holdings(former, path).items():
            _put_article(aside, ledger, (source, path, item), article_id)
    for correction in aside.corrections():
        if correction.path in back:
            ledger.put_version(source, correction, aside.article(correction.article_id))
    for failure in aside.failures(former):
        if failure.path in back or failure.path not in there:
            ledger.put_failure(source, failure)


def _put_article(aside: Ledger, ledger: WritableLedger, place: tuple[Source, str, str], article_id: str) -> None:
    source, path, item = place
    article, passages = aside.article(article_id), aside.passages_of(article_id)
    words = [describe_passage(article, passage) for passage in passages]
    ledger.put_article(source, path, replace(article, item=item), passages, words, keeps_version=False)
    embedder = ledger.embedder()
    vectors = aside.vectors_of(passages, embedder) if embedder else {}
    if embedder and vectors:
        ledger.put_vectors(embedder, list(vectors), np.stack(list(vectors.values())))
