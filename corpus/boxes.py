"""Boxes of findings: areas for improvement, causes of concern, recommendations, practice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus import polarity, prose, sentences
from corpus.blocks import Block, Role
from corpus.model import FindingKind, Polarity
from corpus.outline import Segment
from corpus.statement import Context, Statement, whole

_POLARITY = {
    FindingKind.AREA_FOR_IMPROVEMENT: Polarity.NEGATIVE,
    FindingKind.CAUSE_OF_CONCERN: Polarity.NEGATIVE,
    FindingKind.RECOMMENDATION: Polarity.NEUTRAL,
    FindingKind.INNOVATIVE_PRACTICE: Polarity.POSITIVE,
    FindingKind.STRENGTH: Polarity.POSITIVE,
    FindingKind.WEAKNESS: Polarity.NEGATIVE,
}
BOXED = frozenset(_POLARITY)
_DIRECTIVE = re.compile(r"\b(?:should|must|needs? to|is recommended|we recommend|recommends? that"
                        r"|is asked to)\b|^(?:that|to)\b|^(?:within|by|immediately|before)\b.*\b"
                        r"(?:should|must)\b", re.IGNORECASE)


def statements(segment: Segment, context: Context) -> Iterator[Statement]:
    """The findings of a box, and what follows it before the next heading as narrative.

    A box ends at the first paragraph after its findings that asks for nothing. In a cause of
    concern the bullets that ask for something are recommendations, the others weaknesses.
    """
    assert segment.box is not None
    kind = segment.box
    bulleted = any(block.role is Role.BULLET for block in segment.blocks)
    lead_in: str | None = None
    found = 0
    for position, block in enumerate(segment.blocks):
        if block.role is Role.BULLET:
            item = _kind_of_bullet(kind, lead_in, found, block)
            yield whole(block, segment.path, item, _POLARITY[item], lead_in)
            found += item is kind
            continue
        if _introduces(segment.blocks, position):
            before, lead_in = prose.lead_in_of(block)
            if before:
                yield from _before_lead_in(block, before, segment, kind, found)
                found += kind is not FindingKind.RECOMMENDATION
            continue
        if _belongs(kind, block, found, bulleted):
            yield whole(block, segment.path, kind, _POLARITY[kind])
            found += 1
            lead_in = None
        elif kind is FindingKind.CAUSE_OF_CONCERN or not found:
            yield from prose.narrative(block, segment.path)
        else:
            rest = Segment(segment.path, None, "", False, segment.blocks[position:])
            yield from prose.statements(rest, context)
            return


def _introduces(blocks: list[Block], position: int) -> bool:
    return (blocks[position].text.endswith(":") and position + 1 < len(blocks)
            and blocks[position + 1].role is Role.BULLET)


def _kind_of_bullet(kind: FindingKind, lead_in: str | None, found: int,
                    block: Block) -> FindingKind:
    if kind is not FindingKind.CAUSE_OF_CONCERN or (lead_in is None and not found):
        return kind
    asks = _DIRECTIVE.search(lead_in or "") or _DIRECTIVE.search(block.text)
    return FindingKind.RECOMMENDATION if asks else FindingKind.WEAKNESS


def _before_lead_in(block: Block, end: int, segment: Segment, kind: FindingKind,
                    found: int) -> Iterator[Statement]:
    """What a paragraph says before the sentence that introduces its bullets."""
    head = Block(Role.PARAGRAPH, block.text[:end].rstrip(), block.start,
                 block.start + len(block.text[:end].rstrip()), page=block.page)
    if kind is FindingKind.RECOMMENDATION or found:
        yield from prose.narrative(head, segment.path)
    else:
        yield whole(head, segment.path, kind, _POLARITY[kind])


def _belongs(kind: FindingKind, block: Block, found: int, bulleted: bool) -> bool:
    """Whether a paragraph of a box is one of its findings rather than the reason for one."""
    if kind in (FindingKind.STRENGTH, FindingKind.WEAKNESS):
        return True
    if kind in (FindingKind.CAUSE_OF_CONCERN, FindingKind.INNOVATIVE_PRACTICE):
        return not found
    opening = sentences.split(block.words)[0]
    if _DIRECTIVE.search(opening):
        return True
    return not found and not bulleted and polarity.of_heading(opening) is None
