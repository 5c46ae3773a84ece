"""Put what was read from a source into the ledger, and count what became of it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.articles import Article, Passage
from index.ledger import Failure, FileRecord
from index.ledger_writing import WritableLedger
from index.reading.drafts import Unreadable
from index.sources import Source

Splitter = Callable[[Article], Sequence[Passage]]
# A sync that would remove more than this share of a larger source looks like an unmounted disk, not like a wish.
_MAX_REMOVED_SHARE = 1 / 3
_SMALL_SOURCE = 12


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, article by article: paths inside the source, with the item where a file holds many.

    `failed` gives reasons. `renamed` maps old paths to new ones. `kept` are articles that are gone from the source but
    were held back, since so many at once look like a mishap. `is_missing` says that the source itself is not there.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    unchanged: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)
    kept: tuple[str, ...] = ()
    is_missing: bool = False

    @property
    def has_changes(self) -> bool:
        """Whether the library is another than before."""
        return bool(self.added or self.changed or self.removed or self.renamed)


class Shelf:
    """One source being synced: files are put on it as they are read, in any number of parts."""

    def __init__(self, source: Source, ledger: WritableLedger, split: Splitter, *, allow_removal: bool) -> None:
        self.source = source
        self.known = ledger.files(source)
        self._failures = _by_path(ledger.failures(source))
        self._ledger = ledger
        self._split = split
        self._allow_removal = allow_removal
        self._lists: dict[str, list[str]] = {name: [] for name in ("added", "changed", "removed", "kept")}
        self._renamed: dict[str, str] = {}
        self._failed: dict[str, str] = {}
        self._unchanged = 0
        self._open: dict[str, _OpenFile] = {}

    def report(self) -> SyncReport:
        """What was done so far."""
        lists = {name: tuple(paths) for name, paths in self._lists.items()}
        return SyncReport(
            *(lists["added"], lists["changed"], lists["removed"]),
            kept=lists["kept"],
            renamed=dict(self._renamed),
            unchanged=self._unchanged,
            failed=dict(self._failed),
        )

    def leave(self, record: FileRecord) -> None:
        """The file is as it was when it was last read."""
        self._unchanged += record.articles
        for failure in self._failures.get(record.path, ()):
            self._failed[name_place(failure.path, failure.item)] = failure.reason

    def touch(self, record: FileRecord) -> None:
        """The file was looked into and found as it was, perhaps under another name that is shown."""
        with self._ledger.transaction():
            self._ledger.put_file(self.source, record)
            if record.name != self.known[record.path].name:
                self._ledger.rename_file(self.source, record.path, record.path)
        self.leave(record)

    def rename(self, old: str, new: str, record: FileRecord) -> None:
        """The file has another name now."""
        with self._ledger.transaction():
            self._ledger.rename_file(self.source, old, new)
            self._ledger.put_file(self.source, record)
        self._renamed[old] = new
        self._unchanged += record.articles
        for failure in self._failures.get(old, ()):
            self._failed[name_place(new, failure.item)] = failure.reason

    def fail(self, path: str, reason: str, record: FileRecord | None = None) -> None:
        """The file could not be read; what was read from it before keeps answering.

        With a `record` its bytes are known and it is tried again when they change, without one at every sync.
        """
        self._open.pop(path, None)
        with self._ledger.transaction():
            self._ledger.clear_failures(self.source, path)
            self._ledger.put_failure(self.source, Failure(path, "", reason))
            known = self.known.get(path)
            if record is None and known is not None:
                record = replace(known, digest="", checked_ns=0)
            if record is not None:
                self._ledger.put_file(self.source, record)
        self._failed[path] = reason

    def put(self, record: FileRecord, found: Sequence[Article | Unreadable], *, is_last: bool) -> None:
        """Put a part of what a file holds; with the last, what the file no longer holds goes."""
        with self._ledger.transaction():
            if record.path not in self._open:
                self._begin(record)
            file = self._open[record.path]
            for each in found:
                if isinstance(each, Unreadable):
                    self._note_unreadable(file, each)
                else:
                    self._put_article(file, each)
            if is_last:
                self._finish(self._open.pop(record.path), record)

    def remove(self, gone: Sequence[str]) -> None:
        """These files are no longer there: their articles go, unless so many at once look like a mishap."""
        total = sum(record.articles for record in self.known.values())
        going = sum(self.known[path].articles for path in gone)
        if self._must_keep(going, total):
            self._lists["kept"].extend(gone)
            return
        for path in gone:
            self._ledger.remove_file(self.source, path)
            if self.known[path].articles:
                self._lists["removed"].append(path)

    def forget_failures(self, paths: Collection[str]) -> None:
        """Of what could not be read, only these paths are still there."""
        with self._ledger.transaction():
            for path in set(self._failures) - set(paths):
                self._ledger.clear_failures(self.source, path)

    def _begin(self, record: FileRecord) -> None:
        before = self.known.get(record.path)
        if before is None:
            # Known, but not read whole: ended here, the next sync reads it again.
            self._ledger.put_file(self.source, replace(record, digest="", checked_ns=0))
        self._ledger.clear_failures(self.source, record.path)
        self._open[record.path] = _OpenFile(
            record.path,
            self._ledger.holdings(self.source, record.path),
            # Read anew by better rules, the same bytes are no new version.
            is_corrected=before is not None and before.digest != record.digest,
        )

    def _put_article(self, file: "_OpenFile", article: Article) -> None:
        times = file.seen[article.item]
        file.seen[article.item] += 1
        # Two rows of a dump may bear the same id; neither may be lost.
        item = article.item if times == 0 else f"{article.item} ({times + 1})"
        file.items.add(item)
        before = file.held.get(item)
        place = name_place(file.path, item)
        if before == article.id and file.is_corrected:
            self._ledger.touch_article(article)
            self._unchanged += 1
            return
        passages = self._split(article)
        words = [describe_passage(article, passage) for passage in passages]
        self._ledger.put_article(
            self.source,
            file.path,
            replace(article, item=item),
            passages,
            words,
            keeps_version=file.is_corrected,
        )
        if before == article.id:
            self._unchanged += 1
        else:
            self._lists["added" if before is None else "changed"].append(place)

    def _note_unreadable(self, file: "_OpenFile", unreadable: Unreadable) -> None:
        self._ledger.put_failure(self.source, Failure(file.path, unreadable.item, unreadable.reason))
        self._failed[name_place(file.path, unreadable.item)] = unreadable.reason
        # What was read from there before keeps answering.
        file.items.add(unreadable.item)

    def _finish(self, file: "_OpenFile", record: FileRecord) -> None:
        gone = sorted(set(file.held) - file.items)
        places = [name_place(file.path, item) for item in gone]
        if self._must_keep(len(gone), len(file.held)):
            self._lists["kept"].extend(places)
            # Not taken as read: the next sync asks again.
            record = replace(record, checked_ns=0, digest="")
        else:
            for item in gone:
                self._ledger.remove_article(self.source, file.path, item)
            self._lists["removed"].extend(places)
        self._ledger.put_file(self.source, record)

    def _must_keep(self, going: int, total: int) -> bool:
        return not self._allow_removal and total >= _SMALL_SOURCE and going > _MAX_REMOVED_SHARE * total


@dataclass(frozen=True, slots=True)
class _OpenFile:
    """A file of which not all parts have been put yet: what it held, what of it was seen."""

    path: str
    held: Mapping[str, str]
    is_corrected: bool
    items: set[str] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)


def _by_path(failures: Iterable[Failure]) -> dict[str, list[Failure]]:
    found: dict[str, list[Failure]] = {}
    for failure in failures:
        found.setdefault(failure.path, []).append(failure)
    return found


def name_place(path: str, item: str) -> str:
    """How a report names an article: its path, and the item in a file of many."""
    return f"{path} › {item}" if item else path


def describe_passage(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: its words, after the title, outlet and date that it was published under."""
    published = f"{article.published:%d %B %Y}" if article.published else None
    head = ", ".join(part for part in (article.title, article.outlet, published) if part)
    return f"{head}\n{article.body(passage)}" if head else article.body(passage)
