"""A run's figures as lines to read at a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.suite.folder import Folder
from evals.suite.metrics.catalogue import CATALOGUE, Group
from evals.suite.metrics.score import Outcome
from evals.suite.metrics.summary import Summary, confusion, floor_misses, summarise

_GROUPS = {Group.ANSWERS: "Answers (no judge)", Group.CITATIONS: "Citations",
           Group.RAGAS: "RAGAS", Group.COST: "Length, time, cost"}
_WORDS = {Outcome.REFUSED: "refused", Outcome.NOT_APPLICABLE: "not applicable",
          Outcome.UNPARSEABLE: "could not be read", Outcome.TIMED_OUT: "timed out",
          Outcome.FAILED: "failed"}


def lines(folder: Folder) -> list[str]:
    """What was asked of what, every metric with its interval and coverage, refusals, and what
    the judge is worth."""
    scores, answers = folder.scores(), folder.answers()
    found = summarise(scores)
    told = [heading(folder.manifest, len(answers)), ""]
    for group in Group:
        part = [s for s in found if CATALOGUE[s.metric].group is group and s.estimate is not None]
        if part:
            told += [_GROUPS[group], *map(_line, part), ""]
    cells = confusion({i: a.row.answerable for i, a in answers.items()},
                      {i: a.refused for i, a in answers.items() if not a.failed})
    told += ["Refusals: " + "; ".join(f"{name} {count}" for name, count in cells.items()),
             judge_line(folder.manifest.get("judge"))]
    floor = folder.manifest.get("floor", 0.0)
    told += [f"UNDER THE FLOOR: {miss}" for miss in floor_misses(found, floor)]
    return told


def heading(manifest: Mapping[str, Any], answered: int) -> str:
    """A run in one line."""
    dataset = manifest["dataset"]
    state = "" if manifest.get("finished") else ", not finished"
    return (f"{manifest['name']}: {answered} of {dataset['questions']} questions of "
            f"{dataset['name']}, answered by {manifest['model']}{state}")


def judge_line(judge: Mapping[str, Any] | None) -> str:
    """What a judge is worth, in a sentence or two."""
    if judge is None:
        return "Judge: none; what needs one is not scored."
    held = judge.get("agreement")
    if not held:
        return (f"Judge: {judge['name']}. How far it agrees with labels has not been measured: "
                f"findings eval calibrate --judge {judge['name']}")
    told = [f"on {one['n']} {one['labels']} it agrees in {_interval(one)}, finds "
            f"{one['found']:.0%} of what is unsupported and objects to {one['false_alarms']:.0%} "
            "of what is supported" for one in (held, *held.get("also", ()))]
    return f"Judge: {judge['name']}; {'; '.join(told)}."


def _interval(held: Mapping[str, Any]) -> str:
    return f"{held['agreement']:.0%} [{held['low']:.0%}, {held['high']:.0%}]"


def _line(summary: Summary) -> str:
    info = CATALOGUE[summary.metric]
    missing = ", ".join(f"{count} {_WORDS[Outcome(name)]}" for name, count in
                        summary.counts.items() if name != Outcome.SCORED.value)
    unit = f" {info.unit}" if info.unit else ""
    estimate = summary.estimate
    assert estimate is not None
    value = f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]" if info.bounded \
        else f"{estimate.value:.2f}{unit}, middle {summary.p50:.2f}, p95 {summary.p95:.2f}"
    lower = " (lower is better)" if info.better.value == "lower" else ""
    covered = "" if summary.coverage == 1 else f", coverage {summary.coverage:.0%}"
    return (f"  {info.title + lower:<40} {value:<24} of {estimate.n}{covered}"
            f"{f'; {missing}' if missing else ''}")


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of words in columns of equal width."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    return ["  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip()
            for row in rows]
