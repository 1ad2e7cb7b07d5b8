"""What a judge's verdicts are worth, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.suite.page.elements import Html, element, joined
from evals.suite.page.words import counted, share

_SAME_CHECK = (" This judge is also the check that sentences pass before they are shown, so that "
               "its verdicts on written answers are near 1 by construction: name another judge "
               "for an independent view.")


def judge_of(run: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the manifest says of its judge; empty where there was none."""
    judge = run.get("judge")
    return judge if isinstance(judge, Mapping) else {"name": judge} if judge else {}


def beside(run: Mapping[str, Any]) -> str:
    """The judge's agreement in a few words, as it stands beside a judged score."""
    measured = judge_of(run).get("agreement")
    if not measured:
        return "the judge’s agreement with labels is not measured"
    return f"the judge agrees with the labels on {_interval(measured)} of statements"


def told_in_full(run: Mapping[str, Any]) -> Html:
    """Who judged, and how far the judgments agree with labels, in sentences."""
    judge = judge_of(run)
    if not judge:
        return element("p", "No judge is recorded for this run.")
    repeats = judge.get("repeats") or 1
    named = element("p", "The judge was ", element("strong", judge.get("name") or "not named"),
                    f", asked {'once' if repeats == 1 else f'{repeats} times'} about each thing."
                    + (" The value of a score is the mean of its repeats." if repeats > 1 else ""))
    measured = judge.get("agreement")
    if not measured:
        return joined(named, element(
            "p", element("strong", "How far it agrees with people’s labels is not measured."),
            " Use judged scores to compare runs that have the same judge, not as the truth about "
            "the answers."))
    sets = (measured, *(measured.get("also") or ()))
    told = [element("p", f"{_agreement(one)} {_faults(one)}") for one in sets]
    return joined(named, *told, element(
        "p", "Differences smaller than its mistakes are not to be relied on."
        + (_SAME_CHECK if run.get("composer") == "prose" and judge.get("name") == "trained"
           else "")))


def _agreement(measured: Mapping[str, Any]) -> str:
    labels, who = measured.get("labels"), measured.get("who")
    return (f"On {counted(int(measured.get('n', 0)), 'labelled statement')}"
            f"{f' ({labels})' if labels else ''} it agrees with the labels on "
            f"{_interval(measured)}.{f' Labelled by: {who}.' if who else ''}")


def _faults(measured: Mapping[str, Any]) -> str:
    told = []
    if measured.get("found") is not None:
        told.append(f"Of the statements that the evidence does not support it finds "
                    f"{share(measured['found'])}.")
    if measured.get("false_alarms") is not None:
        told.append(f"Of those that the evidence does support it wrongly doubts "
                    f"{share(measured['false_alarms'])}.")
    return " ".join(told)


def _interval(measured: Mapping[str, Any]) -> str:
    told = share(measured["agreement"])
    if measured.get("low") is None or measured.get("high") is None:
        return told
    return f"{told} [{share(measured['low'])} to {share(measured['high'])}]"
