import json
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.backup import back_up, restore
from index.embedding import WordHashEmbedder
from index.embedding_job import embed_library
from index.errors import DatelineError, LibraryNotFoundError
from index.exporting import export_articles
from index.ledger import Ledger
from index.shelving import SyncReport
from index.sources import SourceKind
from index.updating import SyncTools, update_library
from index.uploads import UPLOADS, keep_upload
from index.vectors import VectorSearch

Update = Callable[..., SyncReport]


@pytest.fixture
def filled(folder: Path, library: Path, update: Update) -> Path:
    for name in ("ferry", "bridge", "comet"):
        (folder / f"{name}.txt").write_text(f"About the {name}\n\nThe {name} was in the news on Monday again.\n")
    update()
    return library


def export(library: Path) -> list[dict[str, object]]:
    with closing(Ledger(library)) as ledger:
        return list(export_articles(ledger))


def test_a_restored_library_is_what_it_was(filled: Path, folder: Path, tmp_path: Path, update: Update) -> None:
    before = export(filled)
    assert back_up(filled, tmp_path / "backup.zip") > 0
    (folder / "ferry.txt").unlink()
    update()
    assert export(filled) != before
    aside = restore(tmp_path / "backup.zip", filled, replaces=True)
    assert export(filled) == before
    assert aside is not None
    assert len(export(aside)) == 2


def test_a_library_restored_elsewhere_answers_by_meaning_before_and_after_it_is_sealed(
    filled: Path, tmp_path: Path
) -> None:
    back_up(filled, tmp_path / "backup.zip")
    elsewhere = tmp_path / "elsewhere"
    assert restore(tmp_path / "backup.zip", elsewhere) is None
    embedder = WordHashEmbedder()
    for _ in range(2):
        with closing(Ledger(elsewhere)) as ledger:
            vectors = VectorSearch(elsewhere, ledger, embedder.name, embedder.dimension)
            found = vectors.search(embedder.embed(["about the comet"])[0], 1)
            assert ledger.article(found[0].passage.article_id).title == "About the comet"
        assert embed_library(elsewhere, embedder, on_progress=lambda *_: None) == 0


def test_uploads_are_in_the_backup_and_are_read_where_they_lie_now(
    library: Path, tmp_path: Path, tools: SyncTools
) -> None:
    source = keep_upload(library, "note.txt", b"A note\n\nThe harbour was closed on Monday, as the note says.\n")
    update_library(library, [source], tools, on_progress=lambda *_: None)
    back_up(library, tmp_path / "backup.zip")
    elsewhere = tmp_path / "elsewhere"
    restore(tmp_path / "backup.zip", elsewhere)
    with closing(Ledger(elsewhere)) as ledger:
        (uploads,) = ledger.sources()
        assert (uploads.kind, uploads.path) == (SourceKind.UPLOADS, elsewhere / UPLOADS)
    (report,) = update_library(elsewhere, [], tools, on_progress=lambda *_: None).values()
    assert (report.unchanged, report.removed, report.is_missing) == (1, (), False)


def test_a_library_is_not_overwritten_unless_asked(filled: Path, tmp_path: Path) -> None:
    back_up(filled, tmp_path / "backup.zip")
    with pytest.raises(DatelineError, match="--yes"):
        restore(tmp_path / "backup.zip", filled)
    with pytest.raises(DatelineError, match="exists already"):
        back_up(filled, tmp_path / "backup.zip")


def test_there_must_be_a_library_to_back_up(tmp_path: Path) -> None:
    with pytest.raises(LibraryNotFoundError):
        back_up(tmp_path / "none", tmp_path / "backup.zip")


@pytest.mark.parametrize("harm", ["no zip", "no manifest", "altered", "foreign name", "cut short"])
def test_a_file_that_is_no_sound_backup_changes_nothing(filled: Path, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "backup.zip"
    back_up(filled, file)
    before = export(filled)
    if harm == "no zip":
        file.write_bytes(b"This is a text.")
    elif harm == "cut short":
        file.write_bytes(file.read_bytes()[:2000])
    else:
        with zipfile.ZipFile(file) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(members.pop("manifest.json"))
        if harm == "altered":
            members["ledger.sqlite3"] = members["ledger.sqlite3"].replace(b"comet", b"camel")
        if harm == "foreign name":
            members["../outside.txt"] = b"out"
            manifest["sha256"]["../outside.txt"] = "0"
        file.unlink()
        with zipfile.ZipFile(file, "w") as archive:
            if harm != "no manifest":
                archive.writestr("manifest.json", json.dumps(manifest))
            for name, data in members.items():
                archive.writestr(name, data)
    with pytest.raises(DatelineError, match="backup"):
        restore(file, filled, replaces=True)
    assert export(filled) == before
    assert not (tmp_path / "outside.txt").exists()
    assert not (filled.parent / "outside.txt").exists()
