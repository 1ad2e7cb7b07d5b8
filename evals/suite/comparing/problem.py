"""What keeps a run from passing, as sentences with a line for each question concerned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from evals.suite.comparing.baseline import gates
from evals.suite.comparing.change import UNSCORED
from evals.suite.comparing.kept import Baseline
from evals.suite.comparing.movement import Dropped, Movement, lines
from evals.suite.comparing.phrase import counts, cut, named, several, spaced
from evals.suite.comparing.reading import Reading, same_judge
from evals.suite.metrics.catalogue import CATALOGUE
from evals.suite.metrics.score import Outcome, coverage

RUN = "run it again with `findings eval run`"
WRITE = "renew the baseline with `findings eval gate --write`"
_REFUSAL = "refusal_right"


def of_others(run: Reading, baseline: Baseline) -> Iterator[str]:
    """Where run and baseline are of different things, so that nothing can be compared."""
    for name, before, now in (("suite", baseline.suite, run.suite),
                              ("dataset", baseline.digest, run.digest),
                              ("composer", baseline.composer, run.composer)):
        if before != now:
            yield _other(name, before, now)


def of_judge(run: Reading, baseline: Baseline) -> Iterator[str]:
    """Where it isn't known that the same judge decided, so that nothing judged can be compared."""
    none = run.judge is None and baseline.judge is None
    if not none and not same_judge(run.judge, baseline.judge):
        yield _other("judge", str(baseline.judge or "none"), str(run.judge or "none"))


def _other(name: str, before: str, now: str) -> str:
    return (f"Another {name}: {before} in the baseline, {now} in this run, so they can't be held "
            f"against each other. With the baseline's {name}, {RUN}; or {WRITE}.")


def of_gaps(run: Reading, baseline: Baseline) -> Iterator[str]:
    """Questions without an answer or without scores, and a run that was not finished."""
    asked = set(run.rows) | run.drafts
    missing = sorted(set(baseline.questions) - asked) if run.digest == baseline.digest else []
    if missing:
        yield (f"The run lacks {several(len(missing), 'question')} of the baseline: "
               f"{named(missing)}. To finish it, {RUN}.")
    elif not run.is_finished or run.unasked:
        yield f"The run is unfinished: {several(run.unasked, 'question')} without an answer. " \
              f"To finish it, {RUN}."
    if run.unscored:
        yield f"{several(len(run.unscored), 'answer')} not scored: {named(run.unscored)}. " \
              f"To finish it, {RUN}."


def of_regressions(moved: Sequence[Movement]) -> Iterator[str]:
    """Metrics that got worse by more than their tolerance, and the questions that did it."""
    for one in moved:
        if one.is_regression:
            yield f"{one} Worse:{lines(one.worse)}"


def of_vanished(run: Reading, baseline: Baseline, metrics: Sequence[str],
                left: Collection[str]) -> Iterator[str]:
    """Metrics that no question has a value for in both; and those that gate nothing any more."""
    for name in metrics:
        if name not in left:
            now = Counter(score.outcome.value for i, score in run.by_metric(name).items()
                          if name in baseline.questions.get(i, {}))
            why = f"now {counts(now)}" if now else "not measured"
            yield (f"{name}: no value in this run where the baseline has one ({why}). To measure "
                   f"it, {RUN}; or {WRITE}.")
    for name in sorted(baseline.metrics):
        if not gates(name):
            yield f"{name}: the baseline has it, and nothing is gated by it any more. To do " \
                  f"without it, {WRITE}."


def of_refusals(run: Reading, baseline: Baseline, lost: Sequence[Dropped]) -> Iterator[str]:
    """New refusals that nothing measures: they would leave every mean as it was."""
    refused = dict.fromkeys(one.id for one in lost if one.outcome == Outcome.REFUSED.value)
    ids = []
    for i in refused:
        score = run.scores[i].get(_REFUSAL)
        if score is None or score.value is None or _REFUSAL not in baseline.questions[i]:
            ids.append(i)
    if ids:
        yield (f"{several(len(ids), 'question')} refused now and not before, and {_REFUSAL}, "
               f"which tells whether rightly, is not in both run and baseline. To measure it, "
               f"{RUN}; or {WRITE}."
               + "".join(f"\n    {i}  {cut(run.rows[i].question)}" for i in ids))


def of_unscored(run: Reading, lost: Sequence[Dropped]) -> Iterator[str]:
    """Questions without a score, or a reason for none, by a metric that others have one by."""
    for one in lost:
        if one.outcome == UNSCORED and one.id in run.scores:
            yield f"{one.id} has neither value nor reason for {', '.join(one.metrics)}: " \
                  f"{cut(one.question)} To score it, {RUN}."


def of_coverage(run: Reading, floor: float) -> Iterator[str]:
    """Metrics that could be measured for too few of the questions."""
    for name in filter(gates, CATALOGUE):
        scores = run.by_metric(name)
        share = coverage(list(scores.values()))
        if share < floor:
            missing = "".join(
                f"\n    {i} {spaced(score.outcome.value)}"
                f"{f': {cut(score.reason)}' if score.reason else ''}  {cut(run.rows[i].question)}"
                for i, score in scores.items() if score.outcome.is_missing)
            yield f"{name}: coverage {share:.4f}, under the floor of {floor:g}. Missing:{missing}"
