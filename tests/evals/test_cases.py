import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evals.cases import Assertion, Case, case_as_json, read_set, write_set
from evals.errors import QuestionSetError, WrongLibraryError
from evals.gold import ArticleIndex, Evidence, FilePlace, Reference, file_of, locate, locate_all, source_id_of
from index.articles import Span
from index.reading.plain import read_article
from rag.conversation import Status, Turn

ROOT = Path(__file__).resolve().parents[2]
SEEDS_SET = ROOT / "evals" / "sets" / "seeds.jsonl"
ARTICLE = read_article(b"Ships sail\n\nTwo ships sailed. Two ships sank.", "harbour/ships.v1.txt")


def write_lines(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


class TestReadingASet:
    def test_every_field_is_read(self, tmp_path: Path) -> None:
        path = write_lines(
            tmp_path / "set.jsonl",
            {
                "id": "one",
                "question": "When was that?",
                "asked": "2021-03-18",
                "history": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}],
                "kind": "when",
                "answers": "in May",
                "assertions": ["May", ["spring", "May"], {"not": "June"}],
                "expected": ["answered", "partial"],
                "gold": [{"file": "a.txt", "quote": "in May"}, {"id": "x", "start": 1, "end": 3, "group": "g"}],
                "tags": ["short"],
            },
        )
        read = read_set(path)
        assert read.warning is None
        (case,) = read.cases
        assert case.asked == date(2021, 3, 18)
        assert case.history == (Turn("user", "Hi"), Turn("assistant", "Hello"))
        assert case.answers == ("in May",)
        assert case.assertions == (Assertion(("May",)), Assertion(("spring", "May")), Assertion(("June",), True))
        assert case.expected == (Status.ANSWERED, Status.PARTIAL)
        assert case.gold[1] == Evidence(Reference("id", "x"), span=Span(1, 3), group="g")
        assert case.tags == ("short",)

    def test_unknown_fields_are_kept_and_named_once(self, tmp_path: Path) -> None:
        lines = [{"id": str(n), "question": "?", "difficulty": n, "author": "me"} for n in range(3)]
        read = read_set(write_lines(tmp_path / "set.jsonl", *lines))
        assert read.warning is not None
        assert read.warning.endswith("author, difficulty.")
        assert case_as_json(read.cases[2])["difficulty"] == 2

    def test_what_is_written_is_read_again(self, tmp_path: Path) -> None:
        cases = [*read_set(SEEDS_SET).cases, Case("one", "What happened this week?", asked=date(2021, 3, 18))]
        write_set(tmp_path / "seeds.jsonl", cases)
        assert read_set(tmp_path / "seeds.jsonl").cases == tuple(cases)

    @pytest.mark.parametrize(
        ("line", "named"),
        [
            ("{", "not JSON"),
            ("[]", "one JSON object"),
            ({"question": "?"}, "id is missing"),
            ({"id": "a"}, "question is missing"),
            ({"id": "a", "question": " "}, "question must be a text"),
            ({"id": 7, "question": "?"}, "id must be a text"),
            ({"id": "a", "question": "?", "asked": "18 March"}, "asked must be a day such as 2021-03-18"),
            ({"id": "a", "question": "?", "asked": 20210318}, "asked must be a day such as 2021-03-18"),
            ({"id": "a", "question": "?", "history": "x"}, "history must be a list"),
            ({"id": "a", "question": "?", "history": [{"role": "bot", "content": "x"}]}, "history.role must be"),
            ({"id": "a", "question": "?", "answers": [1]}, "answers must be"),
            ({"id": "a", "question": "?", "assertions": [{"no": "x"}]}, "assertions must hold"),
            ({"id": "a", "question": "?", "assertions": [[]]}, "assertions must hold"),
            ({"id": "a", "question": "?", "expected": "refusal"}, "expected is 'refusal' but must be answered"),
            ({"id": "a", "question": "?", "gold": [{"quote": "x"}]}, "gold must name its article"),
            ({"id": "a", "question": "?", "gold": [{"id": "x", "file": "y"}]}, "gold must name its article"),
            ({"id": "a", "question": "?", "gold": [{"id": "x", "start": 4, "end": 4}]}, "gold.end must be greater"),
            ({"id": "a", "question": "?", "gold": [{"id": "x", "start": 4}]}, "gold.end must be a whole number"),
            ({"id": "a", "question": "?", "gold": [{"id": "x", "quote": "y", "end": 4}]}, "a quote and a span"),
            ({"id": "a", "question": "?", "gold": [{"id": "x", "qoute": "y"}]}, "gold.qoute is unknown"),
        ],
    )
    def test_a_mistake_names_file_line_and_field(self, tmp_path: Path, line: object, named: str) -> None:
        path = write_lines(tmp_path / "set.jsonl", {"id": "good", "question": "?"}, "", line)
        with pytest.raises(QuestionSetError) as raised:
            read_set(path)
        assert f"{path}, line 3: " in str(raised.value)
        assert named in str(raised.value)

    def test_an_id_that_stands_twice_is_refused(self, tmp_path: Path) -> None:
        path = write_lines(tmp_path / "set.jsonl", {"id": "a", "question": "?"}, {"id": "a", "question": "!"})
        with pytest.raises(QuestionSetError, match="line 2: id 'a' stands there twice"):
            read_set(path)

    def test_a_missing_or_empty_file_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(QuestionSetError, match="cannot be read"):
            read_set(tmp_path / "none.jsonl")
        (tmp_path / "empty.jsonl").write_text("\n")
        with pytest.raises(QuestionSetError, match="holds no cases"):
            read_set(tmp_path / "empty.jsonl")


class TestFindingGold:
    index = ArticleIndex(
        [ARTICLE], {ARTICLE.id: [FilePlace("copies/ships copy.txt"), FilePlace("dump.jsonl", "row 7")]}
    )

    @pytest.mark.parametrize(
        "reference",
        [
            Reference("id", ARTICLE.id),
            Reference("file", "harbour/ships.v1.txt"),
            Reference("file", "ships.v1.txt"),
            Reference("file", "copies/ships copy.txt"),
            Reference("source_id", "ships.v1"),
            Reference("source_id", "row 7"),
        ],
    )
    def test_an_article_is_found_by_all_its_names(self, reference: Reference) -> None:
        found = locate([Evidence(reference, quote="Two ships")], self.index)
        assert [ARTICLE.quote(span) for span in found[0].spans] == ["Two ships", "Two ships"]

    def test_items_of_one_group_are_one_need(self) -> None:
        where = Reference("id", ARTICLE.id)
        gold = [Evidence(where, quote="sailed", group="g"), Evidence(where), Evidence(where, quote="sank", group="g")]
        assert [item.need for item in locate(gold, self.index)] == [0, 1, 0]

    def test_the_wrong_library_names_case_and_article(self) -> None:
        golds = {
            "good": [Evidence(Reference("id", ARTICLE.id))],
            "lost": [Evidence(Reference("file", "planes.txt"))],
            "altered": [Evidence(Reference("id", ARTICLE.id), quote="Three ships")],
            "outside": [Evidence(Reference("id", ARTICLE.id), span=Span(0, 10_000))],
        }
        with pytest.raises(WrongLibraryError) as raised:
            locate_all(golds, self.index, library="here")
        said = str(raised.value)
        assert "3 of 4 cases" in said
        assert "case 'lost': article 'planes.txt' (by file) is not in it" in said
        assert "case 'altered': “Three ships” does not stand in" in said

    @pytest.mark.parametrize("id_", ["plain", "a/b:c", "mit.dot.txt", "ü<::>7", ".."])
    def test_the_id_of_a_dump_survives_its_file_name(self, id_: str) -> None:
        assert "/" not in file_of(id_)
        assert not file_of(id_).startswith(".")
        assert source_id_of(replace(ARTICLE, file=file_of(id_))) == id_

    def test_an_article_of_a_file_of_many_has_the_id_of_its_row(self) -> None:
        row = replace(ARTICLE, file="dump.jsonl", item="8131")
        assert source_id_of(row) == "8131"
        index = ArticleIndex([row], {})
        assert index.find(Reference("source_id", "8131")) is row
        assert index.find(Reference("source_id", "dump")) is None


class TestTheSeedsSet:
    def test_it_is_large_and_of_every_kind(self) -> None:
        read = read_set(SEEDS_SET)
        assert read.warning is None
        assert len(read.cases) >= 80
        kinds = {case.kind for case in read.cases}
        assert len(kinds) >= 17

    def test_every_gold_quote_stands_in_its_article(self) -> None:
        articles = [read_article(path.read_bytes(), path.name) for path in (ROOT / "seeds").glob("*.txt")]
        texts = {article.id: article.text for article in articles}
        cases = read_set(SEEDS_SET).cases
        found = locate_all({case.id: case.gold for case in cases}, ArticleIndex(articles, {}), library="seeds")
        for case in cases:
            for gold, place in zip(case.gold, found[case.id], strict=True):
                assert place.spans
                assert all(texts[place.article_id][span.start : span.end] == gold.quote for span in place.spans)

    def test_every_case_can_be_judged(self) -> None:
        for case in read_set(SEEDS_SET).cases:
            assert case.expected, case.id
            if Status.REFUSED not in case.expected:
                assert case.answers or case.assertions, case.id
            else:
                assert case.gold or case.expected == (Status.REFUSED,), case.id

    def test_asserted_texts_and_answers_stand_in_the_gold_evidence(self) -> None:
        for case in read_set(SEEDS_SET).cases:
            words = " ".join(gold.quote or "" for gold in case.gold).casefold()
            for assertion in case.assertions:
                if case.gold and not assertion.is_denied:
                    assert any(text.casefold() in words for text in assertion.texts), (case.id, assertion)
            if case.gold and case.answers:
                assert any(text.casefold() in words for text in case.answers), (case.id, case.answers)
