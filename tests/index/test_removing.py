"""What is removed is gone from every search, and comes back as it was: ids, earlier versions, vectors, bytes."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.embedding import WordHashEmbedder
from index.errors import DatelineError
from index.ledger import Ledger
from index.mending import compact_library
from index.removing import KEPT_SECONDS, REMOVED, bring_back, expire_removed, find_removed, remove_from_library
from index.sources import SourceKind
from index.updating import SyncTools, update_library
from index.uploads import UPLOADS, keep_upload, read_names, uploads_source

FERRY = "The ferry to Skye sails again\n\nThe ferry to Skye sails on Monday at nine.\n"
PIER = "The pier\n\nThe pier of Armadale was repaired in May.\n"
NOTE = b"A note\n\nThe harbour was closed on Monday, as the note says.\n"


def read_whole(library: Path) -> dict[str, object]:
    """All that a person could notice of a library."""
    with closing(Ledger(library)) as ledger:
        embedder = WordHashEmbedder.name
        ids = ledger.article_ids()
        return {
            "articles": {id_: ledger.article(id_) for id_ in ids},
            "versions": {id_: ledger.versions_of(id_) for id_ in ids},
            "vectors": {
                id_: {
                    name: list(vector) for name, vector in ledger.vectors_of(ledger.passages_of(id_), embedder).items()
                }
                for id_ in ids
            },
            "files": {source.place: ledger.files(source) for source in ledger.sources()},
            "failures": ledger.failures(),
            "damage": ledger.find_damage(),
            "found": {score.passage.id for score in ledger.search_keywords(["ferry", "pier", "harbour"], 50)},
        }


@pytest.fixture
def filled(library: Path, folder: Path, update: Callable[..., object]) -> Path:
    """A library of one corrected article, another one, and a file that cannot be read."""
    (folder / "ferry.txt").write_text(FERRY, encoding="utf-8")
    (folder / "pier.txt").write_text(PIER, encoding="utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    update()
    (folder / "ferry.txt").write_text(FERRY.replace("Monday", "Friday"), encoding="utf-8")
    update()
    return library


def test_a_source_that_is_removed_comes_back_with_ids_versions_vectors_and_failures(filled: Path, folder: Path) -> None:
    before = read_whole(filled)
    removed = remove_from_library(filled, str(folder))
    assert (removed.articles, removed.path, removed.name) == (2, None, str(folder))
    with closing(Ledger(filled)) as ledger:
        assert (ledger.article_ids(), ledger.sources(), ledger.search_keywords(["ferry"], 5)) == ([], [], [])
    # Nothing of it is read again: what the folder holds by then does not matter.
    for path in folder.iterdir():
        path.unlink()
    assert find_removed(filled) == removed
    bring_back(filled)
    assert read_whole(filled) == before
    assert find_removed(filled) is None
    assert not (filled / REMOVED).exists()


def test_an_uploaded_file_is_removed_by_itself_and_its_bytes_are_kept_until_then(
    library: Path, tools: SyncTools
) -> None:
    keep_upload(library, "note.txt", NOTE)
    uploads = keep_upload(library, "ferry.txt", FERRY.encode())
    update_library(library, [uploads], tools, on_progress=lambda *_: None)
    before, names = read_whole(library), read_names(library / UPLOADS)
    (path,) = (path for path, name in names.items() if name == "note.txt")
    removed = remove_from_library(library, uploads.place, path)
    assert (removed.name, removed.articles) == ("note.txt", 1)
    assert not (library / UPLOADS / path).exists()
    assert list(read_names(library / UPLOADS).values()) == ["ferry.txt"]
    update_library(library, [uploads], tools, on_progress=lambda *_: None)
    with closing(Ledger(library)) as ledger:
        assert [ledger.article(id_).file for id_ in ledger.article_ids()] == ["ferry.txt"]
    bring_back(library)
    assert (library / UPLOADS / path).read_bytes() == NOTE
    assert read_names(library / UPLOADS) == names
    update_library(library, [uploads], tools, on_progress=lambda *_: None)
    assert read_whole(library)["articles"] == before["articles"]


def test_uploads_that_were_removed_stay_removed_when_another_file_is_uploaded(library: Path, tools: SyncTools) -> None:
    uploads = keep_upload(library, "note.txt", NOTE)
    update_library(library, [uploads], tools, on_progress=lambda *_: None)
    remove_from_library(library, uploads.place)
    update_library(library, [keep_upload(library, "pier.txt", PIER.encode())], tools, on_progress=lambda *_: None)
    with closing(Ledger(library)) as ledger:
        assert [ledger.article(id_).file for id_ in ledger.article_ids()] == ["pier.txt"]
        assert [source.kind for source in ledger.sources()] == [SourceKind.UPLOADS]


def test_only_the_last_removal_is_undone_and_compacting_lets_go_of_it(filled: Path, folder: Path) -> None:
    remove_from_library(filled, str(folder))
    compact_library(filled, WordHashEmbedder())
    assert not (filled / REMOVED).exists()
    with pytest.raises(DatelineError, match="nothing to undo"):
        bring_back(filled)


def test_after_an_hour_nothing_is_undone(filled: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remove_from_library(filled, str(folder))
    expire_removed(filled)
    assert find_removed(filled) is not None
    later = time.time() + KEPT_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    assert find_removed(filled) is None
    expire_removed(filled)
    assert not (filled / REMOVED).exists()


def test_what_would_come_back_or_is_not_there_is_told_and_nothing_is_removed(filled: Path, folder: Path) -> None:
    for place, path, said in (
        (str(folder), "ferry.txt", "Only an uploaded file"),
        ("/nowhere", None, "does not know"),
        (uploads_source(filled).place, "x", "does not know"),
    ):
        with pytest.raises(DatelineError, match=said):
            remove_from_library(filled, place, path)
    assert find_removed(filled) is None
    with closing(Ledger(filled)) as ledger:
        assert len(ledger.article_ids()) == 2
