"""Blocks into segments: what stands under which heading path, and in which box."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus import grades, headings
from corpus.blocks import Block, Role
from corpus.headings import Rank
from corpus.model import FindingKind
from corpus.names import topic_of

_STAMP = re.compile(r"^(?:last updated|published(?: on)?|updated(?: on)?)\b.*\d{2,4}$",
                    re.IGNORECASE)


@dataclass(slots=True)
class Segment:
    """The blocks that stand directly under one heading. ``box`` is the kind of findings that
    the heading announces; ``opens`` says that the segment begins its section."""

    path: tuple[str, ...]
    box: FindingKind | None
    heading: str
    opens: bool
    blocks: list[Block] = field(default_factory=list)


def segments(blocks: Sequence[Block]) -> list[Segment]:
    """The report as segments in reading order.

    Heading levels are followed where the source has them; otherwise the words of a heading
    give its rank. The first heading is the report's title and belongs to no path.
    """
    kept = [block for block in blocks if not _STAMP.match(block.words)]
    levelled = any(block.level is not None for block in kept)
    outline = _Levels(kept) if levelled else _Ranks(kept)
    found = [Segment((), None, "", True)]
    for position, block in enumerate(kept):
        if block.role is not Role.HEADING or grades.of_line(block.text) \
                or _is_content(block, found[-1]):
            found[-1].blocks.append(block)
            continue
        before = outline.path
        kind = headings.box(block.words)
        outline.enter(position, block, kind)
        opens = outline.path != before
        found.append(Segment(outline.path, kind, block.words, opens))
        if kind is None and headings.states_a_finding(block.words):
            found[-1].blocks.append(block)
    return found


def _is_content(block: Block, segment: Segment) -> bool:
    """Whether what looks like a heading is the first statement of the box above it."""
    return (segment.box is not None and not segment.blocks
            and segment.box is not FindingKind.SUMMARY
            and headings.rank(block.words) is Rank.SUB)


class _Levels:
    """The heading path of a source whose headings have levels."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        levels = [b.level or 6 for b in blocks if b.role is Role.HEADING]
        self._title_level = levels[0] if levels and levels.count(levels[0]) == 1 else None
        self._stack: list[tuple[int, str]] = []
        self._seen = False

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._stack)

    def enter(self, position: int, block: Block, kind: FindingKind | None) -> None:
        level = block.level or 6
        first, self._seen = not self._seen, True
        if first and level == self._title_level:
            return
        if kind is not None and kind is not FindingKind.SUMMARY and self._stack:
            while self._stack and self._stack[-1][0] >= level:
                self._stack.pop()
            return
        while self._stack and self._stack[-1][0] >= level:
            self._stack.pop()
        self._stack.append((level, block.words))


class _Ranks:
    """The heading path of a source without levels, from the words of its headings."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._titled = False
        self._pillar: str | None = None
        self._pillar_asked = False
        self._section: str | None = None
        self._sub: str | None = None
        ranks = [headings.rank(b.words) for b in blocks if b.role is Role.HEADING]
        self._asks = ranks.count(Rank.QUESTION) >= 2
        self._graded = any(self._is_graded(i) for i, b in enumerate(blocks)
                           if b.role is Role.HEADING)

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(part for part in (self._pillar, self._section, self._sub) if part)

    def enter(self, position: int, block: Block, kind: FindingKind | None) -> None:
        text = block.words
        rank = headings.rank(text)
        if not self._titled and rank is not Rank.PILLAR:
            self._titled = True
            return
        self._titled = True
        if rank is Rank.PILLAR:
            self._pillar, self._section, self._sub = text, None, None
            self._pillar_asked = False
        elif rank is Rank.QUESTION:
            if self._asks_the_pillar(position, text):
                self._pillar_asked = True
                return
            self._section, self._sub = text, None
        elif rank is Rank.TOP:
            self._pillar, self._section, self._sub = None, text, None
        elif rank is Rank.SUB:
            self._enter_plain(position, text)

    def _enter_plain(self, position: int, text: str) -> None:
        if (self._asks and self._section) or (self._graded and self._section and not (
                self._is_graded(position) or topic_of(text))):
            self._sub = text
        else:
            self._section, self._sub = text, None

    def _asks_the_pillar(self, position: int, text: str) -> bool:
        if self._pillar is None or self._section is not None or self._pillar_asked:
            return False
        following = self._blocks[position + 1] if position + 1 < len(self._blocks) else None
        empty = following is not None and following.role is Role.HEADING \
            and headings.rank(following.words) is Rank.QUESTION
        return empty or headings.is_pillar_question(text)

    def _is_graded(self, position: int) -> bool:
        for block in self._blocks[position + 1:position + 2]:
            if grades.of_line(block.text):
                return True
            if block.role is Role.PARAGRAPH:
                return grades.of_sentence(block.words, None, True, None) is not None
        return False
