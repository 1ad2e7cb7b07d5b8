"""Where statements stand, and which box or list they belong to."""

from __future__ import annotations

from pathlib import Path

from corpus.model import FindingKind, Polarity, Report
from corpus.parse import report_from
from tests.corpus.checks import SAMPLES, dropped, finding_that, of_kind

NARRATIVE, AREA = FindingKind.NARRATIVE, FindingKind.AREA_FOR_IMPROVEMENT


def parsed(folder: Path, text: str, name: str = "report.txt") -> Report:
    path = folder / name
    path.write_text("Kent PEEL 2017\n\n" + text + "\n", "utf-8")
    report = report_from(path)
    assert dropped(report) == []
    return report


def told(report: Report) -> list[tuple[FindingKind, str | None, str]]:
    return [(f.kind, f.lead_in, f.words) for f in report.findings]


def test_a_pillar_question_is_no_section_of_its_own() -> None:
    report = report_from(SAMPLES / "gloucestershire-2018-19.txt")
    finding = finding_that(report, "The constabulary has lost experienced detectives")
    assert finding.section == ("Effectiveness",)
    assert not any("Questions for" in part for path in report.sections for part in path)


def test_narrative_subheadings_lie_under_their_question() -> None:
    report = report_from(SAMPLES / "gloucestershire-2018-19.txt")
    finding = finding_that(report, "The constabulary is good at circulating wanted people")
    assert finding.section == ("Effectiveness", "How effective is the force at investigating "
                               "crime?", "Catching offenders")
    assert (finding.kind, finding.polarity) == (NARRATIVE, Polarity.POSITIVE)
    assert finding_that(report, "It has improved its response to warrants").kind is NARRATIVE


def test_a_grade_that_a_sentence_repeats_counts_once() -> None:
    report = report_from(SAMPLES / "humberside-2021-22.txt")
    judged = of_kind(report, FindingKind.JUDGMENT)
    assert all(len(finding.words.split()) > 5 for finding in judged)
    assert len([f for f in report.findings if f.words == "Good"]) == 1


def test_reasons_under_areas_for_improvement_are_narrative() -> None:
    report = report_from(SAMPLES / "humberside-2021-22.txt")
    single = finding_that(report, "The force should make sure that officers record their reasons")
    assert single.words.endswith("couldn’t have known why they had been searched.")
    assert finding_that(report, "Phones wait for four months on average.").kind is NARRATIVE
    sub = finding_that(report, "Victims wait too long for results")
    assert (sub.kind, sub.section) == (FindingKind.WEAKNESS,
                                       ("Investigating crime", "Victims wait too long for results"))


def test_numbered_recommendations_after_bullets_have_no_borrowed_lead_in() -> None:
    report = report_from(SAMPLES / "humberside-2021-22.txt")
    asked = of_kind(report, FindingKind.RECOMMENDATION)
    assert [f.lead_in for f in asked] == ["Within three months, the force should:"] * 3 + [None] * 2


def test_numbered_sections_and_their_parts() -> None:
    report = report_from(SAMPLES / "scrutiny.txt")
    assert report.sections == (("Background",), ("Background", "Terms of reference"),
                               ("Findings",), ("Recommendations",), ("Next steps",))
    assert finding_that(report, "Residents are good at reporting litter.").kind is NARRATIVE


def test_lists_inside_lists(tmp_path: Path) -> None:
    report = parsed(tmp_path, "Areas for improvement\n• The force should:\n– train its staff; and\n"
                    "– test them.\n• The force should review its plan.")
    assert told(report) == [
        (AREA, "The force should:", "train its staff"), (AREA, "The force should:", "test them."),
        (AREA, None, "The force should review its plan.")]


def test_a_bullet_further_in_is_led_in_by_the_one_above_it() -> None:
    report = report_from(SAMPLES / "lead-ins.txt")
    assert finding_that(report, "three of which meet in schools").lead_in == "12 community panels"
    assert finding_that(report, "a sense of urgency").lead_in == "The service has:"


def test_contrast_after_a_list_turns_the_next(tmp_path: Path) -> None:
    report = parsed(tmp_path, "Effectiveness\nThe force needs to:\n- do this; and\n- do that.\n"
                    "However, it:\n- counts its cars; and\n- cleans them.\n"
                    "Text between.\nThe force:\n- paints them.")
    assert [f.polarity for f in report.findings if f.lead_in] == [
        Polarity.NEGATIVE, Polarity.NEGATIVE, Polarity.POSITIVE, Polarity.POSITIVE,
        Polarity.NEUTRAL]


def test_a_mixed_bullet_is_neither_strength_nor_weakness(tmp_path: Path) -> None:
    report = parsed(tmp_path, "Effectiveness\nThe force:\n- has good plans, but they are late.")
    assert [(f.kind, f.polarity) for f in report.findings] == [(NARRATIVE, Polarity.NEUTRAL)]


def test_concerns_without_a_heading_for_what_to_do(tmp_path: Path) -> None:
    report = parsed(tmp_path, "Cause of concern\nThe force does not record all crime. By May, it "
                    "should:\n- train its staff; and\n- audit its records.")
    assert [f.kind for f in report.findings] == [FindingKind.CAUSE_OF_CONCERN,
                                                 FindingKind.RECOMMENDATION,
                                                 FindingKind.RECOMMENDATION]


def test_a_box_ends_with_its_section(tmp_path: Path) -> None:
    report = parsed(tmp_path, "## Preventing crime\n\n### Areas for improvement\n\n"
                    "- The force should plan.\n\n### Main findings\n\n"
                    "The force should be proud.\n\n"
                    "## Responding\n\nIt responds.", "report.md")
    assert [(f.kind, f.section) for f in report.findings] == [
        (AREA, ("Preventing crime",)), (NARRATIVE, ("Preventing crime", "Main findings")),
        (NARRATIVE, ("Responding",))]


def test_a_table_of_grades_where_no_section_repeats_them(tmp_path: Path) -> None:
    report = parsed(tmp_path, "# Judgments\n\n| Area | Grade |\n| --- | --- |\n"
                    "| Custody | Good |\n| Vetting | Inadequate |", "report.md")
    judged = of_kind(report, FindingKind.JUDGMENT)
    assert [(f.section[-1], str(f.grade)) for f in judged] == [("Custody", "good"),
                                                               ("Vetting", "inadequate")]


def test_a_changed_grade_is_kept_beside_the_first(tmp_path: Path) -> None:
    report = parsed(tmp_path, "Our judgments\n- Custody: Good\nCustody\nRequires improvement\n"
                    "Kent Police requires improvement at custody.")
    assert [(f.section, str(f.grade)) for f in of_kind(report, FindingKind.JUDGMENT)] == [
        (("Our judgments", "Custody"), "good"), (("Custody",), "requires improvement")]


def test_a_text_without_headings(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("the force is good at this. it has plans.\n\nOnly notes.")
    report = report_from(path)
    assert report.sections == ()
    assert [f.words for f in report.findings] == ["the force is good at this. it has plans.",
                                                  "Only notes."]
    assert (report.metadata.title, report.metadata.force) == ("notes", None)
