from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from evals.case_dialogue import Shelf, ask_for_case, propose_id
from evals.cases import Case, append_case, read_questions, read_set
from evals.errors import NoModelError, QuestionSetError
from evals.gold import ArticleIndex, Evidence, Reference, locate_all
from evals.library import LibraryView, view_library
from evals.locating import find_words, locate_quote, name_article
from evals.suggesting import DraftError, read_draft
from evals.writing_cases import offer_drafts
from index.embedding import WordHashEmbedder
from index.reading.plain import read_article
from rag.assemble import Dateline
from rag.conversation import Status
from rag.language_model import ScriptedModel

OpenFake = Callable[..., Dateline]
ARTICLE = read_article("Bridge\n\nThe bridge “will close” on 4 May.\nIt costs 12 million euros.".encode(), "bridge.txt")
FIRST, SECOND = "000_5ec2cbd345442b2e.txt", "004_b9ba0dd348728266.txt"
VENUE = "Negotiations should take place on March 18 in Anchorage in the U.S. state of Alaska."


@pytest.fixture
def view(seeds_library: Path) -> LibraryView:
    return view_library(seeds_library, WordHashEmbedder.name)


@pytest.fixture
def talk(open_fake: OpenFake, seeds_library: Path, view: LibraryView, tmp_path: Path) -> Callable[..., Result]:
    """Answer the questions of `dateline eval new` with lines; the set is tmp_path/set.jsonl."""
    opened = open_fake(at=seeds_library)

    @click.command()
    def new() -> None:
        path = tmp_path / "set.jsonl"
        shelf = Shelf(lambda words: opened.search(words, limit=20), view.index)
        append_case(path, ask_for_case(shelf, read_questions(path).keys()))

    return lambda *lines: CliRunner().invoke(new, input="\n".join(lines) + "\n", catch_exceptions=False)


@pytest.fixture
def suggest(
    open_fake: OpenFake, seeds_library: Path, view: LibraryView, tmp_path: Path
) -> Callable[[list[str], str], Result]:
    """Offer what a scripted model drafts and answer with keys; the set is tmp_path/set.jsonl."""

    def run(replies: list[str], keys: str) -> Result:
        opened = open_fake(ScriptedModel(replies), at=seeds_library)

        @click.command()
        def offer() -> None:
            offer_drafts(opened, view, tmp_path / "set.jsonl", len(replies))

        return CliRunner().invoke(offer, input=keys, catch_exceptions=False)

    return run


class TestNew:
    def test_questions_and_answers_make_a_case_whose_gold_evidence_is_found(
        self, talk: Callable[..., Result], view: LibraryView, tmp_path: Path
    ) -> None:
        said = talk("Where were the talks?", "", "Anchorage", "", VENUE, "", "fact", "")
        assert f"It stands in {FIRST}." in said.output
        (case,) = read_set(tmp_path / "set.jsonl").cases
        assert case == Case(
            "talks",
            "Where were the talks?",
            kind="fact",
            answers=("Anchorage",),
            expected=(Status.ANSWERED,),
            gold=(Evidence(Reference("file", FIRST), quote=VENUE),),
        )
        assert locate_all({case.id: case.gold}, view.index, library="seeds")["talks"][0].spans

    def test_words_that_stand_nowhere_bring_the_nearest_sentences_to_choose_from(
        self, talk: Callable[..., Result], tmp_path: Path
    ) -> None:
        almost = "Negotiations will take place on March 18 in Anchorage in Alaska"
        said = talk("Where?", "answered", "", almost, "1", "", "", "where")
        assert "stands in no article word for word; nearest:" in said.output
        assert read_set(tmp_path / "set.jsonl").cases[0].gold[0].quote == VENUE

    def test_none_of_the_nearest_is_no_evidence(self, talk: Callable[..., Result], tmp_path: Path) -> None:
        talk("Where?", "answered", "in Paris", "", "the moon is made of cheese", "0", "", "", "where")
        assert read_set(tmp_path / "set.jsonl").cases[0].gold == ()

    def test_a_case_to_be_refused_needs_no_answers(self, talk: Callable[..., Result], tmp_path: Path) -> None:
        said = talk("Who won the cup?", "refused", "", "cup")
        assert "short right answer" not in said.output
        assert read_set(tmp_path / "set.jsonl").cases[0].expected == (Status.REFUSED,)

    def test_an_answer_outside_its_quotes_is_pointed_out_and_an_id_is_given_once(
        self, talk: Callable[..., Result], tmp_path: Path
    ) -> None:
        talk("Where?", "refused", "", "where")
        said = talk("Where?", "answered", "Juneau", "", VENUE, "", "", "where", "elsewhere")
        assert "“Juneau” stands in none of the quotes" in said.output
        assert "'where' stands in the set already" in said.output
        assert list(read_questions(tmp_path / "set.jsonl")) == ["where", "elsewhere"]


class TestAppending:
    def test_a_set_without_a_last_line_end_is_continued_on_a_line_of_its_own(self, tmp_path: Path) -> None:
        path = tmp_path / "set.jsonl"
        path.write_text('{"id": "a", "question": "?"}')
        append_case(path, Case("b", "Why?"))
        assert list(read_questions(path)) == ["a", "b"]
        with pytest.raises(QuestionSetError, match="has a case 'b' already"):
            append_case(path, Case("b", "Why?"))

    def test_a_broken_set_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "set.jsonl"
        path.write_text("broken")
        with pytest.raises(QuestionSetError, match="line 1"):
            append_case(path, Case("b", "Why?"))
        assert path.read_text() == "broken"

    def test_ids_are_made_of_telling_words(self) -> None:
        assert propose_id("Where will the bridge close?", set()) == "bridge-close"
        assert propose_id("Where will the bridge close?", {"bridge-close"}) == "bridge-close-2"
        assert propose_id("?", set()) == "case"


class TestLocating:
    @pytest.mark.parametrize("typed", ['bridge "will close" on', "bridge\n “will  close” on", "bridge „will close» on"])
    def test_white_space_and_quotation_marks_do_not_matter(self, typed: str) -> None:
        (span,) = find_words(typed, ARTICLE.text)
        assert ARTICLE.quote(span) == "bridge “will close” on"
        assert list(find_words("", ARTICLE.text)) == []

    def test_an_article_is_named_by_what_finds_it(self) -> None:
        row = read_article(b"Ships\n\nShips sail to the harbour.", "bridge.txt")
        index = ArticleIndex([ARTICLE, row], {})
        assert name_article(ARTICLE, index) == Reference("file", "bridge.txt")
        assert name_article(row, index) == Reference("id", row.id)

    def test_nothing_is_near_in_an_empty_library(self) -> None:
        assert locate_quote("anything", lambda _: []) == []


class TestDrafts:
    def test_a_draft_is_the_articles_own_words(self) -> None:
        text = 'QUESTION: When?\n**ANSWER:** 4 May.\nQUOTE: "The bridge "will close" on 4 May."'
        draft = read_draft(text, ARTICLE)
        assert (draft.question, draft.answer) == ("When?", "4 May")
        assert draft.quote in ARTICLE.text

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("I cannot do that.", "did not write question, answer and quote"),
            ("QUESTION: When?\nANSWER: 4 May\nQUOTE: The bridge closes on 4 May.", "quote does not stand"),
            ("QUESTION: How much?\nANSWER: 13 million\nQUOTE: It costs 12 million euros.", "answer does not stand"),
            ("QUESTION: What?\nANSWER: The\nQUOTE: The", "quote does not stand"),
        ],
    )
    def test_what_does_not_hold_is_not_offered(self, text: str, problem: str) -> None:
        with pytest.raises(DraftError, match=problem):
            read_draft(text, ARTICLE)


class TestSuggest:
    good = f"QUESTION: Where will they meet?\nANSWER: Anchorage\nQUOTE: {VENUE}"

    def draft_for(self, view: LibraryView) -> list[str]:
        """One reply for each passage: it holds for those of the first article only."""
        return [self.good] * sum(map(len, view.passages.values()))

    def test_drafts_are_accepted_edited_or_discarded(
        self, suggest: Callable[..., Result], view: LibraryView, tmp_path: Path
    ) -> None:
        said = suggest(self.draft_for(view), "e\nIn which city will they meet?\n\n")
        (case,) = read_set(tmp_path / "set.jsonl").cases
        assert case.question == "In which city will they meet?"
        assert case.answers == ("Anchorage",)
        assert case.gold == (Evidence(Reference("file", FIRST), quote=VENUE),)
        assert case.tags == ("suggested",)
        assert "because its quote does not stand in the article" in said.output
        assert "because it is in the set already" in said.output
        assert "1 cases were added" in said.output

    def test_what_is_discarded_or_stopped_at_is_not_added(
        self, suggest: Callable[..., Result], view: LibraryView, tmp_path: Path
    ) -> None:
        assert "0 cases were added" in suggest(self.draft_for(view), "d\n").output
        assert "Stopped." in suggest(self.draft_for(view), "s\n").output
        assert not (tmp_path / "set.jsonl").exists()

    def test_without_a_model_a_sentence_says_what_to_do(
        self, open_fake: OpenFake, seeds_library: Path, view: LibraryView, tmp_path: Path
    ) -> None:
        with pytest.raises(NoModelError, match="DATELINE_LLM_BASE_URL"):
            offer_drafts(open_fake(at=seeds_library), view, tmp_path / "set.jsonl", 3)
