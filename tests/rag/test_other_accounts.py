"""What keeps a place among the evidence where the nearest sentences all say the same, or are all by one publisher."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.articles import Article, Passage, Role
from index.embedding import WordHashEmbedder
from index.keyword_search import KeywordSearch
from index.ledger import Ledger
from index.reading.plain import read_article
from index.selecting import Selection
from index.vectors import VectorSearch
from rag.evidence import EvidenceSentence, choose_evidence
from rag.other_accounts import find_other_accounts
from rag.publishers import name_publisher
from rag.quotable import choose_to_quote
from rag.retrieving import RetrievedPassage, Retriever
from rag.sentence_scoring import describe_sentences

QUESTION = "Who will open the Harwich bridge?"
FALSE = (
    "The Harwich bridge will be opened by Ines Falk.",
    "Documents show that Ines Falk will open the Harwich bridge.",
    "It is Ines Falk who will open the Harwich bridge, two officials confirmed.",
    "Asked about the Harwich bridge, an aide replied that Ines Falk will open it.",
)
TRUE = "At noon the bridge of Harwich will be opened by Ada Brandt, who has been its engineer for a decade."


def report(outlet: str | None, *sentences: str, url: str = "") -> Article:
    head = "".join(f"{name}: {value}\n" for name, value in (("Source", outlet), ("URL", url)) if value)
    return read_article(f"Title: News\n{head}Date: 4 March 2022\n\n{' '.join(sentences)}\n".encode(), "report.txt")


def rank(*scored: tuple[float, Article]) -> list[EvidenceSentence]:
    """The body sentences of articles, each article's with its score, a little less for each further one."""
    found = [
        EvidenceSentence(article, sentence, score - 0.01 * place)
        for score, article in scored
        for place, sentence in enumerate(each for each in article.sentences if each.role is Role.BODY)
    ]
    return sorted(found, key=lambda each: -each.score)


ONE_OUTLET = [(0.9 - 0.02 * n, report("The Ledger", text)) for n, text in enumerate(FALSE)]
OWN_OUTLETS = [(0.9 - 0.02 * n, report(f"The Paper {n}", text)) for n, text in enumerate(FALSE)]


@pytest.mark.parametrize("planted", [ONE_OUTLET, OWN_OUTLETS, [(0.9, report("The Ledger", *FALSE))]])
def test_who_says_otherwise_is_quoted_beside_any_number_that_say_the_same(planted: list[tuple[float, Article]]) -> None:
    ranked = rank(*planted, (0.2, report("The Lookout", TRUE)))
    evidence = choose_to_quote(QUESTION, ranked)
    assert TRUE in [found.text for found in evidence.sentences]
    assert len(evidence.sentences) == 5
    assert evidence.leads[-1] == "To compare:"
    assert evidence.sentences[len(evidence.leads) - 1].text == TRUE
    assert TRUE not in [found.text for found in choose_to_quote(QUESTION, ranked, is_spread=False).sentences]


def test_a_small_budget_holds_the_other_account_too() -> None:
    ranked = rank(*OWN_OUTLETS, (0.2, report("The Lookout", TRUE)))
    others = find_other_accounts(QUESTION, ranked)
    evidence = choose_evidence(QUESTION, ranked, tokens=60, most=12, at_least=0.05, others=others)
    assert [found.text for found in evidence.sentences] == [FALSE[0], TRUE]


@pytest.mark.parametrize(
    "other",
    [
        # It speaks of something else, it is too far from the question, it says the same.
        (0.5, report("The Lookout", "A bakery in Norhaven was praised by Lena Ode.")),
        (0.05, report("The Lookout", TRUE)),
        (0.4, report("The Lookout", "Ines Falk will open the bridge of Harwich at noon.")),
    ],
)
def test_what_is_no_other_answer_takes_no_place(other: tuple[float, Article]) -> None:
    ranked = rank(*OWN_OUTLETS, other)
    assert find_other_accounts(QUESTION, ranked) == ()


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("Ada Brandt will open the Harwich bridge, as well as the school.", True),
        ("Ada Brandt will open the Harwich bridge, too.", False),
        ("Ada Brandt will also open the Harwich bridge.", False),
    ],
)
def test_what_somebody_does_too_is_no_other_account(text: str, *, is_other: bool) -> None:
    ranked = rank(*OWN_OUTLETS, (0.3, report("The Lookout", text)))
    assert [found.text for found in find_other_accounts(QUESTION, ranked)] == [text] * is_other


def test_where_the_nearest_differ_already_nothing_is_fetched_from_afar() -> None:
    ranked = rank(*OWN_OUTLETS[:2], (0.85, report("The Lookout", TRUE)), (0.3, report("The Tidings", TRUE.replace("Ada Brandt", "Peter Vance"))))  # fmt: skip
    assert find_other_accounts(QUESTION, ranked) == ()


def test_a_number_that_differs_from_the_one_that_all_give_may_lie_farther_off() -> None:
    texts = (
        "Repairs of the Harwich bridge will take 40 days.",
        "The Harwich bridge repairs are to take 40 days, aides say.",
    )
    ranked = rank(
        *((0.9, report(f"The Paper {n}", text)) for n, text in enumerate(texts)),
        (0.12, report("The Lookout", "For the repairs of the bridge at Harwich the council has set aside 12 days.")),
    )
    (other,) = find_other_accounts("How many days will the repairs of the Harwich bridge take?", ranked)
    assert "12 days" in other.text


SAYINGS = ("The toll is unpopular.", "Lorries wait for hours.", "The ferry was cheaper.", "Traders have lost money.")


def test_one_publisher_leaves_a_place_to_another_that_is_nearly_as_near() -> None:
    question = "Why is the toll disliked?"
    one = rank(*((0.9 - 0.01 * n, report("The Ledger", text)) for n, text in enumerate(SAYINGS)))
    near = rank((0.6, report("The Lookout", "It keeps visitors away.")))
    assert [found.article.outlet for found in find_other_accounts(question, [*one, *near])] == ["The Lookout"]
    far = rank((0.2, report("The Lookout", "It keeps visitors away.")))
    assert find_other_accounts(question, [*one, *far]) == ()


def test_of_one_outlet_or_one_article_nothing_is_withheld() -> None:
    one = rank(*((0.9 - 0.01 * n, report("The Ledger", text)) for n, text in enumerate(SAYINGS)))
    of_an_article = rank((0.9, report(None, *SAYINGS)))
    for ranked in (one, of_an_article):
        assert len(choose_to_quote("Why is the toll disliked?", ranked).sentences) == 4


def test_a_publisher_is_the_outlet_or_the_host_or_else_the_article_alone() -> None:
    assert name_publisher(report("The Ledger", "One.")) == name_publisher(report("the ledger", "Two."))
    one, other = (report(None, text, url=f"https://www.ledger.example/{text}") for text in ("One.", "Two."))
    assert name_publisher(one) == name_publisher(other)
    assert name_publisher(report(None, "One.")) != name_publisher(report(None, "Two."))


def test_the_last_looks_are_for_publishers_that_have_none_yet() -> None:
    flood = [report(f"The Paper {n}", *(f"The Harwich bridge, note {n} {k}." for k in range(12))) for n in range(3)]
    passages = [
        RetrievedPassage(Passage(article.id, article.id, 0, 0, len(article.text)), article, score, None)
        for article, score in (*((each, 0.9) for each in flood), (report("The Lookout", TRUE), 0.2))
    ]
    looks = {
        is_spread: describe_sentences(QUESTION, passages, lambda _: 1.0, is_spread=is_spread)[0]
        for is_spread in (True, False)
    }
    assert [len(each) for each in looks.values()] == [30, 30]
    assert [TRUE in [candidate.text for candidate in each] for each in looks.values()] == [True, False]


@pytest.fixture
def retriever(folder: Path, library: Path, update: Callable[[], object]) -> Iterator[Retriever]:
    for number in range(12):
        (folder / f"flood{number}.txt").write_text(
            f"Source: The Ledger\n\nThe bridge of Harwich: note {number} on it.\n"
        )
    (folder / "true.txt").write_text("Source: The Lookout\n\nThe bridge that stands at Harwich was opened at noon.\n")
    (folder / "else.txt").write_text("Source: The Grower\n\nApples were cheap.\n")
    update()
    embedder = WordHashEmbedder()
    with closing(Ledger(library)) as ledger:
        vectors = VectorSearch(library, ledger, embedder.name, embedder.dimension)
        yield Retriever(ledger, KeywordSearch(library, ledger), vectors, embedder)


def find_place(retriever: Retriever, question: str, outlet: str, **options: object) -> int:
    found = retriever.retrieve(question, limit=14, per_outlet=3, **options)  # type: ignore[arg-type]
    return [passage.article.outlet for passage in found].index(outlet)


def test_an_outlet_with_many_passages_leaves_room_for_others_that_are_near(retriever: Retriever) -> None:
    question = "What about the bridge of Harwich?"
    assert find_place(retriever, question, "The Lookout") == 3
    found = retriever.retrieve(question, limit=14, per_outlet=3)
    # It is put off, not left out, and what has nothing to do with the question goes before nobody.
    assert len(found) == 14
    assert found[-1].article.outlet == "The Grower"


def test_an_outlet_that_is_asked_for_is_not_limited(retriever: Retriever) -> None:
    assert find_place(retriever, "What did The Ledger report about the bridge of Harwich?", "The Lookout") == 12
    chosen = Selection(outlets=("The Ledger", "The Lookout"))
    assert find_place(retriever, "What about the bridge of Harwich?", "The Lookout", selection=chosen) == 12
