import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import LibraryDamagedError
from index.keywords import KeywordIndex, build_keyword_index, find_damage
from index.postings import BM25, PASSAGES_FTS

Row = tuple[str, str, str, str]
WORDS = "ferry Ferries café cafe bridge Bridges running run 2025 us a Ærø straße 新闻 naïve election elected".split()
texts = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
rows_of = st.lists(st.tuples(texts, texts, texts, texts), max_size=90)
SEED_QUESTION = "when did the ferry to naxos leave and how many people were on board".split()


def make_ledger(rows: Sequence[Row], removed: Sequence[int] = ()) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute(PASSAGES_FTS)
    add(connection, rows)
    connection.executemany("delete from passages_fts where rowid = ?", [(number,) for number in removed])
    return connection


def add(connection: sqlite3.Connection, rows: Sequence[Row], first: int = 1) -> None:
    connection.executemany(
        "insert into passages_fts (rowid, title, outlet, published, body) values (?, ?, ?, ?, ?)",
        [(number, *row) for number, row in enumerate(rows, first)],
    )


def seal(connection: sqlite3.Connection, folder: Path) -> KeywordIndex:
    build_keyword_index(folder, connection)
    return KeywordIndex.open(folder)


def rank_by_fts5(connection: sqlite3.Connection, words: Sequence[str]) -> list[tuple[int, float]]:
    return connection.execute(
        f"select rowid, -{BM25} as score from passages_fts where passages_fts match ? order by score desc, rowid",
        (" OR ".join(f'"{word}"' for word in words),),
    ).fetchall()


def assert_same_ranking(found: list[tuple[int, float]], expected: list[tuple[int, float]]) -> None:
    assert dict(found) == pytest.approx(dict(expected), rel=1e-6)
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-6)
    assert found == sorted(found, key=lambda pair: (-pair[1], pair[0]))


def about(*subjects: str) -> list[Row]:
    return [(f"About the {subject}", "Herald", "2025-07-04", f"The {subject} was in the news") for subject in subjects]


@pytest.fixture
def news() -> Iterator[sqlite3.Connection]:
    with closing(make_ledger(about("ferry", "bridge", "vaccine", "election", "volcano"))) as connection:
        yield connection


@settings(max_examples=60, deadline=None)
@given(rows_of, st.sets(st.integers(1, 90), max_size=5), st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_words_are_ranked_and_scored_as_fts5_does(rows: list[Row], removed: set[int], words: list[str]) -> None:
    with closing(make_ledger(rows, sorted(removed))) as connection, tempfile.TemporaryDirectory() as folder:
        index = seal(connection, Path(folder))
        found = index.search(words, 100)
        assert_same_ranking(found, rank_by_fts5(connection, words))
        assert index.search(words, 3) == found[:3]
        assert index.count_with(words[0]) == len(rank_by_fts5(connection, words[:1]))
        assert index.count == connection.execute("select count(*) from passages_fts").fetchone()[0]
        assert index.last_number == connection.execute("select coalesce(max(rowid), 0) from passages_fts").fetchone()[0]


def test_the_seeds_are_ranked_as_fts5_does(seeds_library: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(next(seeds_library.glob("*.sqlite3")))) as connection:
        index = seal(connection, tmp_path / "keywords")
        tokens = connection.execute("select group_concat(body, ' ') from passages_fts").fetchone()[0].split()
        for word in {token for token in tokens if token.isalpha()}:
            assert_same_ranking(index.search([word], index.count), rank_by_fts5(connection, [word]))
        assert_same_ranking(index.search(SEED_QUESTION, 20), rank_by_fts5(connection, SEED_QUESTION)[:20])


def test_the_ledger_holds_its_words_in_the_table_that_is_indexed_here(seeds_library: Path) -> None:
    with closing(sqlite3.connect(next(seeds_library.glob("*.sqlite3")))) as connection:
        (schema,) = connection.execute("select sql from sqlite_master where name = 'passages_fts'").fetchone()
    assert schema.casefold() == PASSAGES_FTS.casefold()


def test_many_words_are_read_in_batches(
    news: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.postings._BATCH", 10)
    index = seal(news, tmp_path)
    for words in (["ferry"], ["news", "volcano"], ["about", "the", "bridge", "herald", "2025"]):
        assert_same_ranking(index.search(words, 9), rank_by_fts5(news, words))


def test_the_first_of_many_equal_passages_are_found(tmp_path: Path) -> None:
    with closing(make_ledger(about(*["ferry"] * 300, *["bridge"] * 400))) as connection:
        index = seal(connection, tmp_path)
        assert [number for number, _ in index.search(["ferry"], 20)] == list(range(1, 21))
        assert len(index.search(["ferry"], 650)) == 300
        assert index.search(["ferry"], 0) == []


def test_a_word_of_several_tokens_stands_where_all_of_them_do(tmp_path: Path) -> None:
    bodies = ["a one-time offer", "one more time", "one of them", "time will tell", "the ferry", "a bridge", "nothing"]
    with closing(make_ledger([("", "", "", body) for body in bodies])) as connection:
        index = seal(connection, tmp_path)
        assert {number for number, _ in rank_by_fts5(connection, ["one-time"])} == {1}
        assert {number for number, _ in index.search(["one-time"], 9)} == {1, 2}
        assert {number for number, _ in index.search(["one-time", "ferry"], 9)} == {1, 2, 5}
        assert index.count_with("one-time") == 2
        assert index.search(["time-ferry", "…", "unheard"], 9) == []
        assert index.count_with("…") == 0


def test_what_came_after_the_seal_is_ranked_with_the_rest(news: sqlite3.Connection, tmp_path: Path) -> None:
    index = seal(news, tmp_path)
    assert index.with_recent(news) is index
    add(news, about("ferry", "comet"), first=8)
    grown = index.with_recent(news)
    # All passages are of one length here, so that FTS5's average is the sealed one.
    for words in (["ferry"], ["comet", "news"], ["bridge", "ferry", "monday"]):
        assert_same_ranking(grown.search(words, 9), rank_by_fts5(news, words))
    assert (grown.count, grown.last_number) == (7, 9)
    assert grown.count_with("ferries") == 2
    assert index.search(["comet"], 9) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=1, max_size=12), st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
def test_growing_step_by_step_is_growing_at_once(steps: list[int], words: list[str]) -> None:
    with closing(make_ledger(about("ferry", "bridge", "café"))) as connection, tempfile.TemporaryDirectory() as folder:
        index = grown = seal(connection, Path(folder))
        for size in steps:
            subjects = (WORDS * 4)[grown.last_number : grown.last_number + size]
            add(connection, about(*subjects), first=grown.last_number + 1)
            grown = grown.with_recent(connection)
        assert grown.search(words, 99) == index.with_recent(connection).search(words, 99)


def test_an_index_of_nothing_can_be_opened_and_grow(tmp_path: Path) -> None:
    with closing(make_ledger([])) as connection:
        index = seal(connection, tmp_path)
        assert (index.count, index.last_number, index.search(["ferry"], 9)) == (0, 0, [])
        assert find_damage(tmp_path) is None
        add(connection, about("ferry", "bridge", "comet"))
        assert_same_ranking(index.with_recent(connection).search(["ferry"], 9), rank_by_fts5(connection, ["ferry"]))


def test_building_leaves_the_ledger_as_it_was(news: sqlite3.Connection, tmp_path: Path) -> None:
    news.execute("begin")
    add(news, about("comet"), first=6)
    assert seal(news, tmp_path).count_with("comet") == 1
    assert news.in_transaction
    assert news.execute("select count(*) from sqlite_temp_master").fetchone()[0] == 0
    news.execute("rollback")
    assert news.execute("select count(*) from passages_fts").fetchone()[0] == 5


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _flip(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 255]))


FILES = ["numbers", "terms", "term_starts", "posting_starts", "positions", "impacts"]


@pytest.mark.parametrize("name", [*(f"{name}.npy" for name in FILES), "keywords.json"])
@pytest.mark.parametrize("harm", [Path.unlink, _cut])
def test_a_missing_or_shortened_file_is_noticed_at_once(
    news: sqlite3.Connection, tmp_path: Path, harm: Callable[[Path], None], name: str
) -> None:
    seal(news, tmp_path)
    harm(tmp_path / name)
    with pytest.raises(LibraryDamagedError, match="made anew"):
        KeywordIndex.open(tmp_path)
    assert "cannot be used" in str(find_damage(tmp_path))


@pytest.mark.parametrize("name", FILES)
def test_an_altered_file_is_named_and_its_answers_are_no_crash(
    news: sqlite3.Connection, tmp_path: Path, name: str
) -> None:
    assert find_damage(tmp_path) is not None
    seal(news, tmp_path)
    assert find_damage(tmp_path) is None
    _flip(tmp_path / f"{name}.npy")
    assert name in str(find_damage(tmp_path))
    index = KeywordIndex.open(tmp_path)
    with suppress(LibraryDamagedError):  # some alterations are seen, others only change a score
        index.search(["ferry", "bridge", "the", "was", "volcano", "vaccine"], 9)


def test_a_file_that_is_no_array_and_another_version_are_noticed(news: sqlite3.Connection, tmp_path: Path) -> None:
    seal(news, tmp_path)
    path = tmp_path / "terms.npy"
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(LibraryDamagedError, match="cannot be used"):
        KeywordIndex.open(tmp_path)
    manifest = tmp_path / "keywords.json"
    manifest.write_text(manifest.read_text().replace('"version": 1', '"version": 0'))
    with pytest.raises(LibraryDamagedError, match="version is 0"):
        KeywordIndex.open(tmp_path)
