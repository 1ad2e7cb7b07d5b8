"""Running text and lists outside boxes: judgments, bullets with their lead-ins, narrative."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from corpus import grades, polarity, sentences
from corpus.blocks import Block, Role
from corpus.lists import Bullets, introduces, lead_in_of
from corpus.model import FindingKind, Grade, Polarity
from corpus.outline import Segment, is_stamp
from corpus.statement import Context, Statement, part, whole

_LONGEST_GROUP = 3
_KINDS = {Polarity.POSITIVE: FindingKind.STRENGTH, Polarity.NEGATIVE: FindingKind.WEAKNESS,
          Polarity.NEUTRAL: FindingKind.NARRATIVE}


def statements(segment: Segment, context: Context) -> Iterator[Statement]:
    """The findings of a segment that is no box, in reading order."""
    bullets = Bullets(segment.heading)
    opening, grade_line = segment.opens, None
    for position, block in enumerate(segment.blocks):
        if block.role is Role.BULLET:
            if introduces(segment.blocks, position):
                bullets.nest(block)
            else:
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
            if judged is None and grade_line and number == 0 and first == 0:
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
