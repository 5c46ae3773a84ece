"""Where articles come from: a folder, a single file, uploads, a web page, a feed."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from index.errors import DatelineError
from index.reading.row_fields import check_fields

_SAVED = "sources.json"
_WEB = re.compile(r"https?://", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class SourceKind(StrEnum):
    """What a source is, and so how it is listed and when an article of it counts as gone."""

    FOLDER = "folder"
    FILE = "file"
    UPLOADS = "uploads"
    PAGE = "page"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that articles come from; `place` is an absolute path or a web address.

    `include` and `exclude` are globs over the paths inside a folder (none: everything readable). `fields` maps this
    program's names (title, text, published, ...) to those of a dump.
    """

    kind: SourceKind
    place: str
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The folder or file on this computer.

        Raises:
            ValueError: it is a web address.
        """
        if self.is_on_the_web:
            raise ValueError(f"{self.place} is an address, not a path")
        return Path(self.place)

    @property
    def folder(self) -> Path:
        """The folder that the paths in this source start from."""
        return self.path.parent if self.kind is SourceKind.FILE else self.path

    @property
    def is_on_the_web(self) -> bool:
        """Whether it has to be fetched."""
        return self.kind in {SourceKind.PAGE, SourceKind.FEED}

    def options_as_json(self) -> str:
        """What is kept beside kind and place."""
        options = {"include": self.include, "exclude": self.exclude, "fields": dict(self.fields)}
        return json.dumps({name: value for name, value in options.items() if value})


def save_sources(library: Path, sources: Sequence[Source]) -> None:
    """Write the list of sources beside the ledger: should that be lost, the articles can be read again.

    Raises:
        OSError: the disk refuses the write.
    """
    listed = [[source.kind.value, source.place, source.options_as_json()] for source in sources]
    path = library / _SAVED
    text = json.dumps(listed, indent=1)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        temporary = library / f"{_SAVED}.part"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)


def read_saved_sources(library: Path) -> list[Source]:
    """The list that `save_sources` wrote, or none."""
    try:
        listed = json.loads((library / _SAVED).read_text(encoding="utf-8"))
        return [source_from_options(*map(str, row)) for row in listed]
    except (OSError, ValueError, TypeError, AttributeError):
        return []


def source_from_options(kind: str, place: str, options: str) -> Source:
    """The source that was written as kind, place and `options_as_json`."""
    read = json.loads(options)
    return Source(
        *(SourceKind(kind), place),
        *(tuple(read.get("include", ())), tuple(read.get("exclude", ()))),
        read.get("fields", {}),
    )


def name_source(
    place: str,
    *,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    fields: Mapping[str, str] | None = None,
    is_feed: bool = False,
) -> Source:
    """The source that a person names by a path or an address.

    Raises:
        DatelineError: there is no such folder or file, or the address is not of the web.
        SettingsError: `fields` names something that an article does not have.
    """
    check_fields(fields or {})
    options = (tuple(include), tuple(exclude), dict(fields or {}))
    if _WEB.match(place):
        return Source(SourceKind.FEED if is_feed else SourceKind.PAGE, place, *options)
    if _SCHEME.match(place):
        raise DatelineError(
            f"{place} is no address that Dateline fetches; give one that begins with http:// or https://."
        )
    if is_feed:
        raise DatelineError(f"{place} is no address of a feed; give one that begins with http:// or https://.")
    try:
        path = Path(place).expanduser().absolute().resolve()
        kind = SourceKind.FOLDER if path.is_dir() else SourceKind.FILE if path.is_file() else None
    except (OSError, RuntimeError) as error:  # links in a circle are a RuntimeError
        raise DatelineError(
            f"{place} cannot be opened ({getattr(error, 'strerror', None) or error}); check its permissions."
        ) from error
    if kind is None:
        raise DatelineError(f"There is no folder or file {path}; check the name, or mount the disk that it is on.")
    if not str(path).isprintable() and any("\ud800" <= character <= "\udfff" for character in str(path)):
        raise DatelineError("The name of that folder is not valid UTF-8; rename it, then try again.")
    return Source(kind, str(path), *options)
