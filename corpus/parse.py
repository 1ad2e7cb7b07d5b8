"""A document into a report of typed findings. Nothing that a report says is dropped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus import boxes, judgments, metadata, outline, prose
from corpus.blocks import Document
from corpus.metadata import INSPECTORATES
from corpus.model import Finding, FindingKind, Metadata, Report, finding_id
from corpus.names import official_name
from corpus.readers import read
from corpus.statement import Context, Statement

_INSPECTED = re.compile(r"\b(?:PEEL|HMICFRS|HMIC|constabulary|fire and rescue service|the force"
                        r"|inspection)\b", re.IGNORECASE)


def report_from(path: Path, corrections: Path | None = None) -> Report:
    """Read and parse one report file.

    Raises ``UnreadableReport`` with the reason where that is impossible.
    """
    document = read(path)
    return parse(document, metadata.describe(path, document, corrections))


def parse(document: Document, about: Metadata) -> Report:
    """The findings of a document, in reading order, ids from content and place."""
    context = Context(body=official_name(about.force), year=about.year,
                      inspection=is_inspection(document, about))
    seen: Counter[str] = Counter()
    statements = judgments.settled(list(_statements(document, context)))
    hidden = [(block.start, block.end) for block in document.blocks if block.hidden]
    findings = [_finding(statement, about, seen, document, hidden) for statement in statements]
    sections = dict.fromkeys(finding.section[:depth] for finding in findings
                             for depth in range(1, len(finding.section) + 1))
    return Report(about, document.source, document.text, tuple(sections), tuple(findings),
                  document.notes)


def is_inspection(document: Document, about: Metadata) -> bool:
    """Whether a report judges a body: its bullets are then strengths and weaknesses."""
    if about.publisher in INSPECTORATES or "PEEL" in about.title:
        return True
    return len(_INSPECTED.findall(document.text[:20_000])) >= 5


def _statements(document: Document, context: Context) -> Iterator[Statement]:
    for segment in outline.segments(document.blocks):
        if segment.box in boxes.BOXED:
            yield from boxes.statements(segment, context)
        else:
            yield from prose.statements(segment, context)


def _finding(statement: Statement, about: Metadata, seen: Counter[str], document: Document,
             hidden: Sequence[tuple[int, int]]) -> Finding:
    key = finding_id(about.id, statement.section, statement.kind, statement.text)
    repeat = seen[key]
    seen[key] += 1
    return Finding(
        id=finding_id(about.id, statement.section, statement.kind, statement.text, repeat),
        report_id=about.id, section=statement.section, kind=statement.kind,
        polarity=statement.polarity, text=statement.text, start=statement.start,
        end=statement.end, lead_in=statement.lead_in, force=about.force, year=about.year,
        grade=statement.grade, as_of=statement.as_of,
        hidden=any(start < statement.end and statement.start < end for start, end in hidden),
        page=document.page_at(statement.start) or statement.page)


def questions(report: Report) -> list[tuple[str, ...]]:
    """The sections that hold findings, boxes and sub-headings folded into their section."""
    depth = 2 if any(len(path) > 1 and path[0].capitalize() == report.metadata.pillar
                     for path in report.sections) else 1
    return list(dict.fromkeys(f.section[:depth] for f in report.findings
                              if f.section and f.kind is not FindingKind.SUMMARY))
