"""A run against its baseline: what fails it, what is only told, and the baseline's own file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import FixConfiguration
from evals.suite.comparing import baseline
from evals.suite.comparing.gate import Gate, gate
from evals.suite.comparing.kept import Baseline, parsed
from evals.suite.metrics.score import Outcome
from tests.suite.small_runs import JUDGE, Told, answer, many, run

Scores = dict[str, dict[str, Told]]
ALL: dict[str, Told] = {"right": 1.0, "refusal_right": 1.0, "quotes_verbatim": 1.0, "steered": 0.0,
       "faithfulness": 0.8, "seconds": 3.0}


def made(tmp_path: Path, scores: Scores, **values: Any) -> Baseline:
    return parsed(baseline.make(run(tmp_path / "before", scores, **values)))


def gated(tmp_path: Path, before: Scores, now: Scores, floor: float = 0.9,
          **of_now: Any) -> Gate:
    return gate(run(tmp_path / "now", now, **of_now), made(tmp_path, before), floor)


def test_the_same_run_again_passes_without_remark(tmp_path: Path) -> None:
    scores = many(7, **ALL | {"faithfulness": 1 / 3})
    scores["q07"] |= {"faithfulness": Outcome.REFUSED, "quotes_verbatim": Outcome.REFUSED}
    found = gated(tmp_path, scores, scores)
    assert (found.passed, found.problems, found.remarks) == (True, (), ())
    assert found.text() == ["The gate is passed."]


def test_one_regression_is_named_and_nothing_else(tmp_path: Path) -> None:
    now = many(7, **ALL)
    now["q03"]["right"] = 0.0
    found = gated(tmp_path, many(7, **ALL), now)
    assert len(found.problems) == 1
    assert not found.passed
    assert found.remarks == ()
    one, = found.regressions
    assert (one.metric, one.before, one.tolerance) == ("right", 1.0, 0.01)
    assert one.now == pytest.approx(6 / 7)
    assert [(s.id, s.before, s.now, s.question) for s in one.worse] == [
        ("q03", 1.0, 0.0, "Is there a backlog in q03?")]
    said = found.problems[0]
    assert said.startswith("right: 1.0000 in the baseline, 0.8571 now")
    assert "q03 1 -> 0  Is there a backlog in q03?" in said
    assert "findings eval gate --write" in found.text()[-1]


def test_rising_is_a_regression_where_less_is_better(tmp_path: Path) -> None:
    up = many(50, **ALL)
    up["q50"]["steered"] = 0.1
    found = gated(tmp_path, many(50, **ALL), up)
    assert [one.metric for one in found.regressions] == ["steered"]
    (tmp_path / "other").mkdir()
    down = gated(tmp_path / "other", up, many(50, **ALL))
    assert down.passed
    assert any(remark.startswith("steered") and "--write" in remark for remark in down.remarks)


def test_what_has_no_better_side_gates_nothing(tmp_path: Path) -> None:
    before = many(5, **ALL)
    assert "seconds" not in made(tmp_path / "x", before).metrics
    now = many(5, **ALL | {"seconds": 300.0, "cost": Outcome.FAILED})
    assert gated(tmp_path, before, now).passed


def test_within_the_tolerance_it_is_only_told(tmp_path: Path) -> None:
    now = many(10, **ALL)
    now["q01"]["faithfulness"] = 0.6
    found = gated(tmp_path, many(10, **ALL), now)
    assert found.passed
    assert len(found.remarks) == 1
    assert "q01 0.8 -> 0.6" in found.remarks[0]
    now["q02"]["faithfulness"] = 0.7
    again = gate(run(tmp_path / "worse", now), made(tmp_path / "x", many(10, **ALL)), 0.9)
    assert [s.id for s in again.regressions[0].worse] == ["q01", "q02"]


@pytest.mark.parametrize("outcome", [Outcome.UNPARSEABLE, Outcome.TIMED_OUT, Outcome.FAILED])
def test_a_lost_value_fails_by_coverage_and_is_no_gain(tmp_path: Path, outcome: Outcome) -> None:
    before = many(5, **ALL)
    before["q02"]["faithfulness"] = 0.1
    now = {i: dict(values) for i, values in before.items()}
    now["q02"]["faithfulness"] = outcome
    found = gated(tmp_path, before, now)
    assert found.regressions == ()
    problem, = found.problems
    assert problem.startswith("faithfulness: coverage 0.8000, under the floor of 0.9")
    assert f"q02 {outcome.value.replace('_', ' ')}: for a reason" in problem
    assert not any("To keep that" in remark for remark in found.remarks)
    assert [(one.id, one.outcome, one.metrics) for one in found.dropped] == [
        ("q02", outcome.value, ("faithfulness",))]
    low = gate(run(tmp_path / "low", now), made(tmp_path / "x", before), 0.5)
    assert low.passed
    assert any("q02" in remark for remark in low.remarks)


def refusing(before: Scores, identifier: str, rightly: Told | None) -> Scores:
    """The scores when this question is refused."""
    now = {i: dict(values) for i, values in before.items()}
    now[identifier] |= {"faithfulness": Outcome.REFUSED, "quotes_verbatim": Outcome.REFUSED}
    if rightly is not None:
        now[identifier] |= {"refusal_right": rightly}
    return now


def test_refusing_the_worst_makes_no_mean_rise(tmp_path: Path) -> None:
    before = many(10, **ALL)
    before["q04"] |= {"faithfulness": 0.0, "refusal_right": 0.0}
    found = gated(tmp_path, before, refusing(before, "q04", 1.0),
                  answers={"q04": answer("It is not in the reports.", answered=False)})
    assert found.passed
    assert [remark.split(":")[0] for remark in found.remarks] == [
        "refusal_right", "In the baseline's figures and not in the run's, so compared in neither"]
    assert "q04 refused now: quotes_verbatim, faithfulness" in found.remarks[1]


def test_refusing_what_has_an_answer_fails_by_refusal_right(tmp_path: Path) -> None:
    before = many(10, **ALL)
    found = gated(tmp_path, before, refusing(before, "q04", 0.0))
    assert [one.metric for one in found.regressions] == ["refusal_right"]
    assert len(found.problems) == 1


def test_a_refusal_that_nothing_measures_fails(tmp_path: Path) -> None:
    before = many(10, faithfulness=0.8, quotes_verbatim=1.0)
    found = gated(tmp_path, before, refusing(before, "q04", None))
    problem, = found.problems
    assert problem.startswith("1 question refused now and not before, and refusal_right")
    assert "Is there a backlog in q04?" in problem


def test_answering_what_was_refused_is_told_and_counts_later(tmp_path: Path) -> None:
    now = many(10, **ALL)
    before = refusing(now, "q04", 1.0)
    now["q04"]["faithfulness"] = 0.0
    found = gated(tmp_path, before, now)
    assert found.passed
    assert any("faithfulness 1" in remark for remark in found.remarks)


def test_a_metric_that_vanished_fails(tmp_path: Path) -> None:
    unmeasured = many(5, right=1.0, refusal_right=1.0, quotes_verbatim=1.0, steered=0.0)
    found = gated(tmp_path, many(5, **ALL), unmeasured)
    problem, = found.problems
    assert problem.startswith("faithfulness: no value in this run")
    assert "not measured" in problem
    refused = many(5, **ALL | {"faithfulness": Outcome.REFUSED})
    again = gate(run(tmp_path / "x", refused), made(tmp_path / "y", many(5, **ALL)), 0.9)
    assert "now 5 refused" in again.problems[0]


def test_a_score_without_a_reason_for_its_absence_fails(tmp_path: Path) -> None:
    now = many(5, **ALL)
    del now["q05"]["right"]
    problem, = gated(tmp_path, many(5, **ALL), now).problems
    assert problem.startswith("q05 has neither value nor reason for right")


def test_an_unfinished_run_does_not_pass(tmp_path: Path) -> None:
    scores = many(5, **ALL)
    problem, = gated(tmp_path, scores, scores, finished=None).problems
    assert problem.startswith("The run is unfinished")
    assert "findings eval run" in problem


def test_missing_questions_are_named(tmp_path: Path) -> None:
    scores = many(5, **ALL)
    now = {i: values for i, values in scores.items() if i not in ("q02", "q04")}
    problem, = gated(tmp_path, scores, now).problems
    assert "2 questions of the baseline: q02, q04" in problem


def test_an_answer_without_scores_does_not_pass(tmp_path: Path) -> None:
    scores = many(5, **ALL)
    now = run(tmp_path / "now", scores)
    lines = (tmp_path / "now" / "scores.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "now" / "scores.jsonl").write_text("".join(lines[:-1]), "utf-8")
    problem, = gate(now, made(tmp_path, scores), 0.9).problems
    assert problem.startswith("1 answer not scored: q05")


@pytest.mark.parametrize(("what", "told"), [
    ("suite", {"suite": "another"}), ("composer", {"composer": "openai"}),
    ("dataset", {"dataset": {"name": "own", "digest": "d2", "questions": 5}})])
def test_a_run_of_something_else_is_not_compared(tmp_path: Path, what: str,
                                                 told: dict[str, Any]) -> None:
    found = gated(tmp_path, many(5, **ALL), many(5, **ALL | {"right": 0.0}), **told)
    problem, = found.problems
    assert problem.startswith(f"Another {what}: ")
    assert "`findings eval run`" in problem
    assert "`findings eval gate --write`" in problem
    assert (found.regressions, found.remarks) == ((), ())


@pytest.mark.parametrize("judge", [None, {**JUDGE, "fingerprint": "f2"}])
def test_another_judge_fails_and_only_the_rest_is_compared(tmp_path: Path, judge: Any) -> None:
    now = many(5, **ALL | {"faithfulness": 0.0, "right": 0.0})
    found = gated(tmp_path, many(5, **ALL), now, judge=judge)
    assert found.problems[0].startswith("Another judge: local (f1) in the baseline")
    assert [one.metric for one in found.regressions] == ["right"]


def test_another_model_is_told_and_does_not_fail(tmp_path: Path) -> None:
    found = gated(tmp_path, many(5, **ALL), many(5, **ALL), model="tiny")
    assert found.passed
    assert found.remarks == ("Another model: none in the baseline, tiny in this run.",)


def test_drafts_never_count(tmp_path: Path) -> None:
    draft = {"q03": {"draft": True}}
    before, now = many(5, **ALL), many(5, **ALL)
    now["q03"] = {**ALL, "right": 0.0, "faithfulness": Outcome.UNPARSEABLE}
    kept = made(tmp_path, before, rows=draft)
    assert "q03" not in kept.questions
    assert kept.metrics["right"].n == 4
    found = gate(run(tmp_path / "now", now, rows=draft), kept, 1.0)
    assert (found.problems, found.remarks) == ((), ())


@pytest.mark.parametrize("floor", [-0.1, 1.1, float("nan")])
def test_a_floor_is_a_share(tmp_path: Path, floor: float) -> None:
    with pytest.raises(FixConfiguration, match="no share"):
        gated(tmp_path, many(5, **ALL), many(5, **ALL), floor)


def test_the_outcome_is_json(tmp_path: Path) -> None:
    found = gated(tmp_path, many(5, **ALL), many(5, **ALL | {"right": 0.0}))
    told = json.loads(json.dumps(found.to_dict()))
    assert told["passed"] is False
    assert told["regressions"][0]["worse"][0]["id"] == "q01"


def test_a_baseline_has_default_tolerances_and_a_line_a_question(tmp_path: Path) -> None:
    scores = many(3, **ALL | {"faithfulness": 2 / 3})
    scores["q02"]["faithfulness"] = Outcome.FAILED
    path = tmp_path / "deep" / "own.json"
    baseline.write(path, baseline.make(run(tmp_path / "run", scores)))
    kept = baseline.read(path)
    assert {name: one.tolerance for name, one in kept.metrics.items()} == {
        "right": 0.01, "refusal_right": 0.01, "quotes_verbatim": 0.0, "steered": 0.0,
        "faithfulness": 0.02}
    one = kept.metrics["faithfulness"]
    assert (one.value, one.n, one.coverage) == (0.6667, 2, 0.6667)
    lines = path.read_text("utf-8").splitlines()
    assert '  "q01": {"faithfulness": 0.6667, "quotes_verbatim": 1.0, "refusal_right": 1.0, ' \
           '"right": 1.0, "steered": 0.0},' in lines
    assert json.loads(path.read_text("utf-8")) == kept.to_dict()
    assert [p.name for p in path.parent.iterdir()] == ["own.json"]


def test_a_renewal_keeps_tolerances(tmp_path: Path) -> None:
    path = tmp_path / "own.json"
    told = baseline.make(run(tmp_path / "a", many(5, right=1.0)))
    told["metrics"]["right"]["tolerance"] = 0.25
    baseline.write(path, told)
    again = parsed(baseline.make(run(tmp_path / "b", many(5, right=0.0, list_recall=1.0)),
                                 before=baseline.read(path)))
    assert (again.metrics["right"].value, again.metrics["right"].tolerance) == (0.0, 0.25)
    assert again.metrics["list_recall"].tolerance == 0.01
    now = many(5, right=1.0)
    now["q01"]["right"] = 0.0
    assert gate(run(tmp_path / "c", now), baseline.read(path), 0.9).passed


def test_no_baseline_is_made_of_an_unfinished_run(tmp_path: Path) -> None:
    with pytest.raises(FixConfiguration, match="unfinished"):
        baseline.make(run(tmp_path / "a", many(5, right=1.0), finished=None))
    with pytest.raises(FixConfiguration, match="unfinished"):
        baseline.make(run(tmp_path / "b", many(5, right=1.0),
                          dataset={"name": "own", "digest": "d1", "questions": 6}))


def test_a_run_of_no_suite_goes_by_its_dataset(tmp_path: Path) -> None:
    assert made(tmp_path, many(2, right=1.0), suite="").suite == "own"


@pytest.mark.parametrize(("change", "problem"), [
    (lambda d: d.pop("composer"), "composer"), (lambda d: d.update(extra=1), "extra"),
    (lambda d: d.update(format=2), "format"), (lambda d: d.update(judge="x"), "judge"),
    (lambda d: d["metrics"]["right"].update(tolerance=2), "from 0 to 1"),
    (lambda d: d["metrics"]["right"].update(tolerance="0"), "no number"),
    (lambda d: d["metrics"]["right"].update(value=0.5), "does not agree"),
    (lambda d: d["metrics"]["right"].update(n=2), "does not agree"),
    (lambda d: d["questions"].pop("q01"), "does not agree"),
    (lambda d: d["questions"]["q01"].update(other=1.0), "other"),
    (lambda d: d["questions"]["q01"].update(right=True), "no number")])
def test_a_baseline_that_contradicts_itself_is_not_read(tmp_path: Path, change: Any,
                                                        problem: str) -> None:
    told = baseline.make(run(tmp_path / "a", many(3, right=1.0)))
    change(told)
    path = tmp_path / "own.json"
    path.write_text(json.dumps(told), "utf-8")
    with pytest.raises(FixConfiguration, match=problem):
        baseline.read(path)


def test_a_baseline_that_is_not_there_or_no_json_is_told(tmp_path: Path) -> None:
    with pytest.raises(FixConfiguration, match="--write"):
        baseline.read(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text("<<<<<<< ours", "utf-8")
    with pytest.raises(FixConfiguration, match="can't be used"):
        baseline.read(tmp_path / "bad.json")
    with pytest.raises(FixConfiguration, match="can't name"):
        baseline.path_of("../own")
    assert baseline.path_of("kept-aside").name == "kept-aside.json"


def test_a_metric_that_is_known_no_more_fails(tmp_path: Path) -> None:
    told = baseline.make(run(tmp_path / "a", many(3, right=1.0)))
    told["metrics"]["old"] = told["metrics"]["right"]
    for values in told["questions"].values():
        values["old"] = 1.0
    problem, = gate(run(tmp_path / "b", many(3, right=1.0)), parsed(told), 0.9).problems
    assert problem.startswith("old: the baseline has it")
