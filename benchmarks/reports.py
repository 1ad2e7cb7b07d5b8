"""Reading reports in five formats: from files to typed findings, one process each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measure import Effort, Measure, Result, median, taken
from corpus import library
from corpus.parse import report_from
from tests.corpus import generate

REPORTS = 200
_SECTIONS = 10
_FORCES = (
    "Avon and Somerset Police", "Bedfordshire Police", "Cambridgeshire Constabulary",
    "Cheshire Constabulary", "Cleveland Police", "Cumbria Constabulary", "Derbyshire Constabulary",
    "Dorset Police", "Durham Constabulary", "Essex Police", "Gloucestershire Constabulary",
    "Gwent Police", "Humberside Police", "Kent Police", "Lancashire Constabulary",
    "Leicestershire Police", "Lincolnshire Police", "Merseyside Police", "Norfolk Constabulary",
    "North Wales Police", "Northamptonshire Police", "Northumbria Police", "Nottinghamshire Police",
    "Staffordshire Police", "Suffolk Constabulary", "Surrey Police", "Sussex Police",
    "Warwickshire Police", "West Mercia Police", "Wiltshire Police")
_CYCLES = ("2014", "2015", "2016", "2017", "2018/19", "2021/22", "2023-25")


def write(folder: Path, count: int = REPORTS) -> list[Path]:
    """``count`` different reports of about 100 findings each in ``folder``, formats in turns;
    the same at every call."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for number in range(count):
        force = _FORCES[number % len(_FORCES)]
        cycle = _CYCLES[number // len(_FORCES) % len(_CYCLES)]
        ending = generate.ENDINGS[number % len(generate.ENDINGS)]
        items = generate.long_report(_SECTIONS, force, cycle, number)
        made.append(generate.write(folder, f"report-{number:03}", items, ending))
    return made


def run(effort: Effort) -> Result:
    """Time the reading of a folder of reports, and of one file of each format."""
    count = REPORTS if effort.repeats > 1 else 10
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        paths = write(folder, count)
        found: list[library.Library] = []
        whole = taken(lambda: found.append(library.read(folder)))
        each = [_timed(paths, ending, effort.repeats) for ending in generate.ENDINGS]
    findings = sum(len(report.findings) for report in found[0].reports)
    pages = f"{count} reports of five formats, {findings:,} findings"
    return Result((Measure(f"reading {pages}", whole, "s"),
                   Measure("findings a second", findings / whole, "/s", more_is_better=True),
                   *each),
                  tuple(f"left out: {skipped.reason}" for skipped in found[0].skipped))


def _timed(paths: Sequence[Path], ending: str, repeats: int) -> Measure:
    chosen = next(path for path in paths if path.suffix == ending)
    return median(f"one report, {ending}",
                  [taken(lambda: report_from(chosen)) for _ in range(repeats)], "s")
