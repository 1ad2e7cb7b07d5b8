"""Answers are marked by what their rows ask for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from assistant.answer import Answer, Citation, Intent, Sentence, Status, Support
from evals.questions import Row
from evals.retrieval.marks import errors, figures, mark, told_number
from evals.retrieval.own import ranked, shown

ROW = Row("d1", "questions_dev", "lookup", "Is there a backlog?", True,
          needed=(frozenset("ab"),))


def cited(n: int, finding: str, **values: Any) -> Citation:
    told: dict[str, Any] = {"kind": "narrative", "polarity": "negative", "grade": None}
    return Citation(n=n, finding_id=finding, report_id="r", title="R", force=None, year=None,
                    section=(), quote="It has a backlog.", page=None, start=0, end=17,
                    source="r.txt", **told | values)


def answer(*findings: str, text: str = "It has a backlog.", **values: Any) -> Answer:
    citations = tuple(cited(n, f, **values) for n, f in enumerate(findings, 1))
    status = Status.ANSWERED if findings else Status.NOT_IN_REPORTS
    return Answer(question="q", standalone_question="q", intent=Intent.LOOKUP, status=status,
                  sentences=(Sentence(text=text, citations=tuple(c.n for c in citations),
                                      support=Support.VERBATIM),), citations=citations,
                  nearest=() if findings else (cited(1, "z"),))


def test_a_right_answer_has_nothing_wrong() -> None:
    found = mark(ROW, answer("b", "x"))
    assert (found.needed, found.first, found.wrong) == (1.0, True, ())
    assert found.complete is found.counted is found.graded is found.kept_out is None


@pytest.mark.parametrize(("row", "given", "wrong"), [
    (ROW, answer(), "refused"), (ROW, answer("x"), "cites 0% of what is needed"),
    (replace(ROW, answerable=False, needed=()), answer("x"), "answered, though"),
    (replace(ROW, complete=frozenset("ab")), answer("a", "x"),
     "list not exact: without b too many x"),
    (replace(ROW, count=3), answer("a", text="Two recommendations:"), "tells 2, not 3"),
    (replace(ROW, grades=("adequate",)), answer("a", text="It is inadequate."),
     "doesn't name adequate"),
    (replace(ROW, forbidden="negative"), answer("a"), "cites negative findings")])
def test_what_is_wrong_is_said(row: Row, given: Answer, wrong: str) -> None:
    told = mark(row, given).wrong
    assert len(told) == 1
    assert wrong in told[0]


def test_a_grade_is_named_in_words_or_by_a_judgment() -> None:
    row = replace(ROW, grades=("requires improvement",))
    assert mark(row, answer("a", text="Both require improvement.")).graded
    assert mark(row, answer("a", kind="judgment", grade="requires improvement")).graded


def test_refusing_is_right_where_there_is_nothing_to_say_or_to_count() -> None:
    assert mark(replace(ROW, answerable=False, needed=()), answer()).wrong == ()
    assert mark(replace(ROW, needed=(), count=0, complete=frozenset()), answer()).wrong == ()


def test_a_question_that_failed_is_neither_answered_nor_refused() -> None:
    failed = answer().model_copy(update={"status": Status.ERROR})
    for row in (ROW, replace(ROW, answerable=False, needed=())):
        assert mark(row, failed).wrong == ("failed with an error",)
        assert {f.counted for f in figures("dev", [mark(row, failed)])} == {"0/1"}
    assert errors([answer("a"), failed]) == ["ERRORS: 1 of 2 questions failed, the first: q"]
    assert errors([answer("a"), answer()]) == []


@pytest.mark.parametrize(("text", "number"), [
    ("All 12 recommendations, Kent 2017:", 12), ("Both strengths:", 2), ("In 2017, six do.", 6),
    ("It has a backlog.", 1)])
def test_the_number_told_is_the_first_that_is_no_year(text: str, number: int) -> None:
    assert told_number(answer("a", text=text)) == number


def test_findings_are_ranked_as_they_are_shown_where_nothing_else_is_known() -> None:
    assert ranked(answer("b", "a")) == shown(answer("b", "a")) == ["b", "a"]
    assert shown(answer()) == ["z"]


def test_figures_count_only_what_was_asked_for() -> None:
    labels = {f.label: f.counted for f in figures("dev", [
        mark(ROW, answer("a")), mark(ROW, answer()),
        mark(replace(ROW, answerable=False, needed=()), answer())])}
    assert labels == {
        "dev: needed findings cited": "1/2", "dev: first citation right": "1/1",
        "dev: unanswerable, refused": "1/1", "dev: answerable, falsely refused": "1/2",
        "dev: right in everything": "2/3"}
