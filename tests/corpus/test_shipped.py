"""The report that ships, as a table: what a careful reader finds in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model import FindingKind, Grade, Polarity, Report
from corpus.parse import questions, report_from
from tests.corpus.checks import assert_verbatim, dropped, of_kind

QUESTIONS = (
    "How effective is the force at preventing crime, tackling anti-social behaviour and keeping "
    "people safe?",
    "How effective is the force at investigating crime and reducing re-offending?",
    "How effective is the force at protecting those who are vulnerable from harm, and supporting "
    "victims?",
    "How effective is the force at tackling serious and organised crime?",
    "How effective are the force’s specialist capabilities?",
)
AREAS_FOR_IMPROVEMENT = (3, 5, 4, 0, 0)
STRENGTH, WEAKNESS, MIXED = FindingKind.STRENGTH, FindingKind.WEAKNESS, FindingKind.NARRATIVE
POLARITY = {STRENGTH: Polarity.POSITIVE, WEAKNESS: Polarity.NEGATIVE, MIXED: Polarity.NEUTRAL}
BULLETS = {
    0: (("The force also has:", WEAKNESS, "missed opportunities to prevent crime"),
        ("The force also has:", WEAKNESS, "a very high rate of ASB incidents"),
        ("The force also has:", MIXED, "improved its problem solving since 2016")),
    1: (("The force:", WEAKNESS, "has a backlog of digital devices"),
        ("The force:", WEAKNESS, "has an inconsistent approach to victim care"),
        ("The force:", WEAKNESS, "needs to improve its approach to and supervision of"),
        ("The force:", STRENGTH, "is working effectively to develop its integrated offender")),
    2: (("Positively, the force:", STRENGTH, "has a good understanding of vulnerability"),
        ("Positively, the force:", STRENGTH, "is effective at providing immediate safeguarding"),
        ("Positively, the force:", STRENGTH, "assesses the risks to callers with mental health"),
        ("However, it:", WEAKNESS, "records risk assessments of vulnerability inconsistently"),
        ("However, it:", WEAKNESS, "has a declining domestic abuse arrest and charge/summons"),
        ("However, it:", WEAKNESS, "has officers and staff who spend a lot of time with people"),
        ("However, it:", WEAKNESS, "needs to ensure that the risks posed by registered sex")),
    3: (("Positively, the force:", STRENGTH, "has ensured that information on OCGs is now"),
        ("Positively, the force:", STRENGTH, "has successfully taken action against individuals"),
        ("Positively, the force:", STRENGTH, "is developing its long-term approach"),
        ("However, the force needs to:", WEAKNESS, "improve its approach to managing and"),
        ("However, the force needs to:", WEAKNESS, "exploit partner agency information"),
        ("However, the force needs to:", WEAKNESS, "improve its arrangements for managing"),
        ("However, the force needs to:", WEAKNESS, "draw on regional support more routinely")),
    4: (("Most positively, the force:", STRENGTH, "works with other forces to ensure"),
        ("Most positively, the force:", STRENGTH, "tests its skills in training exercises"),
        ("Most positively, the force:", STRENGTH, "has developed a good understanding"),
        ("Most positively, the force:", STRENGTH, "has increased its armed policing capacity")),
}


@pytest.fixture(scope="module")
def report(shipped: Path) -> Report:
    return report_from(next(shipped.glob("northamptonshire*.txt")))


def test_it_has_five_questions_under_one_pillar(report: Report) -> None:
    assert questions(report) == [("Effectiveness", question) for question in QUESTIONS]
    assert {finding.section[0] for finding in report.findings} == {"Effectiveness"}
    assert {len(finding.section) for finding in report.findings} == {2}


def test_four_questions_are_graded_and_the_pillar_is_not(report: Report) -> None:
    judged = of_kind(report, FindingKind.JUDGMENT)
    assert [j.section[1] for j in judged] == list(QUESTIONS[:4])
    assert {j.grade for j in judged} == {Grade.REQUIRES_IMPROVEMENT}
    assert {j.as_of for j in judged} == {None}


@pytest.mark.parametrize(("number", "count"), list(enumerate(AREAS_FOR_IMPROVEMENT)))
def test_areas_for_improvement_of_each_question(report: Report, number: int, count: int) -> None:
    areas = [f for f in of_kind(report, FindingKind.AREA_FOR_IMPROVEMENT)
             if f.section[1] == QUESTIONS[number]]
    assert len(areas) == count
    assert all(f.words.startswith("The force should") for f in areas)
    assert {f.polarity for f in areas} <= {Polarity.NEGATIVE}


def test_one_cause_of_concern_with_six_recommendations(report: Report) -> None:
    concerns = of_kind(report, FindingKind.CAUSE_OF_CONCERN)
    asked = of_kind(report, FindingKind.RECOMMENDATION)
    assert [c.words[:61] for c in concerns] == [
        "The force needs to strengthen its response to serious and org"]
    assert len(asked) == 6
    assert {f.section[1] for f in (*concerns, *asked)} == {QUESTIONS[3]}
    assert {f.lead_in for f in asked} == {"The force should immediately take steps to:"}
    assert asked[0].words.startswith("act on the information it currently holds")
    assert asked[-1].words.endswith("deter organised criminals from continuing to offend.")


@pytest.mark.parametrize("number", BULLETS)
def test_bullets_of_each_question(report: Report, number: int) -> None:
    bullets = [f for f in report.findings if f.lead_in and f.section[1] == QUESTIONS[number]
               and f.kind is not FindingKind.RECOMMENDATION]
    expected = BULLETS[number]
    assert [(f.lead_in, f.kind, f.polarity) for f in bullets] == [
        (lead_in, kind, POLARITY[kind]) for lead_in, kind, _ in expected]
    for finding, (_, _, beginning) in zip(bullets, expected, strict=True):
        assert finding.words.startswith(beginning)


def test_every_finding_is_verbatim_and_nothing_is_dropped(report: Report) -> None:
    assert_verbatim(report)
    assert dropped(report) == []


def test_the_file_beside_it_says_what_it_is(report: Report) -> None:
    about = report.metadata
    assert (about.force, about.year, about.cycle, about.pillar, about.publisher, about.guessed) \
        == ("Northamptonshire", 2017, "PEEL 2017", "Effectiveness", "HMICFRS", ())
    assert about.licence == "Open Government Licence v3.0"
