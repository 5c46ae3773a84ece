"""Gold evidence: what a case points at, found in the articles of a library."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import quote, unquote

from evals.errors import WrongLibraryError
from index.articles import Article, Span

Where = Literal["id", "file", "url", "source_id"]
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Reference:
    """An article, by its id here, its file, its url, or the id that it had in the dump it came from."""

    where: Where
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A gold item: an article and in it a quote, a span, or (with neither) the whole of it.

    Items of the same `group` stand for each other: one of them is enough. Items without a group are all needed.
    """

    article: Reference
    quote: str | None = None
    span: Span | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class FoundEvidence:
    """A gold item found in a library: every place where it stands; `need` numbers the piece of evidence it serves, from 0."""

    need: int
    article_id: str
    spans: tuple[Span, ...]


def source_id_of(article: Article) -> str:
    """The id that an article had in its dump: of a row, its own; of a file, its name without the suffix."""
    return article.item or _id_of_file(article.file)


def file_of(source_id: str) -> str:
    """The file name for an article of a dump; `source_id_of` gives the id back."""
    return quote(source_id, safe=" ,;=()+@!~'").replace(".", "%2E") + ".txt"


def _id_of_file(path: str) -> str:
    return unquote(PurePosixPath(path).stem)


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where an article lies: the path of a file, and the item in it when the file holds many."""

    path: str
    item: str = ""


class ArticleIndex:
    """The articles of a library by everything that a reference may name them by."""

    def __init__(self, articles: Iterable[Article], places: Mapping[str, Sequence[FilePlace]]) -> None:
        """Index `articles`; `places` maps an article id to where else it lies."""
        self._by: dict[Reference, Article] = {}
        for article in articles:
            for reference in _list_references(article, places.get(article.id, ())):
                self._by.setdefault(reference, article)

    def find(self, reference: Reference) -> Article | None:
        """The article that a reference names, or None."""
        return self._by.get(reference)


def locate(gold: Sequence[Evidence], index: ArticleIndex) -> tuple[FoundEvidence, ...]:
    """Find the gold items of one case.

    Raises:
        WrongLibraryError: an article is not there, or not with these words; the text is a clause that names it.
    """
    needs: dict[str, int] = {}
    found = []
    for position, item in enumerate(gold):
        need = needs.setdefault(f"group {item.group}" if item.group else f"item {position}", len(needs))
        article = index.find(item.article)
        if article is None:
            raise WrongLibraryError(f"article {item.article.value!r} (by {item.article.where}) is not in it")
        found.append(FoundEvidence(need, article.id, _find_spans(item, article)))
    return tuple(found)


def locate_all(
    golds: Mapping[str, Sequence[Evidence]], index: ArticleIndex, *, library: str
) -> dict[str, tuple[FoundEvidence, ...]]:
    """Find the gold items of every case, by case id.

    Raises:
        WrongLibraryError: some are not in the library; the sentence names the cases and what is missing.
    """
    found: dict[str, tuple[FoundEvidence, ...]] = {}
    missing: dict[str, str] = {}
    for id_, gold in golds.items():
        try:
            found[id_] = locate(gold, index)
        except WrongLibraryError as error:
            missing[id_] = str(error)
    if missing:
        named = "; ".join(f"case {id_!r}: {problem}" for id_, problem in list(missing.items())[:_NAMED])
        more = f"; and {len(missing) - _NAMED} more cases" if len(missing) > _NAMED else ""
        raise WrongLibraryError(
            f"The library {library} does not hold the gold evidence of {len(missing)} of {len(golds)} cases: {named}{more}."
            " Name the library that the set was written for with --library, or index its articles first."
        )
    return found


def _list_references(article: Article, places: Sequence[FilePlace]) -> Iterator[Reference]:
    yield Reference("id", article.id)
    if article.url:
        yield Reference("url", article.url)
    for place in (FilePlace(article.file, article.item), *places):
        yield Reference("source_id", place.item or _id_of_file(place.path))
        yield Reference("file", place.path)
        yield Reference("file", PurePosixPath(place.path).name)


def _find_spans(item: Evidence, article: Article) -> tuple[Span, ...]:
    if item.quote is not None:
        spans = tuple(_find_quote(item.quote, article.text))
        if not spans:
            raise WrongLibraryError(f"“{item.quote}” does not stand in {article.file}")
        return spans
    if item.span is None:
        return (Span(0, len(article.text)),)
    if item.span.end > len(article.text):
        raise WrongLibraryError(f"characters {item.span.start} to {item.span.end} lie outside {article.file}")
    return (item.span,)


def _find_quote(words: str, text: str) -> Iterator[Span]:
    start = text.find(words)
    while start >= 0:
        yield Span(start, start + len(words))
        start = text.find(words, start + len(words))
