"""A run as one object: every question whole, and nothing counted that isn't there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assistant.answer import (
    Answer,
    Citation,
    Intent,
    LeftOut,
    Sentence,
    Status,
    Support,
    Table,
    Trace,
)
from evals.suite.folder import Folder
from evals.suite.metrics.catalogue import CATALOGUE
from evals.suite.metrics.score import Judgment, Outcome, Score, not_applicable
from evals.suite.record import Answered, Context
from evals.suite.told import told

QUOTE = "has a backlog of devices"


def citation(n: int = 1, finding: str = "a", **values: Any) -> Citation:
    given: dict[str, Any] = {"force": "Norfolk", "year": 2021, "page": 4, "grade": None,
                             "kind": "weakness", "polarity": "negative"}
    return Citation(n=n, finding_id=finding, report_id="r", title="PEEL", section=("Crime",),
                    quote=QUOTE, start=0, end=len(QUOTE), source="r.txt", **given | values)


def answer(status: Status = Status.ANSWERED, text: str = "There is a backlog.",
           **values: Any) -> Answer:
    claims = status.has_answer
    sentence = Sentence(text=text, citations=(1,) if claims else (),
                        support=Support.VERBATIM if claims else None)
    given: dict[str, Any] = {"sentences": (sentence,), "citations": (citation(),) if claims else ()}
    return Answer(question="q", standalone_question="And there, in Norfolk?",
                  intent=Intent.LOOKUP, status=status, **given | values)


def row(identifier: str, **values: Any) -> dict[str, Any]:
    return {"id": identifier, "kind": "lookup", "question": "Is there a backlog?",
            "answerable": True, "needed": [["a", "b"]], **values}


def folder(path: Path, *answers: Answered, scores: dict[str, dict[str, Score]] | None = None,
           **manifest: Any) -> Folder:
    made = Folder.create(path / "run", {"name": "A run", "finished": None, **manifest})
    for one in answers:
        made.add_answer(one)
    for i, by in (scores or {}).items():
        made.add_scores(i, by)
    return made


def answered(identifier: str, given: Answer | None = None, seconds: float = 1.0,
             contexts: tuple[Context, ...] = (), **values: Any) -> Answered:
    given = given or answer()
    return Answered(row(identifier, **values), given, contexts, (True,) * len(given.citations),
                    seconds, seconds / 2)


def test_a_question_is_told_whole(tmp_path: Path) -> None:
    given = answer(notice="Only Norfolk was looked at.", trace=Trace(
        left_out=(LeftOut(text="It has 40 staff.", reason="no such number", score=.1),)))
    one = answered("d1", given, contexts=(Context("b", "It has few staff."),),
                   history=[["What of Norfolk?", "It requires improvement."]],
                   reference="It has one.", note="close wording")
    judged = Score.of(.5, judgments=[Judgment("There is a backlog.", 1, "It says so."),
                                     Judgment("It is long.", 0)], spread=.1)
    found = told(folder(tmp_path, one, scores={"d1": {"faithfulness": judged}}))
    (question,) = found["questions"]
    assert question | {"id": "d1", "kind": "lookup", "question": "Is there a backlog?",
                       "history": [["What of Norfolk?", "It requires improvement."]],
                       "reference": "It has one.", "note": "close wording", "status": "answered",
                       "refused": False, "answer": "There is a backlog. [1]", "seconds": 1.0,
                       "first_s": .5, "understood": "And there, in Norfolk?",
                       "notice": "Only Norfolk was looked at."} == question
    assert question["left_out"][0]["reason"] == "no such number"
    assert question["contexts"] == [{"id": "b", "text": "It has few staff.", "needed": True}]
    (cited,) = question["citations"]
    assert cited.items() >= {"n": 1, "quote": QUOTE, "force": "Norfolk", "year": 2021, "page": 4,
                             "section": ["Crime"], "kind": "weakness", "grade": None,
                             "needed": True, "verbatim": True}.items()
    assert question["scores"]["faithfulness"] == judged.to_dict()
    assert json.loads(json.dumps(found)) == found


def test_a_comparison_keeps_its_table(tmp_path: Path) -> None:
    cell = Sentence(text="Good.", citations=(1,), support=Support.VERBATIM, cell=(0, 0))
    given = answer(sentences=(cell,), table=Table(columns=("Norfolk",), rows=("Grade",)))
    (question,) = told(folder(tmp_path, answered("d1", given)))["questions"]
    assert question["table"] == {"columns": ["Norfolk"], "rows": ["Grade"]}
    assert question["sentences"][0]["cell"] == [0, 0]


def test_what_is_not_scored_yet_is_there_without_scores(tmp_path: Path) -> None:
    found = told(folder(tmp_path, answered("d1"), answered("d2"),
                        scores={"d1": {"right": Score.of(True)}}))
    assert [q["scores"] for q in found["questions"]] == [
        {"right": {"outcome": "scored", "value": 1.0}}, {}]
    assert found["run"]["finished"] is None
    assert [s["estimate"]["n"] for s in found["summaries"]] == [1]
    assert list(found["by_kind"]) == ["lookup"]


def test_a_run_without_answers_is_told(tmp_path: Path) -> None:
    found = told(folder(tmp_path))
    assert found["questions"] == found["summaries"] == []
    assert found["times"] == {"first_s": None, "seconds": None}
    assert found["run"]["name"] == "A run"


def test_an_error_is_neither_an_answer_nor_a_refusal(tmp_path: Path) -> None:
    found = told(folder(
        tmp_path, answered("d1"), answered("d2", answer(Status.NOT_IN_REPORTS)),
        answered("d3", answer(Status.ERROR)),
        answered("d4", answer(Status.DECLINED), answerable=False, needed=[])))
    assert found["confusion"] == {
        "answerable, answered": 1, "answerable, refused": 1, "unanswerable, answered": 0,
        "unanswerable, refused": 1}
    assert [q["refused"] for q in found["questions"]] == [False, True, False, True]


def test_what_has_no_value_is_counted_by_outcome(tmp_path: Path) -> None:
    slow = Score.without(Outcome.TIMED_OUT, "no reply within 120 s")
    found = told(folder(
        tmp_path, *map(answered, ("d1", "d2", "d3")), scores={
            "d1": {"faithfulness": slow, "right": Score.of(1)},
            "d2": {"faithfulness": slow, "count_right": not_applicable("no count is asked for")},
            "d3": {"faithfulness": Score.of(1)}}))
    assert found["unscored"] == {"count_right": {"not_applicable": 1},
                                 "faithfulness": {"timed_out": 2}}
    by_name = {s["metric"]: s for s in found["summaries"]}
    assert by_name["faithfulness"]["coverage"] == pytest.approx(1 / 3)


def test_scores_stand_in_the_order_of_the_catalogue(tmp_path: Path) -> None:
    names = list(CATALOGUE)[:4]
    found = told(folder(tmp_path, answered("d1"), scores={
        "d1": {name: Score.of(1) for name in reversed(names)}}))
    assert list(found["questions"][0]["scores"]) == names
    assert [s["metric"] for s in found["summaries"]] == names


def test_scores_of_a_question_that_is_not_there_do_not_count(tmp_path: Path) -> None:
    found = told(folder(tmp_path, answered("d1"), scores={
        "gone": {"right": Score.of(0)}, "d1": {"right": Score.of(1)}}))
    assert [s["estimate"]["value"] for s in found["summaries"]] == [1.0]


def test_times_are_percentiles_of_all_answers(tmp_path: Path) -> None:
    found = told(folder(tmp_path, *(answered(f"d{n}", seconds=float(n)) for n in range(1, 12))))
    times = found["times"]["seconds"]
    assert (times["n"], times["p50"], times["p90"], times["max"]) == (11, 6.0, 10.0, 11.0)
    assert found["times"]["first_s"]["max"] == 5.5


def test_needed_findings_are_told_in_words_wherever_the_run_met_them(tmp_path: Path) -> None:
    other = answer(citations=(citation(finding="b"),))
    found = told(folder(tmp_path, answered("d1"), answered("d2", other, needed=[["x"]])))
    assert found["findings"] == {"a": QUOTE, "b": QUOTE}
