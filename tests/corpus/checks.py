"""What holds for every parsed report, whatever it says."""

from __future__ import annotations

import re
from pathlib import Path

from corpus.blocks import Role
from corpus.model import Finding, FindingKind, Report
from corpus.readers import read

SAMPLES = Path(__file__).parent / "samples"
_LAYOUT = re.compile(r"(?:[;,]?\s*(?:and|or)?)?\s*(?:[-*+•–#=_|]+\s*"
                     r"|\(?(?:\d{1,3}(?:\.\d+)*|[a-z])[.)]?\s*)*")


def assert_verbatim(report: Report) -> None:
    text = read(Path(report.source)).text
    assert text == report.text
    for finding in report.findings:
        assert text[finding.start:finding.end] == finding.text
        assert finding.lead_in is None or finding.lead_in in text[:finding.start]


def dropped(report: Report) -> list[str]:
    """Words of the source that are in no finding, lead-in or heading, nor part of a list."""
    document = read(Path(report.source))
    covered = bytearray(len(document.text))
    spans = [(b.start, b.end) for b in document.blocks if b.role is Role.HEADING]
    for finding in report.findings:
        spans.append((finding.start, finding.end))
        if finding.lead_in:
            start = document.text.rindex(finding.lead_in, 0, finding.start)
            spans.append((start, start + len(finding.lead_in)))
    for start, end in spans:
        covered[start:end] = b"x" * (end - start)
    rest = "".join("\x00" if mark else char
                   for mark, char in zip(covered, document.text, strict=True))
    chunks = [chunk.strip() for chunk in rest.split("\x00")]
    return [chunk for chunk in chunks if chunk and not _LAYOUT.fullmatch(chunk)]


def of_kind(report: Report, kind: FindingKind) -> list[Finding]:
    return [finding for finding in report.findings if finding.kind is kind]


def finding_that(report: Report, beginning: str) -> Finding:
    """The one finding whose text begins so."""
    found = [f for f in report.findings if f.words.startswith(beginning)]
    assert len(found) == 1, (beginning, [f.words for f in found])
    return found[0]
