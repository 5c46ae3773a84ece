"""A converted set -> files: questions.jsonl, and a folder of articles as the reader of this program takes them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from evals.cases import Case, write_set
from evals.converting.converted import Converted, SourceArticle
from evals.errors import ConversionError
from evals.gold import ArticleIndex, Evidence, Reference, file_of
from index.articles import Article
from index.errors import ArticleUnreadableError
from index.reading.plain import read_article
from index.reading.plain_text import clean


@dataclass(frozen=True, slots=True)
class Written:
    """What was written where."""

    cases: int
    articles: int
    set_path: Path
    articles_path: Path


def write_converted(converted: Converted, to: Path) -> Written:
    """Write a converted set into the folder `to`.

    A gold quote that does not stand in the article as this program reads it becomes the whole article, so that no gold is lost.

    Raises:
        ConversionError: the folder cannot be written, or holds a set already.
    """
    set_path, articles_path = to / "questions.jsonl", to / "articles"
    if set_path.exists() or articles_path.exists():
        raise ConversionError(f"{to} holds a converted set already; name another folder with --to, or empty it.")
    try:
        articles_path.mkdir(parents=True)
        read = [_write_article(article, articles_path) for article in converted.articles]
        index = ArticleIndex([article for article in read if article is not None], {})
        write_set(set_path, [_settle_gold(case, index) for case in converted.cases])
    except OSError as error:
        raise ConversionError(f"{to} cannot be written ({error}); name another folder with --to.") from error
    return Written(len(converted.cases), len(converted.articles), set_path, articles_path)


def _write_article(source: SourceArticle, folder: Path) -> Article | None:
    fields: Mapping[str, str | None] = {
        "Title": source.title,
        "Source": source.outlet,
        "Date": source.published,
        "URL": source.url,
    }
    head = [f"{name}: {' '.join(value.split())}" for name, value in fields.items() if value and value.strip()]
    data = "\n".join([*head, "", source.text] if head else [source.text]).encode("utf-8", "replace")
    file = file_of(source.source_id)
    (folder / file).write_bytes(data)
    try:
        return read_article(data, file)
    except ArticleUnreadableError:
        return None


def _settle_gold(case: Case, index: ArticleIndex) -> Case:
    return replace(case, gold=tuple(dict.fromkeys(_settle(item, index) for item in case.gold)))


def _settle(item: Evidence, index: ArticleIndex) -> Evidence:
    article = index.find(item.article)
    if article is None or item.quote is None:
        return item
    # Two texts of a dump may be one article here; the id finds it whichever file it is kept under.
    words = clean(item.quote)
    return replace(item, article=Reference("id", article.id), quote=words if words in article.text else None)
