"""A small printer of PDFs: pages with headers and footers, columns, hyphens, bullets, tables."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.corpus.contents import Item

WIDTH, HEIGHT = float(A4[0]), float(A4[1])
MARGIN, TOP, BOTTOM = 62.0, 90.0, 90.0
BODY, LEADING = 10.5, 14.0
SIZES = {1: 24.0, 2: 17.0, 3: 13.5, 4: 11.5}
GUTTER = 22.0


@dataclass(frozen=True)
class Layout:
    """How a report is printed. ``symbol`` sets bullets in a font of symbols; ``header`` runs on
    top of every page; ``paged`` begins a page with each main section."""

    columns: int = 1
    hyphens: bool = True
    symbol: bool = False
    header: str = "Example Inspectorate: inspection report"
    paged: bool = True
    password: str = ""


@dataclass
class Printed:
    """The file, and the page on which each text begins."""

    content: bytes = b""
    pages: dict[str, int] = field(default_factory=dict)


class _Press:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.stream = io.BytesIO()
        self.canvas = Canvas(self.stream, pagesize=A4, invariant=1, encrypt=layout.password or None)
        self.page, self.column, self.y = 1, 0, TOP
        self.top = TOP
        self.printed = Printed()

    @property
    def width(self) -> float:
        gaps = GUTTER * (self.layout.columns - 1)
        return (WIDTH - 2 * MARGIN - gaps) / self.layout.columns

    @property
    def left(self) -> float:
        return MARGIN + self.column * (self.width + GUTTER)

    def turn(self) -> None:
        """Finish a page: its header and its footer are printed last."""
        self.canvas.setFont("Helvetica", 8)
        self.canvas.drawString(MARGIN, HEIGHT - 40, self.layout.header)
        self.canvas.drawRightString(WIDTH - MARGIN, 34, f"Page {self.page}")
        self.canvas.showPage()
        self.page, self.column, self.y, self.top = self.page + 1, 0, TOP, TOP

    def room(self, height: float) -> None:
        if self.y + height > HEIGHT - BOTTOM:
            if self.column + 1 < self.layout.columns:
                self.column, self.y = self.column + 1, self.top
            else:
                self.turn()

    def text(self, text: str, font: str = "Helvetica", size: float = BODY, indent: float = 0.0,
             full: bool = False) -> None:
        leading = LEADING if size == BODY else size * 1.2
        wide = (WIDTH - 2 * MARGIN if full else self.width) - indent
        for number, line in enumerate(wrapped(text, font, size, wide, self.layout.hyphens)):
            self.room(leading)
            if not number:
                self.printed.pages.setdefault(text, self.page)
            self.canvas.setFont(font, size)
            self.canvas.drawString(self.left + indent, HEIGHT - self.y - size, line)
            self.y += leading

    def item(self, item: Item, number: int) -> None:
        if item.kind == "heading":
            # A title runs across the columns; what follows begins under it.
            full = item.level == 1
            self.y += 8 if self.y > self.top else 0
            self.room(SIZES[item.level] * 1.2 + 2 * LEADING)
            self.text(item.text, "Helvetica-Bold", SIZES[item.level], full=full)
            self.y += 6
            self.top = self.y if full else self.top
        elif item.kind in ("bullet", "number"):
            indent = 18.0 * (item.level + 1)
            self.room(LEADING)
            place = (self.left + indent - 13, HEIGHT - self.y - BODY)
            symbol = self.layout.symbol and item.kind == "bullet"
            self.canvas.setFont("Symbol" if symbol else "Helvetica", BODY)
            self.canvas.drawString(*place, f"{number}." if item.kind == "number" else
                                   "\u2022" if symbol else "–" if item.level else "•")
            self.text(item.text, indent=indent)
            self.y += 3
        elif item.kind == "table":
            self.table(item)
        else:
            if item.hidden:
                self.canvas.setFillGray(1)
            self.text(item.text, "Helvetica-Bold" if item.strong else "Helvetica")
            self.canvas.setFillGray(0)
            self.y += 7

    def table(self, item: Item) -> None:
        wide = self.width / (len(item.rows[0]) + 1)
        starts = [0.0, *(2 * wide + wide * n for n in range(len(item.rows[0]) - 1))]
        widths = [2 * wide - 20, *[wide - 8] * (len(starts) - 1)]
        for number, row in enumerate(item.rows):
            font = "Helvetica-Bold" if number == 0 else "Helvetica"
            cells = [wrapped(cell, font, BODY, width, False)
                     for cell, width in zip(row, widths, strict=True)]
            height = LEADING * max(map(len, cells))
            self.room(height)
            self.canvas.setFont(font, BODY)
            for start, lines in zip(starts, cells, strict=True):
                for place, line in enumerate(lines):
                    self.canvas.drawString(self.left + start,
                                           HEIGHT - self.y - BODY - place * LEADING, line)
            said = "; ".join(f"{head}: {cell}"
                             for head, cell in zip(item.rows[0], row, strict=True))
            self.printed.pages.setdefault(said, self.page)
            self.y += height + 6
        self.y += 6


def printed(items: Sequence[Item], layout: Layout) -> Printed:
    """Print a report."""
    press = _Press(layout)
    number, sections = 0, 0
    for item in items:
        number = number + 1 if item.kind == "number" else 0
        if item.kind == "heading" and item.level == 2:
            sections += 1
            if layout.paged and sections > 1:
                press.turn()
        press.item(item, number)
    press.turn()
    press.canvas.save()
    press.printed.content = press.stream.getvalue()
    return press.printed


def wrapped(text: str, font: str, size: float, width: float, hyphens: bool) -> list[str]:
    """Lines that fit a width; long words are broken where that fills a line."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        tried = f"{line} {word}".strip()
        if stringWidth(tried, font, size) <= width:
            line = tried
            continue
        head, tail = _broken(line, word, font, size, width) if hyphens and size == BODY else ("",
                                                                                            word)
        lines.append(f"{line} {head}".strip())
        line = tail
    return [*(line for line in [*lines, line] if line)]


def _broken(line: str, word: str, font: str, size: float, width: float) -> tuple[str, str]:
    """A word's two halves; the first is empty where it can't be broken to fit."""
    if match := re.fullmatch(r"([A-Za-z]{2,}-)([a-z]{3,}.*)", word):
        halves = [(match[1], match[2])]
    elif re.fullmatch(r"[a-z]{9,}[.,;]?", word):
        halves = [(word[:cut] + "-", word[cut:]) for cut in range(len(word) - 4, 3, -1)]
    else:
        halves = []
    for head, tail in halves:
        if stringWidth(f"{line} {head}", font, size) <= width:
            return head, tail
    return "", word
