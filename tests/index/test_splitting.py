import random
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article, Role
from index.reading.plain import read_article
from index.sentences import MAX_SENTENCE_CHARACTERS, find_sentences
from index.splitting import PASSAGE_TOKENS, split_article

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
sentences = st.lists(st.sampled_from(["The talks began.", "He said so again and again, to anyone.", "Yes.", "中文句子。"]), min_size=1, max_size=60)  # fmt: skip


@given(sentences, st.integers(10, 200))
@settings(max_examples=60, deadline=None)
def test_every_body_sentence_is_in_exactly_one_passage_also_when_the_article_repeats_itself(
    lines: list[str], tokens: int
) -> None:
    article = read_article("\n".join(lines).encode(), "a.txt")
    passages = split_article(article, tokens=tokens)
    for sentence in article.sentences:
        holders = [p for p in passages if p.start <= sentence.start and sentence.end <= p.end]
        assert len(holders) == (1 if sentence.role is Role.BODY else len(holders))
    assert [p.ordinal for p in passages] == list(range(len(passages)))


@given(sentences, st.integers(10, 200))
@settings(max_examples=60, deadline=None)
def test_passages_follow_each_other_and_only_a_single_sentence_is_longer_than_allowed(
    lines: list[str], tokens: int
) -> None:
    article = read_article("\n".join(lines).encode(), "a.txt")
    passages = split_article(article, tokens=tokens)
    for before, after in pairwise(passages):
        assert before.end <= after.start
    for passage in passages:
        held = [s for s in article.sentences if s.role is Role.BODY and passage.start <= s.start < passage.end]
        # A token is a word of up to 8 letters, a part of a longer one, or a mark; these sentences have none longer.
        assert len(held) == 1 or len(re.findall(r"\w+|[^\w\s]", article.body(passage))) <= tokens


WORDS = [f"{onset}{nucleus}{coda}" for onset in "bdfgklmnprstv" for nucleus in "aeiou" for coda in "lnrst"]


def write_paragraph(chance: random.Random) -> str:
    lengths = [chance.randint(5, 30) for _ in range(chance.randint(1, 4))]
    return " ".join(" ".join(chance.choices(WORDS, k=length)).capitalize() + "." for length in lengths)


def edit_one_paragraph(paragraphs: list[str], chance: random.Random) -> Iterator[list[str]]:
    place = chance.randrange(1, len(paragraphs))
    words = paragraphs[place].split(" ")
    words[chance.randrange(1, len(words))] = "reworded."
    yield [*paragraphs[:place], " ".join(words), *paragraphs[place + 1 :]]
    yield [*paragraphs[:place], *paragraphs[place + 1 :]]
    yield [*paragraphs[:place], write_paragraph(chance), *paragraphs[place:]]


def read_paragraphs(paragraphs: list[str]) -> Article:
    return read_article("\n\n".join(["Title: On syllables", "", *paragraphs]).encode(), "a.txt")


def bodies(article: Article) -> Counter[str]:
    return Counter(article.body(passage) for passage in split_article(article))


def test_an_edit_of_one_paragraph_of_a_long_article_changes_at_most_three_passages() -> None:
    chance = random.Random(20)  # noqa: S311
    changes: list[int] = []
    for _ in range(15):
        paragraphs = [write_paragraph(chance) for _ in range(50)]
        before = bodies(read_paragraphs(paragraphs))
        assert before.total() > 10
        for _ in range(2):
            edits = edit_one_paragraph(paragraphs, chance)
            changes += [(bodies(read_paragraphs(edited)) - before).total() for edited in edits]
    # In real articles 6 edits of 1,000 change a fourth; packing from the top changes half of an article.
    assert sum(changed > 3 for changed in changes) <= 0.02 * len(changes)
    assert max(changes) <= 5


def test_passages_of_a_long_article_are_neither_tiny_nor_far_from_full() -> None:
    chance = random.Random(21)  # noqa: S311
    for _ in range(10):
        article = read_paragraphs([write_paragraph(chance) for _ in range(50)])
        lengths = [len(re.findall(r"\w+|[^\w\s]", article.body(passage))) for passage in split_article(article)]
        assert min(lengths) >= 30
        assert sum(lengths) / len(lengths) >= 0.6 * PASSAGE_TOKENS


def test_passages_of_the_seeds_begin_and_end_with_sentences_and_hold_no_boilerplate() -> None:
    for path in SEEDS.glob("*.txt"):
        article = read_article(path.read_bytes(), path.name)
        starts = {sentence.start for sentence in article.sentences}
        ends = {sentence.end for sentence in article.sentences}
        for passage in split_article(article):
            assert passage.start in starts
            assert passage.end in ends
            assert len(article.body(passage).split()) <= 200
            assert "ALSO READ" not in article.body(passage)


def test_the_same_article_has_the_same_passages() -> None:
    path = next(SEEDS.glob("*.txt"))
    article = read_article(path.read_bytes(), path.name)
    assert split_article(article) == split_article(read_article(path.read_bytes(), "elsewhere.txt"))


def test_an_endless_sentence_is_divided() -> None:
    text = "word " * 2_000
    assert all(span.end - span.start <= MAX_SENTENCE_CHARACTERS for span in find_sentences(text))
    assert sum(span.end - span.start for span in find_sentences("x" * 5_000)) == 5_000


@given(st.text(max_size=300))
@settings(deadline=None)
def test_sentences_are_trimmed_ordered_and_complete(text: str) -> None:
    spans = find_sentences(text)
    cursor = 0
    for span in spans:
        piece = text[span.start : span.end].replace("\n", " ")
        assert piece == piece.strip() != ""
        assert text[cursor : span.start].strip() == ""
        cursor = span.end
    assert text[cursor:].strip() == ""
