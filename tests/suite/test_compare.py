"""Two runs side by side: verdicts, coverage, what changed, and what isn't compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import GiveUp
from evals.retrieval.metrics import Difference
from evals.suite.comparing.chance import LEAST, holm, sign_flip
from evals.suite.comparing.compare import Comparison, compare
from evals.suite.comparing.contrast import Contrast, Verdict
from evals.suite.folder import Folder
from evals.suite.metrics.score import Outcome
from tests.suite.small_runs import JUDGE, Told, answer, many, row, run

Scores = dict[str, dict[str, Told]]


def compared(tmp_path: Path, a: Scores, b: Scores, **of_b: Any) -> Comparison:
    return compare(run(tmp_path / "a", a), run(tmp_path / "b", b, **of_b))


def metric(found: Comparison, name: str) -> Contrast:
    return next(one for one in found.metrics if one.metric == name)


@pytest.mark.parametrize(("name", "before", "after", "verdict"), [
    ("right", 0.0, 1.0, Verdict.BETTER), ("right", 1.0, 0.0, Verdict.WORSE),
    ("steered", 0.0, 1.0, Verdict.WORSE), ("steered", 1.0, 0.0, Verdict.BETTER),
    ("right", 1.0, 1.0, Verdict.NO_DIFFERENCE), ("words", 10.0, 90.0, None)])
def test_a_verdict_knows_which_way_is_better(tmp_path: Path, name: str, before: float,
                                             after: float, verdict: Verdict | None) -> None:
    found = metric(compared(tmp_path, many(12, **{name: before}), many(12, **{name: after})), name)
    assert (found.n, found.a, found.b, found.verdict) == (12, before, after, verdict)
    assert found.difference is not None
    assert found.difference.value == after - before


def test_a_few_questions_decide_nothing(tmp_path: Path) -> None:
    found = compared(tmp_path, many(7, right=0.0), many(7, right=1.0))
    assert metric(found, "right").verdict is Verdict.TOO_FEW
    assert metric(found, "right").p is None


def test_changes_both_ways_show_no_difference(tmp_path: Path) -> None:
    a, b = many(20, right=1.0), many(20, right=1.0)
    for i in ("q01", "q02", "q03"):
        a[i]["right"] = 0.0
    for i in ("q04", "q05"):
        b[i]["right"] = 0.0
    found = compared(tmp_path, a, b)
    assert metric(found, "right").verdict is Verdict.NO_DIFFERENCE
    assert [c.id for c in found.changes] == ["q04", "q05", "q01", "q02", "q03"]


def test_among_many_metrics_a_difference_must_be_clearer(tmp_path: Path) -> None:
    names = ("right", "refusal_right", "needed_recall", "list_recall", "count_right")
    a, b = many(30), many(30)
    for place, i in enumerate(a):
        a[i] = {"right": 1.0}
        b[i] = {"right": float(place >= 6)}
    alone = metric(compare(run(tmp_path / "1", a), run(tmp_path / "2", b)), "right")
    assert alone.p == pytest.approx(2 / 2 ** 6)
    assert alone.verdict is Verdict.WORSE
    for place, i in enumerate(a):
        a[i] = dict.fromkeys(names, 1.0)
        b[i] = {name: float(place >= 6 if name == "right" else place != 0) for name in names}
    among = metric(compare(run(tmp_path / "3", a), run(tmp_path / "4", b)), "right")
    assert among.difference == alone.difference
    assert among.p == pytest.approx(5 * 2 / 2 ** 6)
    assert among.verdict is Verdict.NO_DIFFERENCE


def test_metrics_on_which_nothing_differs_make_no_other_less_clear(tmp_path: Path) -> None:
    a, b = many(30, right=1.0, count_right=1.0), many(30, right=1.0, count_right=1.0)
    for i in list(b)[:6]:
        b[i]["right"] = 0.0
    assert metric(compared(tmp_path, a, b), "right").verdict is Verdict.WORSE


def test_what_could_not_be_measured_is_no_gain(tmp_path: Path) -> None:
    a: Scores = {**many(10, faithfulness=1.0), "low": {"faithfulness": 0.0},
                 "no": {"faithfulness": 0.5}}
    b: Scores = {**a, "low": {"faithfulness": Outcome.UNPARSEABLE},
                 "no": {"faithfulness": Outcome.REFUSED}}
    a["q01"] = {"faithfulness": Outcome.TIMED_OUT}
    found = metric(compared(tmp_path, a, b), "faithfulness")
    assert (found.n, found.a, found.b) == (9, 1.0, 1.0)
    assert (found.lost, found.gained) == ({"unparseable": 1, "refused": 1}, {"timed_out": 1})


def test_changes_come_most_worsened_first(tmp_path: Path) -> None:
    a = many(5, right=1.0, steered=0.0, words=10.0)
    b = many(5, right=1.0, steered=0.0, words=20.0)
    a["q01"]["right"], b["q02"]["right"], b["q03"]["steered"] = 0.0, 0.5, 1.0
    b["q04"]["right"] = Outcome.FAILED
    found = compared(tmp_path, a, b, answers={"q02": answer("There is none.")})
    told = [(c.id, c.metric, c.before, c.after, c.outcome_after, c.answer_changed)
            for c in found.changes]
    assert told == [("q03", "steered", 0.0, 1.0, "scored", False),
                    ("q02", "right", 1.0, 0.5, "scored", True),
                    ("q04", "right", 1.0, None, "failed", False),
                    ("q01", "right", 0.0, 1.0, "scored", False)]
    assert found.changes[0].question == "Is there a backlog in q03?"


@pytest.mark.parametrize("judge", [{**JUDGE, "fingerprint": "f2"}, {**JUDGE, "name": "x"}, None])
def test_what_another_judge_decided_is_left_out(tmp_path: Path, judge: Any) -> None:
    values = many(9, right=1.0, faithfulness=1.0)
    found = compared(tmp_path, values, values, judge=judge)
    assert [one.metric for one in found.metrics] == ["right"]
    assert any("same judge" in note and "faithfulness" in note for note in found.notes)


def test_a_question_that_was_marked_anew_is_not_paired(tmp_path: Path) -> None:
    found = compared(tmp_path, many(9, right=1.0), many(9, right=0.0), rows={
        "q01": {"needed": [["b"]]}, "q02": {"question": "Which?"}, "q03": {"note": "looked at"}},
        dataset={"name": "own", "digest": "d2", "questions": 9})
    assert metric(found, "right").n == 7
    assert {c.id for c in found.changes} == {f"q{n:02}" for n in range(3, 10)}
    assert any("2 questions" in note and "q01, q02" in note for note in found.notes)
    assert any("datasets differ" in note for note in found.notes)


def test_what_one_run_alone_has_is_told(tmp_path: Path) -> None:
    a, b = many(9, right=1.0, count_right=1.0), many(10, right=1.0)
    del b["q01"]
    found = compared(tmp_path, a, b, finished=None, composer="openai")
    assert (found.only_a, found.only_b) == ((("q01", row("q01")["question"]),),
                                            (("q10", row("q10")["question"]),))
    assert any("A only: count_right" in note for note in found.notes)
    assert any("B is unfinished" in note for note in found.notes)
    assert any("composer: quotes in A, openai in B" in note for note in found.notes)


def test_a_draft_decides_nothing(tmp_path: Path) -> None:
    found = compared(tmp_path, many(9, right=1.0), many(9, right=0.0),
                     rows={"q01": {"draft": True}})
    assert metric(found, "right").n == 8
    assert "q01" not in {c.id for c in found.changes}
    assert (found.only_a, found.only_b) == ((), ())


def test_the_text_is_aligned_and_the_object_is_json(tmp_path: Path) -> None:
    a, b = many(12, right=1.0, seconds=1.5), many(12, right=0.0, seconds=2.5)
    b["q12"]["right"] = Outcome.FAILED
    found = compared(tmp_path, a, b)
    lines = found.text(most=2)
    head = next(line for line in lines if line.startswith("metric"))
    right = next(line for line in lines if line.startswith("right"))
    assert right.endswith("worse")
    assert head.index("verdict") == right.index("worse")
    assert any(line.split() == ["lost", "1", "(now", "1", "failed)"] for line in lines)
    assert any("12 questions changed, 11 got worse" in line for line in lines)
    assert lines[-1].strip() == "and 10 more questions"
    assert max(map(len, lines)) <= 130
    told = json.loads(json.dumps(found.to_dict()))
    assert told["metrics"][0]["verdict"] == "worse"
    assert told["metrics"][1]["verdict"] is None
    assert told["changes"][0]["answer_changed"] is False


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    whole = run(tmp_path / "a", many(1, right=1.0))
    with pytest.raises(GiveUp):
        compare(whole, Folder.create(tmp_path / "b", {"name": "b"}))


def test_the_randomisation_test_agrees_with_the_binomial() -> None:
    assert sign_flip([1.0] * 8) == pytest.approx(2 / 2 ** 8)
    assert sign_flip([1.0, -1.0, 0.0]) == 1.0
    assert sign_flip([0.0] * 20) == 1.0
    drawn = sign_flip([1.0] * 15 + [-1.0] * 5)
    assert drawn == pytest.approx(0.0414, abs=0.005)
    assert sign_flip([-1.0] * 15 + [1.0] * 5) == drawn


def test_holm_corrects_step_by_step() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx(
        {"a": 0.03, "c": 0.06, "b": 0.06})
    assert holm({}) == {}


def test_too_few_is_what_it_is_for_rankings() -> None:
    assert Difference(1, 1, 1, LEAST - 1).verdict.startswith("too few")
    assert Difference(1, 1, 1, LEAST).verdict == "better"
