"""Dumps of articles, one a row: JSON, JSON lines and CSV, read row by row."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import BinaryIO

from index.errors import ArticleUnreadableError
from index.reading.drafts import Draft, Unreadable
from index.reading.plain import MAX_BYTES
from index.reading.plain_text import decode
from index.reading.row_fields import check_fields, name_fields, to_draft
from index.reading.streaming import decode_lines, open_dump, read_lines

# A dump whose first thousand rows give nothing will give nothing: say so rather than a thousand times the same.
_MAX_VAIN_ROWS = 1000
_DELIMITERS = ",;\t|"
_MAX_DEPTH = 3


@dataclass(frozen=True, slots=True)
class _Row:
    """A row, or why it cannot be read; `place` names it as an editor or a spreadsheet counts it."""

    place: str
    fields: Mapping[str, object] | None
    reason: str = ""


def read_json(data: bytes, fields: Mapping[str, str]) -> Iterator[Draft | Unreadable]:
    """Read a list of articles, one article, or an object that holds a list of them somewhere inside.

    Raises:
        ArticleUnreadableError: it is no JSON, or no row has a text.
        SettingsError: `fields` maps a name that is not ours.
    """
    check_fields(fields)
    try:
        value = json.loads(decode(data))
    except ValueError as error:
        if data.lstrip().startswith(b"{") and b"\n" in data.strip():  # JSON lines under the wrong name are common
            yield from read_json_lines(io.BytesIO(data), fields)
            return
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "a number"
        raise ArticleUnreadableError(f"it is damaged, or no JSON (see {where}); make it again.") from error
    except RecursionError as error:
        raise ArticleUnreadableError("it is nested as no dump of articles is; make it again.") from error
    rows = _find_rows(value)
    if rows is None and isinstance(value, Mapping):
        for draft in _to_drafts(iter([_Row("", value)]), fields):
            yield replace(draft, item="") if isinstance(draft, Draft) else draft
        return
    yield from _to_drafts((_to_row(f"row {number}", row) for number, row in enumerate(rows or [], 1)), fields)


def read_json_lines(stream: BinaryIO, fields: Mapping[str, str]) -> Iterator[Draft | Unreadable]:
    """Read one article from each line; a line that cannot be read is named by its number.

    Raises:
        ArticleUnreadableError: no line can be read, none has a text, or the stream breaks off.
        SettingsError: `fields` maps a name that is not ours.
    """
    check_fields(fields)
    opened = open_dump(stream)
    if opened.peek(64).lstrip().startswith(b"["):  # a list under the wrong name
        data = opened.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ArticleUnreadableError("it is one long list; save it as JSON lines, one article a line.")
        yield from read_json(data, fields)
        return
    lines = enumerate(read_lines(opened), 1)
    yield from _to_drafts((_read_line(f"line {n}", line) for n, line in lines if line is None or line.strip()), fields)


def read_csv(stream: BinaryIO, fields: Mapping[str, str]) -> Iterator[Draft | Unreadable]:
    """Read one article from each row of a table whose first row names its columns.

    Raises:
        ArticleUnreadableError: no row has a text, or the stream breaks off.
        SettingsError: `fields` maps a name that is not ours.
    """
    check_fields(fields)
    # The limit is the csv module's own and one for the whole process; a text of 130,000 letters exceeds what it is set to.
    csv.field_size_limit(MAX_BYTES)
    lines = decode_lines(open_dump(stream))
    first = next(lines, "")
    delimiter = max(_DELIMITERS, key=first.count)
    yield from _to_drafts(_read_table(chain([first], lines), delimiter), fields)


def _read_table(lines: Iterator[str], delimiter: str) -> Iterator[_Row]:
    table = csv.reader(lines, delimiter=delimiter)
    names: list[str] | None = None
    number = 0
    while True:
        number += 1
        try:
            cells = next(table, None)
        except csv.Error as error:
            yield _Row(f"row {number}", None, f"it is no row of a table ({error}); look for a quotation mark too many.")
            continue
        if cells is None:
            return
        if names is None:
            names = [name.strip() for name in cells]
        elif len(cells) > len(names):
            reason = f"it has {len(cells)} columns where the first row names {len(names)}; look for a quotation mark too many."
            yield _Row(f"row {number}", None, reason)
        elif any(cells):
            yield _Row(f"row {number}", dict(zip(names, cells, strict=False)))


def _read_line(place: str, line: bytes | None) -> _Row:
    if line is None:
        return _Row(place, None, f"it is longer than {MAX_BYTES // 1_000_000} MB; split it.")
    try:
        return _to_row(place, json.loads(line.decode("utf-8")))
    except UnicodeDecodeError:
        return _Row(place, None, "it is not UTF-8; save the dump as UTF-8.")
    except (ValueError, RecursionError):
        return _Row(place, None, "it is no JSON; mend the line or take it out.")


def _to_row(place: str, value: object) -> _Row:
    if isinstance(value, Mapping):
        return _Row(place, value)
    return _Row(place, None, 'it is no object with fields, as {"title": ..., "text": ...} is.')


def _find_rows(value: object, depth: int = 0) -> list[object] | None:
    """The list itself; else "articles"; else the longest list of objects inside, as the answers of interfaces have it."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping) or depth == _MAX_DEPTH or to_draft(value, {}) is not None:
        return None
    if isinstance(value.get("articles"), list):
        return list(value["articles"])
    inside = (_find_rows(each, depth + 1) for each in value.values())
    lists = [rows for rows in inside if rows and any(isinstance(row, Mapping) for row in rows)]
    return max(lists, key=len, default=None)


def _to_drafts(rows: Iterator[_Row], fields: Mapping[str, str]) -> Iterator[Draft | Unreadable]:
    """Drafts of the rows; what fails before the first one is held back, since it may be the whole dump that fails."""
    vain: list[Unreadable] | None = []
    names: list[str] = []
    for row in rows:
        draft = to_draft(row.fields, fields) if row.fields is not None else None
        if draft is not None:
            yield from vain or []
            vain = None
            yield draft
            continue
        names = names or list(row.fields or [])
        failure = Unreadable(row.place, row.reason or "it has no text.")
        if vain is None:
            yield failure
        elif len(vain) < _MAX_VAIN_ROWS:
            vain.append(failure)
        else:
            break
    if vain is not None:
        raise ArticleUnreadableError(_explain(vain, names, fields))


def _explain(vain: list[Unreadable], names: list[str], fields: Mapping[str, str]) -> str:
    if names and "text" in fields:
        return f'no row has a field "{fields["text"]}"; they have {name_fields(names)}: say --field text=NAME with one of them.'
    if names:
        return f"no row has a text: the fields are {name_fields(names)}; say which is the text with --field text=NAME."
    return (
        f"no row can be read; {vain[0].item}: {vain[0].reason}" if vain else "it holds no rows; delete it or fill it."
    )
