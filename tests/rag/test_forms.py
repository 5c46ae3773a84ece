"""Questions that claim something, ask for a choice, a list or a timeline: which sentences answer them, and what is said of them."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.articles import Article, Role
from index.reading.plain import read_article
from rag.evidence import Evidence, EvidenceSentence
from rag.forms.claims import Kind, read_claim
from rag.forms.event_dates import find_event_dates
from rag.forms.sayings import answer_who_said
from rag.quotable import choose_to_quote

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
BRIDGE = read_article(
    """Title: Harwich closes its bridge
Source: The Lookout
Date: 4 May 2022

The council voted on Tuesday to close the old bridge at Harwich.
Repairs would cost 40 million crowns, the council said.
Mayor Ada Brandt, a former engineer, told reporters that the closure was not permanent.
Brandt did not rule out a toll for lorries.
The date of the reopening has yet to be decided.
Peter Vance, a transport analyst at the Coast Institute, said that the closure was permanent in all but name.
“Nobody will rebuild it before 2030,” Vance said.
Lena Ode, professor of engineering in Norhaven, described the structure as “beyond saving”.
She warned that the pillars had moved since February 12.
The hauliers demand a ferry for their lorries, while the council insists on the longer road.
The council plans to pay the hauliers for the detour, and the hauliers want the money by June.
The closed bridge will be guarded by the harbour police.
The crossing was opened on 3 August 1961.
""".encode(),
    "bridge.txt",
)
LATER = read_article(
    b"""Title: Bridge to reopen
Source: The Tidings
Date: 20 June 2022

Repairs to the Harwich bridge will cost 55 million crowns, the county said.
The bridge reopens on 1 September 2022.
""",
    "later.txt",
)


def rank(*articles: Article, best: str = "") -> list[EvidenceSentence]:
    """Every body sentence, those that hold `best` first: what a question is near to is not what is tested here."""
    found = [
        EvidenceSentence(article, sentence, 0.8 if best and best in article.quote(sentence) else 0.4)
        for article in articles
        for sentence in article.sentences
        if sentence.role is Role.BODY
    ]
    return sorted(found, key=lambda each: -each.score)


def choose(question: str, *articles: Article, best: str = "") -> Evidence:
    return choose_to_quote(question, rank(*(articles or (BRIDGE,)), best=best))


def quoted(evidence: Evidence) -> str:
    return " ".join(found.text for found in evidence.sentences)


@pytest.mark.parametrize(
    ("question", "text", "kind"),
    [
        ("Was the bridge closed?", "the bridge closed", Kind.ASKED),
        ("Is it true that Brandt resigned?", "Brandt resigned", Kind.ASKED),
        ("Do the articles say that lorries pay?", "lorries pay", Kind.ASKED),
        ("Won't lorries pay?", "lorries pay", Kind.ASKED),
        ("Why did Brandt resign?", "Brandt resign", Kind.TAKEN_FOR_GRANTED),
        ("When was the toll raised?", "the toll raised", Kind.TAKEN_FOR_GRANTED),
        ("Why didn't they vote?", "not they vote", Kind.TAKEN_FOR_GRANTED),
    ],
)
def test_a_question_is_turned_into_what_it_claims(question: str, text: str, kind: Kind) -> None:
    claim = read_claim(question)
    assert claim
    assert (claim.text, claim.kind) == (text, kind)


@pytest.mark.parametrize(
    "question", ["Who closed the bridge?", "How many voted?", "Can you tell me when it opens?", "Which toll?"]
)
def test_what_asks_for_something_else_claims_nothing(question: str) -> None:
    assert read_claim(question) is None


def test_what_is_still_open_is_answered_by_the_sentence_that_says_so() -> None:
    evidence = choose("Was the date of the reopening settled on 4 May?", best="yet to be decided")
    assert quoted(evidence) == "The date of the reopening has yet to be decided."
    assert evidence.remark == "The articles say otherwise."


def test_another_date_or_number_is_given_instead_of_the_one_that_is_asked_about() -> None:
    assert "on 3 August 1961" in quoted(choose("Was the crossing opened on 5 August 1961?"))
    evidence = choose("Will the repairs cost 10 million crowns?")
    assert "40 million crowns" in quoted(evidence)
    assert evidence.remark == "The articles say otherwise."


def test_what_the_articles_say_needs_no_remark() -> None:
    evidence = choose("Will the repairs cost 40 million crowns?")
    assert "40 million crowns" in quoted(evidence)
    assert not evidence.remark


def test_what_is_said_of_somebody_else_is_not_said_of_this_one() -> None:
    evidence = choose("Did Brandt describe the structure as beyond saving?")
    assert "Lena Ode" in quoted(evidence)
    assert evidence.remark.startswith("The articles do not say this")


CALL = read_article(
    b"""Title: A call
Source: The Lookout
Date: 6 May 2022

Mayor Ada Brandt wrote to Mayor Tom Reed in April, and Peter Vance carried the letter.
It rained for a week.
The two mayors talked on the phone on Sunday, for an hour.
A clerk told the council of a future tunnel between Harwich and Melby.
""",
    "call.txt",
)


def test_two_who_share_an_office_are_meant_by_it() -> None:
    evidence = choose("Have Brandt and Reed talked recently?", CALL)
    assert quoted(evidence) == "The two mayors talked on the phone on Sunday, for an hour."
    assert not evidence.remark
    # Who carries letters is no mayor.
    evidence = choose("Have Brandt and Vance talked recently?", CALL)
    assert evidence.is_unconfirmed or evidence.remark.startswith("The articles do not say")


def test_what_is_still_to_come_has_not_been() -> None:
    assert (
        choose("Is there a tunnel between Harwich and Melby?", CALL).remark == "The articles say this with a reserve."
    )
    assert not choose("Will there be a tunnel between Harwich and Melby?", CALL).remark


def test_two_speakers_who_contradict_each_other_are_both_quoted() -> None:
    evidence = choose("Is the closure permanent?")
    assert "not permanent" in quoted(evidence)
    assert "permanent in all but name" in quoted(evidence)
    assert evidence.remark == "Accounts differ."


def test_a_choice_gets_both_sides() -> None:
    evidence = choose("Do the hauliers get a ferry or the longer road?")
    assert "a ferry" in quoted(evidence)
    assert "the longer road" in quoted(evidence)


def test_a_question_that_takes_something_false_for_granted_is_set_right() -> None:
    evidence = choose("Why did Brandt rule out a toll?", best="voted on Tuesday")
    assert quoted(evidence).endswith("Brandt did not rule out a toll for lorries.") or "did not rule out" in quoted(
        evidence
    )


def test_a_place_is_set_right() -> None:
    evidence = choose("Why was the old bridge closed in Norhaven?", best="voted on Tuesday")
    assert "at Harwich" in quoted(evidence)


def test_a_question_that_takes_something_true_for_granted_is_answered_as_ever() -> None:
    evidence = choose("Why did the council vote to close the old bridge?", best="Repairs would cost")
    assert not evidence.remark
    assert "Repairs would cost" in quoted(evidence)


def test_every_expert_is_quoted() -> None:
    text = quoted(choose("What did each expert say?"))
    assert "permanent in all but name" in text
    assert "beyond saving" in text
    assert "Mayor Ada Brandt" not in text


def test_what_each_side_wants_is_quoted_of_both() -> None:
    text = quoted(choose("What does each side want?"))
    assert "hauliers demand a ferry" in text
    assert "council insists on the longer road" in text
    assert "the hauliers want the money" in text


def test_a_timeline_is_in_the_order_of_what_happened() -> None:
    evidence = choose("Give me a timeline of the events.", BRIDGE, LATER)
    assert evidence.leads == (
        "3 August 1961 –",
        "12 February 2022 –",
        "3 May 2022 –",
        "June 2022 –",
        "1 September 2022 –",
    )
    assert [found.article.outlet for found in evidence.sentences][-1] == "The Tidings"


def test_what_happened_in_a_period_is_told_by_the_dates_in_it() -> None:
    evidence = choose("What happened between 1 and 5 May 2022?", BRIDGE, LATER)
    assert quoted(evidence) == "The council voted on Tuesday to close the old bridge at Harwich."


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("It opens on Friday.", ["29 April 2022"]),
        ("It is due to open on Friday.", ["6 May 2022"]),
        ("It opened on Wednesday.", ["4 May 2022"]),
        ("It fell in December.", ["December 2021"]),
        ("It fell in 1961 and on 2 March 1970.", ["1961", "2 March 1970"]),
        ("They may march in step.", []),
    ],
)
def test_a_date_without_a_year_is_the_one_nearest_to_the_report(text: str, dates: list[str]) -> None:
    assert [str(each) for each in find_event_dates(text, BRIDGE.published)] == dates


def test_articles_that_give_different_numbers_are_both_shown_the_newer_first() -> None:
    evidence = choose("How many crowns will the repairs of the Harwich bridge cost?", BRIDGE, LATER, best="55 million")
    assert evidence.sentences[0].article.outlet == "The Tidings"
    assert "55 million crowns" in quoted(evidence)
    assert "40 million crowns" in quoted(evidence)
    assert evidence.remark == "Accounts differ; the newer come first."


def test_articles_that_give_the_same_number_do_not_differ() -> None:
    evidence = choose("How many crowns will the repairs cost?", BRIDGE, best="Repairs")
    assert not evidence.remark


def test_what_no_sentence_speaks_of_is_not_passed_off_as_confirmed() -> None:
    evidence = choose("Did the harbour master praise the bakery?")
    assert evidence.remark == "The articles do not say outright whether this is so."
    assert evidence.is_unconfirmed


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("When was the crossing opened?", "3 August"),
        ("When will the reopening be decided, and who will pay?", "yet to be decided"),
        ("Where does Peter Vance work?", "Peter Vance"),
    ],
)
def test_when_or_where_something_happened_is_told_by_what_says_so(question: str, best: str) -> None:
    evidence = choose(question, best=best)
    assert best in quoted(evidence)


def test_the_day_on_which_something_was_said_is_no_other_day_of_what_it_was_said_of() -> None:
    seeds = [read_article(path.read_bytes(), path.name) for path in sorted(SEEDS.glob("*.txt"))]
    evidence = choose("When will the talks take place?", *seeds, best="place")
    assert "March 18" in quoted(evidence)
    assert not evidence.remark


def report(day: str, sentence: str, outlet: str = "The Lookout") -> Article:
    return read_article(f"Title: Harwich\nSource: {outlet}\nDate: {day}\n\n{sentence}\n".encode(), "report.txt")


@pytest.mark.parametrize(
    ("question", "earlier", "later"),
    [
        (
            "When will the Harwich bridge reopen?",
            "The Harwich bridge will reopen on 12 May, the council said on Friday.",
            "The Harwich bridge will not reopen until 3 July, the council said on Wednesday.",
        ),
        (
            "How much will the Harwich repairs cost?",
            "The Harwich repairs will cost 40 million crowns.",
            "The Harwich repairs will now cost 55 million crowns.",
        ),
    ],
)
def test_what_a_later_report_says_otherwise_comes_first_however_far_from_the_question(
    question: str, earlier: str, later: str
) -> None:
    articles = (report("4 March 2022", earlier), report("20 April 2022", later))
    ranked = [replace(each, score=0.9 if each.text == earlier else 0.2) for each in rank(*articles)]
    evidence = choose_to_quote(question, sorted(ranked, key=lambda each: -each.score))
    assert [found.text for found in evidence.sentences] == [later, earlier]
    assert evidence.remark == "Accounts differ; the newer come first."


@pytest.mark.parametrize(
    ("question", "one", "other", "day"),
    [
        # Another year, another thing, the same day.
        ("How many cars did Tarn sell?", "Tarn sold 40 cars in 2020.", "Tarn sold 55 cars in 2021.", "20 April 2022"),
        ("How much did Tarn pay?", "Tarn paid 40 crowns for the pier.", "Tarn paid 55 crowns to every single driver of a lorry.", "20 April 2022"),
        ("How much did Tarn pay?", "Tarn paid 40 crowns for the pier.", "Tarn paid 55 crowns for the pier.", "4 March 2022"),
    ],
)  # fmt: skip
def test_what_is_told_of_something_else_and_lies_farther_from_the_question_is_no_other_account(
    question: str, one: str, other: str, day: str
) -> None:
    articles = (report("4 March 2022", one), report(day, other))
    ranked = [replace(each, score=0.9 if each.text == one else 0.2) for each in rank(*articles)]
    evidence = choose_to_quote(question, sorted(ranked, key=lambda each: -each.score))
    assert not evidence.remark


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest on the Harwich bridge?",
        "what's new with the bridge",
        "Is there any news about the Harwich bridge?",
    ],
)
def test_the_latest_on_a_matter_is_what_the_newest_article_says_of_it(question: str) -> None:
    evidence = choose(question, BRIDGE, LATER, best="40 million")
    assert {found.article.outlet for found in evidence.sentences} == {"The Tidings"}
    assert evidence.probability >= 0.5


@pytest.mark.parametrize("question", ["What is the latest on the tunnel?", "What is the latest ferry?", "What is new?"])
def test_without_a_matter_that_articles_speak_of_nothing_is_the_latest(question: str) -> None:
    evidence = choose(question, BRIDGE, LATER, best="40 million")
    assert "40 million" in quoted(evidence)


def test_of_articles_without_dates_none_is_the_latest() -> None:
    undated = read_article(b"The bridge\n\nThe bridge of Harwich was painted green.\n", "undated.txt")
    dated = report("4 March 2022", "The bridge of Harwich was painted red.")
    evidence = choose("What is the latest on the bridge?", undated, dated)
    assert quoted(evidence) == "The bridge of Harwich was painted red."


TALK = read_article(
    """Title: Harwich hears its experts
Source: The Lookout
Date: 9 May 2022

Chen Vole, a secretary of the Coast Institute and a friend of the mayor, said Brandt and Reed would pay for the tunnel.
“It is the largest sum in the history of the town,” Vole added.
The council rejected a plan that was drawn up under Otto Lind, and Lind’s ferry lies idle.
“Nobody asked for a tunnel,” said Ada Brandt, the mayor.
“We want our ferry back,” she said. “It was slow. It never sank.
“Nor did it cost a crown,” she said.
Norhaven demands a share of the toll.
Harwich hopes to open the tunnel in 2025, while Norhaven wants it in 2024.
The hauliers were not heard.
""".encode(),
    "talk.txt",
)


def test_what_somebody_said_is_what_they_say() -> None:
    evidence = choose("What did Brandt say about the tunnel?", TALK, best="Brandt and Reed")
    assert quoted(evidence) == "“Nobody asked for a tunnel,” said Ada Brandt, the mayor."
    assert evidence.is_settled
    evidence = choose("What did Ada Brandt say?", TALK, best="Brandt and Reed")
    assert "the mayor. “We want our ferry back,” she said." in quoted(evidence)
    # Who is named behind the verb is spoken of.
    assert "largest sum" in quoted(choose("What did Chen Vole say?", TALK))
    assert "Nobody asked" not in quoted(choose("What did Chen Vole say?", TALK))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who said that the ferry was wanted back?", "“We want our ferry back,” she said. “It was slow."),
        # A quotation that goes on without any marks.
        ("Who said that it never sank?", "It never sank."),
    ],
)
def test_who_said_it_is_told_by_the_sentence_that_names_them(question: str, said: str) -> None:
    text = quoted(choose(question, TALK, best=said))
    assert text.startswith("“Nobody asked for a tunnel,” said Ada Brandt, the mayor.")
    assert text.endswith(said)
    assert "Chen Vole" not in text


def test_a_speaker_that_the_sentence_names_needs_no_other() -> None:
    assert answer_who_said("Who said that it is the largest sum?", rank(TALK, best="largest sum")) is None


def test_who_says_and_does_nothing_cannot_be_quoted() -> None:
    silent = choose("What did Lind say about the ferry?", TALK, best="Lind")
    assert silent.probability == 0
    assert "Lind" in quoted(silent)
    # Of who acts, the articles may tell words in a way that is not recognised.
    assert choose("What did the council say about the ferry?", TALK, best="ferry").probability > 0
    assert choose("What did Norhaven say about the ferry?", TALK, best="ferry").probability > 0


OTHERS = read_article(
    """Title: Missiles
Source: The Lookout
Date: 12 May 2022

South Korea said the missile fell into the sea.
South Korea wants peace.
North Korea sent no word.
“The war goes well,” said Anton Ivers.
Critics of Ivers said it was lost.
Regulators warned Ivers about the bolts of the missile.
Republicans say the bill costs too much.
Anna Ivers opened a school.
""".encode(),
    "missiles.txt",
)


@pytest.mark.parametrize(
    "question",
    [
        "What did North Korea say about the missile?",
        "What does North Korea want?",
        "What did critics of Ivers say?",
        "What did Ivers' critics say?",
        "What was Ivers warned about?",
        "What did Anna Ivers say?",
        "What do Republicans say about the bill?",
    ],
)
def test_nobody_gets_the_words_of_another_with_a_part_of_their_name(question: str) -> None:
    evidence = choose(question, OTHERS, best="bill")
    # What the form of a question does not settle is left to how near the sentences are.
    assert not evidence.is_settled
    assert evidence.probability > 0


def test_what_one_side_wants_is_told_by_its_own_wishes() -> None:
    evidence = choose("What does Norhaven want?", TALK, best="ferry")
    assert quoted(evidence) == (
        "Norhaven demands a share of the toll. "
        "Harwich hopes to open the tunnel in 2025, while Norhaven wants it in 2024."
    )
    assert evidence.is_settled
    assert "share of the toll" not in quoted(choose("What does Harwich hope for?", TALK, best="toll"))
    assert not choose("What does Melby want?", TALK, best="ferry").is_settled
