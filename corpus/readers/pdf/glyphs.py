"""A page's characters, gathered into segments with their place, size, weight and visibility."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as raw

from corpus.readers.pdf.shapes import Box, Page, Segment

_INVISIBLE_MODES = (3, 7)
_BOLD_WORDS = ("bold", "black", "heavy", "demi")
_SYMBOLS = ("symbol", "wingding", "dingbat", "webding")
_FORCED_BOLD = 1 << 18
# The library's own marks for a hyphen at the end of a line.
_LINE_HYPHENS = (0x02, 0xFFFE)
_WIDE_GAP = 1.5
_WORD_GAP = 0.2
_MARKER_GAP = 0.6
_SAME_LINE = 0.35
_SMALLEST = 1.5
_PALE = 250
_CHARACTERS = 30_000


@dataclass(frozen=True, slots=True)
class _Look:
    """What the characters of one text object have in common."""

    size: float
    bold: bool
    symbol: bool
    white: bool
    unseen: bool
    upright: bool


@dataclass(frozen=True, slots=True)
class _Glyph:
    character: str
    x0: float
    x1: float
    y: float
    look: _Look
    hidden: bool
    spaced: bool


class TooDense(Exception):
    """A page has more characters than any page of print."""


def page_of(page: Any, number: int) -> Page:
    """The segments and drawn boxes of a page. Raises ``TooDense``."""
    width, height = page.get_size()
    place = _Place(page.get_rotation(), *_box(page))
    found = Page(number, width, height)
    boxes: list[Box] = []
    for item in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE,
                                         raw.FPDF_PAGEOBJ_SHADING), max_depth=4):
        box = _drawn(item, place)
        if box is None:
            continue
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            found.pictured += (box.x1 - box.x0) * (box.y1 - box.y0) / max(1.0, width * height)
        if box.y1 - box.y0 < 2.5 and box.x1 - box.x0 > 20:
            found.rules.append(box)
        elif box.dark:
            boxes.append(box)
    textpage = page.get_textpage()
    try:
        if textpage.count_chars() > _CHARACTERS:
            raise TooDense
        glyphs = list(_glyphs(textpage, place, boxes, found))
    finally:
        textpage.close()
    found.segments = list(_segments(glyphs))
    return found


def _box(page: Any) -> tuple[float, float, float, float]:
    left, bottom, right, top = page.get_cropbox()
    return float(left), float(bottom), float(right), float(top)


@dataclass(frozen=True, slots=True)
class _Place:
    """How a page's own coordinates become places on the page as it is seen."""

    rotation: int
    left: float
    bottom: float
    right: float
    top: float

    def seen(self, x: float, y: float) -> tuple[float, float]:
        """A point from the upper left corner of the page as it is shown, downwards."""
        if self.rotation == 90:
            return y - self.bottom, x - self.left
        if self.rotation == 180:
            return self.right - x, y - self.bottom
        if self.rotation == 270:
            return self.top - y, self.right - x
        return x - self.left, self.top - y

    def is_upright(self, across: float, up: float) -> bool:
        """Whether text that runs in this direction is shown from left to right."""
        ahead = {0: across, 90: up, 180: -across, 270: -up}.get(self.rotation, across)
        aside = up if self.rotation in (0, 180) else across
        return ahead > 0 and abs(aside) < 0.2 * ahead


def _drawn(item: Any, place: _Place) -> Box | None:
    """A path or picture as a box; None for one without a place or that paints nothing."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(item.raw, left, bottom, right, top):
        return None
    x0, y0 = place.seen(left.value, bottom.value)
    x1, y1 = place.seen(right.value, top.value)
    dark = True
    if item.type == raw.FPDF_PAGEOBJ_PATH:
        colour = [ctypes.c_uint() for _ in range(4)]
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(item.raw, mode, stroke)
        painted = raw.FPDFPageObj_GetFillColor(item.raw, *colour) and mode.value
        dark = bool(painted) and colour[3].value > 0 and min(c.value for c in colour[:3]) < _PALE
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1), dark)


def _glyphs(textpage: Any, place: _Place, boxes: list[Box], page: Page) -> Iterator[_Glyph]:
    looks: dict[int | None, _Look] = {}
    x, y, rect = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF()
    spaced = False
    for index in range(textpage.count_chars()):
        code = raw.FPDFText_GetUnicode(textpage.raw, index)
        if code in (32, 160, 9, 10, 13) or code == 0:
            spaced = True
            continue
        if not raw.FPDFText_GetCharOrigin(textpage.raw, index, x, y):
            continue
        target = raw.FPDFText_GetTextObject(textpage.raw, index)
        key = ctypes.cast(target, ctypes.c_void_p).value
        if key not in looks:
            looks[key] = _look(textpage, index, target, place)
        look = looks[key]
        raw.FPDFText_GetLooseCharBox(textpage.raw, index, rect)
        left, base = place.seen(x.value, y.value)
        corners = (place.seen(rect.left, rect.bottom)[0], place.seen(rect.right, rect.top)[0])
        if not look.upright:
            continue
        page.unseen += look.unseen
        outside = not (-1 <= left <= page.width + 1 and -1 <= base <= page.height + 1)
        middle = (left + max(corners)) / 2
        white = look.white and not any(box.holds(middle, base - look.size / 4) for box in boxes)
        hidden = look.unseen or outside or white or look.size < _SMALLEST
        character = "-" if code in _LINE_HYPHENS else _character(code)
        yield _Glyph(character, min(corners), max(corners), base, look, hidden, spaced)
        spaced = False


def _character(code: int) -> str:
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _look(textpage: Any, index: int, target: Any, place: _Place) -> _Look:
    size, matrix = ctypes.c_float(), raw.FS_MATRIX()
    raw.FPDFTextObj_GetFontSize(target, size)
    across, up, scale = 1.0, 0.0, 1.0
    if raw.FPDFPageObj_GetMatrix(target, matrix):
        across, up = matrix.a, matrix.b
        scale = (matrix.c ** 2 + matrix.d ** 2) ** 0.5
    name, flags = ctypes.create_string_buffer(256), ctypes.c_int()
    raw.FPDFText_GetFontInfo(textpage.raw, index, name, 256, flags)
    font = name.value.decode("utf-8", "replace").lower()
    weight = raw.FPDFText_GetFontWeight(textpage.raw, index)
    colour = [ctypes.c_uint() for _ in range(4)]
    painted = raw.FPDFPageObj_GetFillColor(target, *colour)
    pale = bool(painted) and min(c.value for c in colour[:3]) >= _PALE
    clear = bool(painted) and colour[3].value == 0
    unseen = raw.FPDFTextObj_GetTextRenderMode(target) in _INVISIBLE_MODES
    return _Look(size=size.value * scale or size.value,
                 bold=weight >= 600 or any(word in font for word in _BOLD_WORDS)
                 or bool(flags.value & _FORCED_BOLD),
                 symbol=any(word in font for word in _SYMBOLS), white=pale or clear,
                 unseen=unseen, upright=place.is_upright(across, up))


def _segments(glyphs: list[_Glyph]) -> Iterator[Segment]:
    """Neighbours on a baseline, a space where the gap or the file has one."""
    current: Segment | None = None
    last: _Glyph | None = None
    for glyph in glyphs:
        size = glyph.look.size
        ligature = last is not None and abs(glyph.y - last.y) < 0.1 \
            and abs(glyph.x0 - last.x0) < 0.1 and abs(glyph.x1 - last.x1) < 0.1
        last = glyph
        if ligature and current is not None:
            # One shape on the page that stands for two letters.
            current.text += glyph.character
            current.letters += 1
            current.bold += glyph.look.bold
            continue
        if current is not None and _goes_on(current, glyph):
            gap = glyph.x0 - current.x1
            if size < 0.8 * current.size and current.y - glyph.y > 0.15 * current.size \
                    and glyph.character.isdigit():
                # The mark of a footnote, not a number of the text.
                current.x1 = max(current.x1, glyph.x1)
                continue
            if (glyph.spaced and gap > 0.05 * size) or gap > _WORD_GAP * size:
                current.text += " "
            current.text += glyph.character
            current.x1 = max(current.x1, glyph.x1)
        else:
            if current is not None:
                yield current
            current = Segment(glyph.character, glyph.x0, glyph.x1, glyph.y, size,
                              hidden=glyph.hidden, symbol=glyph.look.symbol)
        current.letters += 1
        current.bold += glyph.look.bold
        current.size = max(current.size, size)
        current.symbol = current.symbol and glyph.look.symbol
    if current is not None:
        yield current


def _goes_on(current: Segment, glyph: _Glyph) -> bool:
    size = max(current.size, glyph.look.size)
    first = current.text
    marks = len(first) == 1 or (len(first) <= 3 and not first.isalpha())
    if marks and glyph.x0 - current.x1 > _MARKER_GAP * size:
        return False
    raised = _SAME_LINE if glyph.look.size > 0.8 * current.size else 0.6
    return (abs(glyph.y - current.y) <= raised * size and glyph.hidden is current.hidden
            and -0.5 * size <= glyph.x0 - current.x1 <= _WIDE_GAP * size
            and (glyph.look.size > 0.6 * size or glyph.look.size < current.size))
