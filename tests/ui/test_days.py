"""When the articles appeared: the bars of a plot, and what choosing one does."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from index.embedding import WordHashEmbedder
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from tests.ui.browsing import Visit, open_window
from tests.ui.test_accessibility import find_violations
from ui import wording_library
from ui.days_as_json import days_as_json

FIRST = date(2021, 3, 1)
DAYS = st.dates(date(1900, 1, 1), date(9999, 12, 31))
OUTLETS = st.one_of(st.none(), st.sampled_from(["A", "B", "C", "D", "E", "F"]))


def over(days: int) -> list[tuple[date | None, str | None, int]]:
    return [(FIRST, "The Wire", 2), (FIRST + timedelta(days=days), "The Wire", 1)]


@pytest.mark.parametrize(
    ("days", "title", "bars", "first"),
    [
        (3, wording_library.BY_DAY, 4, "1 March 2021"),
        (53, wording_library.BY_DAY, 54, "1 March 2021"),
        (54, wording_library.BY_WEEK, 8, "Week of 1 March 2021"),
        (400, wording_library.BY_MONTH, 14, "March 2021"),
        (3_000, wording_library.BY_YEAR, 9, "2021"),
    ],
)
def test_the_period_of_a_bar_suits_the_time_and_none_is_left_out(days: int, title: str, bars: int, first: str) -> None:
    plot = days_as_json(over(days))
    assert (plot["title"], len(plot["bars"]), plot["bars"][0]["name"]) == (title, bars, first)
    assert [plot["bars"][0]["count"], plot["bars"][-1]["count"]] == [2, 1]


def test_the_ends_and_the_height_are_told() -> None:
    plot = days_as_json(over(60))
    assert plot["ends"] == ["1 March 2021", "26 April 2021"]
    assert plot["most"] == wording_library.most_in_a_bar(2)


def test_the_outlets_with_most_articles_have_their_parts_and_the_rest_one_together() -> None:
    counted = [(FIRST + timedelta(days=n % 2), f"Outlet {n}", 9 - n) for n in range(7)]
    plot = days_as_json([*counted, (None, "Outlet 0", 5)])
    assert plot["outlets"] == ["Outlet 0", "Outlet 1", "Outlet 2", "Outlet 3", wording_library.OTHER_OUTLETS]
    assert plot["bars"][0]["parts"] == [9, 0, 7, 0, 5 + 3]
    assert plot["bars"][0]["said"] == "1 March 2021: 24 articles (Outlet 0 9, Outlet 2 7, Other outlets 8)"
    assert plot["undrawn"] == wording_library.not_drawn(5)


@pytest.mark.parametrize("counted", [[], [(None, "A", 3)], [(FIRST, "A", 3), (FIRST, "B", 3)]])
def test_where_there_is_nothing_to_compare_there_is_no_plot(counted: list[tuple[date | None, str | None, int]]) -> None:
    assert days_as_json(counted) == {"bars": []}


@given(st.lists(st.tuples(DAYS, OUTLETS, st.integers(1, 50)), min_size=1, max_size=30))
def test_bars_follow_each_other_without_gap_and_hold_every_article_of_their_time(
    counted: list[tuple[date | None, str | None, int]],
) -> None:
    bars = days_as_json(counted)["bars"]
    assert len(bars) <= 54
    for one, other in pairwise(bars):
        assert date.fromisoformat(one["until"]) + timedelta(days=1) == date.fromisoformat(other["since"])
    for bar in bars:
        within = [count for day, _, count in counted if day and bar["since"] <= day.isoformat() <= bar["until"]]
        assert bar["count"] == sum(bar["parts"]) == sum(within)


# In the window


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, fill: Callable[..., object]) -> Iterator[str]:
    folder, kept = tmp_path_factory.mktemp("articles"), tmp_path_factory.mktemp("library")
    (folder / "wire.jsonl").write_text(
        "".join(
            f'{{"id": {n}, "title": "Story {n:02}", "text": "Story {n:02} of the wire, about quotas.",'
            f' "outlet": "{"The Wire" if n % 3 else "The <b>Post</b>"}", "date": "2021-03-{n % 10 + 1:02}"}}\n'
            for n in range(24)
        ),
        encoding="utf-8",
    )
    fill(kept, folder)
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(kept, WordHashEmbedder(), lambda: None, lambda: status)
    with open_window(dateline) as address:
        yield address
    dateline.close()


def open_library(visit: Visit, address: str, **options: object) -> Page:
    page = visit(address, **options).page
    page.locator('[data-view="library"]').click()
    page.locator(".dl-day").first.wait_for()
    return page


def test_a_bar_filters_the_list_and_again_frees_it(library: str, visit: Visit) -> None:
    page = open_library(visit, library)
    bars = page.locator(".dl-day")
    expect(bars).to_have_count(10)
    expect(page.locator(".dl-showing")).to_contain_text("24")
    page.get_by_role("button", name="2 March 2021: 3 articles").click()
    expect(page.locator("[data-shelved]")).to_have_count(3)
    expect(page.get_by_label(wording_library.SINCE)).to_have_value("2021-03-02")
    expect(bars.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".dl-days-said")).to_contain_text("2 March 2021: 3 articles")
    expect(page.locator(".dl-day.dl-without")).to_have_count(9)
    bars.nth(1).click()
    expect(page.locator("[data-shelved]")).to_have_count(24)
    expect(bars.nth(1)).to_have_attribute("aria-pressed", "false")


def test_the_bars_are_one_stop_of_the_tab_key_and_the_arrows_go_between_them(library: str, visit: Visit) -> None:
    page = open_library(visit, library)
    assert page.locator('.dl-day[tabindex="0"]').count() == 1
    page.locator('.dl-day[tabindex="0"]').focus()
    page.keyboard.press("Home")
    expect(page.locator(".dl-day").first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".dl-day").nth(1)).to_be_focused()
    assert page.locator('.dl-day[tabindex="0"]').count() == 1
    page.keyboard.press("Enter")
    expect(page.locator("[data-shelved]")).to_have_count(3)
    # What was focused still is.
    expect(page.locator(".dl-day").nth(1)).to_be_focused()


def test_what_is_searched_for_is_drawn_and_what_is_drawn_is_text(library: str, visit: Visit) -> None:
    page = open_library(visit, library)
    expect(page.locator(".dl-legend")).to_contain_text("The <b>Post</b>")
    page.locator(".dl-sieve select").first.select_option("The <b>Post</b>")
    # One outlet needs no legend.
    expect(page.locator(".dl-legend")).to_have_count(0)
    page.get_by_text(wording_library.PLOT_TABLE).click()
    rows = page.locator(".dl-days-table tbody tr")
    assert sum(int(row.locator("td").last.inner_text()) for row in rows.all()) == 8


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_axe_finds_nothing_to_object_to(library: str, visit: Visit, look: str) -> None:
    page = open_library(visit, library, dark=look == "dark", width=390 if look == "phone" else 1280)
    page.get_by_text(wording_library.PLOT_TABLE).click()
    page.locator(".dl-day").nth(2).click()
    expect(page.locator(".dl-day.dl-without").first).to_be_visible()
    assert find_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_server_tells_the_bars_of_what_is_filtered(library: str) -> None:
    plot = httpx.get(f"{library}/library/days?outlet=The+Wire").json()
    assert plot["outlets"] == ["The Wire"]
    assert sum(bar["count"] for bar in plot["bars"]) == 16
    assert httpx.get(f"{library}/library/days?since=never").status_code == 422
