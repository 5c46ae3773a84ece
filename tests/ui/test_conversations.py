"""Conversations in a real browser: kept, found again after a reload, asked anew, copied, deleted."""

import re

from playwright.sync_api import Page, expect

from tests.ui.browsing import Visit
from ui import wording, wording_conversations

WHEN = "When and where will the talks take place?"
EXPERTS = "What do experts expect from the meeting?"
HARBOUR = "When did the minister sign the harbour treaty?"


def questions(page: Page) -> list[str]:
    return page.locator("#dl-transcript .dl-question").all_text_contents()


def open_list(page: Page) -> None:
    page.locator(".dl-list").click()
    expect(page.locator("#dl-kept")).to_be_visible()


def test_after_a_reload_the_conversation_is_there_and_its_citations_work(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    visitor.ask(EXPERTS)
    expect(page.locator("#dl-past .dl-question")).to_have_text(WHEN)
    visitor.wait_for("answered")
    before = page.locator("#dl-live .dl-answer").inner_text()
    page.reload()
    visitor.wait_for("answered")
    assert questions(page) == [WHEN, EXPERTS]
    assert page.locator("#dl-live .dl-answer").inner_text() == before
    expect(page.locator("#dl-live .dl-question")).to_be_in_viewport()
    mark = page.locator("#dl-past .dl-answer .dl-mark").first
    quote = mark.get_attribute("data-quote")
    mark.click()
    chosen = page.locator(".dl-page mark.dl-chosen")
    expect(chosen.first).to_be_in_viewport()
    assert "".join(chosen.all_text_contents()) == quote
    # What is asked now knows what was asked before the reload.
    visitor.ask(HARBOUR)
    expect(page.locator("#dl-past .dl-question")).to_have_count(2)


def test_conversations_are_listed_renamed_opened_and_deleted(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    open_list(page)
    expect(page.locator("#dl-kept")).to_contain_text(wording_conversations.NONE_YET)
    page.keyboard.press("Escape")
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    page.get_by_role("button", name=wording.NEW_CONVERSATION).click()
    expect(page.locator(".dl-exchange")).to_have_count(0)
    visitor.ask(HARBOUR)
    visitor.wait_for("answered")
    assert questions(page) == [HARBOUR]
    open_list(page)
    expect(page.locator(".dl-kept-title")).to_have_text([HARBOUR, WHEN])
    page.get_by_role("button", name=wording_conversations.RENAME).last.click()
    page.get_by_label(wording_conversations.TITLE_LABEL).fill("The talks")
    page.keyboard.press("Enter")
    expect(page.locator(".dl-kept-title")).to_have_text([HARBOUR, "The talks"])
    page.get_by_role("button", name="The talks").click()
    expect(page.locator("#dl-live .dl-question")).to_have_text(WHEN)
    expect(page.locator("#dl-kept")).to_be_hidden()
    # The way back leads to the one before.
    page.go_back()
    expect(page.locator("#dl-live .dl-question")).to_have_text(HARBOUR)
    open_list(page)
    for title in (HARBOUR, "The talks"):
        item = page.locator("#dl-kept li", has=page.get_by_text(title, exact=True))
        item.get_by_role("button", name=wording_conversations.DELETE).click()
        expect(item).to_be_visible()
        item.get_by_role("button", name=wording_conversations.REALLY_DELETE).click()
        expect(item).to_have_count(0)
    expect(page.locator(".dl-exchange")).to_have_count(0)
    expect(page.locator("#dl-kept")).to_contain_text(wording_conversations.NONE_YET)


def test_two_browsers_see_nothing_of_each_other(whole_window: str, visit: Visit) -> None:
    one, other = visit(whole_window), visit(whole_window)
    one.ask(WHEN)
    one.wait_for("answered")
    expect(one.page).to_have_url(re.compile(r"#c/[\w-]+$"))
    open_list(other.page)
    expect(other.page.locator("#dl-kept")).to_contain_text(wording_conversations.NONE_YET)
    other.page.keyboard.press("Escape")
    # Not even with the address.
    other.page.goto(one.page.url)
    other.page.reload()
    expect(other.page.locator("#dl-live")).to_contain_text(wording_conversations.NOT_HERE)
    other.ask(HARBOUR)
    other.wait_for("answered")
    assert questions(other.page) == [HARBOUR]
    assert other.page.url != one.page.url


def test_a_question_is_edited_and_asked_anew_in_its_place(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    for question in (WHEN, EXPERTS):
        visitor.ask(question)
        expect(page.locator("#dl-live .dl-question")).to_have_text(question)
        visitor.wait_for("answered")
    page.locator("#dl-past").get_by_role("button", name=wording_conversations.EDIT).click()
    box = page.locator("#dl-question textarea")
    expect(box).to_be_focused()
    expect(box).to_have_value(WHEN)
    expect(page.locator("#dl-editing")).to_contain_text(wording_conversations.EDITING)
    page.get_by_role("button", name=wording_conversations.CANCEL).click()
    expect(page.locator("#dl-editing")).to_have_count(0)
    page.locator("#dl-past").get_by_role("button", name=wording_conversations.EDIT).click()
    visitor.ask(HARBOUR)
    expect(page.locator("#dl-live .dl-question")).to_have_text(HARBOUR)
    visitor.wait_for("answered")
    assert questions(page) == [HARBOUR]
    # The former answer stands there until the new one comes, and leaving in between would end it.
    page.locator("#dl-live .dl-exchange").evaluate("(former) => { former.dataset.former = 'yes'; }")
    page.get_by_role("button", name=wording_conversations.ASK_AGAIN).click()
    page.locator('#dl-live .dl-exchange[data-state="answered"]:not([data-former])').wait_for()
    expect(page.locator("#dl-ask")).to_be_visible()
    page.reload()
    visitor.wait_for("answered")
    assert questions(page) == [HARBOUR]


def test_an_answer_is_copied_with_its_footnotes(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    copy = page.get_by_role("button", name=wording_conversations.COPY_FOOTNOTES)
    copy.click()
    expect(page.locator("#dl-live .dl-deed").first).to_have_text(wording_conversations.COPIED)
    copied = page.evaluate("navigator.clipboard.readText()")
    quote = page.locator("#dl-live .dl-answer .dl-mark").first.get_attribute("data-quote")
    assert "[^1]\n" in copied or "[^1] " in copied
    assert f"[^1]: “{quote}” " in copied.replace("\\", "")


def test_the_keys_step_through_the_citations(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    expect(page.locator(".dl-steps")).to_be_hidden()
    # While a question is typed the keys are letters.
    page.keyboard.press("]")
    expect(page.locator("#dl-question textarea")).to_have_value("]")
    page.locator("#dl-question textarea").fill("")
    page.locator("#dl-question textarea").blur()
    marks = page.locator("#dl-live .dl-answer .dl-mark")
    total = marks.count()
    assert total > 1
    for key, place in (("]", 0), ("]", 1), ("[", 0), ("[", 0)):
        page.keyboard.press(key)
        expect(marks.nth(place)).to_have_attribute("aria-current", "true")
        expect(page.locator(".dl-steps")).to_contain_text(f"{place + 1} / {total}")
        chosen = page.locator(".dl-page mark.dl-chosen")
        expect(chosen.first).to_be_in_viewport()
    page.get_by_role("button", name=wording.NEXT_CITATION).click()
    expect(marks.nth(1)).to_have_attribute("aria-current", "true")


def test_the_list_fits_a_phone(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window, width=390)
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    open_list(visitor.page)
    expect(visitor.page.locator(".dl-kept-title")).to_have_text([WHEN])
    box = visitor.page.locator("#dl-kept").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_question_to_go_on_with_is_asked_by_a_click(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    offered = page.locator("#dl-live .dl-further .dl-go-on").first
    question = offered.inner_text()
    offered.click()
    expect(page.locator("#dl-live .dl-question")).to_have_text(question)
    visitor.wait_for("answered")
    expect(page.locator("#dl-past .dl-further button")).to_have_count(0)


def test_a_question_that_is_asked_at_once_in_a_new_conversation_stands_in_it(whole_window: str, visit: Visit) -> None:
    visitor = visit(whole_window)
    page = visitor.page
    visitor.ask(HARBOUR)
    visitor.wait_for("answered")
    page.get_by_role("button", name=wording.NEW_CONVERSATION).click()
    visitor.ask(WHEN)
    expect(page.locator("#dl-live .dl-question")).to_have_text(WHEN)
    visitor.wait_for("answered")
    assert questions(page) == [WHEN]
    expect(page.locator("#dl-welcome")).to_be_hidden()
    open_list(page)
    expect(page.locator(".dl-kept-title")).to_have_text([WHEN, HARBOUR])
