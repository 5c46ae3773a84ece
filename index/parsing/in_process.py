"""Reading without processes of its own: for files that were written by whoever reads them, as tests and evals do."""

from collections.abc import Iterable, Iterator

from index.articles import Article
from index.errors import ArticleUnreadableError
from index.parsing.pool import Parsed, ReadRequest
from index.reading.drafts import Unreadable
from index.reading.feed import Feed, read_feed
from index.reading.files import read_file

_PART = 100


class InProcessReader:
    """What `ParserPool` does, without its limits: a file that hangs its reader hangs this process."""

    def read_files(self, requests: Iterable[ReadRequest]) -> Iterator[Parsed]:
        """The articles of each file, in the order of the requests, a large file in several parts."""
        for request in requests:
            part: list[Article | Unreadable] = []
            try:
                for found in read_file(request.path, request.name, request.fields):
                    if len(part) == _PART:
                        yield Parsed(request, tuple(part), is_last=False, failure=None)
                        part = []
                    part.append(found)
            except ArticleUnreadableError as error:
                yield Parsed(request, tuple(part), is_last=True, failure=str(error))
                continue
            yield Parsed(request, tuple(part), is_last=True, failure=None)

    def read_feed(self, data: bytes, address: str) -> Feed:
        """The entries of a feed.

        Raises:
            ArticleUnreadableError: it is none.
        """
        return read_feed(data, address)
