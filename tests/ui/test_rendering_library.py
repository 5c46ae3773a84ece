import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedding_job import MAKING_VECTORS, MeaningReach
from index.ledger import LibraryCounts
from index.shelving import SyncReport
from index.upkeep import UpkeepStatus
from rag.choosing import ModelStatus
from ui import wording, wording_library
from ui.library_as_json import state_as_json
from ui.observing import LibraryState
from ui.rendering_library import show_library, show_status
from ui.rendering_room import show_room

NO_MODEL = ModelStatus("none", "no model is installed", None)
WHOLE = MeaningReach(31, 31, None, False)
PART = MeaningReach(14, 31, 190.0, True)


def state(reach: MeaningReach = WHOLE, upkeep: UpkeepStatus | None = None) -> LibraryState:
    return LibraryState("7", LibraryCounts(2, 31), reach, upkeep)


class Page(HTMLParser):
    """Notes every tag, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def text_of(html: str) -> str:
    return Page(html).text


def test_the_status_line_of_a_whole_library_at_rest_names_library_and_model_only() -> None:
    assert text_of(show_status(state(upkeep=UpkeepStatus()), NO_MODEL)) == (
        "2 articles, 31 passagesNo language model, no model is installed"
    )


def test_the_status_line_says_how_far_meaning_reaches_and_how_long_the_rest_takes() -> None:
    said = text_of(show_status(state(PART), NO_MODEL))
    assert "45% searchable by meaning, the rest in about 3 min" in said
    unknown = text_of(show_status(state(MeaningReach(14, 31, None, True)), NO_MODEL))
    assert "45% searchable by meaning" in unknown
    assert "the rest" not in unknown


def test_the_status_line_says_what_is_read_and_what_is_fetched() -> None:
    fetching = ModelStatus("none", "no model is installed", "Fetching: 3 of 1,117 MB")
    said = text_of(show_status(state(PART, UpkeepStatus("Reading articles", 120, 2_479)), fetching))
    assert "Reading articles: 120 of 2,479" in said
    assert "45% searchable" in said
    assert "Fetching: 3 of 1,117 MB" in said


def test_making_vectors_is_not_said_twice() -> None:
    shown = show_status(state(PART, UpkeepStatus(MAKING_VECTORS, 14, 31)), NO_MODEL)
    assert MAKING_VECTORS not in shown
    assert 'class="dl-reach dl-progress"' in shown
    at_the_end = show_status(state(WHOLE, UpkeepStatus(MAKING_VECTORS, 31, 31)), NO_MODEL)
    assert MAKING_VECTORS in at_the_end


def test_a_problem_is_named_in_the_line_and_told_in_the_library() -> None:
    failed = state(upkeep=UpkeepStatus(problem="The disk is full: free some, then run  dateline doctor"))
    assert wording.NOT_IN_STEP in show_status(failed, NO_MODEL)
    assert 'href="#library/sources"' in show_status(failed, NO_MODEL)
    assert tell(failed.upkeep)["problem"] == "The disk is full: free some, then run  dateline doctor"
    assert tell(UpkeepStatus())["reach"] == "All of it can be found by keyword and by meaning."


def test_names_of_models_and_editions_are_escaped() -> None:
    assert "<b>&lt;i&gt;</b>" in show_status(state(), ModelStatus("<i>", "", None))


def tell(upkeep: UpkeepStatus | None) -> dict[str, Any]:
    return state_as_json(state(upkeep=upkeep), is_resting=True, removed=None)


def report_of(report: SyncReport) -> dict[str, Any]:
    """What the view is told of one source's sync."""
    (told,) = tell(UpkeepStatus(reports={"/news": report}))["reports"]
    return dict(told)


def test_a_report_counts_what_changed_and_names_it() -> None:
    told = report_of(SyncReport(("new.txt",), ("talks.txt",), ("old.txt",), {"a.txt": "b.txt"}, 30))
    assert told["name"] == "/news"
    assert {one["title"]: [line["name"] for line in one["lines"]] for one in told["lists"]} == {
        "1 corrected": ["talks.txt"],
        "1 added": ["new.txt"],
        "1 renamed": ["a.txt → b.txt"],
        "1 removed": ["old.txt"],
    }
    assert told["unchanged"] == "30 articles as before"


def test_a_report_without_changes_says_so() -> None:
    assert report_of(SyncReport(unchanged=1))["unchanged"] == "Nothing changed, 1 article as before"
    assert tell(UpkeepStatus())["reports"] == []


def test_few_failures_stand_open_with_their_reasons_and_of_many_the_first_twenty() -> None:
    (few,) = report_of(SyncReport(failed={"a.pdf": "it holds no text."}))["lists"]
    assert few["is_open"] is True
    assert few["lines"] == [{"name": "a.pdf", "reason": "it holds no text."}]
    (many,) = report_of(SyncReport(failed={f"{n}.pdf": "it holds no text." for n in range(25)}))["lists"]
    assert (many["title"], many["is_open"], len(many["lines"])) == ("25 could not be read", False, 20)
    assert many["more"] == "and 5 more"


def test_what_was_kept_or_is_not_there_comes_with_what_to_do() -> None:
    assert "2 articles are gone from there and kept" in report_of(SyncReport(unchanged=3, kept=("a", "b")))["kept"]
    missing = report_of(SyncReport(is_missing=True))
    assert "remove this source" in missing["problem"]
    assert "unchanged" not in missing


def test_the_room_and_the_library_carry_their_words() -> None:
    [room] = [attributes for tag, attributes in Page(show_room()).tags if tag == "aside"]
    assert json.loads(room["data-words"] or "")["corrected"] == wording.ROOM_CORRECTED
    [library] = [attributes for tag, attributes in Page(show_library()).tags if tag == "section"]
    assert json.loads(library["data-words"] or "")["emptyTitle"] == wording_library.EMPTY_TITLE
    assert json.loads(library["data-limits"] or "")["largest"] == 50_000_000


nasty = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "<img src=x onerror=alert(1)>.html",
            '"><script>alert(1)</script>',
            "</details></section><style>*{}</style>",
            "a  dateline <b>x</b>",
            "\u202egpj.exe\udc80",
            "${alert(1)} {{constructor}}",
        ]
    ),
)
names = st.lists(nasty, max_size=2).map(tuple)
reports = st.builds(
    SyncReport,
    added=names,
    changed=names,
    removed=names,
    renamed=st.dictionaries(nasty, nasty, max_size=2),
    unchanged=st.integers(0, 9),
    failed=st.dictionaries(nasty, nasty, max_size=2),
    kept=names,
    is_missing=st.booleans(),
)
upkeeps = st.builds(
    UpkeepStatus,
    doing=st.none() | nasty,
    reports=st.dictionaries(nasty, reports, max_size=2),
    problem=st.none() | nasty,
)


@given(upkeeps, nasty)
def test_whatever_files_and_problems_are_called_only_our_own_tags_come_out(upkeep: UpkeepStatus, name: str) -> None:
    page = Page(show_status(state(PART, upkeep), ModelStatus(name, name, name)))
    assert page.open == []
    for tag, attributes in page.tags:
        assert tag in {"span", "b", "a"}
        assert set(attributes) <= {"class", "role", "href", "data-edition"}
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search("[\u202e\ud800-\udfff]", page.text)


@given(upkeeps)
def test_names_of_files_reach_the_view_without_what_cannot_be_seen(upkeep: UpkeepStatus) -> None:
    told = tell(upkeep)["reports"]
    names = [report["name"] for report in told]
    names += [line["name"] for report in told for one in report.get("lists", ()) for line in one["lines"]]
    assert not re.search("[\u202e\ud800-\udfff]", "".join(names))


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "about 1 s"), (190, "about 3 min"), (9_000, "about 2.5 h")])
def test_a_time_to_wait_is_said_roughly(seconds: float, said: str) -> None:
    assert wording.say_duration(seconds) == said
