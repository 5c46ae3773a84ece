"""What a library holds, as plain data: the same for the same sources, in whatever order and however often they were read."""

from collections.abc import Iterator
from typing import Any

from index.ledger import Ledger


def export_articles(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Every article with what is known of it, ordered by id; the fields are those that a dump is read by.

    `places` are source, path and item of each place where it lies; `earlier` the ids of the versions that it replaced;
    `passages` the spans that it is found by; `copies` the near-duplicates of it.
    """
    ids = ledger.article_ids()
    groups = ledger.copies_of(ids)
    for id_ in ids:
        article = ledger.article(id_)
        yield {
            "id": id_,
            "title": article.title,
            "outlet": article.outlet,
            "authors": list(article.authors),
            "published": article.published.isoformat() if article.published else None,
            "updated": article.updated.isoformat() if article.updated else None,
            "language": article.language,
            "url": article.url,
            "text": article.text,
            "file": article.file,
            "item": article.item,
            "places": [[place.source.place, place.path, place.item] for place in ledger.places_of(id_)],
            "earlier": [version.article_id for version in ledger.versions_of(id_) if version.replaced],
            "passages": [[passage.start, passage.end] for passage in ledger.passages_of(id_)],
            "copies": sorted(groups[id_] - {id_}),
        }
