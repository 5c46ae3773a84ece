from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Role
from index.reading.plain import read_article
from index.sentences import MAX_SENTENCE_CHARACTERS, find_sentences
from index.splitting import split_article

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
