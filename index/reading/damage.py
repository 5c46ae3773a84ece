"""A file that its parser chokes on, said as a sentence for the person."""

from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import ArticleUnreadableError


@contextmanager
def refusing(reason: str) -> Iterator[None]:
    """Whatever a parser raises inside becomes the one error that names the file's fault.

    Parsers of foreign bytes raise what they like (pypdfium2, zipfile and lxml have some twenty kinds between them), and
    one file that breaks them must not end the run. That memory runs out is said by who limited it.

    Raises:
        ArticleUnreadableError: with `reason`, unless it was raised inside, with its own.
    """
    try:
        yield
    except (ArticleUnreadableError, MemoryError):
        raise
    except Exception as error:
        raise ArticleUnreadableError(reason) from error
