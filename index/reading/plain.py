"""Plain text and Markdown: the bytes are the article."""

from pathlib import PurePosixPath

from index.articles import Article
from index.errors import ArticleUnreadableError
from index.reading.drafts import Draft
from index.reading.plain_text import decode
from index.reading.structure import to_article

MAX_BYTES = 50_000_000


def read_plain(data: bytes, name: str) -> Draft:
    """Decode a .txt or .md file, named `name`.

    Raises:
        ArticleUnreadableError: the bytes are no text.
    """
    return Draft(decode(data), is_markdown=PurePosixPath(name).suffix.lower() == ".md", has_head=True)


def read_article(data: bytes, file: str) -> Article:
    """Read one .txt or .md article; `file` is its path inside its source, with slashes.

    Raises:
        ArticleUnreadableError: it is too large, not text, or holds no words.
    """
    if len(data) > MAX_BYTES:
        raise ArticleUnreadableError(f"it is larger than {MAX_BYTES // 1_000_000} MB; split it into articles.")
    return to_article(read_plain(data, file), file)
