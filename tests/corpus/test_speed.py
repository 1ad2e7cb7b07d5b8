"""Long and hostile reports are parsed in time that grows with their length."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from corpus.parse import report_from

LETTERS = 150_000
# Ten times what each takes on two busy cores; a quadratic step takes minutes.
SECONDS = 15.0
HOSTILE = {
    "one word": "a", "capitals": "A", "words": "word ", "quotes": "A'", "stops": ". ",
    "abbreviations": "No. ", "negations": "not ", "commas": "a, ", "colons": "a:",
    "stars": "**a** ", "links": "[a](", "pipes": "| a ", "brackets": "[1] ",
    "judging": "we judged the force ", "extents": "The extent to which good ",
    "grades": "Good\n", "bullets": "- a\n", "questions": "How good is it?\n",
    "directives": "The force should do it. Because.\n",
    "boxes": "Areas for improvement\nThe force should do it.\nReason: it is late.\n",
    "sections": "Preventing crime\nGood\n", "contrasts": "However, ",
    "wrapped": "word " * 12 + "\n",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("start", ["", "Kent PEEL 2017\nAreas for improvement\n"])
def test_hostile_text_takes_bounded_time(name: str, start: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile.md"
    path.write_text(start + HOSTILE[name] * (LETTERS // len(HOSTILE[name])) + " end.\n")
    begun = time.perf_counter()
    report = report_from(path)
    assert time.perf_counter() - begun < SECONDS
    assert report.findings


def test_a_long_report(tmp_path: Path, shipped: Path) -> None:
    text = next(shipped.glob("northamptonshire*.txt")).read_text("utf-8")
    copies = (text.replace("The force", f"The force of ward {n}") for n in range(100))
    path = tmp_path / "long.txt"
    path.write_text("\n".join(copies), "utf-8")
    begun = time.perf_counter()
    report = report_from(path)
    assert time.perf_counter() - begun < SECONDS
    assert len(report.findings) > 100 * 60
    assert len({finding.id for finding in report.findings}) == len(report.findings)
