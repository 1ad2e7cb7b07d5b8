"""Readers' marks as rows of questions: what is taken over, what is guessed, what stays open."""

from __future__ import annotations

import json
from typing import Any

import pytest

from assistant.answer import Answer, Citation, Intent, Sentence, Status, Support, Trace
from assistant.feedback import Entry, Reason, Verdict
from evals.questions import row_of
from evals.suite.used import rows

QUOTE = {"report_id": "r", "title": "A report", "force": None, "year": 2017, "section": ("P",),
         "kind": "weakness", "polarity": "negative", "quote": "has a backlog;", "page": 3,
         "start": 4, "end": 18, "source": "a.txt"}


def answer(status: Status = Status.ANSWERED, intent: Intent = Intent.LOOKUP,
           cited: tuple[str, ...] = ("f1", "f2", "f1"), follows: bool = False) -> Answer:
    held = cited if status.has_answer else ()
    citations = tuple(Citation.model_validate({"n": n, "finding_id": one, **QUOTE})
                      for n, one in enumerate(held, 1))
    numbers = tuple(range(1, len(held) + 1))
    return Answer(question="Why?", standalone_question="Why?", intent=intent, status=status,
                  citations=citations, trace=Trace(understood={"follows": follows}),
                  sentences=(Sentence(text="So it is.", citations=numbers,
                                      support=Support.VERBATIM if held else None),))


def up(told: Answer, **more: Any) -> Entry:
    return Entry("a", Verdict.UP, "Why?", told, **more)


def down(told: Answer, reason: Reason = Reason.OTHER, correction: str = "", **more: Any) -> Entry:
    return Entry("b", Verdict.DOWN, "Why?", told, reason=reason, correction=correction, **more)


def one(entry: Entry) -> dict[str, Any]:
    (row,) = rows([entry], everything=True)
    return row


def test_only_what_is_wrong_or_corrected_is_taken_by_default() -> None:
    entries = [up(answer()), down(answer()), up(answer(), correction="Better.")]
    assert [row["origin"]["verdict"] for row in rows(entries)] == ["down", "up"]
    assert len(rows(entries, everything=True)) == 3
    assert rows([]) == []


def test_a_helpful_answer_needs_each_finding_that_it_cites() -> None:
    row = one(up(answer(), history=(("Before?", "Yes."),)))
    assert row["needed"] == [["f1"], ["f2"]]
    assert row["answerable"] is True
    assert row["history"] == [["Before?", "Yes."]]
    assert row["reference"] == ""
    taken = row_of("used", row)
    assert taken.draft
    assert taken.wanted == {"f1", "f2"}


def test_a_correction_becomes_the_reference() -> None:
    row = one(down(answer(), Reason.WRONG_EVIDENCE, "It names two forces."))
    assert row["reference"] == "It names two forces."
    assert row["needed"] == []
    assert row["draft"] is True
    assert "those cited were wrong" in row["note"]


def test_the_origin_holds_what_was_said_and_seen() -> None:
    entry = down(answer(), Reason.BEYOND_REPORT, "Less.")
    origin = one(entry)["origin"]
    assert origin == {"at": entry.at, "verdict": "down", "reason": "beyond_report",
                      "correction": "Less.", "answer": "So it is. [1][2][3]",
                      "cited": ["f1", "f2", "f1"], "status": "answered",
                      "trace": entry.answer.trace.model_dump(mode="json")}
    assert row_of("used", json.loads(json.dumps(one(entry)))).origin == origin


REFUSED = answer(Status.NOT_IN_REPORTS)


@pytest.mark.parametrize(("entry", "answerable"), [
    (up(answer()), True), (up(answer(Status.PARTIAL)), True), (up(REFUSED), False),
    (down(REFUSED), False), (down(REFUSED, Reason.SHOULD_HAVE_ANSWERED), True),
    (down(REFUSED, Reason.OTHER, "Forty."), True), (down(answer(), Reason.BEYOND_REPORT), True),
    (down(answer(Status.ERROR)), True), (up(answer(Status.DECLINED)), False)])
def test_whether_it_can_be_answered_is_guessed(entry: Entry, answerable: bool) -> None:
    assert one(entry)["answerable"] is answerable


@pytest.mark.parametrize(("entry", "kind"), [
    *((up(answer(intent=intent)), intent.value) for intent in Intent),
    (up(REFUSED), "unanswerable"), (down(REFUSED, Reason.SHOULD_HAVE_ANSWERED), "lookup"),
    (down(answer(Status.NEEDS_CLARIFICATION)), "ambiguous"),
    (up(answer(follows=True), history=(("q", "a"),)), "follow_up"),
    (up(answer(follows=True)), "lookup"),
    (up(answer(intent=Intent.GRADE, follows=True), history=(("q", "a"),)), "grade")])
def test_the_kind_is_guessed_from_the_answer(entry: Entry, kind: str) -> None:
    assert one(entry)["kind"] == kind


@pytest.mark.parametrize("reason", list(Reason))
@pytest.mark.parametrize("status", list(Status))
def test_every_mark_makes_a_row(status: Status, reason: Reason) -> None:
    for entry in (up(answer(status)), down(answer(status), reason),
                  down(answer(status), reason, "Words.")):
        row = row_of("used", one(entry))
        assert row.id == f"used-{entry.id}"
        assert row.draft
        assert row.answerable or not (row.reference or row.wanted)
