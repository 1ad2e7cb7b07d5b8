"""How far a run has moved from a baseline, and what dropped out of the comparison.

A metric is compared over the questions that both have a value for. So its mean can't rise by
refusing more, or by what could not be measured; and it can't fall by answering what was refused.
Whether a refusal is right is for ``refusal_right`` to tell, which has a value either way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.suite.comparing.baseline import gates, shortened
from evals.suite.comparing.chance import NOTHING
from evals.suite.comparing.change import outcome
from evals.suite.comparing.kept import Baseline
from evals.suite.comparing.phrase import cut, direction, several
from evals.suite.comparing.reading import Reading
from evals.suite.metrics.catalogue import CATALOGUE


@dataclass(frozen=True, slots=True)
class Step:
    """One question's value of a metric in the baseline and in the run."""

    id: str
    question: str
    before: float
    now: float

    def __str__(self) -> str:
        return f"{self.id} {self.before:g} -> {self.now:g}  {cut(self.question)}"


@dataclass(frozen=True, slots=True)
class Movement:
    """A metric's means over the ``n`` questions that both have a value for, and those of them
    that got worse (the worst first) and better (the best first)."""

    metric: str
    n: int
    before: float
    now: float
    tolerance: float
    worse: tuple[Step, ...]
    better: tuple[Step, ...]

    def __str__(self) -> str:
        return (f"{self.metric}: {self.before:.4f} in the baseline, {self.now:.4f} now, over "
                f"{several(self.n, 'question')} of both, tolerance {self.tolerance:g}.")

    @property
    def gain(self) -> float:
        """How much better the mean got, below 0 where worse."""
        return (self.now - self.before) * direction(self.metric)

    @property
    def is_regression(self) -> bool:
        """Whether it got worse by more than the tolerance."""
        return self.gain < -self.tolerance - NOTHING

    @property
    def is_improvement(self) -> bool:
        """Whether it got better by more than the tolerance."""
        return self.gain > self.tolerance + NOTHING


@dataclass(frozen=True, slots=True)
class Dropped:
    """A question that had values in the baseline and has none now, for the same reason:
    ``outcome`` is that of the metrics named, or ``unscored``."""

    id: str
    question: str
    outcome: str
    metrics: tuple[str, ...]


def lines(steps: Sequence[Step]) -> str:
    """A line for each step, to stand under a sentence."""
    return "".join(f"\n    {step}" for step in steps)


def movements(run: Reading, baseline: Baseline, metrics: Sequence[str]) -> list[Movement]:
    """Each of these metrics that some question has a value for in both."""
    return [found for metric in metrics if (found := _movement(run, baseline, metric))]


def dropped(run: Reading, baseline: Baseline, metrics: Sequence[str]) -> list[Dropped]:
    """What is in the run and had values by these metrics in the baseline that it has not now, by
    question and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for i in run.rows:
        for metric in metrics:
            score = run.scores.get(i, {}).get(metric)
            if metric in baseline.questions.get(i, {}) and (score is None or score.value is None):
                found.setdefault((i, outcome(score)), []).append(metric)
    return [Dropped(i, run.rows[i].question, why, tuple(names))
            for (i, why), names in found.items()]


def gained(run: Reading, baseline: Baseline, metrics: Sequence[str]) -> dict[str, int]:
    """By metric, how many of the baseline's questions have a value now and had none."""
    counts = {metric: sum(score.value is not None and i in baseline.questions
                          and metric not in baseline.questions[i]
                          for i, score in run.by_metric(metric).items()) for metric in metrics}
    return {metric: count for metric, count in counts.items() if count}


def gated(baseline: Baseline) -> list[str]:
    """The baseline's metrics that can fail a run, in the catalogue's order."""
    return [name for name in CATALOGUE if name in baseline.metrics and gates(name)]


def _movement(run: Reading, baseline: Baseline, metric: str) -> Movement | None:
    steps = [Step(i, run.rows[i].question, baseline.questions[i][metric], shortened(score.value))
             for i, score in run.by_metric(metric).items()
             if score.value is not None and metric in baseline.questions.get(i, {})]
    if not steps:
        return None
    way = direction(metric)
    ordered = sorted(steps, key=lambda step: ((step.now - step.before) * way, step.id))
    moved = [(step, (step.now - step.before) * way) for step in ordered]
    return Movement(metric, len(steps), sum(s.before for s in steps) / len(steps),
                    sum(s.now for s in steps) / len(steps), baseline.metrics[metric].tolerance,
                    tuple(step for step, gain in moved if gain < -NOTHING),
                    tuple(step for step, gain in reversed(moved) if gain > NOTHING))
