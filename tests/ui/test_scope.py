"""Asking of a part of the library, and as strictly as one wants, in a real browser."""

from playwright.sync_api import Page, expect

from tests.ui.browsing import Visit
from ui import wording, wording_scope, wording_settings

WHEN = "When and where will the talks take place?"
HARBOUR = "When did the minister sign the harbour treaty?"


def open_scope(page: Page) -> None:
    page.locator(".dl-scope-open").click()
    expect(page.locator("#dl-scoping .dl-scope-form")).to_be_visible()


def test_a_question_is_asked_of_the_chosen_days_alone(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    expect(page.locator(".dl-scope-open")).to_have_text(wording_scope.WHOLE)
    open_scope(page)
    expect(page.locator("#dl-scoping")).to_contain_text(wording_scope.NO_OUTLETS)
    page.get_by_label(wording_scope.SINCE, exact=True).fill("2021-03-10")
    page.get_by_role("button", name=wording_scope.APPLY).click()
    expect(page.locator(".dl-scope-open")).to_have_text("from 10 March 2021")
    expect(page.locator("#dl-question textarea")).to_be_focused()
    visitor.ask(WHEN)
    expect(page.locator("#dl-live .dl-made")).to_contain_text(f"{wording_scope.ASKED_OF} since 10 March 2021")
    origins = page.locator("#dl-live .dl-source .dl-origin").all_text_contents()
    assert origins
    assert all("10 March 2021" in origin for origin in origins)
    # It lasts over a reload, in this tab alone.
    page.reload()
    expect(page.locator(".dl-scope-open")).to_have_text("from 10 March 2021")
    page.get_by_role("button", name=wording_scope.CLEAR).click()
    expect(page.locator(".dl-scope-open")).to_have_text(wording_scope.WHOLE)


def test_articles_are_found_by_their_words_and_asked_of(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    open_scope(page)
    field = page.get_by_label(wording_scope.FIND_ARTICLES)
    field.fill("xylophone")
    expect(page.locator("#dl-scoping")).to_contain_text(wording_scope.NO_ARTICLES)
    field.fill("harbour treaty")
    page.locator("#dl-scoping .dl-choice").first.click()
    page.get_by_role("button", name=wording_scope.APPLY).click()
    expect(page.locator(".dl-scope-open")).to_contain_text("harbour treaty")
    visitor.ask(WHEN)
    visitor.wait_for("refused")
    visitor.ask(HARBOUR)
    visitor.wait_for("answered")


def test_the_article_that_is_read_can_be_asked_of_alone(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    page.locator('[data-view="library"]').click()
    page.locator("[data-shelved]", has_text="harbour").first.click()
    page.get_by_role("button", name=wording_scope.ASK_OF_IT).click()
    expect(page.locator("#dl-question textarea")).to_be_focused()
    expect(page.locator(".dl-scope-open")).to_contain_text("harbour")
    visitor.ask(HARBOUR)
    visitor.wait_for("answered")


def test_days_without_an_article_are_told_and_the_question_is_kept(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    open_scope(page)
    page.get_by_label(wording_scope.UNTIL, exact=True).fill("1999-01-01")
    page.get_by_role("button", name=wording_scope.APPLY).click()
    visitor.ask(WHEN)
    visitor.wait_for("failed")
    expect(page.locator("#dl-live .dl-answer")).to_contain_text("choose other outlets")
    expect(page.locator("#dl-question textarea")).to_have_value(WHEN)


def test_the_strictness_is_set_and_remembered_by_the_browser(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    page.get_by_role("button", name=wording_settings.SETTINGS, exact=True).click()
    slider = page.get_by_label(wording_settings.STRICTNESS)
    expect(page.locator(".dl-strictness output")).to_have_text(f"0.4 ({wording_settings.AS_SET})")
    slider.fill("1")
    expect(page.locator("#dl-settings-drawer")).to_contain_text("DATELINE_LLM_API_KEY")
    page.keyboard.press("Escape")
    visitor.ask(WHEN)
    visitor.wait_for("refused")
    page.reload()
    page.get_by_role("button", name=wording_settings.SETTINGS, exact=True).click()
    expect(slider).to_have_value("1")
    slider.fill("0.4")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=wording.NEW_CONVERSATION).click()
    visitor.ask(WHEN)
    visitor.wait_for("answered")


def test_an_article_without_a_title_is_named_by_its_first_words(whole_window: str, visit: Visit) -> None:
    page = visit(whole_window).page
    open_scope(page)
    page.get_by_label(wording_scope.FIND_ARTICLES).fill("Psaki")
    choice = page.locator("#dl-scoping .dl-choice", has_text="The White House has confirmed")
    expect(choice).to_contain_text("10 March 2021")
