from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

import index.keyword_search
from index.keyword_search import (
    KeywordSearch,
    find_sealed_keywords,
    remove_earlier_keywords,
    remove_sealed_keywords,
    seal_keywords_if_needed,
)
from index.ledger import Ledger
from index.shelving import SyncReport

SUBJECTS = ["ferry", "bridge", "vaccine", "election", "volcano", "harvest", "tariff", "glacier"]
Update = Callable[..., SyncReport]


def write(folder: Path, subject: str) -> None:
    (folder / f"{subject}.txt").write_text(f"About the {subject}\n\nThe {subject} was in the news on Monday again.\n")


@pytest.fixture
def ledger(folder: Path, library: Path, update: Update, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    """A library whose keywords are sealed, small as it is."""
    monkeypatch.setattr(index.keyword_search, "_WORTH_SEALING", 4)
    for subject in SUBJECTS:
        write(folder, subject)
    update()
    with closing(Ledger(library)) as opened:
        yield opened


def titles(search: KeywordSearch, ledger: Ledger, *words: str) -> list[str | None]:
    return [ledger.article(found.passage.article_id).title for found in search.search(words, 10)]


def test_the_sealed_index_ranks_as_the_ledger_does(ledger: Ledger, library: Path) -> None:
    assert find_sealed_keywords(library) is not None
    search = KeywordSearch(library, ledger)
    for words in (["ferry", "news"], ["glacier", "volcano"], ["monday"], ["nothing"], []):
        sealed, exact = search.search(words, 5), ledger.search_keywords(words, 5)
        # Passages that score alike come in any order.
        assert {f.passage.id for f in sealed if f.score > 1} == {f.passage.id for f in exact if f.score > 1}
        assert [f.score for f in sealed] == pytest.approx([f.score for f in exact], abs=1e-5)
    assert search.count_with("ferries") == ledger.count_passages_with("ferries") == 1
    assert search.problem is None


def test_any_passage_can_be_scored_sealed_recent_or_in_the_ledger(
    ledger: Ledger, library: Path, folder: Path, update: Update
) -> None:
    search = KeywordSearch(library, ledger)
    write(folder, "comet")
    update()
    everything = [passage for id_ in ledger.article_ids() for passage in ledger.passages_of(id_)]
    for words in (["ferry", "news"], ["comet", "volcano"], ["nothing"], []):
        found = {scored.passage.id: scored.score for scored in ledger.search_keywords(words, 100)}
        by_ledger = ledger.score_keywords(words, everything)
        assert by_ledger == pytest.approx(dict.fromkeys(by_ledger, 0.0) | found, abs=1e-9)
        # What was sealed is weighed by the words as they were then.
        assert search.score(words, everything) == pytest.approx(by_ledger, abs=0.2)
        assert {id_ for id_, score in search.score(words, everything).items() if score > 0} == set(found)
    assert search.problem is None


def test_what_came_after_the_seal_is_found_at_once_and_what_was_removed_is_not(
    ledger: Ledger, library: Path, folder: Path, update: Update
) -> None:
    search = KeywordSearch(library, ledger)
    sealed = find_sealed_keywords(library)
    write(folder, "comet")
    (folder / "ferry.txt").unlink()
    update()
    assert find_sealed_keywords(library) == sealed
    for _ in range(3):  # through FTS5, and then through what was taken up beside the questions
        assert titles(search, ledger, "comet") == ["About the comet"]
        assert titles(search, ledger, "ferry") == []
        assert titles(search, ledger, "bridge") == ["About the bridge"]
        assert search._extending is not None
        search._extending.join()


def test_far_out_of_date_it_is_sealed_again(ledger: Ledger, library: Path, folder: Path, update: Update) -> None:
    sealed = find_sealed_keywords(library)
    for n in range(6):
        write(folder, f"story {n}")
    update()
    fresh = find_sealed_keywords(library)
    assert fresh != sealed
    remove_earlier_keywords(library)
    assert [path.name for path in (library / "keywords").iterdir()] == [fresh.name if fresh else None]


@pytest.mark.parametrize("harm", ["cut", "missing", "emptied"])
def test_a_damaged_index_is_left_alone_and_the_ledger_answers(ledger: Ledger, library: Path, harm: str) -> None:
    sealed = find_sealed_keywords(library)
    assert sealed is not None
    path = sealed / "impacts.npy"
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:90] if harm == "cut" else b"")
    search = KeywordSearch(library, ledger)
    assert titles(search, ledger, "bridge") == ["About the bridge"]
    assert search.problem is not None
    assert seal_keywords_if_needed(library, ledger)
    fresh = KeywordSearch(library, ledger)
    assert titles(fresh, ledger, "bridge") == ["About the bridge"]
    assert fresh.problem is None


def test_a_small_library_has_none(folder: Path, library: Path, update: Update) -> None:
    write(folder, "ferry")
    update()
    assert find_sealed_keywords(library) is None
    with closing(Ledger(library)) as opened:
        assert titles(KeywordSearch(library, opened), opened, "ferry") == ["About the ferry"]


def test_without_any_sealed_index_the_ledger_answers(ledger: Ledger, library: Path) -> None:
    remove_sealed_keywords(library)
    assert titles(KeywordSearch(library, ledger), ledger, "ferry") == ["About the ferry"]
