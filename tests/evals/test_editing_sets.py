from pathlib import Path

import pytest

from evals.cases import Case, read_set
from evals.editing_sets import drop_case, put_case
from evals.errors import QuestionSetError
from evals.run_files import name_run

LINES = ['{"id": "a", "question": "?",   "mine": [1]}', "", '{"id": "b", "question": "Why?"}']


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return path


def test_a_case_takes_the_place_of_the_one_with_its_id_and_other_lines_stay_to_the_letter(path: Path) -> None:
    put_case(path, Case("b", "Why not?"))
    assert path.read_text().split("\n") == [*LINES[:2], '{"id": "b", "question": "Why not?"}', ""]


def test_a_new_case_is_added_and_makes_the_set_when_there_is_none(path: Path, tmp_path: Path) -> None:
    put_case(path, Case("c", "Where?"))
    assert path.read_text().startswith("\n".join(LINES) + "\n")
    assert [case.id for case in read_set(path).cases] == ["a", "b", "c"]
    put_case(tmp_path / "new.jsonl", Case("c", "Where?"))
    assert [case.id for case in read_set(tmp_path / "new.jsonl").cases] == ["c"]


def test_a_case_is_taken_out_and_a_set_without_cases_is_gone(path: Path) -> None:
    drop_case(path, "a")
    assert path.read_text().split("\n") == [*LINES[1:], ""]
    drop_case(path, "a")
    drop_case(path, "b")
    assert not path.exists()
    drop_case(path, "b")


def test_a_broken_set_and_a_full_disk_leave_what_is_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("no space left")

    before = path.read_text()
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", fail)
        with pytest.raises(QuestionSetError, match="no space left"):
            put_case(path, Case("a", "What?"))
    assert path.read_text() == before
    path.write_text("broken")
    with pytest.raises(QuestionSetError, match="line 1"):
        put_case(path, Case("a", "?"))
    with pytest.raises(QuestionSetError, match="line 1"):
        drop_case(path, "a")
    assert path.read_text() == "broken"


def test_a_new_run_never_gets_the_name_of_one_that_is_there(tmp_path: Path) -> None:
    names = set()
    for _ in range(3):
        path = name_run(tmp_path / "library", "small")
        path.parent.mkdir(exist_ok=True)
        path.touch()
        names.add(path)
    assert len(names) == 3
    assert {path.parent for path in names} == {tmp_path / "runs"}
