"""Running text and lists outside boxes: judgments, bullets with their lead-ins, narrative."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus import grades, polarity, sentences
from corpus.blocks import Block, Role
from corpus.model import FindingKind, Grade, Polarity
from corpus.outline import Segment
from corpus.statement import Context, Statement, part, whole

_POINTS_BACK = re.compile(r"(?:this|these|such|that|those|as a result|for example|for instance"
                          r"|in (?:these|such|this))\b", re.IGNORECASE)
_LONGEST_GROUP = 3
_ROW = re.compile(r"^(?P<what>[^:]{4,90}?)\s*[:–-]\s*(?P<grade>[\w ]+)$")
_KINDS = {Polarity.POSITIVE: FindingKind.STRENGTH, Polarity.NEGATIVE: FindingKind.WEAKNESS,
          Polarity.NEUTRAL: FindingKind.NARRATIVE}


def statements(segment: Segment, context: Context) -> Iterator[Statement]:
    """The findings of a segment that is no box, in reading order."""
    lead_in: str | None = None
    previous: Polarity | None = None
    current: list[Polarity] = []
    opening = segment.opens
    for position, block in enumerate(segment.blocks):
        if block.role is Role.BULLET:
            statement = _bullet(block, segment, lead_in, previous, context)
            current.append(statement.polarity)
            yield statement
            continue
        if current:
            previous, current, lead_in = _prevailing(current), [], None
        if (grade := grades.of_line(block.text)) is not None:
            yield _grade_line(block, grade, segment, position, context)
            continue
        if block.role is Role.HEADING:
            verdict = polarity.of_statement(block.text)
            yield whole(block, segment.path, _KINDS[verdict], verdict)
            continue
        introduces = (block.text.endswith(":") and position + 1 < len(segment.blocks)
                      and segment.blocks[position + 1].role is Role.BULLET)
        end = len(block.text)
        if introduces:
            end, lead_in = lead_in_of(block)
        yield from _paragraph(block, end, segment, context, opening)
        opening = False


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
        follows = _POINTS_BACK.match(text[start:end])
        if groups and follows and len(groups[-1]) < _LONGEST_GROUP:
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    return [(group[0][0], group[-1][1]) for group in groups]


def _paragraph(block: Block, end: int, segment: Segment, context: Context,
               opening: bool) -> Iterator[Statement]:
    text = block.text[:end]
    groups = _groups(text)
    for number, (start, stop) in enumerate(groups):
        first = sentences.spans(text[start:stop])[0]
        sentence_end = start + first[1]
        judged = grades.of_sentence(text[start:sentence_end], context.body,
                                    opening and number == 0, context.year)
        if judged is not None:
            yield part(block, start, sentence_end, segment.path, FindingKind.JUDGMENT,
                       judged.grade.polarity, judged.grade, judged.as_of)
            start = sentence_end + len(text[sentence_end:stop]) \
                - len(text[sentence_end:stop].lstrip())
            if start >= stop:
                continue
        kind = FindingKind.SUMMARY if segment.box is FindingKind.SUMMARY \
            else FindingKind.NARRATIVE
        yield part(block, start, stop, segment.path, kind,
                   polarity.of_statement(text[start:stop]))


def _grade_line(block: Block, grade: Grade, segment: Segment, position: int,
                context: Context) -> Statement:
    """A line that is a grade alone: the judgment, unless the next sentence states it in full."""
    following = segment.blocks[position + 1] if position + 1 < len(segment.blocks) else None
    if following is not None and following.role is Role.PARAGRAPH:
        first = sentences.split(following.text)[0]
        judged = grades.of_sentence(first, context.body, True, context.year)
        if judged is not None and judged.grade is grade:
            return part(block, 0, len(block.text), segment.path, FindingKind.SUMMARY,
                        grade.polarity)
    return part(block, 0, len(block.text), segment.path, FindingKind.JUDGMENT, grade.polarity,
                grade)


def _bullet(block: Block, segment: Segment, lead_in: str | None, previous: Polarity | None,
            context: Context) -> Statement:
    row = _ROW.match(block.words)
    if row and (grade := grades.of_line(row["grade"])) is not None:
        return Statement((*segment.path, row["what"]), FindingKind.JUDGMENT, grade.polarity,
                         block.text, block.start, block.end, lead_in, block.page, grade)
    told = polarity.of_lead_in(lead_in, previous) if lead_in else None
    told = told or polarity.of_heading(segment.heading)
    verdict = told or polarity.of_statement(block.text)
    kind = _KINDS[verdict] if told or context.inspection else FindingKind.NARRATIVE
    return whole(block, segment.path, kind, verdict, lead_in)


def _prevailing(polarities: list[Polarity]) -> Polarity | None:
    positive = polarities.count(Polarity.POSITIVE)
    negative = polarities.count(Polarity.NEGATIVE)
    if positive == negative:
        return None
    return Polarity.POSITIVE if positive > negative else Polarity.NEGATIVE
