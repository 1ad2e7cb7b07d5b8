"""A page's segments in reading order: tables taken out, columns one after the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from corpus.readers import tables
from corpus.readers.pdf import grids
from corpus.readers.pdf.shapes import Line, Page, Segment

_STEP = 2.0
_NARROWEST = 80.0
_GUTTER = 8.0
_LEAST_LINES = 4
_CROSSED = 0.15
_BULLET = re.compile(r"[•‣▪◦●·∙○■□▫➢➤►✓✔❖–—\-*\uf000-\uf0ff]$")
_ORDERED = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3}){0,3}|[a-z]|[ivx]{2,4})[.)]?$")
_LEADING = re.compile(r"(?P<marker>[•‣▪◦●∙○■□▫➢➤►✓✔❖\uf000-\uf0ff])\s*(?=\S)")


def lines_of(page: Page) -> list[Line]:
    """The lines of a page in reading order, rows of tables as readable text."""
    segments = sorted(page.segments, key=lambda s: (round(s.y, 1), s.x0))
    gutters = _gutters(segments, page)
    lines: list[Line] = []
    for band in _bands(segments, gutters):
        lines += _band(band, gutters, page)
    return lines


def _column_lines(segments: Sequence[Segment], page: Page, column: int,
                  edge: float) -> list[Line]:
    """The lines of one column, its tables where they stand. ``edge`` is its right end."""
    found = grids.tables_of(segments, page.rules, edge)
    inside = {id(segment) for grid in found for segment in grid.segments}
    lines = _lines([s for s in segments if id(s) not in inside], page, column)
    for grid in reversed(found):
        size = grid.segments[0].size
        rows = [Line(text, page.number, grid.left, grid.right, grid.top, size, grid.left,
                     grid.right, column, row=True)
                for text in tables.lines_of(grid.rows, grid.header)]
        place = next((n for n, line in enumerate(lines) if line.y > grid.top), len(lines))
        lines[place:place] = rows
    return lines


def _gutters(segments: Sequence[Segment], page: Page) -> list[float]:
    """Where columns of running text begin, but for the first. Lines end raggedly but begin
    exactly, so a column is sought where several lines begin behind a white stripe."""
    starts = Counter(round(segment.x0 / _STEP) for segment in segments)
    found: list[float] = []
    for step in sorted(starts):
        place = step * _STEP - _STEP
        if starts[step] + starts[step + 1] < 2 or (found and place - found[-1] < _NARROWEST):
            continue
        crossing = sum(s.x0 < place and s.x1 > place - _GUTTER for s in segments)
        if crossing <= _CROSSED * len(segments) and _parts(segments, place, page):
            found.append(place)
    return found[:3]


def _parts(segments: Sequence[Segment], x: float, page: Page) -> bool:
    """Whether a stripe has lines of running text on both sides, side by side."""
    if not 0.15 * page.width < x < 0.85 * page.width:
        return False
    before = [s for s in segments if s.x1 <= x]
    after = [s for s in segments if s.x0 >= x]
    if not (_is_text(before, _LEAST_LINES) and _is_text(after, 2)):
        return False
    height = min(max(s.y for s in before), max(s.y for s in after)) - max(
        min(s.y for s in before), min(s.y for s in after))
    return height > before[0].size


def _is_text(segments: Sequence[Segment], least: int) -> bool:
    """Whether enough lines fill the width of their column, as running text does."""
    if len(segments) < least:
        return False
    width = max(s.x1 for s in segments) - min(s.x0 for s in segments)
    widths = sorted(s.x1 - s.x0 for s in segments if len(s.text) > 3)
    full = sum(wide > 0.7 * width for wide in widths)
    return len(widths) >= least and full >= max(least - 1, 0.2 * len(widths)) and any(
        len(s.text) > 20 for s in segments)


def _bands(segments: Sequence[Segment], gutters: Sequence[float]) -> list[list[Segment]]:
    """Stretches of the page from top to bottom; a line that crosses a gutter ends one."""
    wide = {_key(s) for s in segments if any(s.x0 < x - 2 and s.x1 > x + 2 for x in gutters)}
    bands: list[list[Segment]] = []
    crossed: bool | None = None
    for segment in segments:
        crosses = _key(segment) in wide
        if crosses is not crossed:
            bands.append([])
            crossed = crosses
        bands[-1].append(segment)
    return bands


def _key(segment: Segment) -> int:
    return round(segment.y)


def _band(segments: Sequence[Segment], gutters: Sequence[float], page: Page) -> list[Line]:
    if any(s.x0 < x - 2 and s.x1 > x + 2 for s in segments for x in gutters):
        gutters = []
    edges = [float("-inf"), *gutters, float("inf")]
    lines: list[Line] = []
    for number, (left, right) in enumerate(pairwise(edges)):
        column = [s for s in segments if left <= (s.x0 + s.x1) / 2 < right]
        if column:
            edge = right if number + 1 < len(edges) - 1 else page.width * 0.9
            lines += _column_lines(column, page, number, edge)
    return lines


def _lines(segments: Sequence[Segment], page: Page, column: int) -> list[Line]:
    """Segments of a column joined into lines, a bullet with its text."""
    left, right = min(s.x0 for s in segments), max(s.x1 for s in segments)
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda s: (s.y, s.x0)):
        near = rows and abs(rows[-1][0].y - segment.y) <= 0.35 * max(segment.size, 4.0)
        if near and rows[-1][0].hidden is segment.hidden:
            rows[-1].append(segment)
        else:
            rows.append([segment])
    return [_line(sorted(row, key=lambda s: s.x0), page, column, left, right) for row in rows]


def _line(row: list[Segment], page: Page, column: int, left: float, right: float) -> Line:
    marker, marker_x = None, row[0].x0
    first = row[0].text.strip()
    if len(row) > 1 and ((row[0].symbol and len(first) == 1) or _BULLET.match(first)
                         or (first == "o" and row[1].x0 - row[0].x1 > 0.5 * row[0].size)):
        marker, row = "-", row[1:]
    elif len(row) > 1 and _ORDERED.match(first):
        marker, row = first, row[1:]
    text = " ".join(segment.text for segment in row)
    if marker is None and (match := _LEADING.match(text)):
        marker, text = "-", text[match.end():]
    letters = sum(s.letters for s in row)
    widest = max(row, key=lambda s: s.letters)
    return Line(text, page.number, row[0].x0, row[-1].x1, widest.y, widest.size, left, right,
                column, sum(s.bold for s in row) >= 0.9 * max(1, letters), row[0].hidden, marker,
                marker_x, letter=(widest.x1 - widest.x0) / max(1, len(widest.text)))
