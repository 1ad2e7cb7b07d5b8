"""Lines into headings, paragraphs and list items, joined across lines, columns and pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.blocks import Role
from corpus.readers import canonical
from corpus.readers.canonical import NUMBERED, PAGE_BREAK, Piece
from corpus.readers.pdf.hyphens import Words
from corpus.readers.pdf.shapes import Line

_LARGER = 1.08
_LEVEL_STEP = 0.6
_WIDE_LEADING = 1.3
_LONGEST_HEADING = 45
_INDENT = 6.0
_ENDS = (".", "?", "!", ":", ";")
_DEEPEST = 6
_TYPED = re.compile(r"(?P<marker>[–—*-]|\(?(?:\d{1,3}|[a-z]|[ivx]{2,4})[.)])\s+(?=\S)")


@dataclass(slots=True)
class _Group:
    """Lines that make one block."""

    lines: list[Line]
    role: Role

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def last(self) -> Line:
        return self.lines[-1]


def pieces_of(lines: Sequence[Line], body: float) -> list[Piece]:
    """The blocks of a document's lines. ``body`` is the size of its running text."""
    leading = _leading(lines, body)
    groups: list[_Group] = []
    for line in lines:
        if _begins_item(groups, line, body):
            _mark(line)
        role = _role(line, body)
        if groups and _goes_on(groups[-1], line, role, leading):
            groups[-1].lines.append(line)
        else:
            groups.append(_Group([line], role))
    _settle(groups)
    words = Words(line.text for line in lines)
    levels = _levels(groups, body)
    depths = _depths(groups)
    return [_piece(group, words, levels, depths) for group in groups]


def _begins_item(groups: list[_Group], line: Line, body: float) -> bool:
    """Whether a number or dash at the start of a line marks a list item; in the middle of a
    paragraph it may stand there by chance."""
    if line.marker or line.row or line.bold or line.size >= _LARGER * body \
            or not _TYPED.match(line.text):
        return False
    if not groups:
        return True
    last = groups[-1].last
    return (last.text.endswith((*_ENDS, "; and", "; or", ", and", ", or"))
            or groups[-1].role is Role.HEADING or _has_room(last, line))


def _mark(line: Line) -> None:
    """Take a typed marker off the text of a line."""
    if typed := _TYPED.match(line.text):
        line.marker, line.marker_x = typed["marker"], line.x0
        line.text = line.text[typed.end():]


def _role(line: Line, body: float) -> Role:
    if line.marker is not None or line.row:
        if line.bold and line.size >= body and line.marker and line.marker[0].isdigit():
            return Role.HEADING
        return Role.BULLET
    if line.size >= _LARGER * body or (line.bold and line.size >= 0.95 * body):
        return Role.HEADING
    return Role.PARAGRAPH


def _leading(lines: Sequence[Line], body: float) -> float:
    """The usual distance between lines of running text, as a multiple of their size."""
    steps = sorted((b.y - a.y) / a.size for a, b in pairwise(lines)
                   if a.page == b.page and a.column == b.column and b.y > a.y
                   and abs(a.size - body) < 0.5 and abs(b.size - body) < 0.5)
    # Lines inside paragraphs stand closest; the gaps between paragraphs come above them.
    usual = steps[len(steps) // 4] if steps else 1.2
    return min(max(usual, 1.0), 2.5)


def _goes_on(group: _Group, line: Line, role: Role, leading: float) -> bool:
    """Whether a line belongs to the block before it."""
    last = group.last
    if line.marker is not None or line.row or last.row or line.hidden is not last.hidden:
        return False
    if abs(line.size - last.size) > 0.08 * last.size:
        return False
    if (group.role is Role.HEADING) is not (role is Role.HEADING):
        # A bold lead inside a paragraph, or a heading's last words.
        return False
    turned = line.page != last.page or line.column != last.column or line.y <= last.y
    if turned:
        return _goes_on_after_turn(group, line)
    if line.y - last.y > _WIDE_LEADING * leading * line.size:
        return False
    if group.role is Role.BULLET and line.x0 < group.first.x0 - _INDENT:
        return line.x0 > group.first.marker_x + _INDENT or (
            line.x0 >= group.first.marker_x - 1 and not last.text.endswith(_ENDS))
    return not _is_over(group, line)


def _goes_on_after_turn(group: _Group, line: Line) -> bool:
    """Whether a block runs on in the next column or on the next page."""
    last = group.last
    if line.page > last.page + 1 or last.text.endswith(_ENDS):
        return False
    if group.role is Role.HEADING:
        return line.text[:1].islower()
    return line.text[:1].islower() or not _has_room(last, line)


def _is_over(group: _Group, line: Line) -> bool:
    """Whether the block ended with its last line: the next word would have fitted on it."""
    last = group.last
    indented = line.x0 > last.x0 + _INDENT and group.role is Role.PARAGRAPH
    if indented and last.text.endswith(_ENDS):
        return True
    if not _has_room(last, line):
        return False
    if group.role is Role.HEADING:
        return not line.text[:1].islower()
    return last.text.endswith(_ENDS) or (len(last.text) < 25 and not line.text[:1].islower())


def _has_room(last: Line, line: Line) -> bool:
    word = line.text.split(" ", 1)[0]
    return last.x1 + (len(word) + 2) * last.letter < last.right


def _settle(groups: list[_Group]) -> None:
    """Large or bold text that is no heading becomes a paragraph."""
    for group in groups:
        text = " ".join(line.text for line in group.lines)
        if group.role is Role.HEADING and (
                len(text.split()) > _LONGEST_HEADING or text.endswith((".", ";", ","))
                or not any(map(str.isalnum, text))):
            group.role = Role.BULLET if group.first.marker else Role.PARAGRAPH


def _levels(groups: Sequence[_Group], body: float) -> dict[int, int]:
    """Heading levels by size, in tenths of a point; sizes that hardly differ are one level."""
    sizes = sorted({round(g.first.size, 1) for g in groups if g.role is Role.HEADING
                    and g.first.size >= _LARGER * body}, reverse=True)
    levels: dict[int, int] = {}
    level, previous = 0, 0.0
    for size in sizes:
        if not levels or previous - size > _LEVEL_STEP:
            level, previous = level + 1, size
        levels[round(size * 10)] = min(level, _DEEPEST)
    return levels


def _depths(groups: Sequence[_Group]) -> dict[int, int]:
    """How deep a bullet lies, from where its marker stands in its column."""
    depths: dict[int, int] = {}
    stack: list[float] = []
    for group in groups:
        if group.role is not Role.BULLET or group.first.row:
            stack = []
            continue
        offset = group.first.marker_x - group.first.left
        while stack and stack[-1] > offset + _INDENT:
            stack.pop()
        if not stack or offset > stack[-1] + _INDENT:
            stack.append(offset)
        depths[id(group)] = len(stack) - 1
    return depths


def _piece(group: _Group, words: Words, levels: dict[int, int],
           depths: dict[int, int]) -> Piece:
    first, text = group.first, group.first.text
    for above, line in pairwise(group.lines):
        text = words.joined(text, line.text, PAGE_BREAK * (line.page - above.page))
    marker = canonical.ROW if first.row else first.marker
    level = None
    if group.role is Role.HEADING:
        text = f"{first.marker} {text}" if first.marker else text
        level = levels.get(round(round(first.size, 1) * 10))
        if level is None and levels:
            number = NUMBERED.match(text)
            deeper = number["marker"].count(".") if number else 0
            level = min(max(levels.values()) + 1 + deeper, _DEEPEST)
    return Piece(group.role, text, level, first.page, marker, depths.get(id(group), 0),
                 first.hidden)
