"""Nothing that is being read jumps: neither while an answer is written nor when it is settled."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from rag.assemble import Dateline
from rag.language_model import ScriptedModel
from tests.ui.browsing import Visit, open_window

OpenDateline = Callable[..., Dateline]
Watched = tuple[list[tuple[str | None, float]], list[tuple[str, float]]]
WHEN = "When and where will the talks take place?"
HELD = "The talks take place on March 18 in Anchorage [1]. "
INVENTED = "The minister of Zanzibar paid 900 dollars for the hotel [1]. "
# What Chrome's documentation calls good.
BOUND = 0.1
_WATCH = """() => {
    const state = () => document.querySelector("#dl-live .dl-exchange")?.dataset.state;
    window.shifts = [];
    window.tops = [];
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push([state(), entry.value]);
    }).observe({ type: "layout-shift" });
    const look = () => {
        const text = document.querySelector("#dl-live .dl-answer");
        if (text?.textContent.trim()) window.tops.push([state(), text.getBoundingClientRect().top]);
        requestAnimationFrame(look);
    };
    look();
}"""


def watch_places(page: Page) -> Callable[[], Watched]:
    """Look from now on at what moves: layout shifts, and the top of the answer's text, each with the exchange's state."""
    page.evaluate(_WATCH)

    def tell() -> Watched:
        page.wait_for_timeout(500)
        shifts, tops = page.evaluate("() => [window.shifts, window.tops]")
        return shifts, tops

    return tell


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("reply", [HELD, HELD * 3 + INVENTED, INVENTED], ids=["short", "long", "dropped"])
def test_what_is_being_read_stays_where_it_is(
    open_dateline: OpenDateline, visit: Visit, reply: str, width: int
) -> None:
    with open_window(open_dateline(ScriptedModel([reply], delay=0.03))) as address:
        visitor = visit(address, width=width)
        tell = watch_places(visitor.page)
        visitor.ask(WHEN)
        visitor.wait_for("answered")
        shifts, tops = tell()
    assert {"composing", "answered"} <= {state for state, _ in tops}
    assert len({top for _, top in tops}) == 1
    # When the answer is settled the list below it shrinks to what is cited; before that nobody is to lose their place in it.
    assert sum(shift for state, shift in shifts if state == "composing") <= BOUND
