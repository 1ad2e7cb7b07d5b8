"""How far a judge agrees with labels, against values counted by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import FixConfiguration
from corpus.model import Finding
from evals.suite.judges import calibration
from evals.suite.judges.agreement import agreement, remember
from evals.suite.judges.calibration import Labelled, elsewhere, measure, sampled
from evals.suite.judges.judge import Ask, Task, TimedOutError, UnparseableError
from evals.suite.table import judge_line
from tests.suite.scripted import Scripted, verdicts

# Claims by what the judge says of them; the others it can't decide.
YES, NO = 1, 0


def judge(**says: int) -> Scripted:
    def support(task: Task) -> Mapping[str, Any]:
        (claim,) = task.statements
        if claim == "slow":
            raise TimedOutError("no reply")
        if claim not in says:
            raise UnparseableError("no JSON")
        return verdicts(says[claim])(task)

    return Scripted({Ask.SUPPORT: support})


def claims(label: int, *names: str) -> list[Labelled]:
    return [Labelled(name, ("evidence",), label) for name in names]


def test_agreement_is_counted_with_its_interval() -> None:
    asked = judge(a=YES, b=YES, c=YES, d=NO, p=NO, q=NO, r=NO, s=YES, t=YES)
    seen: list[tuple[int, int]] = []
    told = measure(asked, [*claims(1, "a", "b", "c", "d", "slow"),
                           *claims(0, "p", "q", "r", "s", "t", "odd")], "a set",
                   lambda done, of, what: seen.append((done, of)))
    # Of 9 decided: 3 of 4 supported are passed, 3 of 5 unsupported are found.
    assert told == {"labels": "a set", "who": "", "n": 9, "agreement": .6667, "low": .3542,
                    "high": .8794, "found": .6, "false_alarms": .25, "balanced": .675,
                    "undecided": 2}
    assert (seen[0], seen[-1], len(seen)) == ((0, 11), (11, 11), 12)


@pytest.mark.parametrize(("says", "agreement_is", "found", "alarms"), [
    ({"a": YES, "b": NO}, 1, 1, 0), ({"a": NO, "b": YES}, 0, 0, 1),
    ({"a": YES, "b": YES}, .5, 0, 0), ({"a": NO, "b": NO}, .5, 1, 1)])
def test_a_judge_that_is_always_right_wrong_or_the_same(says: dict[str, int], agreement_is: float,
                                                        found: float, alarms: float) -> None:
    told = measure(judge(**says), [*claims(1, "a"), *claims(0, "b")], calibration.PEOPLE)
    assert (told["agreement"], told["found"], told["false_alarms"]) == (agreement_is, found, alarms)
    assert told["balanced"] == (1 + found - alarms) / 2
    assert told["who"] == "people"
    assert 0 <= told["low"] <= told["agreement"] <= told["high"] <= 1


@pytest.mark.parametrize("of", [
    claims(1, "a", "b"), claims(0, "a", "b"), [],
    # The other sort is there, and the judge decides none of it.
    [*claims(1, "a"), *claims(0, "odd", "slow")], [*claims(1, "odd"), *claims(0, "b")]])
def test_nothing_is_said_from_claims_of_one_sort(of: list[Labelled]) -> None:
    with pytest.raises(FixConfiguration, match="one sort"):
        measure(judge(a=YES, b=NO), of, "a set")


def test_a_judge_sees_the_claim_and_its_evidence() -> None:
    asked = judge(a=YES, b=NO)
    measure(asked, [Labelled("a", ("one", "two"), 1), *claims(0, "b")], "a set")
    assert [(task.statements, task.context) for task in asked.asked] == [
        (("a",), "one\ntwo"), (("b",), "evidence")]


def test_a_reply_that_is_not_whole_decides_nothing() -> None:
    odd = Scripted({Ask.SUPPORT: lambda task: verdicts(
        *{"a": (1,), "b": (0,), "c": (7,), "d": ()}[task.statements[0]])(task)})
    told = measure(odd, [*claims(1, "a", "c"), *claims(0, "b", "d")], "a set")
    assert (told["n"], told["undecided"]) == (2, 2)


def test_a_sample_is_the_same_each_time() -> None:
    whole = claims(1, *(f"c{n}" for n in range(50)))
    few = sampled(whole, 10)
    assert few == sampled(list(whole), 10)
    assert len(set(few)) == 10
    assert set(few) <= set(whole)
    assert few != whole[:10]
    assert sampled(whole, 0) == sampled(whole, 50) == sampled(whole, 99) == whole


def test_claims_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text("\ufeff" + json.dumps({"claim": "It\u2028is.", "premise": "one\ntwo",
                                           "label": 1, "source": "x"}, ensure_ascii=False)
                    + "\n\n" + json.dumps({"claim": "No.", "premise": "", "label": False}) + "\n",
                    "utf-8")
    assert elsewhere(path) == [Labelled("It\u2028is.", ("one", "two"), 1), Labelled("No.", (), 0)]


@pytest.mark.parametrize("text", ["{", "[]", '{"claim": "a", "label": 1}',
                                  '{"claim": "\\ud800", "premise": "b", "label": 1}'])
def test_claims_that_cannot_be_used_are_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(text)
    with pytest.raises(FixConfiguration, match="line 1"):
        elsewhere(path)
    with pytest.raises(FixConfiguration, match="can't be read"):
        elsewhere(tmp_path / "none.jsonl")


def test_claims_about_reports_have_their_findings_and_others() -> None:
    known: dict[str, Finding] = {}
    told = calibration.about_reports(known)
    assert len(told) > 400
    assert {claim.label for claim in told} == {0, 1}
    for claim in told:
        assert len(claim.evidence) == len(set(claim.evidence)) >= 5
        assert set(claim.evidence) <= set(known)
    assert len({known[line].report_id for line in told[0].evidence}) == 1


def test_what_was_measured_is_remembered_by_fingerprint(tmp_path: Path) -> None:
    path = tmp_path / "measured.json"
    assert agreement("f1", path) is None
    told = measure(judge(a=YES, b=NO), [*claims(1, "a"), *claims(0, "b")], "claims of é\udc80")
    remember("f1", told, path)
    remember("f2", {"n": 2}, path)
    assert agreement("f1", path) == told
    assert agreement("f2", path) == {"n": 2}
    remember("f1", {"n": 3}, path)
    assert (agreement("f1", path), agreement("f2", path)) == ({"n": 3}, {"n": 2})
    # After a change of its weights nothing is known of a judge.
    assert agreement("f3", path) is None
    with pytest.raises(FixConfiguration, match="can't be written"):
        remember("f1", told, tmp_path / "none" / "measured.json")


def test_the_measure_stands_beside_the_judge() -> None:
    told = measure(judge(a=YES, b=NO, c=NO), [*claims(1, "a", "c"), *claims(0, "b")], "claims")
    assert judge_line({"name": "gpt", "agreement": {**told, "also": [{**told, "labels": "more"}]}}
                      ) == ("Judge: gpt; on 3 claims it agrees in 67% [21%, 94%], finds 100% of "
                            "what is unsupported and objects to 50% of what is supported; on 3 "
                            "more it agrees in 67% [21%, 94%], finds 100% of what is unsupported "
                            "and objects to 50% of what is supported.")
    assert "has not been measured: findings eval calibrate --judge gpt" in judge_line(
        {"name": "gpt", "agreement": None})
