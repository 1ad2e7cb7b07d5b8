"""What a gate tells of a run without failing it, as sentences with a line for each question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.suite.comparing.baseline import gates
from evals.suite.comparing.kept import Baseline
from evals.suite.comparing.movement import Dropped, Movement, gained, lines
from evals.suite.comparing.phrase import cut, named, several, spaced
from evals.suite.comparing.problem import WRITE
from evals.suite.comparing.reading import Reading
from evals.suite.metrics.catalogue import CATALOGUE


def of_movements(moved: Sequence[Movement]) -> Iterator[str]:
    """Improvements beyond the tolerance, and what got worse within it."""
    for one in moved:
        if one.is_improvement:
            yield f"{one} To keep that, {WRITE}. Better:{lines(one.better)}"
        if one.worse and not one.is_regression:
            yield f"{one} Worse without failing it:{lines(one.worse)}"


def of_dropped(lost: Sequence[Dropped]) -> Iterator[str]:
    """Values that only the baseline has, by question."""
    if lost:
        yield "In the baseline's figures and not in the run's, so compared in neither:" + "".join(
            f"\n    {one.id} {spaced(one.outcome)} now: {', '.join(one.metrics)}  "
            f"{cut(one.question)}" for one in lost)


def of_news(run: Reading, baseline: Baseline, metrics: Sequence[str]) -> Iterator[str]:
    """Another model or corpus, and values, metrics and questions that the baseline has not."""
    for what, before, now in (("model", baseline.model, run.model),
                              ("corpus", baseline.corpus, run.corpus)):
        if before != now:
            yield f"Another {what}: {before} in the baseline, {now} in this run."
    if found := gained(run, baseline, metrics):
        told = ", ".join(f"{name} {count}" for name, count in found.items())
        yield f"Values that the baseline lacks, so compared in neither ({told}). To count them, " \
              f"{WRITE}."
    more = [name for name in filter(gates, CATALOGUE) if name not in baseline.metrics
            and run.has_values(name)]
    if more:
        yield f"Not in the baseline and not gated: {', '.join(more)}. To gate them, {WRITE}."
    if news := sorted(set(run.rows) - set(baseline.questions)):
        yield f"{several(len(news), 'question')} not in the baseline: {named(news)}."
