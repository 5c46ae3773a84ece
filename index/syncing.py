"""Make the library equal to its source folders: what is new is added, what changed replaced, what is gone removed."""

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.articles import Article, Passage
from index.embedding import Embedder
from index.errors import ArticleUnreadableError, DatelineError
from index.ledger import FileRecord, Ledger
from index.reading.plain import MAX_BYTES, read_article
from index.reading.structure import READER_VERSION
from index.vectors import find_generation_damage, read_current, seal

# A sync that would remove more than this share of a larger source looks like an unmounted disk, not like a wish.
_MAX_REMOVED_SHARE = 1 / 3
_SMALL_SOURCE = 12
# A file changed within the clock's resolution of its last reading may look unchanged: it is read again.
_RACY_NS = 2_000_000_000
_EMBED_BATCH = 64
READER_KEY = "reader_version"

Progress = Callable[[str, int, int], None]
Splitter = Callable[[Article], Sequence[Passage]]


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did: paths inside the source, and for failures the reason.

    `kept` are articles whose files are gone but whose removal was held back, since so many at once look like a mishap.
    `is_missing` says that the folder itself is not there; its articles are kept.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    is_missing: bool = False

    @property
    def has_changes(self) -> bool:
        """Whether the library is another than before."""
        return bool(self.added or self.changed or self.removed)


@dataclass(frozen=True, slots=True)
class _Run:
    """One sync of one folder: what it works with, what was known before, what it reports."""

    folder: Path
    ledger: Ledger
    split: Splitter
    known: Mapping[str, FileRecord]
    report: SyncReport


def sync_folder(
    folder: Path, ledger: Ledger, split: Splitter, *, on_progress: Progress, allow_removal: bool = False
) -> SyncReport:
    """Bring one source folder into the ledger: searchable by keyword when this returns.

    The caller holds the write lock. `on_progress(what, done, total)` is called as it goes. With `allow_removal` any
    number of articles may go; without it, of a source of 12 or more at most a third.

    Raises:
        DatelineError: the folder does not exist.
        StorageError: the disk is full; what was written before is kept.
    """
    folder = folder.resolve()
    if not folder.is_dir():
        raise DatelineError(f"There is no folder {folder}; check the name, or mount the disk that it is on.")
    ledger.add_source(folder)
    run = _Run(folder, ledger, split, ledger.files(folder), SyncReport())
    known, report = run.known, run.report
    rules_changed = ledger.meta(READER_KEY) not in {None, str(READER_VERSION)}
    listed, failures, unlisted = list_articles(folder)
    for path, reason in failures.items():
        _record_failure(run, path, reason)
    for done, (path, status) in enumerate(sorted(listed.items())):
        on_progress("Reading articles", done, len(listed))
        record = known.get(path)
        if record and not rules_changed and _is_untouched(record, status):
            _count_untouched(record, report)
        else:
            _sync_file(run, path, status, is_forced=rules_changed)
    on_progress("Reading articles", len(listed), len(listed))
    # Only what was listed in full may lose articles: a subfolder that cannot be opened is not an empty one.
    gone = sorted(
        path
        for path in set(known) - set(listed) - set(failures)
        if not any(path.startswith(f"{closed}/") for closed in unlisted)
    )
    report.failed.update({f"{closed}/": reason for closed, reason in unlisted.items()})
    if not allow_removal and len(known) >= _SMALL_SOURCE and len(gone) > _MAX_REMOVED_SHARE * len(known):
        report.kept.extend(gone)
        return report
    for path in gone:
        ledger.remove_file(folder, path)
        report.removed.append(path)
    return report


def embed_missing(ledger: Ledger, embedder: Embedder, *, on_progress: Progress) -> int:
    """Give every passage its vector, committing as it goes; returns how many were made."""
    missing = ledger.passages_without_vector(embedder.name)
    for first in range(0, len(missing), _EMBED_BATCH):
        on_progress("Understanding passages", first, len(missing))
        batch = missing[first : first + _EMBED_BATCH]
        articles = {id_: ledger.article(id_) for id_ in {passage.article_id for passage in batch}}
        texts = [describe_passage(articles[passage.article_id], passage) for passage in batch]
        ledger.put_vectors(embedder.name, [passage.id for passage in batch], embedder.embed(texts))
    on_progress("Understanding passages", len(missing), len(missing))
    return len(missing)


def seal_if_needed(library: Path, ledger: Ledger, embedder: Embedder) -> None:
    """Seal a new generation unless the current one is sound and holds just what the ledger holds."""
    current = read_current(library)
    total = ledger.count_vectors(embedder.name)
    if current and current.embedder == embedder.name:
        sealed = ledger.count_vectors(embedder.name, up_to=current.last_sequence)
        damage = find_generation_damage(library / "generations" / current.folder, current)
        if damage is None and sealed == current.count == total:
            return
    elif total == 0:
        return
    seal(library, ledger, embedder.name, embedder.dimension)


def describe_passage(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: its words, after the title, outlet and date that it was published under."""
    published = f"{article.published:%d %B %Y}" if article.published else None
    head = ", ".join(part for part in (article.title, article.outlet, published) if part)
    return f"{head}\n{article.body(passage)}" if head else article.body(passage)


def list_articles(folder: Path) -> tuple[dict[str, os.stat_result], dict[str, str], dict[str, str]]:
    """The readable files below a folder with their status; those that must not be read; subfolders that cannot be opened.

    Each failure comes with its reason. Hidden files and folders are left out; links that lead out of the folder are
    failures, as are things that are no plain files.
    """
    unlisted: dict[str, str] = {}

    def note(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix()
        unlisted[name] = f"the folder cannot be opened ({error.strerror}); its articles are kept as they were."

    listed: dict[str, os.stat_result] = {}
    failures: dict[str, str] = {}
    for path in _walk(folder, note):
        name = path.relative_to(folder).as_posix()
        if path.suffix.lower() not in frozenset({".txt", ".md"}):
            continue
        shown = name.encode("utf-8", "replace").decode("utf-8")
        try:
            if path.is_symlink() and not path.resolve().is_relative_to(folder):
                failures[shown] = "it is a link that leads out of the folder; copy the article itself here."
                continue
            status = path.stat()
        except (OSError, RuntimeError) as error:
            failures[shown] = f"it cannot be opened ({getattr(error, 'strerror', None) or error})."
            continue
        if not stat.S_ISREG(status.st_mode):
            failures[shown] = "it is not a plain file."
        elif shown != name:
            failures[shown] = "its name is not valid UTF-8; rename it."
        else:
            listed[name] = status
    return listed, failures, unlisted


def _walk(folder: Path, on_error: Callable[[OSError], None]) -> Iterator[Path]:
    for root, folders, files in os.walk(folder, onerror=on_error, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield Path(root, name)


def _is_untouched(record: FileRecord, status: os.stat_result) -> bool:
    is_same = (record.size, record.modified_ns) == (status.st_size, status.st_mtime_ns)
    return is_same and record.checked_ns - record.modified_ns > _RACY_NS


def _count_untouched(record: FileRecord, report: SyncReport) -> None:
    if record.failure:
        report.failed[record.path] = record.failure
    else:
        report.unchanged.append(record.path)


def _sync_file(run: _Run, path: str, status: os.stat_result, *, is_forced: bool) -> None:
    now = time.time_ns()
    record = run.known.get(path)
    try:
        data = _read_bytes(run.folder / path)
        digest = hashlib.sha256(data).hexdigest()
        if record and record.digest == digest and not is_forced:
            fresh = replace(record, size=status.st_size, modified_ns=status.st_mtime_ns, checked_ns=now)
            run.ledger.put_file(run.folder, fresh, None, [])
            _count_untouched(fresh, run.report)
            return
        article = read_article(data, path)
    except ArticleUnreadableError as error:
        _record_failure(run, path, str(error), status)
        return
    fresh = FileRecord(path, article.id, digest, status.st_size, status.st_mtime_ns, now, None)
    run.ledger.put_file(run.folder, fresh, article, run.split(article))
    is_known = record is not None and record.article_id is not None
    (run.report.changed if is_known else run.report.added).append(path)


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ArticleUnreadableError(f"it cannot be opened ({error.strerror}); check its permissions.") from error


def _record_failure(run: _Run, path: str, reason: str, status: os.stat_result | None = None) -> None:
    """Note why a file failed; an article that was read from it before keeps answering."""
    run.report.failed[path] = reason
    record = run.known.get(path)
    size, modified = (status.st_size, status.st_mtime_ns) if status else (0, 0)
    # Without a digest and with no time of checking, the file is tried again at every sync: its permissions may change.
    fresh = FileRecord(path, record.article_id if record else None, "", size, modified, 0, reason)
    run.ledger.put_file(run.folder, fresh, None, [])
