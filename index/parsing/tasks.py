"""What a worker can be asked to read."""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from index.parsing.article_json import found_to_json
from index.parsing.feed_json import feed_to_json
from index.reading.feed import read_feed
from index.reading.files import read_file


def _read_articles(request: Mapping[str, Any]) -> Iterator[object]:
    """The articles of the file at `path`, named `name`; `fields` tell what the columns of a table mean."""
    for found in read_file(Path(request["path"]), request["name"], request["fields"]):
        yield found_to_json(found)


def _read_feed(request: Mapping[str, Any]) -> Iterator[object]:
    """The title of a feed, then its entries; `data` is base64, `address` where it was fetched."""
    return feed_to_json(read_feed(base64.b64decode(request["data"]), request["address"]))


TASKS = {"articles": _read_articles, "feed": _read_feed}
