from dataclasses import asdict
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.articles import Article, Role, Sentence
from index.parsing.article_json import found_from_json, found_to_json
from index.parsing.frames import MalformedError, decode, encode
from index.reading.drafts import Unreadable

# With the halves of characters: file names that are not UTF-8 hold them.
TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
MAYBE = st.none() | TEXT


@st.composite
def articles(draw: st.DrawFn) -> Article:
    text = draw(TEXT)
    sentences = []
    for paragraph in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, len(text)))
        sentences.append(Sentence(start, end, paragraph, draw(st.sampled_from(Role))))
    return Article(
        id=draw(TEXT),
        file=draw(TEXT),
        item=draw(TEXT),
        title=draw(MAYBE),
        outlet=draw(MAYBE),
        authors=tuple(draw(st.lists(TEXT, max_size=3))),
        published=draw(st.none() | st.dates()),
        updated=draw(st.none() | st.dates()),
        language=draw(MAYBE),
        url=draw(MAYBE),
        text=text,
        sentences=tuple(sentences),
    )


@given(articles() | st.builds(Unreadable, TEXT, TEXT))
def test_what_was_found_comes_through_the_pipe_as_it_is(found: Article | Unreadable) -> None:
    assert found_from_json(decode(encode({"found": found_to_json(found)}))["found"]) == found


def test_every_field_of_an_article_crosses() -> None:
    article = Article("1", "a.txt", "T", "O", date(2021, 3, 10), "u", "Yes.", (Sentence(0, 4, 0, Role.BODY),))
    said = found_to_json(article)
    assert said.keys() == asdict(article).keys()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(articles(), st.data())
def test_an_article_with_one_field_of_another_kind_is_an_article_or_refused(
    article: Article, data: st.DataObject
) -> None:
    said = found_to_json(article)
    said[data.draw(st.sampled_from(sorted(said)))] = data.draw(JSON)
    try:
        found = found_from_json(said)
    except ValueError:
        return
    assert isinstance(found, Article)
    assert all(0 <= sentence.start <= sentence.end <= len(found.text) for sentence in found.sentences)


@given(JSON)
def test_any_other_json_is_refused(value: object) -> None:
    with pytest.raises(MalformedError):
        found_from_json(value)
