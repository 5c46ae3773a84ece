from collections.abc import Callable
from pathlib import Path

from rag.assemble import Dateline
from ui.asking import exchange_with

BODY = "\n\n".join(
    f"On day {n} the ferry carried {n * 31} people across the lake of Lindau, and the harbour master noted {n * 7} barges."
    for n in range(1, 9)
)


def test_an_answer_tells_who_else_carries_what_it_cites(
    folder: Path, update: Callable[[], object], open_fake: Callable[..., Dateline]
) -> None:
    (folder / "one.txt").write_text(f"Title: Ferry\nSource: The Agency\n\n{BODY}\n", encoding="utf-8")
    (folder / "two.txt").write_text(f"Title: Ferry news\nSource: The Paper\n\n{BODY}\n", encoding="utf-8")
    update()
    question = "How many barges did the harbour master note on day 3?"
    *_, last = exchange_with(open_fake(), {}, "session", question, ())
    (cited,) = {citation.article_id for citation in last.citations}
    outlet = next(citation.outlet for citation in last.citations)
    other = {"The Agency", "The Paper"} - {outlet}
    assert {id_: set(names) for id_, names in last.copies.items()} == {cited: other}
