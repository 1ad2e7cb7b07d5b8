"""The grades and counts of a library, against what its reports say, read by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.overview import ASKED_FOR, Cell, Overview, Parsed, Row, State, overview_of
from corpus.model import Finding, FindingKind, Grade, Metadata, Polarity
from corpus.parse import report_from
from index.filter import Filter

INVENTED = Path(__file__).resolve().parents[2] / "evals" / "reports"
AFI, CONCERN, RECOMMENDATION = ASKED_FOR


def parsed(path: Path) -> Parsed:
    report = report_from(path)
    return report.metadata, report.findings


@pytest.fixture(scope="module")
def library(shipped: Path) -> list[Parsed]:
    """The shipped report and the five invented ones."""
    files = [*sorted(shipped.glob("*.txt")), *sorted(INVENTED.glob("*-*.txt")),
             INVENTED / "norfolk-2021-22.md"]
    return [parsed(file) for file in files]


@pytest.fixture(scope="module")
def overview(library: list[Parsed]) -> Overview:
    return overview_of(library)


def row(overview: Overview, force: str, cycle: str) -> Row:
    return next(one for one in overview.rows if (one.force, one.cycle) == (force, cycle))


def cell(overview: Overview, force: str, cycle: str, key: str) -> Cell:
    at = [column.key for column in overview.columns].index(key)
    return row(overview, force, cycle).cells[at]


def grades(one: Cell) -> list[str]:
    return [judged.grade.value for judged in one.judged]


def judgment(report: str, heading: str, grade: Grade, start: int = 0,
             as_of: int | None = None, force: str | None = "Kent", year: int = 2021) -> Finding:
    return Finding(f"{report}-{start}", report, (heading,), FindingKind.JUDGMENT,
                   Polarity.NEUTRAL, "Judged", start, start + 6, grade=grade, as_of=as_of,
                   force=force, year=year)


def test_rows_go_by_force_and_then_from_the_newest_cycle(overview: Overview) -> None:
    assert [(one.force, one.cycle, one.year) for one in overview.rows] == [
        ("Lincolnshire", "PEEL 2021/22", 2021), ("Lincolnshire", "PEEL 2018/19", 2018),
        ("Lincolnshire", "PEEL 2016", 2016), ("Norfolk", "PEEL 2021/22", 2021),
        ("Norfolk", "PEEL 2017", 2017), ("Northamptonshire", "PEEL 2017", 2017)]


# Read in the reports' text by hand.
@pytest.mark.parametrize(("force", "cycle", "key", "wanted"), [
    ("Northamptonshire", "PEEL 2017", "preventing", ["requires improvement"]),
    ("Northamptonshire", "PEEL 2017", "investigating", ["requires improvement"]),
    ("Northamptonshire", "PEEL 2017", "vulnerable", ["requires improvement"]),
    ("Northamptonshire", "PEEL 2017", "organised_crime", ["requires improvement"]),
    ("Northamptonshire", "PEEL 2017", "heading:effectiveness", []),
    ("Lincolnshire", "PEEL 2016", "preventing", ["good"]),
    ("Lincolnshire", "PEEL 2016", "vulnerable", ["inadequate"]),
    ("Lincolnshire", "PEEL 2016", "specialist", ["not graded"]),
    ("Lincolnshire", "PEEL 2018/19", "heading:efficiency", ["requires improvement"]),
    ("Lincolnshire", "PEEL 2018/19", "heading:legitimacy", ["good"]),
    ("Lincolnshire", "PEEL 2018/19", "treatment", ["good"]),
    ("Lincolnshire", "PEEL 2018/19", "heading:meeting current demands and using resources",
     ["requires improvement"]),
    ("Lincolnshire", "PEEL 2021/22", "victims", ["not graded"]),
    ("Lincolnshire", "PEEL 2021/22", "responding", ["inadequate"]),
    ("Lincolnshire", "PEEL 2021/22", "organised_crime", ["outstanding"]),
    ("Lincolnshire", "PEEL 2021/22", "leadership", ["adequate"]),
    ("Norfolk", "PEEL 2017", "organised_crime", ["outstanding"]),
    ("Norfolk", "PEEL 2021/22", "preventing", ["outstanding"]),
    ("Norfolk", "PEEL 2021/22", "offenders", ["inadequate"]),
    ("Norfolk", "PEEL 2021/22", "investigating", ["adequate"]),
    ("Norfolk", "PEEL 2021/22", "leadership", [])])
def test_a_cell_has_the_grade_that_the_report_gives(overview: Overview, force: str, cycle: str,
                                                    key: str, wanted: list[str]) -> None:
    assert grades(cell(overview, force, cycle, key)) == wanted


def test_each_graded_cell_leads_to_a_judgment_of_its_report(library: list[Parsed],
                                                            overview: Overview) -> None:
    known = {one.id: one for _, found in library for one in found}
    seen = 0
    for line in overview.rows:
        for one in line.cells:
            for judged in (*one.judged, *one.earlier):
                finding = known[judged.finding]
                assert finding.report_id == judged.report in line.reports
                assert (finding.grade or Grade.NOT_GRADED) is judged.grade
                assert finding.as_of == judged.as_of
                seen += judged.stated
    assert seen == sum(one.grade is not None for one in known.values()) == 51


def test_no_grade_and_no_inspection_are_told_apart(overview: Overview) -> None:
    unstated = cell(overview, "Northamptonshire", "PEEL 2017", "specialist")
    assert unstated.state is State.NOT_GRADED
    assert not unstated.judged[0].stated
    assert cell(overview, "Lincolnshire", "PEEL 2016", "specialist").judged[0].stated
    assert cell(overview, "Norfolk", "PEEL 2017", "responding").state is State.NOT_INSPECTED


def test_a_judgment_carried_over_says_when_it_was_made(overview: Overview) -> None:
    carried = cell(overview, "Lincolnshire", "PEEL 2018/19", "organised_crime")
    assert [(one.grade, one.as_of) for one in carried.judged] == [(Grade.GOOD, 2016)]
    assert carried.earlier == ()
    recalled = cell(overview, "Lincolnshire", "PEEL 2016", "heading:effectiveness")
    assert grades(recalled) == ["requires improvement"]
    assert [(one.grade, one.as_of) for one in recalled.earlier] == [(Grade.GOOD, 2015)]


def test_two_questions_on_one_topic_share_a_cell(overview: Overview) -> None:
    both = cell(overview, "Lincolnshire", "PEEL 2018/19", "workforce")
    assert [(one.grade.value, "ethically" in one.heading) for one in both.judged] == [
        ("requires improvement", True), ("good", False)]


def test_columns_keep_the_order_of_the_reports(overview: Overview) -> None:
    keys = [column.key for column in overview.columns]
    newest = ["victims", "recording", "treatment", "preventing", "responding", "investigating",
              "vulnerable", "offenders", "organised_crime", "workforce", "leadership"]
    assert [key for key in keys if key in newest] == newest
    older = ["heading:effectiveness", "preventing", "investigating", "vulnerable",
             "organised_crime", "specialist", "heading:efficiency"]
    assert [key for key in keys if key in older] == older
    assert len(keys) == len(set(keys)) == 17


def test_counts_are_those_of_the_lists(library: list[Parsed], overview: Overview) -> None:
    found = [one for _, findings in library for one in findings]
    for tally in overview.by_topic:
        for kind in ASKED_FOR:
            wanted = Filter(kinds=frozenset({kind.value}), topics=frozenset({tally.column.key}))
            if tally.column.topic:
                assert tally.counts.get(kind, 0) == sum(map(wanted.admits, found))
    counts = {one.column.key: one.counts for one in overview.by_topic}
    assert counts["investigating"][AFI] == 14
    assert counts["vulnerable"] == {AFI: 11, CONCERN: 2, RECOMMENDATION: 7}
    assert counts["heading:meeting current demands and using resources"] == {AFI: 1}
    assert overview.total == {AFI: 41, CONCERN: 6, RECOMMENDATION: 24}
    assert dict(overview.by_force) == {
        "Lincolnshire": {AFI: 18, CONCERN: 3, RECOMMENDATION: 10},
        "Norfolk": {AFI: 11, CONCERN: 2, RECOMMENDATION: 8},
        "Northamptonshire": {AFI: 12, CONCERN: 1, RECOMMENDATION: 6}}


def test_one_force_and_one_year_leave_only_what_they_have(library: list[Parsed]) -> None:
    norfolk = overview_of(library, "Norfolk", 2017)
    assert [(one.force, one.cycle) for one in norfolk.rows] == [("Norfolk", "PEEL 2017")]
    assert "responding" not in [column.key for column in norfolk.columns]
    assert norfolk.total == {AFI: 4, CONCERN: 1, RECOMMENDATION: 4}
    assert [force for force, _ in norfolk.by_force] == ["Norfolk"]


def test_a_replaced_edition_gives_no_grade() -> None:
    old, new = (Metadata(name, name, force="Kent", year=2021, cycle="PEEL 2021/22", published=day)
                for name, day in (("old", "2022-01-01"), ("new", "2022-09-01")))
    heading = "Responding to the public"
    made = overview_of([(old, [judgment("old", heading, Grade.ADEQUATE)]),
                        (new, [judgment("new", heading, Grade.REQUIRES_IMPROVEMENT)])])
    assert len(made.rows) == 1
    assert [(one.grade, one.report) for one in made.rows[0].cells[0].judged] == [
        (Grade.REQUIRES_IMPROVEMENT, "new")]
    undated = overview_of([(replace(old, published=None),
                            [judgment("old", heading, Grade.ADEQUATE)]),
                           (new, [judgment("new", heading, Grade.REQUIRES_IMPROVEMENT)])])
    assert {one.grade for one in undated.rows[0].cells[0].judged} == {
        Grade.ADEQUATE, Grade.REQUIRES_IMPROVEMENT}


def test_a_grade_carried_over_stands_beside_not_graded() -> None:
    about = Metadata("r", "r", force="Kent", year=2018)
    heading = "Investigating crime"
    made = overview_of([(about, [judgment("r", heading, Grade.NOT_GRADED),
                                 judgment("r", heading, Grade.GOOD, 10, as_of=2016)])])
    assert [(one.grade.value, one.as_of) for one in made.rows[0].cells[0].judged] == [
        ("not graded", None), ("good", 2016)]
    assert made.rows[0].cells[0].state is State.GRADED


def test_reports_of_one_force_and_cycle_make_one_row_and_unknown_ones_come_last() -> None:
    two = [(Metadata(name, name, force="Kent", year=2016, cycle=cycle),
            [judgment(name, heading, Grade.GOOD)])
           for name, cycle, heading in (("a", "PEEL 2016", "Investigating crime"),
                                        ("b", "PEEL  2016", "Recording data about crime"))]
    nameless = (Metadata("c", "c"), [judgment("c", "Baking bread", Grade.GOOD, force=None)])
    made = overview_of([nameless, *two])
    assert [(one.force, one.cycle, one.reports) for one in made.rows] == [
        ("Kent", "PEEL 2016", ("a", "b")), (None, "", ("c",))]
    assert "Baking bread" in [column.name for column in made.columns]


def test_an_empty_library_has_an_empty_overview() -> None:
    made = overview_of([])
    assert (made.columns, made.rows, made.by_topic, made.by_force) == ((), (), (), ())
