"""What every reader gives: the source text and its blocks, each with its place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a block of text is for, as far as its layout tells."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph or list item: ``document.text[start:end] == text``, without its
    marker. ``level`` is a heading's depth (1 outermost), None where the source has no levels;
    ``page`` is where it begins, from 1; ``marker`` is the list marker or number that stood
    before it ("|" for a row of a table), ``indent`` how far in. ``hidden`` says that a reader
    of the file does not see it (white on white, set to be hidden)."""

    role: Role
    text: str
    start: int
    end: int
    level: int | None = None
    page: int | None = None
    marker: str | None = None
    indent: int = 0
    hidden: bool = False

    @property
    def words(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Document:
    """A file as its reader gave it. Spans of blocks and findings are positions in ``text``.

    ``properties`` is what the file says of itself outside its text: ``title``, ``url`` and
    ``published`` (an ISO date), each only where it is there. ``notes`` are sentences for a
    person: what was left out or is odd. ``pages`` lists where each page begins, as
    ``(position, page)`` in order, and is empty for a source without pages.
    """

    source: str
    text: str
    blocks: tuple[Block, ...]
    properties: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    pages: tuple[tuple[int, int], ...] = ()

    def page_at(self, position: int) -> int | None:
        """The page on which the character at ``position`` stands, None without pages."""
        place = bisect_right(self.pages, position, key=lambda entry: entry[0])
        return self.pages[max(0, place - 1)][1] if self.pages else None

    def is_hidden(self, start: int, end: int) -> bool:
        """Whether any part of a span is hidden from a reader of the file."""
        return any(b.hidden and b.start < end and start < b.end for b in self.blocks)
