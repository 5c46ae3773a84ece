"""What a web page states of its article: in JSON-LD, in meta elements, on its html element."""

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from index.reading.drafts import Draft
from index.reading.stated import to_authors, to_date, to_language, to_line, to_title, to_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ARTICLE_TYPES = (
    "NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle ReviewNewsArticle "
    "Article BlogPosting LiveBlogPosting Report ScholarlyArticle TechArticle"
).split()
# Best first: what is made for the purpose, then what is made for sharing.
_TITLES = "og:title headline citation_title dc.title dcterms.title twitter:title parsely-title sailthru.title".split()
_OUTLETS = "og:site_name citation_journal_title dc.publisher dcterms.publisher application-name".split()
_AUTHORS = "author citation_author article:author dc.creator dcterms.creator parsely-author sailthru.author byl".split()
_PUBLISHED = (
    "article:published_time datepublished citation_publication_date dc.date.issued dcterms.issued dc.date dcterms.date "
    "parsely-pub-date sailthru.date pubdate publishdate publish-date publication_date date"
).split()
_UPDATED = "article:modified_time og:updated_time datemodified dcterms.modified last-modified lastmod".split()
_LANGUAGES = "og:locale dc.language dcterms.language content-language language".split()
_MAX_DEPTH = 6


def read_page_metadata(page: "HtmlElement") -> Draft:
    """A draft without words: title, outlet, authors, dates, language and link, as far as the page states them."""
    stated = _read_json_ld(page)
    meta = _read_meta(page)
    html = page if page.tag == "html" else page.getroottree().getroot()
    return Draft(
        text="",
        title=to_title(stated.get("headline")) or _first(meta, _TITLES, to_title) or _read_title(page),
        outlet=to_line(stated.get("publisher")) or _first(meta, _OUTLETS, to_line),
        authors=to_authors(stated.get("author")) or _first(meta, _AUTHORS, to_authors) or (),
        published=to_date(stated.get("datePublished")) or _first(meta, _PUBLISHED, to_date) or _read_time(page),
        updated=to_date(stated.get("dateModified")) or _first(meta, _UPDATED, to_date),
        language=to_language(stated.get("inLanguage"))
        or to_language(html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang"))
        or _first(meta, _LANGUAGES, to_language),
        url=_read_link(page) or _first(meta, ["og:url"], to_url) or to_url(stated.get("url")),
    )


def _first(meta: Mapping[str, list[str]], names: list[str], read: Any) -> Any:
    """The first thing that can be read under one of the names; of authors all that stand under it."""
    for name in names:
        values = meta.get(name, [])
        found = read(values) if read is to_authors else next(filter(None, map(read, values)), None)
        if found:
            return found
    return None


def _read_meta(page: "HtmlElement") -> dict[str, list[str]]:
    meta: dict[str, list[str]] = {}
    for element in page.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        if name and element.get("content"):
            meta.setdefault(name.strip().lower(), []).append(element.get("content") or "")
    return meta


def _read_json_ld(page: "HtmlElement") -> Mapping[str, Any]:
    """The first object that says it is an article, with the names that it only points to filled in."""
    things: list[Mapping[str, Any]] = []
    for script in page.xpath("//script[contains(@type, 'ld+json')]"):
        try:
            things += _list_things(json.loads("".join(script.itertext()), strict=False), 0)
        except (ValueError, RecursionError):  # many pages hold a broken one beside a good one
            continue
    for kind in _ARTICLE_TYPES:
        for thing in things:
            if kind in _kinds(thing):
                return {
                    **thing,
                    "publisher": _resolve(thing.get("publisher"), things),
                    "author": _resolve(thing.get("author"), things),
                }
    return {}


def _list_things(value: object, depth: int) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping) and depth < _MAX_DEPTH:
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement"):
            yield from _list_things(value.get(name), depth + 1)
    elif isinstance(value, list) and depth < _MAX_DEPTH:
        for each in value:
            yield from _list_things(each, depth + 1)


def _kinds(thing: Mapping[str, Any]) -> list[Any]:
    kind = thing.get("@type")
    return kind if isinstance(kind, list) else [kind]


def _resolve(value: object, things: list[Mapping[str, Any]]) -> object:
    """What {"@id": ...} points to; WordPress states its publisher and authors like that."""
    if isinstance(value, list):
        return [_resolve(each, things) for each in value]
    if isinstance(value, Mapping) and "name" not in value and "@id" in value:
        return next((thing for thing in things if thing.get("@id") == value["@id"] and "name" in thing), None)
    return value


def _read_title(page: "HtmlElement") -> str | None:
    """The one first heading; else the title of the window, which often has the outlet appended."""
    headings = [to_title(" ".join(heading.itertext())) for heading in page.iter("h1")]
    if len(headings) == 1 and headings[0]:
        return headings[0]
    return next((to_title(title.text_content()) for title in page.iter("title")), None)


def _read_time(page: "HtmlElement") -> Any:
    """The date of a time element that the page marks as the one of publication."""
    marked = page.xpath("//time[@pubdate or contains(@itemprop, 'datePublished') or contains(@class, 'publish')]")
    stated = [to_date(time.get("datetime") or time.text_content()) for time in marked]
    if not any(stated):
        # Unmarked, but the only one in an article: more would be those of comments or related articles.
        every = page.xpath("//article//time[not(ancestor::aside)]")
        stated = [to_date(time.get("datetime") or "") for time in every] if len(every) == 1 else []
    return next(filter(None, stated), None)


def _read_link(page: "HtmlElement") -> str | None:
    return next(filter(None, (to_url(link.get("href")) for link in page.xpath("//link[@rel='canonical']"))), None)
