import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from evals.cases import QuestionSet
from evals.curves import group_by_confidence, trace_recall, trace_risk, trace_seconds
from evals.plotting import Labels, Series, plot_ranks
from evals.recording import Run, read_run
from evals.reporting import write_report

Lines = list[dict[str, Any]]


@pytest.fixture
def seeds_run(run_seeds: Callable[..., Any], seeds_set: QuestionSet, tmp_path: Path) -> Run:
    out = tmp_path / "seeds.jsonl"
    run_seeds(seeds_set.cases[::6], out)
    return read_run(out)


def alter(run: Run, tmp_path: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Run:
    out = tmp_path / "altered.jsonl"
    lines = [change(json.loads(json.dumps(result.line))) for result in run.results]
    out.write_text("\n".join(map(json.dumps, [{"run": dict(run.conditions)}, *lines])) + "\n", encoding="utf-8")
    return read_run(out)


def refuse(line: dict[str, Any]) -> dict[str, Any]:
    return line | {"status": "refused", "text": "The articles do not say.", "citations": [], "sentences": []}


@pytest.fixture
def page(browser: Browser, seeds_run: Run, tmp_path: Path) -> Iterator[Page]:
    path = tmp_path / "report.html"
    path.write_text(write_report(seeds_run, [alter(seeds_run, tmp_path, refuse)]), encoding="utf-8")
    context = browser.new_context(offline=True)
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("console", lambda message: troubles.append(message.text))
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("request", lambda request: troubles.append(request.url) if not request.url.startswith("file:") else None)
    opened.goto(path.as_uri())
    yield opened
    context.close()
    assert troubles == []


class TestInABrowser:
    def test_it_opens_offline_with_every_plot_named_and_described(self, page: Page, seeds_run: Run) -> None:
        titles = page.locator("svg > title").all_text_contents()
        assert titles == ["Retrieval by rank", "Risk and coverage", "Calibration", "Latency", "What changed"]
        for name in ("ranks", "risk", "seconds"):
            assert page.locator(f"#{name}-description").text_content()
        assert page.locator("#cases tbody tr").count() == len(seeds_run.results)
        ids: list[str] = page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)")
        assert len(ids) == len(set(ids))

    def test_cases_are_filtered_by_words_outcome_kind_and_change(self, page: Page, seeds_run: Run) -> None:
        rows = page.locator("#cases tbody tr:visible")
        page.select_option("#outcome", "wrong")
        wrong = rows.count()
        assert 0 < wrong < len(seeds_run.results)
        assert rows.filter(has_text="right").locator(".mark", has_text=re.compile("^right$")).count() == 0
        page.select_option("#outcome", "")
        page.select_option("#change", "won")
        assert rows.count() == page.locator("tr[data-change=won]").count() > 0
        page.select_option("#change", "")
        page.select_option("#kind", "number")
        assert rows.count() == sum(result.case.kind == "number" for result in seeds_run.results)
        page.fill("#words", "no such words in it")
        assert rows.count() == 0
        assert page.locator("#shown").text_content() == f"0 of {len(seeds_run.results)} cases"

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_what_is_drawn_takes_the_colour_of_the_page(self, page: Page, scheme: Any) -> None:
        page.emulate_media(color_scheme=scheme)
        ink = page.evaluate("getComputedStyle(document.body).color")
        assert page.evaluate("getComputedStyle(document.querySelector('svg text')).fill") == ink

    def test_nothing_is_wider_than_a_phone(self, page: Page) -> None:
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


class TestWhatTheTableSays:
    def test_gold_evidence_is_followed_into_ranking_evidence_and_citations(
        self, seeds_run: Run, tmp_path: Path
    ) -> None:
        page = write_report(seeds_run)
        assert ">rank 1</span>" in page
        assert ">cited</span>" in page
        lost = alter(seeds_run, tmp_path, lambda line: line | {"ranking": [], "evidence": []})
        assert ">not retrieved</span> <span" in write_report(lost)

    def test_a_run_that_stopped_after_the_ranking_or_failed_has_a_report_too(
        self, seeds_run: Run, tmp_path: Path
    ) -> None:
        kept = ("id", "question", "case", "gold", "ranking", "timings")
        ranked = alter(seeds_run, tmp_path, lambda line: {name: line[name] for name in kept})
        assert "Retrieval by rank" in write_report(ranked)
        failed = alter(seeds_run, tmp_path, lambda line: {name: line[name] for name in kept[:4]} | {"failure": "burst"})
        assert f"{len(seeds_run.results)} failed" in write_report(failed)


class TestCurves:
    def test_recall_by_rank_never_falls_and_ends_at_its_figure(self, seeds_run: Run) -> None:
        curve = trace_recall(seeds_run, "passage")
        assert curve is not None
        assert list(curve.ys) == sorted(curve.ys)

    def test_the_last_point_of_the_risk_is_the_share_of_wrong_answers(self, seeds_run: Run) -> None:
        curve = trace_risk(seeds_run)
        assert curve is not None
        groups = group_by_confidence(seeds_run)
        assert sum(group.n for group in groups) == curve.n
        wrong = sum((1 - group.right) * group.n for group in groups)
        assert curve.ys[-1] == pytest.approx(wrong / curve.n)
        assert [group.confidence for group in groups] == sorted(group.confidence for group in groups)

    def test_every_question_is_served_in_the_end(self, seeds_run: Run) -> None:
        curve = trace_seconds(seeds_run, "total")
        assert curve is not None
        assert curve.ys[-1] == 1
        assert trace_seconds(seeds_run, "first_text") is None

    def test_what_was_not_measured_has_no_curve(self) -> None:
        empty = Run("empty", {}, ())
        assert (trace_risk(empty), trace_recall(empty, "article"), group_by_confidence(empty)) == (None, None, ())


def test_a_plot_brings_no_colour_font_or_style_of_its_own() -> None:
    labels = Labels("name", "A <title>", "What & how", "x", "y")
    svg = plot_ranks([Series([1, 20], [0.1, 0.9], label="articles")], labels)
    assert '<title id="name-title">A &lt;title&gt;</title>' in svg
    assert not re.search(r"#0000|font-family|<style|xmlns|<metadata", svg)
    assert all(
        id_.startswith("name-") for id_ in re.findall(r'id="([^"]+)"|url\(#([^)]+)\)', svg) for id_ in id_ if id_
    )
