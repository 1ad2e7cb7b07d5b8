"""Boxes of findings: areas for improvement, causes of concern, recommendations, practice."""

from __future__ import annotations

from collections.abc import Iterator

from corpus import grades, polarity, prose, sentences
from corpus.blocks import Block, Role
from corpus.headings import asks_for_action
from corpus.lists import Bullets, introduces, lead_in_of
from corpus.model import FindingKind, Polarity
from corpus.outline import Segment, is_stamp
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


def statements(segment: Segment, context: Context) -> Iterator[Statement]:
    """The findings of a box, and what follows them before the next heading as narrative.

    A finding's reason is narrative too. In a cause of concern the bullets that ask for
    something are recommendations, the others weaknesses.
    """
    assert segment.box is not None
    kind = segment.box
    lists = Bullets("")
    lead_in: str | None = None
    found = 0
    position = 0
    while position < len(segment.blocks):
        block = segment.blocks[position]
        position += 1
        if block.role is Role.BULLET and introduces(segment.blocks, position - 1):
            lists.nest(block)
            continue
        if block.role is Role.BULLET:
            told = lists.lead_in_for(block)
            item = _kind_of_bullet(kind, told, found, block)
            yield whole(block, segment.path, item, _POLARITY[item], told)
            found += item is kind
            continue
        lists.close()
        if introduces(segment.blocks, position - 1) and _list_belongs(segment, block, found):
            before, lead_in = lead_in_of(block)
            lists.open(lead_in, block.text[:before])
            if before:
                yield from _before_lead_in(block, before, segment, kind, found)
                found += kind is not FindingKind.RECOMMENDATION
        elif _belongs(segment, block, found):
            yield whole(block, segment.path, kind, _POLARITY[kind])
            found += 1
        else:
            stop = _next_finding(segment, position, found)
            yield from _aside(segment, position - 1, stop, context)
            position = stop


def _next_finding(segment: Segment, position: int, found: int) -> int:
    """Where the reason of a finding ends: at the next finding of the box, or with the box."""
    blocks = segment.blocks
    while position < len(blocks):
        block = blocks[position]
        if block.role is not Role.BULLET:
            if _belongs(segment, block, found):
                return position
            if introduces(blocks, position) and _list_belongs(segment, block, found):
                return position
        position += 1
    return position


def _aside(segment: Segment, start: int, stop: int, context: Context) -> Iterator[Statement]:
    rest = Segment(segment.path, None, "", False, segment.blocks[start:stop])
    return prose.statements(rest, context)


def _list_belongs(segment: Segment, block: Block, found: int) -> bool:
    """Whether the list that a paragraph introduces belongs to the box. Once there are findings,
    a list that asks for nothing ("We found that officers:") gives their reason."""
    _, lead_in = lead_in_of(block)
    if segment.box in (FindingKind.STRENGTH, FindingKind.WEAKNESS) or not found:
        return True
    return segment.box is FindingKind.CAUSE_OF_CONCERN or asks_for_action(lead_in)


def _kind_of_bullet(kind: FindingKind, lead_in: str | None, found: int,
                    block: Block) -> FindingKind:
    if kind is not FindingKind.CAUSE_OF_CONCERN or (lead_in is None and not found):
        return kind
    asks = asks_for_action(lead_in or "") or asks_for_action(block.text)
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


def _belongs(segment: Segment, block: Block, found: int) -> bool:
    """Whether a paragraph of a box is one of its findings rather than the reason for one."""
    kind = segment.box
    if is_stamp(block) or grades.of_line(block.text) or grades.of_row(block.text):
        return False
    if kind in (FindingKind.STRENGTH, FindingKind.WEAKNESS):
        return True
    if kind in (FindingKind.CAUSE_OF_CONCERN, FindingKind.INNOVATIVE_PRACTICE):
        return not found
    if block.role is Role.HEADING:
        return True
    opening = sentences.split(block.words)[0]
    if asks_for_action(opening):
        return not found or not segment.bulleted or kind is FindingKind.RECOMMENDATION
    return not found and not segment.bulleted and polarity.of_heading(opening) is None
