"""Blocks into segments: what stands under which heading path, and in which box."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpus import grades, headings
from corpus.blocks import Block, Role
from corpus.model import FindingKind
from corpus.path import Levels, Ranks

_MONTHS = (r"(?:jan|febr)uary|march|april|may|june|july|august|(?:septem|octo|novem|decem)ber")
_STAMP = re.compile(
    rf"^(?:(?:last updated|published(?: on)?|updated(?: on)?|inspection dates?|date)\b.{{0,80}}"
    rf"\d{{2,4}}|(?:\d{{1,2}} )?(?:{_MONTHS}) \d{{4}}|\d{{1,2}}/\d{{1,2}}/\d{{2,4}})\.?$",
    re.IGNORECASE)
_NUMBER_ALONE = re.compile(r"^\(?\d{1,3}[.)]?$")


@dataclass(slots=True)
class Segment:
    """The blocks that stand directly under one heading. ``box`` is the kind of findings that
    the heading announces; ``opens`` says that the segment begins its section; ``level`` is the
    heading's; ``bulleted`` says that it has list items."""

    path: tuple[str, ...]
    box: FindingKind | None
    heading: str
    opens: bool
    blocks: list[Block] = field(default_factory=list)
    level: int | None = None
    bulleted: bool = False

    def add(self, block: Block) -> None:
        """Append a block."""
        self.blocks.append(block)
        self.bulleted = self.bulleted or block.role is Role.BULLET


def is_stamp(block: Block) -> bool:
    """Whether a block only says when the report was published or updated."""
    return len(block.text) <= 150 and bool(_STAMP.match(block.words))


def segments(blocks: Sequence[Block]) -> list[Segment]:
    """The report as segments in reading order.

    Heading levels are followed where the source has them; otherwise the words of a heading
    give its rank. The first heading is the report's title and belongs to no path.
    """
    kept = [_plain(block) for block in blocks if not _is_bare_number(block)]
    levelled = any(block.level is not None for block in kept)
    # Looking ahead, a date between a heading and its grade must not hide the grade.
    outline = Levels(kept) if levelled else Ranks([b for b in kept if not is_stamp(b)])
    found = [Segment((), None, "", True)]
    for block in kept:
        if block.role is not Role.HEADING or _is_content(block, found[-1]):
            found[-1].add(block)
            continue
        before = outline.path
        kind = headings.box(block.words)
        outline.enter(block, kind)
        opens = outline.path != before
        found.append(Segment(outline.path, kind, block.words, opens, level=block.level))
        if kind is None and headings.states_a_finding(block.words) and outline.path != before:
            found[-1].add(block)
    return found


def _plain(block: Block) -> Block:
    return replace(block, role=Role.PARAGRAPH, level=None) if is_stamp(block) else block


def _is_bare_number(block: Block) -> bool:
    """The number above a question, or a page number: it belongs to the layout."""
    return block.role is not Role.BULLET and bool(_NUMBER_ALONE.match(block.text))


def _is_content(block: Block, segment: Segment) -> bool:
    """Whether what looks like a heading is a grade, or a statement of the box above it."""
    if grades.of_line(block.text) or grades.of_row(block.text):
        return True
    if segment.box is None or segment.box is FindingKind.SUMMARY \
            or headings.rank(block.words) is not headings.Rank.SUB:
        return False
    deeper = segment.level is not None and (block.level or 6) > segment.level
    if not segment.blocks:
        return deeper or segment.level is None
    if segment.box is FindingKind.AREA_FOR_IMPROVEMENT:
        return (headings.asks_for_action(block.words)
                or (deeper and not segment.bulleted and headings.states_a_finding(block.words)))
    return False
