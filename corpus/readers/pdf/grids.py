"""Tables, found by cells that stand under one another on several lines."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.readers.pdf.shapes import Box, Segment

_ALIGNED = 4.0
_CLOSE = 1.5
_FULL = 0.62


@dataclass(slots=True)
class Grid:
    """A table: its cells' text row by row, and the segments that it took."""

    rows: list[list[str]]
    segments: list[Segment]
    header: bool | None
    top: float = 0.0
    left: float = 0.0
    right: float = 0.0


@dataclass(slots=True)
class _Row:
    """The segments of one baseline."""

    y: float
    segments: list[Segment] = field(default_factory=list)


def tables_of(segments: Sequence[Segment], rules: Sequence[Box], edge: float) -> list[Grid]:
    """The tables of a column that ends at ``edge``, top to bottom."""
    rows = _rows(segments)
    found: list[Grid] = []
    position = 0
    while position < len(rows):
        stretch = _stretch(rows, position)
        grid = _grid(stretch, rules, edge) if len(stretch) >= 2 else None
        if grid is None:
            position += 1
        else:
            found.append(grid)
            position += len(stretch)
    return found


def _rows(segments: Sequence[Segment]) -> list[_Row]:
    rows: list[_Row] = []
    for segment in sorted((s for s in segments if not s.hidden), key=lambda s: (s.y, s.x0)):
        if rows and abs(rows[-1].y - segment.y) <= 0.3 * max(segment.size, 4.0):
            rows[-1].segments.append(segment)
        else:
            rows.append(_Row(segment.y, [segment]))
    for row in rows:
        row.segments.sort(key=lambda s: s.x0)
    return rows


def _stretch(rows: list[_Row], start: int) -> list[_Row]:
    """The rows from ``start`` on that keep to its columns: at least two cells, or one that goes
    on under a cell of the row above."""
    if not _has_cells(rows[start]):
        return []
    columns = [segment.x0 for segment in rows[start].segments]
    taken = [rows[start]]
    size = rows[start].segments[0].size
    for row in rows[start + 1:]:
        gap = row.y - taken[-1].y
        places = [_column(columns, segment.x0) for segment in row.segments]
        if None in places or gap > 4 * size or len(set(places)) < len(places):
            break
        if len(places) < 2 and (gap > _CLOSE * size or len(row.segments) != 1):
            break
        taken.append(row)
    while taken and len(taken[-1].segments) < 2 and _ends_apart(taken, rows, start):
        taken.pop()
    return taken


def _ends_apart(taken: list[_Row], rows: list[_Row], start: int) -> bool:
    """Whether a single cell at the end is rather the line of text that follows the table."""
    return len(taken) > 1 and taken[-1].segments[0].x0 <= rows[start].segments[0].x0 + _ALIGNED \
        and taken[-1].y - taken[-2].y > 1.3 * taken[-1].segments[0].size


def _has_cells(row: _Row) -> bool:
    first = row.segments[0].text.strip()
    marked = len(row.segments) == 2 and (
        len(first) == 1 or (len(first) <= 3 and not first.isalpha()))
    return len(row.segments) >= 2 and not marked and not row.segments[0].symbol


def _column(columns: list[float], x: float) -> int | None:
    return next((n for n, place in enumerate(columns) if abs(place - x) <= _ALIGNED), None)


def _grid(rows: list[_Row], rules: Sequence[Box], edge: float) -> Grid | None:
    """The table that some rows make; None where they are columns of running text."""
    full = [row for row in rows if len(row.segments) >= 2]
    if len(full) < 2:
        return None
    columns = [segment.x0 for segment in rows[0].segments]
    right = max(segment.x1 for row in rows for segment in row.segments)
    ends = [*columns[1:], max(right, edge)]
    fills: list[float] = []
    for number, (start, end) in enumerate(zip(columns, ends, strict=True)):
        widths = [s.x1 - s.x0 for row in rows for s in row.segments
                  if _column(columns, s.x0) == number]
        fills.append(statistics.median(widths) / max(1.0, end - start) if widths else 0.0)
    if min(fills) > _FULL or (len(full) < len(rows) / 4):
        return None
    cells = _cells(rows, columns, rules)
    taken = [segment for row in rows for segment in row.segments]
    bold = all(s.is_bold for s in rows[0].segments) and not all(s.is_bold for s in taken)
    # Two columns without a bold head are as likely terms and what they mean.
    header = True if bold else None if len(columns) > 2 else False
    return Grid(cells, taken, header, rows[0].y, min(columns), right)


def _cells(rows: list[_Row], columns: list[float], drawn: Sequence[Box]) -> list[list[str]]:
    """The cells' texts. Lines belong to one row where no rule is drawn between them, or, in a
    table without rules, where they stand closer than rows do."""
    left, right = columns[0], max(segment.x1 for segment in rows[0].segments)
    rules = [rule.y0 for rule in drawn if rule.x0 < right and rule.x1 > left
             and rows[0].y < rule.y0 < rows[-1].y]
    gaps = [below.y - above.y for above, below in pairwise(rows)]
    size = rows[0].segments[0].size
    texts: list[list[str]] = []
    for number, row in enumerate(rows):
        above = rows[number - 1] if number else None
        if above is None:
            goes_on = False
        elif len(rules) >= 2:
            goes_on = not any(above.y < rule <= row.y for rule in rules)
        else:
            close = gaps[number - 1] <= _CLOSE * size and gaps[number - 1] < 0.8 * max(gaps)
            goes_on = len(row.segments) < len(columns) and (close or len(row.segments) == 1)
        if not goes_on:
            texts.append([""] * len(columns))
        for segment in row.segments:
            place = _column(columns, segment.x0)
            assert place is not None
            texts[-1][place] = f"{texts[-1][place]} {segment.text}".strip()
    return texts
