"""``findings corpus report``: how one file parses, for a person to check."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from assistant.cli.common import print_json
from corpus.model import Report, count_by_kind
from corpus.parse import report_from


def corpus(options: argparse.Namespace) -> int:
    """Print a report's sections and findings as a tree."""
    report = report_from(options.file.resolve())
    if options.json:
        print_json(as_dict(report))
    else:
        _show(report)
    return 0


def as_dict(report: Report) -> dict[str, Any]:
    """The parse as data: metadata, counts, and findings by section."""
    sections: dict[tuple[str, ...], list[dict[str, Any]]] = {p: [] for p in report.sections}
    for finding in report.findings:
        sections.setdefault(finding.section, []).append(finding.to_dict())
    return {"report_id": report.id, "source": report.source,
            "metadata": asdict(report.metadata),
            "notes": list(report.notes),
            "counts": {kind.value: n for kind, n in count_by_kind(report.findings).items()},
            "sections": [{"section": list(path), "findings": rows}
                         for path, rows in sections.items()]}


def _show(report: Report) -> None:
    print(f"{report.metadata.title} ({report.id})")
    for name, value in asdict(report.metadata).items():
        if value and name not in ("id", "title", "guessed"):
            mark = " (guessed)" if name in report.metadata.guessed else ""
            print(f"  {name}: {value}{mark}")
    counts = count_by_kind(report.findings)
    print("  " + ", ".join(f"{n} {kind.value.replace('_', ' ')}" for kind, n in counts.items()))
    for text in report.notes:
        print(f"  note: {text}")
    place: tuple[str, ...] | None = None
    for finding in report.findings:
        if finding.section != place:
            place = finding.section
            print("\n" + " > ".join(place or ("(before the first heading)",)))
        grade = f", {finding.grade.value}" if finding.grade else ""
        as_of = f", as of {finding.as_of}" if finding.as_of else ""
        page = f" p{finding.page}" if finding.page else ""
        hidden = " (hidden in the document)" if finding.hidden else ""
        lead = f"({' '.join(finding.lead_in.split())}) " if finding.lead_in else ""
        print(f"  [{finding.kind.value}, {finding.polarity.value}{grade}{as_of}] "
              f"{finding.start}-{finding.end}{page}{hidden} {lead}{finding.words}")
