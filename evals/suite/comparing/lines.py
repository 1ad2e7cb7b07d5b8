"""A comparison of two runs as lines to read: the metrics, then the questions that changed."""

from __future__ import annotations

from collections.abc import Sequence

from evals.suite.comparing.chance import LEVEL
from evals.suite.comparing.change import Change
from evals.suite.comparing.contrast import Contrast
from evals.suite.comparing.phrase import counts, cut, figure, several, spaced

_LEAST_P = 0.001


def table(metrics: Sequence[Contrast]) -> list[str]:
    """The metrics, aligned, and what their figures mean."""
    if not metrics:
        return ["No metric is scored in both runs."]
    lines = [f"{'metric':<22}{'n':>5}{'A':>10}{'B':>10}{'B - A':>10}  {'95 % interval':<20}"
             f"{'p':>6}  verdict"]
    for one in metrics:
        lines.append(_line(one))
        for word, found in (("lost", one.lost), ("gained", one.gained)):
            if found:
                side = "now" if word == "lost" else "before"
                lines.append(f"{'':<22}     {word} {sum(found.values())} "
                             f"({side} {counts(found)})")
    tested = sum(one.p is not None for one in metrics)
    return [*lines, "",
            "n: questions that both runs have a value for; the means are over these.",
            "Better or worse: the interval leaves out 0 and p is at most "
            f"{LEVEL:g}. p: by the paired randomisation",
            f"test, with Holm's correction for the {several(tested, 'metric')} tested."]


def _line(one: Contrast) -> str:
    if one.a is None or one.b is None or one.difference is None:
        return f"{one.metric:<22}{one.n:>5}{'-':>10}{'-':>10}{'-':>10}  {'':<20}{'':>6}  " \
               f"{one.verdict or ''}".rstrip()
    gap = one.difference
    low, high = (figure(one.metric, value, signed=True) for value in (gap.low, gap.high))
    p = "" if one.p is None else f"{one.p:.3f}" if one.p >= _LEAST_P else f"<{_LEAST_P}"
    return (f"{one.metric:<22}{one.n:>5}{figure(one.metric, one.a):>10}"
            f"{figure(one.metric, one.b):>10}{figure(one.metric, gap.value, signed=True):>10}  "
            f"{f'[{low}, {high}]':<20}{p:>6}  {one.verdict or ''}").rstrip()


def changed(found: Sequence[Change], most: int) -> list[str]:
    """The ``most`` first of the questions that changed, in the order of their worst change."""
    by_question: dict[str, list[Change]] = {}
    for change in found:
        by_question.setdefault(change.id, []).append(change)
    if not by_question:
        return ["No question changed."]
    worse = sum(any(c.gain < 0 for c in some) for some in by_question.values())
    lines = [f"{several(len(by_question), 'question')} changed, {worse} got worse by some metric"
             "; the worst first:"]
    for some in list(by_question.values())[:most]:
        first = some[0]
        same = "" if first.answer_changed else " (the same answer)"
        lines.append(f"  {first.id} [{spaced(first.kind)}] {cut(first.question)}{same}")
        lines += [f"      {c.metric:<22}{_side(c.metric, c.before, c.outcome_before)} -> "
                  f"{_side(c.metric, c.after, c.outcome_after)}" for c in some]
    more = len(by_question) - most
    return lines + ([f"  and {several(more, 'more question')}"] if more > 0 else [])


def _side(metric: str, value: float | None, outcome: str) -> str:
    return spaced(outcome) if value is None else figure(metric, value)


def only(side: str, found: Sequence[tuple[str, str]]) -> list[str]:
    """The questions that only this side has."""
    if not found:
        return []
    return ["", f"Answered in {side} only: {several(len(found), 'question')}",
            *(f"  {i} {cut(question)}" for i, question in found)]
