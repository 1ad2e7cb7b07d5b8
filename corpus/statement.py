"""A statement on its way to becoming a finding, and what is known while parsing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.blocks import Block
from corpus.model import FindingKind, Grade, Polarity

_TAIL = re.compile(r"(?:[;,]\s*(?:and|or)|[;,])$")


@dataclass(frozen=True, slots=True)
class Context:
    """What the parser knows of the whole report."""

    body: str | None
    year: int | None
    inspection: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """Like a finding, before it has an id."""

    section: tuple[str, ...]
    kind: FindingKind
    polarity: Polarity
    text: str
    start: int
    end: int
    lead_in: str | None = None
    page: int | None = None
    grade: Grade | None = None
    as_of: int | None = None


def whole(block: Block, section: tuple[str, ...], kind: FindingKind, polarity: Polarity,
          lead_in: str | None = None) -> Statement:
    """A statement that is a whole block, without the list's own "; and" at its end."""
    text = without_tail(block.text)
    return Statement(section, kind, polarity, text, block.start, block.start + len(text),
                     lead_in, block.page)


def without_tail(text: str) -> str:
    """A list item without the list's own "; and" at its end; one that is nothing else stays."""
    return _TAIL.sub("", text).rstrip() or text


def part(block: Block, start: int, end: int, section: tuple[str, ...], kind: FindingKind,
         polarity: Polarity, grade: Grade | None = None, as_of: int | None = None) -> Statement:
    """A statement that is ``block.text[start:end]``."""
    return Statement(section, kind, polarity, block.text[start:end], block.start + start,
                     block.start + end, None, block.page, grade, as_of)
