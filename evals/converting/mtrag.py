"""MTRAG (arXiv 2501.03468): the last question of a conversation, with the passages that its answer rests on."""

from pathlib import Path
from typing import Any

from evals.cases import Case
from evals.converting.converted import Converted, SourceArticle, point_at
from evals.converting.lines import need_file, read_rows
from rag.conversation import Status, Turn

# An underspecified question may be asked back, refused or answered in part: nothing is expected of it.
_EXPECTED = {
    "ANSWERABLE": (Status.ANSWERED, Status.PARTIAL),
    "PARTIAL": (Status.PARTIAL, Status.ANSWERED),
    "UNANSWERABLE": (Status.REFUSED,),
}


def convert_mtrag(path: Path) -> Converted:
    """Every passage becomes an article; any of a question's passages is gold evidence when it can be answered."""
    rows = list(read_rows(need_file(path, "tasks.jsonl")))
    passages = {passage["id"]: passage for row in rows for passage in row["contexts"]}
    return Converted(
        [_convert(row) for row in rows],
        [SourceArticle(id_, passage["text"], title=passage["title"]) for id_, passage in passages.items()],
    )


def _convert(row: dict[str, Any]) -> Case:
    answerability = row["answerability"][0]
    expected = _EXPECTED.get(answerability, ())
    is_answerable = Status.ANSWERED in expected
    turns = [Turn("user" if turn["role"] == "user" else "assistant", turn["text"]) for turn in row["history"]]
    return Case(
        id=row["id"],
        question=turns[-1].content,
        history=tuple(turns[:-1]),
        kind=answerability.lower(),
        expected=expected,
        gold=tuple(point_at(one["id"], group="contexts") for one in row["contexts"]) if is_answerable else (),
        tags=tuple(dict.fromkeys([row["collection"], *row["question_type"], *row["multi_turn"]])),
        extra=(("target", row["target"]),),
    )
