import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from evals.benchmarks.verifying.__main__ import verifying
from evals.benchmarks.verifying.altering_meaning import alter_meaning
from evals.benchmarks.verifying.altering_names import alter_names
from evals.benchmarks.verifying.altering_values import alter_values
from evals.benchmarks.verifying.drawing import read_articles, tell_half
from evals.benchmarks.verifying.measuring import SOFT_KINDS, count_kinds, judge_pairs, make_pairs
from evals.benchmarks.verifying.pairs import Dice, Drawn, has_word
from evals.benchmarks.verifying.true_forms import make_true
from index.articles import Article, Role
from rag.conversation import Verdict
from rag.verifying import Judgement, verify

STORY = """The harbour of Lisbon was closed on March 18, 2021, after 12 boats sank, Peter Vance told the Harbour Committee.
Vance said the repairs could cost $1.5 million, or 30 percent of the budget.
However, officials (none of them named) rejected the second plan 9-4 on Tuesday, which surprised the crews.
“We did not expect so many people,” Laura Quist said.
He was not ready to speak about the three divers, who may return to Madrid in two weeks.
"""
OTHER = """Traffic in Dublin rose again in 2019 because the old ferry company had stopped its night service.
Helen Marsh said the new bridge would open before the summer and carry more lorries than the ferry.
The town council of Galway approved the plan in June.
Nobody was hurt when a bus left the road near Cork on Friday.
"""


def write_dump(folder: Path) -> Path:
    path = folder / "articles.jsonl"
    rows = [
        {"title": f"Story {n}", "url": f"https://www.lookout{n}.example/a", "text": text.replace("\n", "\n\n")}
        for n, text in enumerate([STORY, OTHER] * 3)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture
def articles(tmp_path: Path) -> list[Article]:
    return list(read_articles(write_dump(tmp_path), 6, None))


def draw(article: Article, words: str) -> Drawn:
    body = [sentence for sentence in article.sentences if sentence.role is Role.BODY]
    return Drawn(article, body, next(n for n, each in enumerate(body) if words in article.quote(each)))


def test_an_outlet_is_named_by_its_address_where_none_is_stated(articles: list[Article]) -> None:
    assert [article.outlet for article in articles[:2]] == ["Lookout0", "Lookout1"]


def test_the_true_statements_of_a_sentence_are_what_a_model_would_write(articles: list[Article]) -> None:
    made = {each.kind: each for words in ("harbour", "repairs", "officials", "three divers") for each in make_true(draw(articles[0], words))}  # fmt: skip
    assert "2021-03-18" in made["date spelt otherwise"].text
    assert "3 divers" in made["number spelt otherwise"].text
    assert "30%" in made["percent sign"].text
    assert "(" not in made["shortened: parenthesis"].text
    assert made["shortened: leading words"].text.startswith("Officials")
    assert made["by the outlet"].text.startswith("According to Lookout0, he was not ready")
    assert (
        made["verb of saying"].text
        == "Vance told reporters the repairs could cost $1.5 million, or 30 percent of the budget."
    )
    assert made["two sentences merged"].offsets == (0, 1)


def test_every_alteration_says_something_that_its_sentence_does_not(articles: list[Article]) -> None:
    pairs = list(make_pairs(articles, 5, 1))
    kinds = {pair.statement.kind for pair in pairs if not pair.is_true}
    assert kinds >= {"number", "date", "percentage or amount", "unit", "ordinal", "score or range", "person swapped", "place swapped", "speaker swapped", "negation inserted", "negation removed", "direction", "hedge removed", "hedge raised", "attribution removed", "outside fact, invented", "words of a quotation"}  # fmt: skip
    for pair in pairs:
        if not pair.is_true:
            assert pair.statement.text not in {each.text for each in make_true(pair.drawn)}, pair.statement


def test_a_number_or_name_put_in_is_nowhere_in_the_sentence_title_or_date(articles: list[Article]) -> None:
    drawn = draw(articles[0], "harbour")
    others = [draw(articles[1], "Traffic"), draw(articles[1], "Helen")]
    for seed in range(20):
        made = [*alter_values(drawn, drawn.text, Dice(seed)), *alter_names(drawn, drawn.text, others, Dice(seed))]
        for each in made:
            strange = [
                word for word in each.text.replace(",", " ").rstrip(".").split() if not has_word(word, drawn.text)
            ]
            assert strange or each.kind in ("who does it to whom", "unit"), each


def test_a_hedge_is_not_removed_where_a_condition_would_still_say_it(articles: list[Article]) -> None:
    drawn = draw(articles[0], "three divers")
    made = {each.kind: each.text for each in alter_meaning(drawn, drawn.text, [], Dice(1))}
    assert "will return" in made["hedge removed"]
    assert "is expected to return" in made["hedge raised"]
    conditional = drawn.text.replace("who may", "who may, if asked,")
    assert "hedge removed" not in {each.kind for each in alter_meaning(drawn, conditional, [], Dice(1))}


def test_the_same_seed_makes_the_same_pairs_and_an_article_is_always_in_the_same_half(articles: list[Article]) -> None:
    first, second = (
        [(pair.statement, pair.half) for pair in make_pairs(articles, 3, seed)] for seed in (7, 7)
    )  # fmt: skip
    assert first == second
    assert {tell_half(article) for article in articles} <= {"development", "held-out"}
    assert all(pair.half == tell_half(pair.drawn.article) for pair in make_pairs(articles, 3, 8))


def test_figures_count_true_ones_kept_and_altered_ones_caught(articles: list[Article]) -> None:
    def judge(statement: str, *_: object) -> Judgement:
        return Judgement(Verdict.PARTLY if "will" in statement else Verdict.SUPPORTED, "")

    figures = count_kinds(judge_pairs(make_pairs(articles, 5, 1), judge))
    by_kind = {(each.kind, each.half): each for each in figures}
    for half in {each.half for each in figures}:
        assert by_kind["as written", half].right.value == 1
        if removed := by_kind.get(("hedge removed", half)):
            assert (removed.right.value, removed.middle.value) == (1, 1)
        counts = {kind: by_kind[kind, half].right.n for kind in ("all altered", "all hard", "all soft")}
        assert counts["all altered"] == counts["all hard"] + counts["all soft"]
        assert by_kind["all altered", half].right.value < 1
        interval = by_kind["all altered", half].right.interval
        assert interval.low <= by_kind["all altered", half].right.value < interval.high
    assert "hedge removed" in SOFT_KINDS


def test_the_verifier_keeps_and_catches_most_of_them(articles: list[Article]) -> None:
    judged = list(judge_pairs(make_pairs(articles, 5, 1), verify))
    right = [(each.judgement.verdict is Verdict.SUPPORTED) == each.pair.is_true for each in judged]
    assert sum(right) >= 0.95 * len(right)


def test_the_command_prints_both_halves_and_writes_figures_with_versions(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    options = [
        "--articles",
        str(write_dump(tmp_path)),
        "--limit",
        "4",
        "--sentences",
        "2",
        "--misses",
        "1",
        "--out",
        str(out),
    ]
    done = CliRunner().invoke(verifying, options, catch_exceptions=False)
    assert done.exit_code == 0
    assert "development: supported, partly, n" in done.output
    assert "held-out: not supported, partly, n" in done.output
    assert "paraphrased by hand" in done.output
    written = json.loads(out.read_text())
    assert written["versions"]["python"]
    assert written["milliseconds"]["p50"] > 0
    assert {each["half"] for each in written["figures"]} <= {"development", "held-out"}
