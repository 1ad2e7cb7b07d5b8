"""What every reader gives: the source text and its blocks, each with its place."""

from __future__ import annotations

from dataclasses import dataclass
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
    ``marker`` is the list marker or number that stood before it, ``indent`` how far in."""

    role: Role
    text: str
    start: int
    end: int
    level: int | None = None
    page: int | None = None
    marker: str | None = None
    indent: int = 0

    @property
    def words(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Document:
    """A file as its reader gave it. Spans of blocks and findings are positions in ``text``."""

    source: str
    text: str
    blocks: tuple[Block, ...]
