import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from index.embedding import WordHashEmbedder
from index.embedding_job import seal_if_needed
from index.generations import find_generation_damage, read_current
from index.ledger import Ledger
from index.shelving import SyncReport
from index.vectors import VectorSearch

Update = Callable[..., SyncReport]
EMBEDDER = WordHashEmbedder()
SUBJECTS = ["ferry", "bridge", "vaccine", "election", "volcano", "harvest", "tariff", "glacier"]


@pytest.fixture
def filled(folder: Path, library: Path, update: Update) -> Path:
    for subject in SUBJECTS:
        (folder / f"{subject}.txt").write_text(
            f"About the {subject}\n\nThe {subject} was in the news on Monday again.\n"
        )
    update()
    return library


@pytest.fixture
def search(filled: Path) -> Iterator[Callable[[str], str | None]]:
    ledger = Ledger(filled)
    vectors = VectorSearch(filled, ledger, EMBEDDER.name, EMBEDDER.dimension)

    def run(subject: str) -> str | None:
        found = vectors.search(EMBEDDER.embed([f"the {subject} news"])[0], 3)
        assert vectors.problem is None  # else the exact search would answer in the sealed store's place
        return ledger.article(found[0].passage.article_id).title if found else None

    yield run
    ledger.close()


def test_every_vector_can_be_reached_through_the_sealed_store(
    filled: Path, search: Callable[[str], str | None]
) -> None:
    current = read_current(filled)
    assert current is not None
    assert current.count == len(SUBJECTS)
    assert [search(subject) for subject in SUBJECTS] == [f"About the {subject}" for subject in SUBJECTS]


def test_the_sealed_store_and_the_exact_search_agree(filled: Path) -> None:
    ledger = Ledger(filled)
    query = EMBEDDER.embed(["a glacier and a tariff on the harvest"])[0]
    sealed_search = VectorSearch(filled, ledger, EMBEDDER.name, EMBEDDER.dimension)
    sealed = sealed_search.search(query, 5)
    assert sealed_search.problem is None
    (filled / "current.json").unlink()
    exact = VectorSearch(filled, ledger, EMBEDDER.name, EMBEDDER.dimension).search(query, 5)
    # The others say nothing of the question and score alike: their order is free.
    assert {f.passage for f in sealed[:2]} == {f.passage for f in exact[:2]}
    np.testing.assert_allclose([f.score for f in sealed], [f.score for f in exact], atol=1e-4)
    ledger.close()


def test_any_passage_that_has_a_vector_can_be_scored(filled: Path) -> None:
    with closing(Ledger(filled)) as ledger:
        search = VectorSearch(filled, ledger, EMBEDDER.name, EMBEDDER.dimension)
        query = EMBEDDER.embed(["a glacier and a tariff on the harvest"])[0]
        everything = [passage for id_ in ledger.article_ids() for passage in ledger.passages_of(id_)]
        found = {scored.passage.id: scored.score for scored in search.search(query, 100)}
        assert search.score(query, everything) == pytest.approx(found, abs=1e-4)
        assert VectorSearch(filled, ledger, "another", EMBEDDER.dimension).score(query, everything) == {}


def test_what_came_after_the_seal_is_found_and_what_was_removed_is_not(
    folder: Path, filled: Path, search: Callable[[str], str | None], update: Update
) -> None:
    sealed = read_current(filled)
    (folder / "ferry.txt").unlink()
    (folder / "comet.txt").write_text("About the comet\n\nThe comet was in the news on Monday again.\n")
    update()
    assert read_current(filled) == sealed
    assert search("comet") == "About the comet"
    assert search("ferry") != "About the ferry"
    assert search("glacier") == "About the glacier"


def test_an_edit_is_found_though_nothing_is_sealed(folder: Path, filled: Path, update: Update) -> None:
    (filled / "current.json").unlink()
    ledger = Ledger(filled)
    vectors = VectorSearch(filled, ledger, EMBEDDER.name, EMBEDDER.dimension)
    query = EMBEDDER.embed(["the comet news"])[0]
    vectors.search(query, 3)
    (folder / "ferry.txt").write_text("About the comet\n\nThe comet was in the news on Monday again.\n")
    update()
    (filled / "current.json").unlink()
    assert ledger.article(vectors.search(query, 3)[0].passage.article_id).title == "About the comet"
    ledger.close()


@pytest.mark.parametrize("harm", ["missing", "flipped", "truncated", "emptied"])
def test_a_damaged_store_is_not_opened_and_answers_go_on(filled: Path, harm: str) -> None:
    current = read_current(filled)
    assert current is not None
    home = filled / "generations" / current.folder
    if harm == "missing":
        shutil.rmtree(home)
    else:
        path = next(home.rglob("data_level0.bin"))
        data = path.read_bytes()
        damaged = {"flipped": bytes([data[0] ^ 255]) + data[1:], "truncated": data[:50], "emptied": b""}[harm]
        path.write_bytes(damaged)
    ledger = Ledger(filled)
    vectors = VectorSearch(filled, ledger, EMBEDDER.name, EMBEDDER.dimension)
    found = vectors.search(EMBEDDER.embed(["the volcano news"])[0], 3)
    assert ledger.article(found[0].passage.article_id).title == "About the volcano"
    assert vectors.problem is not None
    seal_if_needed(filled, ledger, EMBEDDER)
    mended = read_current(filled)
    assert mended is not None
    assert mended.folder != current.folder
    ledger.close()


def test_a_current_file_cut_short_is_no_generation(filled: Path) -> None:
    text = (filled / "current.json").read_text()
    (filled / "current.json").write_text(text[:20])
    assert read_current(filled) is None
    (filled / "current.json").write_text(json.dumps({"folder": "x"}))
    assert read_current(filled) is None


def test_a_library_of_one_passage_is_searched(folder: Path, library: Path, update: Update) -> None:
    (folder / "ferry.txt").write_text("About the ferry\n\nThe ferry was in the news.\n")
    update()
    ledger = Ledger(library)
    for _ in range(2):
        vectors = VectorSearch(library, ledger, EMBEDDER.name, EMBEDDER.dimension)
        assert len(vectors.search(EMBEDDER.embed(["ferry"])[0], 5)) == 1
        assert vectors.problem is None
    ledger.close()


def test_a_seal_of_several_batches_reaches_every_vector_and_leaves_nothing_to_be_written_later(
    update: Update, folder: Path, library: Path
) -> None:
    (folder / "ferry.txt").write_text("About the ferry\n\nThe ferry was in the news.\n")
    update()
    count = 5_001
    vectors = np.random.default_rng(1).standard_normal((count, EMBEDDER.dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with closing(sqlite3.connect(library / "ledger.sqlite3")) as connection, connection:
        article = connection.execute("select id from articles").fetchone()[0]
        for number, vector in enumerate(vectors):
            digest = number.to_bytes(16, "big")
            connection.execute(
                'insert into passages (id, article_id, ordinal, start, "end", digest) values (?, ?, ?, 0, 5, ?)',
                (f"p{number}", article, number + 1, digest),
            )
            connection.execute(
                "insert into vectors (digest, embedder, vector) values (?, ?, ?)",
                (digest, EMBEDDER.name, vector.tobytes()),
            )
    ledger = Ledger(library)
    seal_if_needed(library, ledger, EMBEDDER)
    current = read_current(library)
    assert current is not None
    assert current.count == count + 1
    search = VectorSearch(library, ledger, EMBEDDER.name, EMBEDDER.dimension)
    for number in (0, 1, 2_499, 2_500, 3_333, count - 1):
        assert search.search(vectors[number], 1)[0].passage.id == f"p{number}"
    assert search.problem is None
    assert find_generation_damage(library / "generations" / current.folder, current) is None
    # Nearest to what was removed are others, however many were.
    with closing(sqlite3.connect(library / "ledger.sqlite3")) as connection, connection:
        connection.execute("delete from vectors where sequence % 10 > 0")
    assert len(search.search(vectors[0], 50)) == 50
    ledger.close()


def test_what_comes_after_a_search_is_found_piece_by_piece(
    folder: Path, filled: Path, search: Callable[[str], str | None], update: Update
) -> None:
    for number, subject in enumerate(["comet", "strike", "flood", "orchard", "drought"]):
        text = f"About the {subject}\n\nThe {subject} was in the news on Monday again.\n"
        (folder / f"{subject}.txt").write_text(text)
        update()
        assert search(subject) == f"About the {subject}", number
    (folder / "flood.txt").unlink()
    update()
    assert search("flood") != "About the flood"
    assert search("comet") == "About the comet"
