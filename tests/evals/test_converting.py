import gzip
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from evals.cases import read_set
from evals.converting.formats import FORMATS
from evals.converting.writing import Written, write_converted
from evals.errors import ConversionError
from evals.gold import ArticleIndex, FilePlace, locate_all
from index.ledger import Ledger
from rag.conversation import Status

Convert = Callable[..., Written]

SHIPS = "The first ship sailed on Monday from the old harbour. The second ship waited for the wind until Friday."
TRAINS = "The night train to the coast runs again in spring. Its dining car will not come back."


def as_lines(rows: list[dict[str, Any]]) -> str:
    return "\n".join(json.dumps(row) for row in rows)


@pytest.fixture
def convert(tmp_path: Path, fill: Callable[..., object]) -> Convert:
    """Write small files of a format, convert them, and check that the gold evidence stands in the indexed articles."""

    def run(source: str, files: dict[str, str]) -> Written:
        folder = tmp_path / "dump"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        written = write_converted(FORMATS[source](folder), tmp_path / "converted")
        library = tmp_path / "library"
        fill(library, written.articles_path)
        ledger = Ledger(library)
        articles = [ledger.article(id_) for id_ in ledger.article_ids()]
        index = ArticleIndex(
            articles, {a.id: [FilePlace(place.path, place.item) for place in ledger.places_of(a.id)] for a in articles}
        )
        ledger.close()
        cases = read_set(written.set_path).cases
        found = locate_all({case.id: case.gold for case in cases}, index, library="converted")
        assert all(len(found[case.id]) == len(case.gold) for case in cases)
        return written

    return run


def test_squad2_flat_and_packed(convert: Convert) -> None:
    rows = [
        {"id": "1", "question": "When?", "context": SHIPS, "answers": ["Monday", "on Monday"], "answerable": True},
        {"id": "2", "question": "Which captain?", "context": SHIPS, "answers": [""], "answerable": False},
    ]
    written = convert("squad2", {"questions.jsonl.gz": as_lines(rows)})
    assert (written.cases, written.articles) == (2, 1)
    one, two = read_set(written.set_path).cases
    assert one.answers == ("Monday", "on Monday")
    assert [gold.quote for gold in one.gold] == ["Monday", "on Monday"]
    assert {gold.group for gold in one.gold} == {"answer"}
    assert two.expected == (Status.REFUSED,)
    assert not two.gold


def test_squad2_as_published(convert: Convert) -> None:
    asked = {
        "id": "1",
        "question": "When?",
        "answers": [{"text": "Monday", "answer_start": 25}],
        "is_impossible": False,
    }
    whole = {"version": "v2.0", "data": [{"title": "Old_ships", "paragraphs": [{"context": SHIPS, "qas": [asked]}]}]}
    written = convert("squad2", {"dev-v2.0.json": json.dumps(whole)})
    assert "Title: Old ships" in next(written.articles_path.iterdir()).read_text()


def test_mtrag(convert: Convert) -> None:
    def row(id_: str, answerability: str) -> dict[str, Any]:
        return {
            "id": id_,
            "collection": "harbour",
            "answerability": [answerability],
            "question_type": ["Factoid"],
            "multi_turn": ["Follow-up"],
            "history": [
                {"role": "user", "text": "Which ships are there?"},
                {"role": "agent", "text": "Two."},
                {"role": "user", "text": "When did the first one sail?"},
            ],
            "contexts": [{"id": "a/1.x", "title": None, "text": SHIPS}],
            "target": "On Monday.",
        }

    written = convert("mtrag", {"tasks.jsonl": as_lines([row("x<::>1", "ANSWERABLE"), row("y", "UNANSWERABLE")])})
    answerable, unanswerable = read_set(written.set_path).cases
    assert answerable.question == "When did the first one sail?"
    assert [turn.role for turn in answerable.history] == ["user", "assistant"]
    assert answerable.gold
    assert unanswerable.expected == (Status.REFUSED,)


def test_ramdocs(convert: Convert) -> None:
    documents = [
        {"text": SHIPS, "type": "correct", "answer": "Monday"},
        {"text": TRAINS, "type": "correct", "answer": "spring"},
        {"text": "The ship sailed on Sunday, some say.", "type": "misinfo", "answer": "Sunday"},
    ]
    row = {
        "question": "When?",
        "documents": documents,
        "gold_answers": ["Monday", "spring"],
        "wrong_answers": ["Sunday"],
    }
    written = convert("ramdocs", {"ramdocs_test.jsonl.gz": as_lines([row])})
    (case,) = read_set(written.set_path).cases
    assert [(one.texts, one.is_denied) for one in case.assertions] == [
        (("Monday",), False),
        (("spring",), False),
        (("Sunday",), True),
    ]
    assert len(case.gold) == 2


def test_realtimeqa(convert: Convert) -> None:
    def question(id_: str, pages: list[str]) -> dict[str, Any]:
        return {
            "id": id_,
            "date": "2025/07/04",
            "source": "QUIZ",
            "question": "When?",
            "answers": ["Monday"],
            "answer_string_doc_ids": pages,
        }

    page = {"id": "p1", "title": "Ships", "url": "https://example.org/s", "published": "2025/07/01", "text": SHIPS}
    files = {
        "articles.jsonl": as_lines([page, {**page, "id": "p2", "text": " "}]),
        "questions.jsonl": as_lines([question("1", ["p1", "p2"]), question("2", [])]),
    }
    written = convert("realtimeqa", files)
    known, unknown = read_set(written.set_path).cases
    assert len(known.gold) == 1
    assert known.asked == date(2025, 7, 4)
    assert unknown.expected == (Status.REFUSED,)
    assert "Date: 2025-07-01" in next(written.articles_path.iterdir()).read_text()


@pytest.mark.parametrize("qrels", ["qrels/test.tsv", "qrels_test.tsv"])
def test_beir(convert: Convert, qrels: str) -> None:
    files = {
        "corpus.jsonl": as_lines([{"_id": "d1", "title": "Ships", "text": SHIPS}, {"_id": "d2", "text": TRAINS}]),
        "queries.jsonl": as_lines([{"_id": "q1", "text": "ships"}, {"_id": "q2", "text": "planes"}]),
        qrels: "query-id\tcorpus-id\tscore\nq1\td1\t1\nq1\td2\t0\nq1\tlost\t1\n",
    }
    written = convert("beir", files)
    (case,) = read_set(written.set_path).cases
    assert (case.id, len(case.gold), case.gold[0].quote) == ("q1", 1, None)


def multihop_evidence() -> list[dict[str, Any]]:
    common = {"author": "A", "published_at": "2023-09-26T17:01:22+00:00", "source": "The Quay", "title": "News"}
    return [
        {**common, "url": "https://example.org/ships", "fact": "The first ship sailed on Monday from the old harbour."},
        {**common, "url": "https://example.org/trains", "fact": "Its dining car will not come back."},
    ]


def test_multihop_rag_without_its_corpus(convert: Convert) -> None:
    rows = [
        {
            "id": "0",
            "question": "Both?",
            "type": "comparison_query",
            "answer": "no",
            "answerable": True,
            "evidence": multihop_evidence(),
        },
        {
            "id": "1",
            "question": "None?",
            "type": "null_query",
            "answer": "Insufficient information.",
            "answerable": False,
            "evidence": [],
        },
    ]
    written = convert("multihop-rag", {"questions.jsonl.gz": as_lines(rows)})
    assert written.articles == 2
    known, unknown = read_set(written.set_path).cases
    assert all(gold.quote for gold in known.gold)
    assert unknown.expected == (Status.REFUSED,)


def test_multihop_rag_as_published(convert: Convert) -> None:
    evidence = multihop_evidence()[:1]
    asked = {"query": "When?", "answer": "Monday", "question_type": "inference_query", "evidence_list": evidence}
    article = {key: value for key, value in evidence[0].items() if key != "fact"} | {"body": SHIPS}
    written = convert("multihop-rag", {"MultiHopRAG.json": json.dumps([asked]), "corpus.json": json.dumps([article])})
    (case,) = read_set(written.set_path).cases
    assert case.gold[0].quote == evidence[0]["fact"]


@pytest.mark.parametrize("source", sorted(FORMATS))
def test_what_is_not_in_the_format_is_said(source: str, tmp_path: Path) -> None:
    with pytest.raises(ConversionError, match="holds none of"):
        FORMATS[source](tmp_path)
    for name in "questions tasks ramdocs_test articles corpus queries".split():
        (tmp_path / f"{name}.jsonl").write_text('{"some": "thing"}\n')
    (tmp_path / "qrels_test.tsv").write_text("query-id\tcorpus-id\tscore\n")
    with pytest.raises(ConversionError, match=f"not in the format {source}"):
        FORMATS[source](tmp_path)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "1"}\n{"id": \n')
    with pytest.raises(ConversionError, match="line 2 is not JSON"):
        FORMATS["squad2"](path)


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    dump = tmp_path / "dump.jsonl"
    dump.write_text(as_lines([{"id": "1", "question": "?", "context": SHIPS, "answers": [], "answerable": False}]))
    with pytest.raises(ConversionError, match="already"):
        write_converted(FORMATS["squad2"](dump), tmp_path)
