"""What the tests of the report reader share: a long report, and what is copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpus.model import Finding, FindingKind, Metadata, Polarity, Report
from tests.browser.backend import FakeBackend
from tests.browser.sources import remember

LONG = Metadata("long", "A long report")


def long_report() -> Report:
    """A megabyte with 300 weaknesses on 150 pages in 30 sections."""
    parts, findings, length = [], [], 0
    filler = "Inspectors looked at how the force does this and what it has planned since. " * 40
    for n in range(300):
        if n % 10 == 0:
            parts.append(f"Section number {n // 10}\n")
            length += len(parts[-1])
        said = f"The force has weakness number {n} in this respect."
        findings.append(Finding(f"long{n}", LONG.id, (f"Section number {n // 10}",),
                                FindingKind.WEAKNESS, Polarity.NEGATIVE, said, length,
                                length + len(said), page=n // 2 + 1))
        parts.append(f"{said}\n{filler}\n- {filler[:200]}\n")
        length += len(parts[-1])
    return Report(LONG, "long.pdf", "".join(parts), (), tuple(findings))


def open_at(page: Any, fragment: str) -> None:
    """Follow an address within the page."""
    page.evaluate("(where) => { location.hash = where; }", fragment)
    page.wait_for_selector("#reader:visible")


def take_copies(page: Any) -> None:
    """Keep what is copied where a test can read it."""
    page.evaluate("""() => { window.copies = [];
        Object.defineProperty(navigator, 'clipboard', { configurable: true, value: {
            writeText: async (text) => { window.copies.push(text); } } }); }""")


def copies(page: Any) -> list[str]:
    page.wait_for_function("window.copies.length > 0")
    return list(page.evaluate("window.copies"))


def shelve_long(backend: FakeBackend, tmp_path: Path) -> Report:
    """Put a long report with an original file of three pages into a library."""
    canvas = pytest.importorskip("reportlab.pdfgen.canvas")
    path = tmp_path / "long.pdf"
    sheet = canvas.Canvas(str(path))
    for n in range(3):
        sheet.drawString(72, 700, f"Page {n + 1} as printed")
        sheet.showPage()
    sheet.save()
    one = long_report()
    sections = tuple(dict.fromkeys(f.section for f in one.findings))
    backend.kept[LONG.id] = Report(LONG, one.source, one.text, sections, one.findings)
    remember(backend.sources, LONG.id, path)
    return backend.kept[LONG.id]
