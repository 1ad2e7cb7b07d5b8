"""Reports of every cycle and of other kinds. All are invented; no force was found to be so."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from corpus.model import FindingKind, Grade, Report
from corpus.parse import report_from
from tests.corpus.checks import SAMPLES, assert_verbatim, dropped, of_kind

GOOD, OUTSTANDING, ADEQUATE = Grade.GOOD, Grade.OUTSTANDING, Grade.ADEQUATE
IMPROVE, INADEQUATE, UNGRADED = Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE, Grade.NOT_GRADED
Judgments = list[tuple[tuple[str, ...], Grade, int | None]]


@dataclass(frozen=True)
class Expected:
    """What a careful reader would say: metadata, judgments in order, counts by kind."""

    about: dict[str, object]
    judgments: Judgments = field(default_factory=list)
    areas: int = 0
    concerns: int = 0
    recommendations: int = 0
    practices: int = 0
    strengths: int = 0
    weaknesses: int = 0


EFFECTIVE, EFFICIENT, LEGITIMATE = ("Effectiveness",), ("Efficiency",), ("Legitimacy",)
SERIOUS = "How effective is the force at tackling serious and organised crime?"
SPECIALIST = "How effective are the force’s specialist capabilities?"
INVESTIGATING = "How effective is the force at investigating crime and reducing re-offending?"

EXPECTED = {
    "cumbria-2014.txt": Expected(
        {"force": "Cumbria", "year": 2014, "cycle": "PEEL 2014", "pillar": None,
         "publisher": "HMIC"},
        [(EFFECTIVE, GOOD, None), (EFFECTIVE, GOOD, None), (EFFECTIVE, OUTSTANDING, None),
         (EFFECTIVE, IMPROVE, None),
         ((*EFFECTIVE, "How does the force make sure that its crime figures are right?"),
          UNGRADED, None),
         (EFFICIENT, GOOD, None), (LEGITIMATE, UNGRADED, None)]),
    "kent-2015-efficiency.txt": Expected(
        {"force": "Kent", "year": 2015, "cycle": "PEEL 2015", "pillar": "Efficiency",
         "publisher": "HMIC"},
        [(("How well does the force use its resources?",), OUTSTANDING, None),
         (("How well does the force understand its current and likely future demand?",),
          UNGRADED, None),
         (("How sustainable are the force’s financial position and workforce model?",),
          IMPROVE, None)], weaknesses=1),
    "durham-2016-effectiveness.txt": Expected(
        {"force": "Durham", "year": 2016, "cycle": "PEEL 2016", "pillar": "Effectiveness",
         "publisher": "HMIC"},
        [(EFFECTIVE, GOOD, None), (EFFECTIVE, GOOD, 2015),
         ((*EFFECTIVE, "How effective is the force at preventing crime, tackling anti-social "
           "behaviour and keeping people safe?"), OUTSTANDING, None),
         ((*EFFECTIVE, INVESTIGATING), IMPROVE, None),
         ((*EFFECTIVE, "How effective is the force at protecting those who are vulnerable from "
           "harm, and supporting victims?"), GOOD, None),
         ((*EFFECTIVE, SERIOUS), UNGRADED, None), ((*EFFECTIVE, SPECIALIST), UNGRADED, None)],
        areas=2, concerns=1, recommendations=2, strengths=2),
    "gloucestershire-2018-19.txt": Expected(
        {"force": "Gloucestershire", "year": 2018, "cycle": "PEEL 2018/19", "pillar": None,
         "publisher": "HMICFRS", "published": "2019-09-27"},
        [(EFFECTIVE, IMPROVE, None), (EFFECTIVE, GOOD, 2017),
         ((*EFFECTIVE, "How effective is the force at preventing crime and anti-social "
           "behaviour?"), GOOD, 2017),
         ((*EFFECTIVE, "How effective is the force at investigating crime?"), IMPROVE, None),
         ((*EFFECTIVE, "How effective is the force at protecting vulnerable people?"),
          INADEQUATE, None),
         ((*EFFECTIVE, SERIOUS), GOOD, None), ((*EFFECTIVE, SPECIALIST), UNGRADED, None),
         (EFFICIENT, GOOD, None),
         ((*EFFICIENT, "Meeting current demands and using resources"), GOOD, None),
         ((*EFFICIENT, "Planning for the future"), OUTSTANDING, None),
         (LEGITIMATE, GOOD, None),
         ((*LEGITIMATE, "To what extent does the force treat all of the people it serves with "
           "fairness and respect?"), GOOD, None)],
        areas=3, concerns=1, recommendations=2),
    "humberside-2021-22.txt": Expected(
        {"force": "Humberside", "year": 2021, "cycle": "PEEL 2021/22", "pillar": None,
         "publisher": "HMICFRS"},
        [(("Engaging with and treating the public with fairness and respect",), GOOD, None),
         (("Preventing crime and anti-social behaviour",), OUTSTANDING, None),
         (("Investigating crime",), IMPROVE, None),
         (("Protecting vulnerable people",), INADEQUATE, None),
         (("Managing offenders and suspects",), ADEQUATE, None)],
        areas=4, concerns=1, recommendations=5, practices=2, strengths=1, weaknesses=1),
    "surrey-2023-25.md": Expected(
        {"force": "Surrey", "year": 2023, "cycle": "PEEL 2023-25", "pillar": None,
         "publisher": "HMICFRS", "published": "2023-12-08"},
        [(("Overall summary", "Our judgments", "Protecting vulnerable people"), ADEQUATE, None),
         (("Preventing crime",), GOOD, None), (("Responding to the public",), IMPROVE, None),
         (("Leadership and force management",), OUTSTANDING, None)],
        areas=2, practices=1, weaknesses=1),
    "fire-2019.txt": Expected(
        {"force": "Lancashire Fire and Rescue Service", "year": 2018, "cycle": None,
         "pillar": None, "publisher": "HMICFRS"},
        [(EFFECTIVE, GOOD, None),
         ((*EFFECTIVE, "Understanding the risk of fire and other emergencies"), GOOD, None),
         ((*EFFECTIVE, "Preventing fires and other risks"), OUTSTANDING, None),
         (EFFICIENT, IMPROVE, None), ((*EFFICIENT, "Making best use of resources"), IMPROVE, None),
         (("People",), GOOD, None),
         (("People", "Promoting the right values and culture"), GOOD, None)],
        areas=2, concerns=1, recommendations=2, strengths=2),
    "scrutiny.txt": Expected(
        {"force": "Borough of Thornwick Council", "year": 2021, "cycle": None, "pillar": None,
         "publisher": None}, recommendations=3),
    "school.txt": Expected(
        {"force": "Harrow Lane Primary School", "year": 2019, "cycle": None, "pillar": None,
         "publisher": "Ofsted"},
        [(("Overall effectiveness",), GOOD, None),
         (("Effectiveness of leadership and management",), OUTSTANDING, None),
         (("Quality of teaching, learning and assessment",), IMPROVE, None)],
        areas=2, strengths=3, weaknesses=1),
    "wrapped.txt": Expected(
        {"force": "Wiltshire", "year": 2021, "cycle": "PEEL 2021/22", "pillar": None,
         "publisher": "HMICFRS"},
        [(("Responding to the public",), IMPROVE, None)], areas=1, strengths=3, weaknesses=3),
    "lead-ins.txt": Expected(
        {"force": "Suffolk", "year": 2017, "cycle": "PEEL 2017", "pillar": "Legitimacy",
         "publisher": "HMICFRS"},
        [((*LEGITIMATE, "How well does the force treat the people it serves?"), GOOD, None)],
        strengths=9, weaknesses=9),
    "underlined.md": Expected(
        {"force": "Dorset", "year": 2019, "cycle": "PEEL 2019", "publisher": "HMICFRS"},
        [(("Investigating crime",), GOOD, None)],
        areas=2, recommendations=2, strengths=2, weaknesses=1),
}


def parsed(name: str) -> Report:
    return report_from(SAMPLES / name)


def test_every_sample_has_its_expectations() -> None:
    assert {path.name for path in SAMPLES.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_metadata_is_inferred_and_says_so(name: str) -> None:
    about = parsed(name).metadata
    expected = EXPECTED[name].about
    assert {key: getattr(about, key) for key in expected} == expected
    assert set(about.guessed) >= {key for key, value in expected.items() if value is not None}


@pytest.mark.parametrize("name", EXPECTED)
def test_judgments(name: str) -> None:
    judged = of_kind(parsed(name), FindingKind.JUDGMENT)
    assert [(j.section, j.grade, j.as_of) for j in judged] == EXPECTED[name].judgments


@pytest.mark.parametrize("name", EXPECTED)
def test_counts_by_kind(name: str) -> None:
    report, expected = parsed(name), EXPECTED[name]
    counted = Counter(finding.kind for finding in report.findings)
    assert {
        "areas": counted[FindingKind.AREA_FOR_IMPROVEMENT],
        "concerns": counted[FindingKind.CAUSE_OF_CONCERN],
        "recommendations": counted[FindingKind.RECOMMENDATION],
        "practices": counted[FindingKind.INNOVATIVE_PRACTICE],
        "strengths": counted[FindingKind.STRENGTH],
        "weaknesses": counted[FindingKind.WEAKNESS],
    } == {key: getattr(expected, key) for key in (
        "areas", "concerns", "recommendations", "practices", "strengths", "weaknesses")}


@pytest.mark.parametrize("name", EXPECTED)
def test_verbatim_and_nothing_dropped(name: str) -> None:
    report = parsed(name)
    assert_verbatim(report)
    assert dropped(report) == []


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "wrapped.txt"])
@pytest.mark.parametrize("form", ["windows", "old", "utf-16"])
def test_how_the_file_was_saved_changes_nothing(name: str, form: str, tmp_path: Path) -> None:
    text = (SAMPLES / name).read_text("utf-8")
    saved = {"windows": b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
             "old": text.replace("\n", "\r").encode("cp1252"),
             "utf-16": text.encode("utf-16")}[form]
    copy = tmp_path / name
    copy.write_bytes(saved)
    assert [f.id for f in report_from(copy).findings] == [f.id for f in parsed(name).findings]
