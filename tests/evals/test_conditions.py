from pathlib import Path

import pytest

from evals.conditions import digest_program


@pytest.mark.parametrize(
    "path", ["rag/chain.py", "rag/prompts/answering.md", "rag/learned/sentences.json", "index/new.py"]
)
def test_a_program_that_answers_otherwise_has_another_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    for name in ("rag/chain.py", "rag/prompts/answering.md", "rag/learned/sentences.json", "index/ledger.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("as it was", encoding="utf-8")
    monkeypatch.setattr("evals.conditions.project_folder", lambda: tmp_path)
    before = digest_program()
    assert digest_program() == before
    (tmp_path / path).write_text("otherwise", encoding="utf-8")
    assert digest_program() != before
