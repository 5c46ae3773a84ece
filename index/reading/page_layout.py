"""Pieces of text at their places on pages -> paragraphs in reading order; pure geometry, without any PDF library."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

# All in shares of the size of the letters. Newspapers leave as little as one letter's width between columns.
_MIN_GUTTER = 0.7
_PARAGRAPH_GAP = 1.6
_INDENT = 0.6
_SAME_LINE = 0.5
_SIZE_STEP = 0.15
# Fewer lines side by side are a table, a caption or a header, not columns.
_MIN_COLUMN_LINES = 3
_MIN_COLUMN_WIDTH = 5
# A line that ends this far, as a share of its column's width, before the margin is the last of its paragraph.
_SHORT = 0.12
_MARGIN_LINES = 2
_MIN_REPEATS = 0.4
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|pagina|página|p\.)\s*)?\d{1,4}(?:\s*(?:of|/|von|de|sur|di)\s*\d{1,4})?\W*$", re.IGNORECASE
)
_DIGITS = re.compile(r"\d+")
_HYPHEN = re.compile(r"(?<=[^\W\d_]{2})[-\u00ad\u2010]$")
_ENDS_SENTENCE = re.compile(r"[.!?:…。！？][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of letters on one line and where it stands, in points from the lower left corner; `size` of the letters."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that belong together, and the size of their letters."""

    text: str
    size: float


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    bottom: float
    size: float


def find_paragraphs(pages: Sequence[Sequence[Piece]]) -> list[Paragraph]:
    """Paragraphs of an article over its pages: columns in reading order, hyphens at line ends undone.

    Lines at the head and foot that return on most pages, and page numbers, are left out.
    """
    lines = [[_to_line(row) for row in _find_rows(list(page))] for page in pages]
    running = _find_running_lines(lines)
    paragraphs: list[Paragraph] = []
    for page in pages:
        for block in _order_blocks(_without(page, running, is_many=len(pages) > 1)):
            fresh = list(_join_lines([_to_line(row) for row in block]))
            if paragraphs and fresh and _continues(paragraphs[-1], fresh[0]):
                paragraphs[-1] = Paragraph(_join(paragraphs[-1].text, fresh.pop(0).text), paragraphs[-1].size)
            paragraphs += fresh
    return paragraphs


def _find_rows(pieces: list[Piece]) -> list[list[Piece]]:
    """Pieces at the same height, from the top down; each row from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: -(each.bottom + each.top)):
        middle = (piece.bottom + piece.top) / 2
        if rows and abs(_middle(rows[-1]) - middle) < _SAME_LINE * max(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [sorted(row, key=lambda each: each.left) for row in rows]


def _middle(row: list[Piece]) -> float:
    return (row[0].bottom + row[0].top) / 2


def _to_line(row: list[Piece]) -> _Line:
    return _Line(
        " ".join(piece.text.strip() for piece in row),
        row[0].left,
        max(piece.right for piece in row),
        min(piece.bottom for piece in row),
        max(row, key=lambda piece: len(piece.text)).size,
    )


def _find_running_lines(pages: list[list[_Line]]) -> frozenset[str]:
    """Lines at the margins that return, numbers aside, on two pages and on two in five: left and right pages differ."""
    counts = Counter(key for lines in pages for key in {_key(line.text) for line in _at_margins(lines)})
    return frozenset(key for key, count in counts.items() if count >= max(2, _MIN_REPEATS * len(pages)))


def _at_margins(lines: list[_Line]) -> list[_Line]:
    reach = _reach(len(lines))
    return lines[:reach] + lines[len(lines) - reach :]


def _reach(count: int) -> int:
    """How many lines at the head and at the foot may be running ones; of a page with little on it, fewer."""
    return min(_MARGIN_LINES, count // 3)


def _key(text: str) -> str:
    return _DIGITS.sub("#", text.casefold())


def _without(page: Sequence[Piece], running: frozenset[str], *, is_many: bool) -> list[Piece]:
    rows = _find_rows(list(page))
    last, reach = len(rows) - 1, _reach(len(rows))
    kept: list[Piece] = []
    for number, row in enumerate(rows):
        text = _to_line(row).text
        is_at_margin = number < reach or number > last - reach
        if is_at_margin and (_key(text) in running or (is_many and number in {0, last} and _PAGE_NUMBER.match(text))):
            continue
        kept += row
    return kept


def _order_blocks(pieces: list[Piece]) -> Iterator[list[list[Piece]]]:
    """Blocks in reading order, each a list of rows: what spans the page, then its columns from left to right."""
    pending = [pieces]
    while pending:
        block = pending.pop()
        rows = _find_rows(block)
        cut = _find_gutter(rows)
        if cut is not None:
            left = [piece for piece in block if piece.left < cut]
            pending += [[piece for piece in block if piece.left >= cut], left]
            continue
        split = _find_split(rows)
        if split is None:
            yield rows
        else:
            pending += [[piece for row in part for piece in row] for part in (rows[split:], rows[:split])]


def _find_split(rows: list[list[Piece]]) -> int | None:
    """The row at which what spans the columns ends or begins: the cut that leaves the largest part with columns."""
    if len(rows) <= _MIN_COLUMN_LINES:
        return None
    below = _count_rows_in_columns(rows[::-1])
    above = _count_rows_in_columns(rows)
    if not below and not above:
        return None
    return len(rows) - below if below >= above else above


def _count_rows_in_columns(rows: list[list[Piece]]) -> int:
    """How many rows from the first on, but not all, have a gutter between them; 0 if there is none."""
    size = _usual_size(rows)
    filled: list[tuple[float, float]] = []
    found = 0
    for number, row in enumerate(rows[:-1], 1):
        filled = list(_merge(sorted([*filled, *((piece.left, piece.right) for piece in row)])))
        # Only where an empty strip is left is it worth to look what stands beside it.
        has_gap = any(after[0] - before[1] >= _MIN_GUTTER * size for before, after in pairwise(filled))
        if has_gap and _find_gutter(rows[:number]) is not None:
            found = number
    return found


def _merge(intervals: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    left, right = intervals[0]
    for start, end in intervals:
        if start > right:
            yield left, right
            left = start
        right = max(right, end)
    yield left, right


def _usual_size(rows: list[list[Piece]]) -> float:
    return median(piece.size for row in rows for piece in row)


def _find_gutter(rows: list[list[Piece]]) -> float | None:
    """Where an empty strip runs down through all rows with columns on both sides of it; the leftmost, or None."""
    if len(rows) < _MIN_COLUMN_LINES:
        return None
    pieces = sorted((piece for row in rows for piece in row), key=lambda piece: piece.left)
    size = _usual_size(rows)
    reach = pieces[0].right
    for number, piece in enumerate(pieces):
        is_wide = piece.left - reach >= _MIN_GUTTER * size
        if is_wide and _is_column(pieces[:number], size) and _is_column(pieces[number:], size):
            return piece.left
        reach = max(reach, piece.right)
    return None


def _is_column(pieces: list[Piece], size: float) -> bool:
    """Whether it is as long and as wide as a column; the numbers of a list stand one below the other, too."""
    width = max(piece.right for piece in pieces) - min(piece.left for piece in pieces)
    return width >= _MIN_COLUMN_WIDTH * size and len(_find_rows(pieces)) >= _MIN_COLUMN_LINES


def _join_lines(lines: list[_Line]) -> Iterator[Paragraph]:
    if not lines:
        return
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    steps = [above.bottom - below.bottom for above, below in pairwise(lines) if above.bottom > below.bottom]
    step = median(steps) if steps else 0.0
    text, size = lines[0].text, lines[0].size
    for above, line in pairwise(lines):
        is_apart = above.bottom - line.bottom > _PARAGRAPH_GAP * max(line.size, above.size, step / 1.3)
        is_indented = line.left - left > _INDENT * line.size and above.left - left <= _INDENT * line.size
        is_other_size = abs(line.size - above.size) > _SIZE_STEP * max(line.size, above.size)
        is_after_end = bool(_ENDS_SENTENCE.search(above.text)) and right - above.right > _SHORT * (right - left)
        if is_apart or is_other_size or is_after_end or (is_indented and not _HYPHEN.search(above.text)):
            yield Paragraph(text, size)
            text, size = line.text, line.size
        else:
            text = _join(text, line.text)
    yield Paragraph(text, size)


def _continues(above: Paragraph, below: Paragraph) -> bool:
    """Whether a paragraph runs on over the end of a column or page."""
    is_open = not _ENDS_SENTENCE.search(above.text)
    is_same_size = abs(above.size - below.size) <= _SIZE_STEP * above.size
    return is_open and is_same_size and (below.text[:1].islower() or bool(_HYPHEN.search(above.text)))


def _join(text: str, line: str) -> str:
    """Two lines as one; a hyphen goes if the word goes on in lower case, and stays in "Anglo-" "French" and "pro-" "EU"."""
    if _HYPHEN.search(text):
        return text[:-1] + line if line[:1].islower() else text + line
    return f"{text} {line}"
