"""Running text and lists outside boxes: judgments, bullets with their lead-ins, narrative."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from corpus import grades, polarity, sentences
from corpus.blocks import Block, Role
from corpus.model import FindingKind, Grade, Polarity
from corpus.outline import Segment, is_stamp
from corpus.readers.lines import is_ordered
from corpus.statement import Context, Statement, part, whole

_LONGEST_GROUP = 3
_ANNOUNCES = re.compile(r"\b(?:areas?|aspects|ways|things|problems|strengths|weaknesses|concerns"
                        r"|improvements)\b", re.IGNORECASE)
_SHORT_LEAD_IN = 4
_KINDS = {Polarity.POSITIVE: FindingKind.STRENGTH, Polarity.NEGATIVE: FindingKind.WEAKNESS,
          Polarity.NEUTRAL: FindingKind.NARRATIVE}


def statements(segment: Segment, context: Context) -> Iterator[Statement]:
    """The findings of a segment that is no box, in reading order."""
    bullets = Bullets(segment.heading)
    opening, grade_line = segment.opens, None
    for position, block in enumerate(segment.blocks):
        if block.role is Role.BULLET:
            yield _bullet(block, segment, bullets, context)
            continue
        bullets.close()
        if (grade := grades.of_line(block.text)) is not None:
            yield part(block, 0, len(block.text), segment.path, FindingKind.JUDGMENT,
                       grade.polarity, grade)
            grade_line = grade
            continue
        if grades.of_row(block.text):
            yield _row(block, segment, None)
            continue
        if block.role is Role.HEADING:
            verdict = polarity.of_statement(block.text)
            yield whole(block, segment.path, _KINDS[verdict], verdict)
            continue
        if is_stamp(block):
            yield whole(block, segment.path, FindingKind.NARRATIVE, Polarity.NEUTRAL)
            continue
        end = len(block.text)
        if introduces(segment.blocks, position):
            end, lead_in = lead_in_of(block)
            bullets.open(lead_in, block.text[:end])
        yield from _paragraph(block, end, segment, context, opening, grade_line)
        opening, grade_line = False, None


class Bullets:
    """The list being read: its lead-in, what that says, and what the list before it said."""

    def __init__(self, heading: str) -> None:
        self._heading = polarity.of_heading(heading)
        self._previous: Polarity | None = None
        self._lead_in: str | None = None
        self._told: Polarity | None = None
        self._first: Block | None = None
        self._last: Block | None = None
        self._polarities: list[Polarity] = []

    def open(self, lead_in: str, before: str) -> None:
        """A list begins. "There are areas where it could do better. It:" says what "It:" can't."""
        self._lead_in = lead_in
        self._told = polarity.of_lead_in(lead_in, self._previous)
        sentence = sentences.split(before)[-1:]
        if self._told is None and len(lead_in.split()) <= _SHORT_LEAD_IN and sentence \
                and _ANNOUNCES.search(sentence[0]):
            self._told = polarity.of_lead_in(sentence[0])

    def close(self) -> None:
        """The list is over: a lead-in holds for its own list only."""
        if self._polarities:
            self._previous = _prevailing(self._polarities)
        self._lead_in = self._told = self._first = self._last = None
        self._polarities = []

    def lead_in_for(self, block: Block) -> str | None:
        """The lead-in of a bullet: the list's, or for one further in the bullet above it. A
        numbered item after plain ones begins a list of its own."""
        if self._first is None:
            self._first = block
        if is_ordered(self._first.marker) is not is_ordered(block.marker) \
                and block.indent <= self._first.indent:
            self.close()
            self._first = block
        if block.indent > self._first.indent + 1 and self._last is not None:
            return whole(self._last, (), FindingKind.NARRATIVE, Polarity.NEUTRAL).text
        self._last = block
        return self._lead_in

    def verdict(self, block: Block) -> tuple[Polarity, bool]:
        """A bullet's polarity, and whether its lead-in or heading decided it."""
        told = self._told or self._heading
        verdict = told or polarity.of_statement(block.text)
        self._polarities.append(verdict)
        return verdict, told is not None


def introduces(blocks: list[Block], position: int) -> bool:
    """Whether a paragraph is the lead-in of the bullets that follow it."""
    return (blocks[position].text.endswith(":") and position + 1 < len(blocks)
            and blocks[position + 1].role is Role.BULLET)


def lead_in_of(block: Block) -> tuple[int, str]:
    """Where the last sentence of a paragraph begins, and that sentence: the bullets' lead-in."""
    start, end = sentences.spans(block.text)[-1]
    return start, block.text[start:end]


def narrative(block: Block, section: tuple[str, ...],
              end: int | None = None) -> Iterator[Statement]:
    """The sentences of a paragraph; one that points back ("This hampers ...") stays with the
    sentence before it, so that each finding can be understood alone."""
    kind = FindingKind.NARRATIVE
    for start, stop in _groups(block.text[:end]):
        yield part(block, start, stop, section, kind,
                   polarity.of_statement(block.text[start:stop]))


def _groups(text: str) -> list[tuple[int, int]]:
    groups: list[list[tuple[int, int]]] = []
    for start, end in sentences.spans(text):
        follows = polarity.POINTS_BACK.match(text[start:end])
        if groups and follows and len(groups[-1]) < _LONGEST_GROUP:
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    return [(group[0][0], group[-1][1]) for group in groups]


def _paragraph(block: Block, end: int, segment: Segment, context: Context, opening: bool,
               grade_line: Grade | None) -> Iterator[Statement]:
    text = block.text[:end]
    heading = " ".join(segment.path[-1:])
    kind = FindingKind.SUMMARY if segment.box is FindingKind.SUMMARY else FindingKind.NARRATIVE
    for number, (start, stop) in enumerate(_groups(text)):
        for first, last in sentences.spans(text[start:stop]):
            sentence = text[start + first:start + last]
            opens = opening and number == 0 and first == 0
            judged = grades.of_sentence(sentence, context.body, opens, context.year, heading)
            if judged is None and opens and grade_line:
                judged = grades.of_sentence(sentence, context.body, True, context.year, None)
                judged = judged if judged and judged.grade is grade_line else None
            if judged is None:
                continue
            if first:
                yield _told(block, start, start + len(text[start:start + first].rstrip()),
                            segment, kind)
            yield part(block, start + first, start + last, segment.path, FindingKind.JUDGMENT,
                       judged.grade.polarity, judged.grade, judged.as_of)
            rest = text[start + last:stop]
            start, stop = start + last + len(rest) - len(rest.lstrip()), stop
            break
        if start < stop:
            yield _told(block, start, stop, segment, kind)


def _told(block: Block, start: int, stop: int, segment: Segment,
          kind: FindingKind) -> Statement:
    return part(block, start, stop, segment.path, kind,
                polarity.of_statement(block.text[start:stop]))


def _row(block: Block, segment: Segment, lead_in: str | None) -> Statement:
    row = grades.of_row(block.text)
    assert row is not None
    what, grade = row
    return Statement((*segment.path, what), FindingKind.JUDGMENT, grade.polarity, block.text,
                     block.start, block.end, lead_in, block.page, grade)


def _bullet(block: Block, segment: Segment, bullets: Bullets, context: Context) -> Statement:
    lead_in = bullets.lead_in_for(block)
    if grades.of_row(block.text):
        return _row(block, segment, lead_in)
    if context.inspection:
        speaks = lead_in is not None and grades.speaks_of_judging(lead_in)
        judged = grades.of_sentence(block.text, context.body, speaks, context.year, None)
        if judged is not None:
            bullet = whole(block, segment.path, FindingKind.JUDGMENT, judged.grade.polarity,
                           lead_in)
            return replace(bullet, grade=judged.grade, as_of=judged.as_of)
    verdict, told = bullets.verdict(block)
    kind = _KINDS[verdict] if told or context.inspection else FindingKind.NARRATIVE
    return whole(block, segment.path, kind, verdict, lead_in)


def _prevailing(polarities: list[Polarity]) -> Polarity | None:
    positive = polarities.count(Polarity.POSITIVE)
    negative = polarities.count(Polarity.NEGATIVE)
    if positive == negative:
        return None
    return Polarity.POSITIVE if positive > negative else Polarity.NEGATIVE
