"""Who stands behind an article: what one publisher tells in ten articles is told by one."""

from urllib.parse import urlsplit

from index.articles import Article
from rag.words import fold


def name_publisher(article: Article) -> str:
    """A word for the publisher: the outlet, else the host of the address, else the article itself, of which nothing is known."""
    if article.outlet:
        return f"outlet {fold(article.outlet)}"
    host = urlsplit(article.url or "").hostname
    return f"host {host.removeprefix('www.')}" if host else f"article {article.id}"
