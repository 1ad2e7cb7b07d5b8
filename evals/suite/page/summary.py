"""The top of the page: what was asked of what, what came of it, and how sure that is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from evals.suite.page import charts
from evals.suite.page.elements import Child, Html, element, facts, folded, joined
from evals.suite.page.judge import beside, judge_of
from evals.suite.page.words import (
    counted,
    covered,
    floor_of,
    known,
    lasted,
    listed,
    number,
    share,
    spelt,
    when,
)

# The figures that stand on top, as many of these as there are, six at most.
_MAIN = ("right", "refusal_right", "needed_recall", "citation_recall", "faithfulness",
         "factual_correctness", "citation_precision", "context_recall")
_TILES = 6
_HOW_SURE = ("Values go from 0 to 1. The bar is the 95% interval: how far a figure could move had "
             "other questions of the same sort been asked. It tells neither of mistakes in what "
             "the questions expect nor of the judge’s.")


def summary(told: Mapping[str, Any]) -> Html:
    """The run in a few sentences, what is amiss with it, and its main figures."""
    run, questions = told.get("run") or {}, told.get("questions") or []
    return joined(
        element("p", _asked(run, questions), class_="lead"),
        element("p", _outcome(told), class_="lead"),
        _amiss(told), _tiles(told),
        element("p", _HOW_SURE, class_="quiet"),
        folded("Everything recorded of this run", facts({
            spelt(str(name)): value if isinstance(value, str) else
            json.dumps(value, ensure_ascii=False) for name, value in run.items()},
            class_="record")))


def not_right(question: Mapping[str, Any]) -> bool | None:
    """Whether an answer falls short of what its row asks for; None where that isn't scored."""
    score = (question.get("scores") or {}).get("right") or {}
    return None if score.get("value") is None else score["value"] < 1


def _asked(run: Mapping[str, Any], questions: Sequence[Any]) -> Html:
    dataset = run.get("dataset") or {}
    name = dataset.get("name") if isinstance(dataset, Mapping) else dataset
    total = _total(run, questions)
    reports = run.get("reports")
    over = counted(reports, "report") if isinstance(reports, int) else \
        counted(len(reports), "report") if reports else "the library"
    model = run.get("model")
    wrote = " No language model wrote anything." if run.get("composer") == "quotes" else \
        f" Sentences were written by {model}." if model else ""
    took = lasted(run)
    judge = judge_of(run).get("name")
    return joined(
        f"{len(questions):,} of " if len(questions) < total else "",
        f"{counted(total, 'question')} ", (f"of the set “{name}” " if name else ""),
        f"{'was' if len(questions) == 1 else 'were'} asked of the assistant over {over}, "
        "with the composer ",
        element("strong", run.get("composer") or "not recorded"), f".{wrote} ",
        "What needs a judge was judged by " if judge else "No judge was asked.",
        element("strong", judge) if judge else "", "." if judge else "",
        f" Begun {when(run.get('started'))}" + (f"; it took {took}." if took else "."),
        f" Scored again {when(run['rescored'])}." if run.get("rescored") else "")


def _total(run: Mapping[str, Any], questions: Sequence[Any]) -> int:
    dataset = run.get("dataset")
    told = dataset.get("questions") if isinstance(dataset, Mapping) else None
    return told if isinstance(told, int) and told > len(questions) else len(questions)


def _outcome(told: Mapping[str, Any]) -> str:
    """How many are right, answered and refused, in sentences."""
    return " ".join([*_right(told), *_refusals(told.get("confusion") or {})])


def _right(told: Mapping[str, Any]) -> list[str]:
    decided = [wrong for one in told.get("questions") or []
               if (wrong := not_right(one)) is not None]
    if not decided:
        return []
    right = decided.count(False)
    sure = next((f"; 95% interval {share(s['estimate']['low'])} to {share(s['estimate']['high'])}"
                 for s in told.get("summaries") or []
                 if s["metric"] == "right" and s.get("estimate")), "")
    return [f"{right} of {counted(len(decided), 'answer')} {'does' if right == 1 else 'do'} all "
            f"that the question asks for ({share(right / len(decided))}{sure})."]


def _refusals(counts: Mapping[str, int]) -> list[str]:
    told = []
    answered, missed = counts.get("answerable, answered", 0), counts.get("answerable, refused", 0)
    made_up, refused = (counts.get("unanswerable, answered", 0),
                        counts.get("unanswerable, refused", 0))
    if answered + missed:
        told.append(f"Of {counted(answered + missed, 'question')} that the reports can answer, "
                    f"{answered} {'was' if answered == 1 else 'were'} answered and {missed} "
                    "refused.")
    if made_up + refused:
        told.append(f"Of {counted(made_up + refused, 'question')} that they can’t, {refused} "
                    f"{'was' if refused == 1 else 'were'} refused and {made_up} answered.")
    return told


def _amiss(told: Mapping[str, Any]) -> list[Html]:
    """Notes on what keeps the figures from being what they seem."""
    run, questions = told.get("run") or {}, told.get("questions") or []
    notes: list[Child] = []
    waiting = sum(not one.get("scores") for one in questions)
    total = _total(run, questions)
    if run.get("finished") is None or waiting or len(questions) < total:
        notes.append(joined(
            element("strong", "This run is not finished."), f" {len(questions):,} of "
            f"{counted(total, 'question')} {'is' if len(questions) == 1 else 'are'} answered, "
            f"{len(questions) - waiting:,} scored. The figures are of these alone."))
    floor = floor_of(run)
    low = [s for s in told.get("summaries") or [] if s["coverage"] < floor]
    if low:
        named = listed([f"{known(s['metric']).title} ({covered(s['coverage'])})" for s in low])
        notes.append(joined(
            element("strong", f"Coverage is under the floor of {share(floor)}"), f" for {named}. "
            "Too much could not be measured for the mean to be relied on."))
    drafts = sum(bool(one.get("draft")) for one in questions)
    if drafts:
        notes.append(f"{counted(drafts, 'question')} that no person has read: "
                     f"{'a draft' if drafts == 1 else 'drafts'}.")
    failed = sum(one.get("status") == "error" for one in questions)
    if failed:
        notes.append(f"{counted(failed, 'question')} failed with an error.")
    return [element("p", note, class_="note") for note in notes]


def _tiles(told: Mapping[str, Any]) -> Html | None:
    run = told.get("run") or {}
    by_name = {s["metric"]: s for s in told.get("summaries") or [] if s.get("estimate")}
    shown = [by_name[name] for name in _MAIN if name in by_name][:_TILES]
    return element("ul", [_tile(one, run) for one in shown], class_="tiles") if shown else None


def _tile(one: Mapping[str, Any], run: Mapping[str, Any]) -> Html:
    info, estimate = known(one["metric"]), one["estimate"]
    low, high = number(estimate["low"], info), number(estimate["high"], info)
    return element(
        "li", element("span", info.title, class_="name"),
        element("span", number(estimate["value"], info), class_="figure"),
        charts.interval(estimate["value"], estimate["low"], estimate["high"],
                        f"95% interval from {low} to {high}"),
        element("span", f"{low} to {high}, {counted(estimate['n'], 'question')}", class_="quiet"),
        element("span", f"Judged: {beside(run)}", class_="quiet") if info.judged else None)

