"""What axe-core says of the window's states: nobody is kept out by what they cannot see, point at or tell apart."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.ui.browsing import Visit

WHEN = "When and where will the talks take place?"


def find_violations(page: Page) -> list[str]:
    response = Axe().run(page).response
    # What could not be looked at is no good news.
    assert response["testEngine"]["name"] == "axe-core"
    return [
        f"{found['impact']}: {found['id']} at {node['target']}: {node['failureSummary']}"
        for found in response["violations"]
        for node in found["nodes"]
    ]


def open_panel(opener: str, panel: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(opener).click()
        expect(page.locator(panel)).to_be_visible()

    return act


def read(page: Page) -> None:
    page.locator("#dl-live .dl-answer .dl-mark").first.click()
    expect(page.locator(".dl-page mark.dl-chosen").first).to_be_in_viewport()


STATES: dict[str, Callable[[Page], None]] = {
    "answered": lambda _: None,
    "reading": read,
    "conversations": open_panel(".dl-list", "#dl-kept"),
    "settings": open_panel(".dl-settings-open", "#dl-settings-drawer .dl-facts"),
    "scope": open_panel(".dl-scope-open", "#dl-scoping .dl-scope-form"),
    "library": open_panel('[data-view="library"]', ".dl-shelves table"),
    "evals": open_panel('[data-view="evals"]', ".dl-evals .dl-sheet"),
}


@pytest.mark.parametrize("look", ["light", "dark", "phone"])
def test_axe_finds_nothing_to_object_to(whole_window: str, visit: Visit, look: str) -> None:
    visitor = visit(whole_window, dark=look == "dark", width=390 if look == "phone" else 1280)
    page = visitor.page
    found = {"welcome": find_violations(page)}
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    for state, act in STATES.items():
        act(page)
        found[state] = find_violations(page)
        page.keyboard.press("Escape")
    assert {state: violations for state, violations in found.items() if violations} == {}


def test_axe_would_find_what_is_wrong(whole_window: str, visit: Visit) -> None:
    page = visit(whole_window).page
    page.evaluate("document.querySelector('#dl-name').append(document.createElement('button'))")
    assert any("button-name" in violation for violation in find_violations(page))
