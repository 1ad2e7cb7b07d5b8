"""What the layout of a page is made of."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Segment:
    """A run of text on one line without a wide gap. ``y`` is its baseline, growing downwards;
    ``letters`` counts characters, ``bold`` those that are bold."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    letters: int = 0
    bold: int = 0
    hidden: bool = False
    symbol: bool = False

    @property
    def is_bold(self) -> bool:
        """Whether nearly all of it is bold."""
        return self.bold >= 0.9 * max(1, self.letters)


@dataclass(slots=True)
class Box:
    """A rectangle that is filled with a colour, or a picture."""

    x0: float
    y0: float
    x1: float
    y1: float
    dark: bool

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1


@dataclass(slots=True)
class Page:
    """A page's text and the rules drawn on it. ``pictured`` is the share of it that pictures
    cover; ``unseen`` counts characters that are set not to be painted."""

    number: int
    width: float
    height: float
    segments: list[Segment] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    pictured: float = 0.0
    unseen: int = 0


@dataclass(slots=True)
class Line:
    """A line of text in reading order. ``left`` and ``right`` are the edges of its column;
    ``marker`` is the bullet or number before it; ``row`` holds a table's row as text."""

    text: str
    page: int
    x0: float
    x1: float
    y: float
    size: float
    left: float
    right: float
    column: int = 0
    bold: bool = False
    hidden: bool = False
    marker: str | None = None
    marker_x: float = 0.0
    row: bool = False
    # A typical character's width, to tell whether a word would have fitted.
    letter: float = 5.0
