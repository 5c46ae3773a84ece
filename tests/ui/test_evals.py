"""The Evals tab and the thumbs in a real browser: what a person sees, and what it leaves on the disk."""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from evals.cases import read_set
from evals.gold import locate_all
from evals.library import view_library
from evals.running import RunOptions, run_cases
from index.embedding import WordHashEmbedder
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.conversation import Status
from tests.ui.browsing import Visit, Visitor, contrast, open_window
from ui import wording, wording_evals
from ui.evaluating import Evaluating, Request
from ui.feedback import Feedback
from ui.measuring import Measuring

ROOT = Path(__file__).resolve().parents[2]
WHEN = "When and where will the talks take place?"
FISH = "What did they agree about fishing quotas in Iceland?"
CASES: list[dict[str, object]] = [
    {
        "id": "when",
        "question": WHEN,
        "kind": "fact",
        "answers": ["Anchorage"],
        "expected": "answered",
        "gold": [{"file": "harbour.txt", "quote": "The minister signed the harbour treaty"}],
    },
    {"id": "fish", "question": FISH, "kind": "unanswerable", "expected": "refused"},
    {"id": "wrong", "question": "What did the minister sign in Zanzibar?", "answers": ["a peace plan"]},
    {"id": "hostile", "question": 'Who signed the treaty? <img src=x onerror="alert(1)">', "expected": "answered"},
]
CONDITIONS = {"set": "small", "mode": "answers", "model": "none", "began": "2026-03-10T09:00:00+00:00", "cases": 4}


@dataclass
class Measured:
    """A window that measures answers, and the folder that keeps what it measured."""

    address: str
    home: Path
    dateline: Dateline
    measuring: Measuring
    seconds: float = 0.0

    def write_set(self, name: str, cases: list[dict[str, object]]) -> None:
        path = self.home / "evals" / f"{name}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")

    def make_run(self) -> Path:
        """A finished run over the small set, made here and now."""
        cases = read_set(self.home / "evals" / "small.jsonl").cases
        view = view_library(self.home / "library", WordHashEmbedder.name)
        found = locate_all({case.id: case.gold for case in cases}, view.index, library="")
        path = self.home / "runs" / "small-now.jsonl"
        quiet = {"options": RunOptions(), "on_progress": lambda *_: None}
        run_cases(self.dateline, cases, found, view, path, CONDITIONS, **quiet)  # type: ignore[arg-type]
        return path


@pytest.fixture
def measured(tmp_path: Path, read_library: Path) -> Iterator[Measured]:
    library = tmp_path / "library"
    shutil.copytree(read_library, library)
    status = ModelStatus("none", "chosen by the test", None)
    dateline = Dateline(library, WordHashEmbedder(), lambda: None, lambda: status)

    def make_command(request: Request, library: Path) -> list[str]:
        limit = ["--limit", str(request.limit)] if request.limit else []
        return [
            *(sys.executable, "-m", "tests.ui.slow_run", str(one.seconds), "eval", "run", "--no-model"),
            *("--library", str(library), "--set", str(request.set_path), "--out", str(request.out), *limit),
        ]

    measuring = Measuring(Evaluating(library, make_command), Feedback(dateline, library))
    one = Measured("", tmp_path, dateline, measuring)
    one.write_set("small", CASES)
    with open_window(dateline, one.measuring) as address:
        one.address = address
        yield one
        one.measuring.evaluating.close()
    dateline.close()


def open_tab(visit: Visit, measured: Measured, **options: object) -> Page:
    page = visit(measured.address, **options).page
    page.get_by_role("link", name=wording.EVALS).click()
    page.get_by_label(wording_evals.SET).wait_for()
    return page


def start(page: Page, name: str, limit: int | None = None) -> None:
    page.get_by_label(wording_evals.SET).select_option(value=f"own/{name}")
    page.get_by_label(wording_evals.LIMIT).fill(str(limit or ""))
    page.get_by_role("button", name=wording_evals.START, exact=True).click()


def wait_for_end(page: Page, sentence: str | re.Pattern[str]) -> None:
    expect(page.locator(".dl-under-way")).to_contain_text(sentence, timeout=30_000)


def test_a_run_is_watched_stopped_found_again_after_a_reload_and_continued(visit: Visit, measured: Measured) -> None:
    measured.seconds = 2.0
    page = open_tab(visit, measured)
    expect(page.locator(".dl-runs")).to_contain_text(wording_evals.NO_RUNS)
    start(page, "small")
    expect(page.locator(".dl-under-way")).to_contain_text("1 of 4 questions asked", timeout=30_000)
    expect(page.locator(".dl-views .dl-running")).to_contain_text("/4")
    page.reload()
    expect(page.locator(".dl-under-way")).to_contain_text(re.compile(r"[12] of 4 questions asked"))
    expect(page.get_by_role("button", name=wording_evals.START, exact=True)).to_be_hidden()
    expect(page.locator(".dl-left")).to_contain_text("left")
    # The chat answers meanwhile.
    page.get_by_role("link", name=wording.CHAT).click()
    visitor = Visitor(page)
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    page.locator("#dl-live .dl-answer .dl-mark").first.click()
    # The mark is the current one now, and the chat is still the current view.
    expect(page.locator(".dl-views [aria-current=page]")).to_have_text(wording.CHAT)
    page.get_by_role("link", name=wording.EVALS).click()
    page.get_by_role("button", name=wording_evals.STOP).click()
    wait_for_end(page, re.compile(r"stopped after [123] of 4 questions"))
    expect(page.locator(".dl-views .dl-running")).to_be_hidden()
    measured.seconds = 0.0
    page.locator(".dl-runs").get_by_role("button", name=wording_evals.CONTINUE).click()
    wait_for_end(page, "all 4 questions asked")
    page.get_by_role("link", name=wording_evals.OPEN_RUN).click()
    expect(page.locator(".dl-case")).to_have_count(4)
    page.get_by_role("link", name=wording_evals.ALL_RUNS).click()
    [path] = (measured.home / "runs").glob("*.jsonl")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["id"] for line in lines[1:]] == ["when", "fish", "wrong", "hostile"]
    expect(page.locator(".dl-runs li")).to_have_count(1)
    expect(page.locator(".dl-runs li")).to_contain_text("3 of 4 right (75%)")


def test_a_run_shows_its_figures_its_cases_and_what_changed_since_another(visit: Visit, measured: Measured) -> None:
    made = measured.make_run()
    # The same run, but for one answer that was no refusal then; and one over other questions.
    made.with_name("earlier.jsonl").write_text(made.read_text().replace('"status": "refused"', '"status": "answered"'))
    made.with_name("other.jsonl").write_text(made.read_text().replace('"id": "fish"', '"id": "sheep"'))
    page = open_tab(visit, measured)
    expect(page.locator(".dl-runs li")).to_have_count(3)
    page.goto(f"{measured.address}/#evals/{made.stem}")

    right = page.locator(".dl-figures > div").first
    expect(right).to_contain_text("Right answers")
    expect(right).to_contain_text("75%")
    expect(right).to_contain_text("4 questions; most likely")

    expect(page.locator(".dl-case")).to_have_count(4)
    for name, count in (("wrong", 1), ("refused", 1), ("failed", 0), ("right", 3)):
        page.locator(f'[data-filter="{name}"]').click()
        expect(page.locator(f'[data-filter="{name}"]')).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".dl-case")).to_have_count(count)
    page.locator('[data-case="when"] summary').focus()
    page.keyboard.press("Enter")
    details = page.locator('[data-case="when"] .dl-details')
    expect(details).to_contain_text("Anchorage")
    expect(details).to_contain_text("an answer: “Anchorage”")
    expect(details).to_contain_text("The minister signed the harbour treaty")
    expect(details).to_contain_text(wording_evals.NOT_CHOSEN)
    expect(page.locator('[data-case="hostile"]')).to_contain_text("<img src=x onerror=")
    expect(page.locator("#dl-evals img, #dl-evals script")).to_have_count(0)

    compare = page.get_by_label(wording_evals.COMPARE)
    comparison = page.locator(".dl-comparison")
    compare.select_option(value="other")
    expect(comparison).to_contain_text("over different questions")
    expect(comparison).to_contain_text("sheep")
    compare.select_option(value="earlier")
    expect(comparison).to_contain_text("4 questions answered in both: 1 won, 0 lost.")
    expect(comparison).to_contain_text("50% → 75%")
    expect(comparison).to_contain_text("may be chance")
    comparison.get_by_role("button", name=FISH).click()
    expect(page.locator('[data-case="fish"]')).to_have_attribute("open", "")

    with page.context.expect_page() as opened:
        page.get_by_role("link", name=wording_evals.REPORT).click()
    faults: list[str] = []
    report = opened.value
    report.on("console", lambda message: faults.append(message.text))
    report.on("pageerror", lambda error: faults.append(str(error)))
    report.wait_for_load_state()
    expect(report.locator("#shown")).to_have_text("4 of 4 cases", timeout=30_000)
    report.locator("#outcome").select_option("wrong")
    expect(report.locator("#shown")).to_have_text("1 of 4 cases")
    expect(report.locator("h2").first).to_be_visible()
    assert "Since earlier" in report.content()
    assert report.evaluate("window.origin") == "null"
    assert faults == []


def test_a_set_over_the_wrong_library_says_so_before_anything_is_asked(visit: Visit, measured: Measured) -> None:
    measured.write_set("foreign", [{"id": "x", "question": "Where?", "gold": [{"file": "gone.txt", "quote": "there"}]}])
    measured.write_set("broken", [{"id": "x"}])
    page = open_tab(visit, measured)
    page.get_by_label(wording_evals.SET).select_option(value="own/broken")
    expect(page.get_by_role("alert")).to_contain_text("line 1: question is missing")
    expect(page.get_by_role("button", name=wording_evals.START, exact=True)).to_be_disabled()
    start(page, "foreign")
    wait_for_end(page, "does not hold the gold evidence of 1 of 1 cases")
    expect(page.locator(".dl-under-way")).to_contain_text("gone.txt")
    assert not list((measured.home / "runs").glob("*.jsonl"))


def test_thumbs_make_cases_that_can_be_run_and_are_taken_back(visit: Visit, measured: Measured) -> None:
    visitor = visit(measured.address)
    page = visitor.page
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    up = page.locator("#dl-live").get_by_role("button", name=wording_evals.THUMB_UP)
    expect(up).to_have_attribute("aria-pressed", "false")
    up.focus()
    page.keyboard.press("Enter")
    expect(up).to_have_attribute("aria-pressed", "true")
    path = measured.home / "evals" / "feedback.jsonl"
    expect(page.locator("#dl-live .dl-kept")).to_contain_text(str(path))
    [case] = read_set(path).cases
    assert (case.question, case.expected, case.tags) == (WHEN, (Status.ANSWERED,), ("thumbs-up",))
    view = view_library(measured.home / "library", WordHashEmbedder.name)
    found = locate_all({case.id: case.gold}, view.index, library="")
    assert found[case.id]
    assert all(item.quote for item in case.gold)

    visitor.ask("And who said so?")
    expect(page.locator("#dl-past .dl-question")).to_have_text(WHEN)
    expect(page.locator("#dl-past .dl-thumb-up")).to_have_attribute("aria-pressed", "true")
    visitor.wait_for("answered")
    visitor.ask(FISH)
    visitor.wait_for("refused")
    page.locator("#dl-live .dl-thumb-down").click()
    expect(page.locator("#dl-live .dl-kept")).to_contain_text("Kept as a wrong answer")
    page.locator("#dl-live").get_by_label(wording_evals.RIGHT_LABEL).fill("12 boats")
    page.keyboard.press("Enter")
    expect(page.locator("#dl-live .dl-kept")).to_contain_text("with what would have been right")
    case = read_set(path).cases[1]
    assert (case.question, case.answers, case.tags) == (FISH, ("12 boats",), ("thumbs-down",))
    assert case.history[0].content == WHEN

    page.locator("#dl-past .dl-thumb-up").first.click()
    expect(page.locator("#dl-past .dl-kept").first).to_have_text(wording_evals.TAKEN_BACK)
    assert [case.question for case in read_set(path).cases] == [FISH]
    page.locator("#dl-live .dl-thumb-down").click()
    expect(page.locator("#dl-live .dl-right")).to_be_hidden()
    assert not path.exists()


def test_an_answer_can_be_said_to_be_one_that_should_have_been_refused(visit: Visit, measured: Measured) -> None:
    visitor = visit(measured.address, width=390)
    page = visitor.page
    visitor.ask(WHEN)
    visitor.wait_for("answered")
    page.locator("#dl-live .dl-thumb-down").click()
    refuse = page.get_by_role("button", name=wording_evals.SHOULD_REFUSE)
    refuse.click()
    expect(refuse).to_have_attribute("aria-pressed", "true")
    [case] = read_set(measured.home / "evals" / "feedback.jsonl").cases
    assert (case.expected, case.answers, case.gold) == ((Status.REFUSED,), (), ())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator("#dl-live .dl-thumb-up").click()
    expect(page.locator("#dl-live .dl-kept")).to_contain_text("right answer")
    [case] = read_set(measured.home / "evals" / "feedback.jsonl").cases
    assert (case.expected, case.tags) == ((Status.ANSWERED,), ("thumbs-up",))


def test_the_tab_is_legible_in_light_and_dark_and_fits_a_phone(visit: Visit, measured: Measured) -> None:
    measured.make_run()
    page = open_tab(visit, measured, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    dark = open_tab(visit, measured, width=390, dark=True)
    for one in (page, dark):
        for selector in (".dl-intro", ".dl-new-run legend", ".dl-runs b", ".dl-when", ".dl-views a", ".dl-start"):
            assert contrast(one, selector) >= 4.5, selector
        one.locator(".dl-runs a").first.click()
        one.locator(".dl-case summary").first.click()
        for selector in (".dl-value", ".dl-sure", ".dl-outcome", ".dl-asked", ".dl-from", ".dl-filter"):
            assert contrast(one, selector) >= 4.5, selector
        overflowing = one.evaluate(
            "[...document.querySelectorAll('.dl-sheet *')].filter((e) => e.getBoundingClientRect().right > 391).length"
        )
        assert overflowing == 0
