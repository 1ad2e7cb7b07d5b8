"""Which sentences state a judgment, and which only sound like one."""

from __future__ import annotations

import pytest

from corpus import grades
from corpus.model import Grade

BODY, YEAR = "Norfolk Constabulary", 2018
HEADING = "How effective is the force at preventing crime and anti-social behaviour?"
GOOD, IMPROVE, NONE = Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.NOT_GRADED

STATED = [
    ("Norfolk Constabulary is good at preventing crime.", GOOD, None),
    ("Norfolk Constabulary’s approach to preventing crime requires improvement.", IMPROVE, None),
    ("Norfolk Constabulary is inadequate at crime prevention.", Grade.INADEQUATE, None),
    ("Norfolk Constabulary remains outstanding at preventing crime.", Grade.OUTSTANDING, None),
    ("Norfolk Constabulary is ‘good’ at preventing anti-social behaviour.", GOOD, None),
    ("The force is adequate at preventing crime.", Grade.ADEQUATE, None),
    ("The extent to which the force prevents crime is: good.", GOOD, None),
    ("The extent to which the force is effective at this requires improvement.", IMPROVE, None),
    ("Overall, the extent to which the service manages risk is outstanding.",
     Grade.OUTSTANDING, None),
    ("We judged the force to be good at stopping burglary.", GOOD, None),
    ("HMICFRS has graded Norfolk Constabulary as good overall.", GOOD, None),
    ("The force was judged as requiring improvement in this area.", IMPROVE, None),
    ("Our judgment is good.", GOOD, None),
    ("In its work with Suffolk Constabulary, the force was judged to be good.", GOOD, None),
    ("We graded Norfolk Constabulary and Suffolk Constabulary as good overall.", GOOD, None),
    ("In 2016, we judged the constabulary to be good in this area.", GOOD, 2016),
    ("In our 2017 inspection we judged that the force required improvement.", IMPROVE, 2017),
    ("In 2018, we judged the force to be good.", GOOD, None),
    ("Last year, HMIC judged the force good at this.", GOOD, 2017),
    ("We haven’t graded this question.", NONE, None),
]
NOT_STATED = [
    "The force is good at engaging with communities.",
    "Suffolk Constabulary is good at preventing crime.",
    "Suffolk Constabulary was graded inadequate in 2014.",
    "In our judgment, Suffolk Constabulary is good at preventing crime.",
    "In 2016, we judged Suffolk Constabulary to be good in this area.",
    "Norfolk Constabulary has improved its response, which requires improvement.",
    "How good is the force at preventing crime?",
    "Residents are good at reporting problems.",
    "Staff were rated good or better by most callers.",
    "The extent to which good practice is shared varies.",
    "The force has a good plan to prevent crime.",
    "We judged that a previous plan was inadequate.",
    "We reviewed 60 cases and judged 14 of them inadequate.",
    "The force should make sure that supervision is good.",
    "Good.  It is a start, and no more than that.",
    "Adequate numbers of officers are deployed.",
    "In our last inspection, we judged the force to be good at this.",
]


@pytest.mark.parametrize(("sentence", "grade", "as_of"), STATED)
def test_a_judgment(sentence: str, grade: Grade, as_of: int | None) -> None:
    assert grades.of_sentence(sentence, BODY, True, YEAR, HEADING) == grades.Judged(grade, as_of)


@pytest.mark.parametrize("sentence", NOT_STATED)
def test_no_judgment(sentence: str) -> None:
    assert grades.of_sentence(sentence, BODY, True, YEAR, HEADING) is None


def test_praise_that_opens_no_section_is_no_judgment() -> None:
    sentence = "Norfolk Constabulary is good at preventing crime."
    assert grades.of_sentence(sentence, BODY, False, YEAR, HEADING) is None


@pytest.mark.parametrize(("line", "grade"), [
    ("Good", GOOD), ("requires improvement", IMPROVE), ("Grade: Good", GOOD),
    ("Graded as requires improvement.", IMPROVE), ("“Outstanding”", Grade.OUTSTANDING),
    ("To be graded", NONE), ("Not graded", NONE), ("Not yet graded", NONE),
    ("Good at listening", None), ("Good practice", None), ("Very good", None), ("", None),
])
def test_a_line_that_is_a_grade(line: str, grade: Grade | None) -> None:
    assert grades.of_line(line) is grade


@pytest.mark.parametrize(("line", "row"), [
    ("Preventing crime: Good", ("Preventing crime", GOOD)),
    ("Investigating crime – requires improvement", ("Investigating crime", IMPROVE)),
    ("Custody | Not graded", ("Custody", NONE)),
    ("Custody\tGood", ("Custody", GOOD)),
    ("Follow-up visits: good progress", None),
    ("The extent to which the force prevents crime is: good", None),
    ("Overall grade: Good", None),
])
def test_a_row_of_a_list_of_grades(line: str, row: tuple[str, Grade] | None) -> None:
    assert grades.of_row(line) == row
