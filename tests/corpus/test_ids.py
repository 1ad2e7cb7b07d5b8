"""The same finding keeps its id wherever its report lies and whatever changes around it."""

from __future__ import annotations

from pathlib import Path

from corpus import library
from corpus.model import Report
from corpus.parse import report_from

REPORT = """Kent PEEL 2017
Effectiveness
How effective is the force at preventing crime and anti-social behaviour?
Kent Police is good at preventing crime.
The force has 12 teams.
The force has 12 teams.
How effective is the force at investigating crime and reducing re-offending?
Good
The force has 12 teams.
"""


def ids(report: Report) -> list[str]:
    return [finding.id for finding in report.findings]


def saved(folder: Path, text: str, name: str = "kent.txt") -> Report:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return report_from(folder / name)


def test_parsing_again_and_moving_keep_ids(tmp_path: Path) -> None:
    first = saved(tmp_path, REPORT)
    assert ids(report_from(tmp_path / "kent.txt")) == ids(first)
    assert ids(saved(tmp_path / "elsewhere", REPORT, "renamed report (2).txt")) == ids(first)


def test_equal_statements_have_ids_of_their_own(tmp_path: Path) -> None:
    found = ids(saved(tmp_path, REPORT))
    assert len(set(found)) == len(found) == 5


def test_a_changed_report_keeps_the_ids_of_what_did_not_change(tmp_path: Path) -> None:
    before = ids(saved(tmp_path, REPORT))
    after = ids(saved(tmp_path, REPORT.replace(
        "Kent Police is good at preventing crime.\n",
        "Kent Police is outstanding at preventing crime.\nIt was good.\n")))
    assert set(before) - set(after) == {before[0]}
    assert len(set(after) - set(before)) == 2


def test_line_ends_and_wrapping_do_not_change_ids(tmp_path: Path) -> None:
    plain = ids(saved(tmp_path, REPORT))
    assert ids(saved(tmp_path, REPORT.replace("\n", "\r\n"))) == plain
    assert ids(saved(tmp_path, REPORT.replace("has 12", "has  12"))) == plain


def test_two_reports_on_the_same_thing_are_told_apart_wherever_they_lie(tmp_path: Path) -> None:
    other = REPORT.replace("12 teams", "14 teams")
    (tmp_path / "a.txt").write_text(REPORT)
    (tmp_path / "b.txt").write_text(other)
    first = library.read(tmp_path).reports
    assert len({r.id for r in first}) == 2
    assert len({f.id for r in first for f in r.findings}) == 10
    (tmp_path / "a.txt").write_text(other)
    (tmp_path / "b.txt").write_text(REPORT)
    swapped = library.read(tmp_path).reports
    assert {r.id: r.text for r in swapped} == {r.id: r.text for r in first}
