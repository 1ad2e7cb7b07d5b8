"""Original files for the page's tests: a report has one where a test says so."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assistant.sources import Original, State
from corpus.model import Report


class FakeSources:
    """The findings of these reports; ``files`` are the originals that a test has put there."""

    def __init__(self, kept: Mapping[str, Report]) -> None:
        self.kept = kept
        self.files: dict[str, Original] = {}

    def has_pages(self, report_id: str) -> bool:
        """Whether a test has given the report a file."""
        return report_id in self.files

    def original(self, report_id: str) -> Original | None:
        """The file, and whether it is still there."""
        given = self.files.get(report_id)
        if given is not None and not given.path.exists():
            return Original(given.path, State.MISSING)
        return given

    def report_of(self, finding_id: str) -> str | None:
        """The report that holds the finding."""
        return next((report.id for report in self.kept.values()
                     if any(one.id == finding_id for one in report.findings)), None)


def remember(sources: FakeSources, report_id: str, path: Path) -> None:
    """Give a report its original file."""
    sources.files[report_id] = Original(path, State.SAME)
