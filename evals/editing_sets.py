"""Changing single cases of a question set; every other line stays as it is, to the letter."""

import json
from collections.abc import Callable
from pathlib import Path

from evals.cases import Case, append_case, read_questions, replace_text, write_line


def put_case(path: Path, case: Case) -> None:
    """Put a case in the place of the one with its id, or at the end of the set, which is made when it is not there.

    Raises:
        QuestionSetError: the set is broken, or cannot be written.
    """
    if case.id in read_questions(path):
        line = write_line(case, path)
        _rewrite(path, lambda id_, old: line if id_ == case.id else old)
    else:
        append_case(path, case)


def drop_case(path: Path, id_: str) -> None:
    """Take a case out of a set, if it is in it; a set without cases is removed, for it would be no set.

    Raises:
        QuestionSetError: the set is broken, or cannot be written.
    """
    known = read_questions(path)
    if known.keys() == {id_}:
        path.unlink()
    elif id_ in known:
        _rewrite(path, lambda other, old: None if other == id_ else old)


def _rewrite(path: Path, change: Callable[[str, str], str | None]) -> None:
    """Change the lines of cases by their id; None leaves one out."""
    kept: list[str] = []
    for line in path.read_text(encoding="utf-8-sig").split("\n"):
        changed = change(str(json.loads(line)["id"]), line) if line.strip() else line
        if changed is not None:
            kept.append(changed)
    replace_text(path, "\n".join(kept))
