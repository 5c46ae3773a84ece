"""Articles, their versions and what changed between these, as the reading room gets them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from index.articles import Article, Role
from index.errors import ArticleNotFoundError
from index.ledger import Version
from ui import wording
from ui.comparing import Change, Paragraph, compare_paragraphs
from ui.rendering_text import is_web_address


def article_as_json(article: Article, versions: Sequence[Version]) -> dict[str, Any]:
    """An article with its versions and `segments`, whose texts join to exactly the article's text.

    Offsets count code points, as everywhere in Dateline; JavaScript counts UTF-16 units, so the text is cut here. What
    stands between sentences is a segment without a role.
    """
    segments: list[dict[str, Any]] = []
    position = 0
    for sentence in sorted(article.sentences, key=lambda sentence: sentence.start):
        start = max(position, sentence.start)
        if start >= sentence.end:
            continue
        if position < start:
            segments.append(_segment(article, position, start, None, None))
        segments.append(_segment(article, start, sentence.end, sentence.role.value, sentence.paragraph))
        position = sentence.end
    if position < len(article.text):
        segments.append(_segment(article, position, len(article.text), None, None))
    newest = newest_of(versions)
    return {
        "id": article.id,
        "file": article.file,
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published.isoformat() if article.published else None,
        "date": wording.long_date(article.published) if article.published else None,
        "url": article.url if article.url and is_web_address(article.url) else None,
        "segments": segments,
        "versions": [
            {"id": version.article_id, "replaced": version.replaced, "is_newest": version.article_id == newest}
            for version in versions
        ],
        "newest": newest,
        **_describe_place(article.id, versions),
    }


def newest_of(versions: Sequence[Version]) -> str:
    """The id of the version that answers use."""
    return versions[-1].article_id


def changes_as_json(before: Article, after: Article, versions: Sequence[Version]) -> dict[str, Any]:
    """What changed between two versions: in what is stated of the article, and in its text paragraph by paragraph.

    Raises:
        ArticleNotFoundError: they are no versions of one article, of which the first was replaced.
    """
    replaced = next((version.replaced for version in reversed(versions) if version.article_id == before.id), None)
    if replaced is None:
        raise ArticleNotFoundError(f"Article {before.id} is no earlier version of article {after.id}.")
    compared = compare_paragraphs(_paragraphs_of(before), _paragraphs_of(after))
    earlier, later = _facts_of(before), _facts_of(after)
    if _shows_title(before) and _shows_title(after):
        # Compared where it stands.
        earlier["title"] = later["title"]
    facts = [
        {"name": name, "before": earlier[fact], "after": later[fact]}
        for fact, name in wording.FACTS.items()
        if earlier[fact] != later[fact]
    ]
    return {
        "since": before.id,
        "id": after.id,
        "title": wording.changes_since(wording.moment(replaced)),
        "facts": facts,
        "paragraphs": [
            {
                "role": paragraph.role.value,
                "pieces": [{"change": piece.change.value, "text": piece.text} for piece in paragraph.pieces],
            }
            for paragraph in compared
        ],
        "has_changes": bool(facts) or any(p.change is not Change.KEPT for each in compared for p in each.pieces),
    }


def _describe_place(article_id: str, versions: Sequence[Version]) -> dict[str, Any]:
    """Where a version stands among the others: which one came before it, and a sentence about it."""
    position = max(number for number, version in enumerate(versions) if version.article_id == article_id)
    earlier = [version for version in versions[:position] if version.article_id != article_id]
    replaced = versions[position].replaced
    if replaced is not None:
        state = wording.earlier_version(wording.moment(replaced))
    elif earlier and earlier[-1].replaced:
        state = wording.corrected(wording.moment(earlier[-1].replaced))
    else:
        state = None
    return {"earlier": earlier[-1].article_id if earlier else None, "state": state}


def _segment(article: Article, start: int, end: int, role: str | None, paragraph: int | None) -> dict[str, Any]:
    return {
        "start": start,
        "end": end,
        "role": role,
        "paragraph": paragraph,
        "text": article.text[start:end],
    }


def _paragraphs_of(article: Article) -> list[Paragraph]:
    spans: dict[int, tuple[Role, int, int]] = {}
    for sentence in article.sentences:
        role, start, _ = spans.get(sentence.paragraph, (sentence.role, sentence.start, sentence.end))
        spans[sentence.paragraph] = (role, start, sentence.end)
    return [Paragraph(role, article.text[start:end]) for role, start, end in spans.values()]


def _facts_of(article: Article) -> dict[str, str | None]:
    """What is stated of an article beside its text, as it is shown."""
    return {
        "title": article.title,
        "outlet": article.outlet,
        "published": _show_date(article.published),
        "updated": _show_date(article.updated),
        "authors": ", ".join(article.authors) or None,
        "url": article.url,
    }


def _shows_title(article: Article) -> bool:
    return bool(article.title) and str(article.title) in article.text


def _show_date(day: date | None) -> str | None:
    return wording.long_date(day) if day else None
