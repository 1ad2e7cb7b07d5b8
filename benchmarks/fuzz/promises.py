"""What holds for every report that parsing gives, whatever it was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from corpus.model import Finding, FindingKind, Polarity, Report, finding_id


def broken(reports: Sequence[Report]) -> Iterator[str]:
    """In words, each promise that these reports of one file break."""
    ids = [finding.id for report in reports for finding in report.findings]
    if len(ids) != len(set(ids)):
        yield "two findings have the same id"
    for report in reports:
        told = (report.text, *map(str, asdict(report.metadata).values()),
                *(part for path in report.sections for part in path))
        if not all(map(_is_whole, told)):
            yield "the text, a heading or what is known of a report holds half a character"
        yield from _of_report(report)


def _of_report(report: Report) -> Iterator[str]:
    if not report.id or not report.metadata.title:
        yield "a report has no id or no title"
    known = set(report.sections)
    last = 0
    for finding in report.findings:
        if finding.section and finding.section not in known:
            yield "a finding stands in a section that the report doesn't name"
        if any(not part.strip() for part in finding.section):
            yield "a finding stands under an empty heading"
        if finding.start < last:
            yield "findings are not in reading order"
        last = finding.start
        yield from _of_finding(finding, report)


def _is_whole(text: str) -> bool:
    """Whether a text has no half of a pair that stands for one character: it can't be kept."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _of_finding(finding: Finding, report: Report) -> Iterator[str]:
    if not 0 <= finding.start < finding.end <= len(report.text):
        yield "a span lies outside the text"
    if report.text[finding.start:finding.end] != finding.text:
        yield "a finding is not verbatim"
    if finding.text != finding.text.strip():
        yield "a finding begins or ends with a blank"
    if finding.lead_in is not None and (
            not finding.lead_in.strip() or finding.lead_in not in report.text):
        yield "a lead-in is not verbatim"
    if finding.kind not in FindingKind or finding.polarity not in Polarity:
        yield "a kind or a polarity is none"
    if finding.grade is not None and finding.polarity is not finding.grade.polarity:
        yield "a judgment's polarity is not its grade's"
    if finding.page is not None and finding.page < 1:
        yield "a page is before the first"
    if finding.report_id != report.id:
        yield "a finding is of another report"
    repeats = (finding_id(report.id, finding.section, finding.kind, finding.text, n)
               for n in range(len(report.findings)))
    if "#" not in report.source and finding.id not in repeats:
        yield "an id doesn't come from content and place"
