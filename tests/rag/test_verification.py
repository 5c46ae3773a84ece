"""What the checks of a sentence see and what they let pass, one after the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Role
from index.reading.plain import read_article
from rag.attribution import find_speakers
from rag.conversation import Citation, Verdict
from rag.quantities import find_ordinals, find_scores, find_units
from rag.verification.quotations import find_quotations
from rag.verifying import verify

ARTICLE = read_article(
    """Title: Harbour town votes on its bridge
Source: The Lookout
Date: 4 May 2022

The council voted 9-4 on Tuesday to close the old bridge, which cost $5 million a year, or 12 percent of its budget.
Mayor Ada Brandt, a former engineer, told reporters that the decision was “a sad one” for Harwich.
“We waited ten years for money from the county. It never came,” Brandt said.
“The bridge was ‘beyond saving’ in any case.”
He added: “Nobody in Harwich will miss it.”
Pauline Ode accused Brandt of hiding the report. The repairs may lead to long delays.
The second inspection, the third since 2019, found that traffic rose sharply before the closure.
The new crossing is expected to open in 2027, and the town plans to charge lorries 40 euros for 3 miles.
Three swimmers were rescued and five drivers were injured. Visitors aged 16 to 18 pay nothing.
Peter Vance said the council had not read the inspection. The county opposed the closure.
""".encode(),
    "bridge.txt",
)
BODY = [sentence for sentence in ARTICLE.sentences if sentence.role is Role.BODY]


def cite(words: str, article: Article = ARTICLE) -> Citation:
    span = next(each for each in article.sentences if each.role is Role.BODY and words in article.quote(each))
    head = (article.id, article.file, article.title, article.outlet, article.published, article.url)
    return Citation(1, *head, span.start, span.end, article.quote(span))


def verdict(sentence: str, words: str) -> Verdict:
    return verify(sentence, [cite(words)], [ARTICLE]).verdict


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("According to The Lookout, the council voted 9-4 on Tuesday to close the old bridge.", "voted 9-4"),
        ("The old bridge cost 5 million dollars a year, or 12% of the council’s budget.", "voted 9-4"),
        ("Ada Brandt told reporters the decision was ‘a sad one’ for Harwich.", "former engineer"),
        ("Brandt said the decision was \"a sad one\" for Harwich.", "former engineer"),
        ("“We waited ten years ... It never came,” Brandt said.", "waited ten years"),
        ("Brandt said: “The bridge was ‘beyond saving’ in any case.”", "beyond saving"),
        ("Brandt said the bridge was “beyond saving” in any case.", "beyond saving"),
        ("The repairs may lead to delays.", "repairs may lead"),
        ("It is possible that the repairs lead to long delays.", "repairs may lead"),
        ("Traffic rose sharply before the closure, the second inspection found.", "second inspection"),
        ("The town plans to charge lorries €40 for 3 miles.", "new crossing"),
        ("Five drivers were injured and three swimmers were rescued.", "Three swimmers"),
        ("Visitors aged 16-18 pay nothing.", "Visitors aged"),
        ("Brandt was accused by Pauline Ode of hiding the report.", "accused Brandt"),
        ("Vance said the council hadn’t read the inspection.", "Peter Vance"),
    ],
)  # fmt: skip
def test_what_is_said_truly_in_other_words_is_supported(sentence: str, words: str) -> None:
    judgement = verify(sentence, [cite(words)], [ARTICLE])
    assert judgement.verdict is Verdict.SUPPORTED, judgement.reason


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The council voted 4-9 on Tuesday to close the old bridge.", "voted 9-4"),
        ("The old bridge cost $5 billion a year.", "voted 9-4"),
        ("The old bridge cost €5 million a year.", "voted 9-4"),
        ("The old bridge cost 12 percentage points of its budget.", "voted 9-4"),
        ("The town plans to charge lorries 40 dollars for 3 miles.", "new crossing"),
        ("The town plans to charge lorries 40 euros for 3 km.", "new crossing"),
        ("The first inspection, the third since 2019, found that traffic rose sharply.", "second inspection"),
        ("Traffic fell sharply before the closure.", "second inspection"),
        ("Traffic rose sharply after the closure.", "second inspection"),
        ("The county supported the closure.", "county opposed"),
        ("Five swimmers were rescued and three drivers were injured.", "Three swimmers"),
        ("Visitors aged 16 to 19 pay nothing.", "Visitors aged"),
        ("Brandt accused Pauline Ode of hiding the report.", "accused Brandt"),
        ("Peter Vance said the council had read the inspection.", "Peter Vance"),
        ("Pauline Ode said: “The bridge was ‘beyond saving’ in any case.”", "beyond saving"),
        ("Peter Vance told reporters that the decision was “a sad one”.", "former engineer"),
    ],
)  # fmt: skip
def test_what_is_altered_is_unsupported(sentence: str, words: str) -> None:
    judgement = verify(sentence, [cite(words)], [ARTICLE])
    assert judgement.verdict is Verdict.UNSUPPORTED, judgement.reason


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The repairs are expected to lead to long delays.", "repairs may lead"),
        ("The repairs will lead to long delays.", "repairs may lead"),
        ("The new crossing will open in 2027.", "new crossing"),
        ("The new crossing is expected to open in 2027, and the town will charge lorries 40 euros.", "new crossing"),
    ],
)
def test_a_hedge_may_not_become_weaker(sentence: str, words: str) -> None:
    judgement = verify(sentence, [cite(words)], [ARTICLE])
    assert (judgement.verdict, "less certain" in judgement.reason) == (Verdict.PARTLY, True)


def test_a_month_is_no_hedge() -> None:
    text = b"Title: Flags\n\nPresident Wilson made the day official on May 30, 1916. The flags were raised everywhere at noon."
    article = read_article(text, "flags.txt")
    sentence = "President Wilson made the day official on 30 May 1916."
    assert verify(sentence, [cite("Wilson", article)], [article]).verdict is Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The repairs may lead to long delays, which angered several shopkeepers.", "repairs may lead"),
        ("The council voted 9-4 on Tuesday to close the wooden bridge.", "voted 9-4"),
        ("The council had not read the inspection.", "Peter Vance"),
    ],
)
def test_what_is_added_or_taken_away_beside_the_truth_is_partly_supported(sentence: str, words: str) -> None:
    assert verdict(sentence, words) is Verdict.PARTLY


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He called it “a sad one”.", ["a sad one"]),
        ("He called it ““a sad one””.", ["a sad one"]),
        ('He called it ""a sad one"".', ["a sad one"]),
        ("He called it ''a sad one''.", ["a sad one"]),
        ("He called it 'a sad one'.", ["a sad one"]),
        ("The bridge's end wasn't the council's wish.", []),
        ("He called it “a sad one and left.", ["a sad one and left."]),
        ("It was a sad one,” he said.", ["It was a sad one,"]),
        ("„Ein Ende“ stood on «la fin».", ["Ein Ende", "la fin"]),
        ("At 5'4\" he was the shortest.", []),
        ('"One," he said, "and two."', ["One,", "and two."]),
    ],
)
def test_quotations_are_found_whatever_their_marks(text: str, found: list[str]) -> None:
    assert find_quotations(text) == found


@pytest.mark.parametrize("marks", [("“", "”"), ('"', '"'), ("““", "””"), ("“", ""), ("", "”"), ("‘", "’"), ("'", "'"), ("„", "“"), ("«", "»")])  # fmt: skip
def test_altered_words_do_not_escape_by_their_quotation_marks(marks: tuple[str, str]) -> None:
    opening, closing = marks
    citation = cite("waited ten years")
    altered = f"{opening}We waited ten years for help from the county{closing}"
    assert verify(altered, [citation], [ARTICLE]).verdict is Verdict.UNSUPPORTED
    true = f"{opening}We waited ten years for money from the county{closing}"
    assert verify(true, [citation], [ARTICLE]).verdict is Verdict.SUPPORTED


def test_who_speaks_is_found_before_and_behind_what_is_said() -> None:
    for text in (
        "According to Ada Brandt, it is over.",
        "Ada Brandt, a former engineer, said it is over.",
        "“It is over,” said Ada Brandt.",
        "“It is over,” Ada Brandt told reporters.",
        "It is over, according to Ada Brandt.",
    ):
        assert {speaker.surname for speaker in find_speakers(text)} == {"brandt"}, text
    assert find_speakers("The end has been announced.") == ()


def test_units_scores_and_places_in_an_order_are_read() -> None:
    assert find_units("$5 million over two years") == {"number 5000000": {"dollars"}, "number 2": {"years"}}
    assert find_units("16 to 18 percent")["number 18"] == {"percent"}
    assert find_scores("won 3-1, then 2–2") == {("3", "1"), ("2", "2")}
    assert find_ordinals("the third of 21st, seconds later") == {3, 21}


RANK = {Verdict.SUPPORTED: 2, Verdict.PARTLY: 1, Verdict.UNSUPPORTED: 0}
CHANGES = [
    ("$5", "€5"), ("million", "billion"), ("percent", "percentage points"), ("euros", "dollars"), ("miles", "kilometres"),
    ("9-4", "4-9"), ("second", "first"), ("third", "fourth"), ("rose", "fell"), ("before", "after"), ("opposed", "backed"),
    ("may lead", "will lead"), ("is expected to", "will"), ("plans to", "will"), ("never", ""), ("not ", ""),
    ("Brandt", "Vance"), ("Peter Vance", "Pauline Ode"), ("Three", "Nine"), ("Tuesday", "Friday"), ("16 to 18", "16 to 28"),
    ("sad", "glad"), ("ten years", "ten weeks"), ("Harwich", "Margate"),
]  # fmt: skip


@given(st.sampled_from(BODY), st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3, unique=True))
def test_altering_a_sentence_never_raises_its_verdict(sentence: object, changes: list[tuple[str, str]]) -> None:
    citation = next(cite(ARTICLE.quote(each)) for each in BODY if each is sentence)
    altered = citation.quote
    for change in changes:
        altered = altered.replace(*change)
    before = verify(citation.quote, [citation], [ARTICLE]).verdict
    after = verify(altered, [citation], [ARTICLE]).verdict
    assert before is Verdict.SUPPORTED
    if altered != citation.quote:
        assert RANK[after] < RANK[before]


@given(st.sampled_from(BODY), st.sampled_from(["Nadia Quist", "Brussels", "NATO", "Oldcastle"]))
def test_giving_a_sentence_to_somebody_whom_nothing_names_is_unsupported(sentence: object, name: str) -> None:
    citation = next(cite(ARTICLE.quote(each)) for each in BODY if each is sentence)
    given_away = f"According to {name}, {citation.quote}"
    assert verify(given_away, [citation], [ARTICLE]).verdict is Verdict.UNSUPPORTED


@given(st.text(max_size=80))
def test_any_text_at_all_is_judged_the_same_twice(text: str) -> None:
    citation = cite("voted 9-4")
    assert verify(text, [citation], [ARTICLE]) == verify(text, [citation], [ARTICLE])


def test_names_alone_prove_nothing_that_is_said_of_them() -> None:
    assert verdict("Mayor Ada Brandt resigned.", "told reporters") is Verdict.UNSUPPORTED
    assert verdict("Ada Brandt was rescued.", "told reporters") is not Verdict.SUPPORTED
    assert verdict("Ada Brandt told reporters about the decision.", "told reporters") is Verdict.SUPPORTED


def test_who_something_was_done_by_stands_in_the_article() -> None:
    assert verdict("Five drivers were injured by bandits.", "Three swimmers") is Verdict.UNSUPPORTED
    assert verdict("Three swimmers were rescued and five drivers injured.", "Three swimmers") is Verdict.SUPPORTED


def test_what_one_person_said_another_has_not_agreed() -> None:
    said = "had not read the inspection"
    assert verdict("Pauline Ode agreed that the council had not read the inspection.", said) is Verdict.UNSUPPORTED
    assert verdict("Harwich agreed that the council had not read the inspection.", said) is Verdict.UNSUPPORTED
    assert verdict("Peter Vance said that the council had not read the inspection.", said) is Verdict.SUPPORTED
