import time
from collections.abc import Callable
from pathlib import Path

from rag.assemble import Dateline
from rag.conversation import EvidenceFound
from rag.language_model import Endpoint
from rag.openai_model import OpenAIChatModel
from tests.model_server import Handler, serve_model
from ui.asking import Asking, exchange_with

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


def test_stop_reaches_a_model_that_has_not_said_its_first_word(
    seeds_library: Path, open_fake: Callable[..., Dateline]
) -> None:
    def think(handler: Handler) -> None:
        handler.start()
        assert handler.connection.recv(1) == b""
        handler.told.hung_up.set()

    with serve_model() as server:
        server.answer(think)
        model = OpenAIChatModel(Endpoint(server.url, "m-1", uses_proxy=False))
        dateline = open_fake(model, seeds_library)
        asking = Asking(dateline, "When and where will the talks take place?", ())
        events = asking.events()
        assert isinstance(next(events)[0], EvidenceFound)
        while not server.requests:
            time.sleep(0.01)
        assert not server.hung_up.is_set()
        asking.stop()
        assert server.hung_up.wait(0.5)
        asking.wait(0.5)
        # It is over, and not only told to be: the next question need not wait for it.
        assert not dateline.is_busy()
        assert list(events) == []
