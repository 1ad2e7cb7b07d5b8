"""Findings as sentences: lead-ins joined, pronouns resolved, requests reported."""

from __future__ import annotations

import pytest

from assistant.compose.phrasing import plain, said
from corpus.model import Finding, FindingKind, Polarity


def finding(text: str, lead_in: str | None = None,
            kind: FindingKind = FindingKind.NARRATIVE) -> Finding:
    return Finding("id", "report", ("Section",), kind, Polarity.NEUTRAL, text, 0, len(text),
                   lead_in, "Kent", 2019)


@pytest.mark.parametrize(("text", "lead_in", "sentences"), [
    ("has a backlog", "The force:", ["The force has a backlog."]),
    ("is effective at it", "Positively, the force:", ["The force is effective at it."]),
    ("records risk poorly", "However, it:", ["The force records risk poorly."]),
    ("improve its plan", "However, the force needs to:", ["The force needs to improve its plan."]),
    ("It is introducing a team.", None, ["The force is introducing a team."]),
    ("Its model does not work.", None, ["The force’s model does not work."]),
    ("However, we were pleased to find that the force has a plan.", None,
     ["The force has a plan."]),
    ("We examined the plans.", None, ["Inspectors examined the plans."]),
    ("In 2017, we judged it good.", None, ["In 2017, inspectors judged it good."]),
    ("The force has few staff. This hampers it.", None,
     ["The force has few staff.", "This hampers it."]),
])
def test_a_finding_reads_as_sentences(text: str, lead_in: str | None,
                                      sentences: list[str]) -> None:
    assert said(finding(text, lead_in)) == sentences


def test_a_request_is_reported_and_the_second_one_says_also() -> None:
    asked = finding("The force should improve its plan.", kind=FindingKind.AREA_FOR_IMPROVEMENT)
    assert said(asked) == ["Inspectors asked the force to improve its plan."]
    assert said(asked, again=True) == ["Inspectors also asked the force to improve its plan."]


def test_a_recommendation_in_a_list_stands_without_its_lead_in() -> None:
    wanted = finding("review every case", "Within three months, the force should:",
                     FindingKind.RECOMMENDATION)
    assert plain(wanted) == "Review every case."
