"""Whether a run may stand beside its baseline: what got worse, what is missing, what differs.

Each metric of the baseline is compared over the questions that both have a value for, so that
neither refusing more nor failing to measure makes a mean better. What has dropped out is told by
question; a new refusal has to be measured by ``refusal_right``, and what should have been
measured and was not counts against the coverage, which has a floor. Draft rows never count.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from corpus.errors import FixConfiguration
from evals.suite.comparing import problem, remark
from evals.suite.comparing.kept import Baseline
from evals.suite.comparing.movement import Dropped, Movement, dropped, gated, movements
from evals.suite.comparing.phrase import several
from evals.suite.comparing.reading import read_run
from evals.suite.folder import Folder
from evals.suite.metrics.catalogue import CATALOGUE


@dataclass(frozen=True, slots=True)
class Gate:
    """The outcome. A problem or a remark is a sentence, with a line for each question that it
    is about. ``regressions`` are the problems with metrics as data, ``dropped`` the questions
    that lost values."""

    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    regressions: tuple[Movement, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there is no problem."""
        return not self.problems

    def text(self) -> list[str]:
        """The outcome as lines: the problems, the remarks, the outcome itself."""
        told = [f"PROBLEM {one}" for one in self.problems]
        told += [f"Remark {one}" for one in self.remarks]
        end = "The gate is passed." if self.passed \
            else f"The gate is not passed: {several(len(self.problems), 'problem')}."
        if self.regressions:
            end += f" Mend what got worse, or, where that is meant, {problem.WRITE}."
        return [*(line for one in told for line in one.split("\n")), end]

    def to_dict(self) -> dict[str, Any]:
        """The outcome; JSON holds it as it is."""
        return {"passed": self.passed, "problems": list(self.problems),
                "remarks": list(self.remarks),
                "regressions": [asdict(one) for one in self.regressions],
                "dropped": [asdict(one) for one in self.dropped]}


def gate(folder: Folder, baseline: Baseline, floor: float) -> Gate:
    """A run held against a baseline and the least coverage (from 0 to 1).

    Where suite, dataset or composer differ nothing is compared, where the judge differs nothing
    that is judged; either is a problem. Raises ``FixConfiguration`` for a floor that is no
    share, ``GiveUp`` for a run that can't be read.
    """
    if not 0 <= floor <= 1:
        raise FixConfiguration(f"A floor of {floor} is no share.", "Give one from 0 to 1.")
    run = read_run(folder)
    others, judge = list(problem.of_others(run, baseline)), list(problem.of_judge(run, baseline))
    metrics = [] if others else [name for name in gated(baseline)
                                 if not (judge and CATALOGUE[name].judged)]
    moved = movements(run, baseline, metrics)
    lost = dropped(run, baseline, [name for name in metrics if name in run.metrics])
    problems = [*others, *judge, *problem.of_gaps(run, baseline), *problem.of_regressions(moved),
                *problem.of_vanished(run, baseline, metrics, {one.metric for one in moved}),
                *problem.of_refusals(run, baseline, lost), *problem.of_unscored(run, lost),
                *problem.of_coverage(run, floor)]
    remarks = [] if others else [*remark.of_movements(moved), *remark.of_dropped(lost),
                                 *remark.of_news(run, baseline, metrics)]
    return Gate(tuple(problems), tuple(remarks),
                tuple(one for one in moved if one.is_regression), tuple(lost))
