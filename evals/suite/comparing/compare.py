"""Two runs held against each other: each metric over the questions of both, then each question.

A verdict needs two things: a 95 % bootstrap interval of the paired difference that leaves out 0,
and a randomisation test whose p, corrected by Holm's procedure for all the metrics tested, is at
most .05. Without the correction one metric in twenty would differ by chance. Where a question
has a value in one run only, it is in neither mean and is counted as coverage lost or gained, so
that a run gains nothing by what could not be measured. Draft rows are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from evals.suite.comparing.chance import LEVEL
from evals.suite.comparing.change import Change, changes
from evals.suite.comparing.contrast import Contrast, contrasts
from evals.suite.comparing.lines import changed, only, table
from evals.suite.comparing.phrase import named, several
from evals.suite.comparing.reading import Reading, read_run, same_judge, same_task
from evals.suite.folder import Folder
from evals.suite.metrics.catalogue import CATALOGUE


@dataclass(frozen=True, slots=True)
class Comparison:
    """What run B has over run A. ``metrics`` are in the catalogue's order, ``changes`` most
    worsened first. ``only_a`` and ``only_b`` are questions (id, question) with an answer in one
    run only. ``notes`` say what differs between the runs and what was left out for it."""

    a: str
    b: str
    metrics: tuple[Contrast, ...]
    changes: tuple[Change, ...]
    only_a: tuple[tuple[str, str], ...]
    only_b: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]

    def text(self, most: int = 25) -> list[str]:
        """The comparison as lines, with the ``most`` worst of the changed questions."""
        return [f"A: {self.a}", f"B: {self.b}", *(f"Note: {note}" for note in self.notes), "",
                *table(self.metrics), "", *changed(self.changes, most),
                *only("A", self.only_a), *only("B", self.only_b)]

    def to_dict(self) -> dict[str, Any]:
        """The whole comparison; JSON holds it as it is."""
        return {"a": self.a, "b": self.b, "notes": list(self.notes), "level": LEVEL,
                "metrics": [one.to_dict() for one in self.metrics],
                "changes": [one.to_dict() for one in self.changes],
                "only_a": [{"id": i, "question": q} for i, q in self.only_a],
                "only_b": [{"id": i, "question": q} for i, q in self.only_b]}


def compare(a: Folder, b: Folder) -> Comparison:
    """What B has over A. Runs of different datasets are compared on what both ask alike, judged
    metrics only where the same judge decided. Raises ``GiveUp`` for a run that can't be read."""
    one, other = read_run(a), read_run(b)
    drafts = one.drafts | other.drafts
    common = [i for i in one.rows if i in other.rows]
    ids = [i for i in common if same_task(one.rows[i], other.rows[i])]
    metrics, left_out = _metrics(one, other)
    moved = [i for i in common if i not in ids]
    return Comparison(
        _label(one, a), _label(other, b), tuple(contrasts(one, other, ids, metrics)),
        tuple(changes(one, other, ids, metrics)),
        _alone(one, other), _alone(other, one),
        (*_differing(one, other, len(ids)), *_unfinished(one, other), *left_out,
         *([f"{several(len(moved), 'question')} asked or marked differently in the two runs and "
            f"not paired: {named(moved)}."] if moved else []),
         *([f"{several(len(drafts), 'draft row')} left out."] if drafts else [])))


def _metrics(a: Reading, b: Reading) -> tuple[list[str], list[str]]:
    """What both runs scored and the same judge decided, and what is left out, as sentences."""
    both, told = a.metrics & b.metrics, []
    if unknown := sorted(both - set(CATALOGUE)):
        told.append(f"Not in the catalogue and not compared: {', '.join(unknown)}.")
    for side, own, others in (("A", a, b), ("B", b, a)):
        if alone := sorted(own.metrics - others.metrics):
            told.append(f"Scored in {side} only: {', '.join(alone)}.")
    judged = [name for name, info in CATALOGUE.items()
              if info.judged and (a.has_values(name) or b.has_values(name))]
    alike = same_judge(a.judge, b.judge)
    if judged and not alike:
        told.append(f"Not by the same judge, {a.judge or 'none'} in A and {b.judge or 'none'} in "
                    f"B, so not compared: {', '.join(judged)}.")
    elif judged and a.repeats != b.repeats:
        told.append(f"The judge was asked {several(a.repeats, 'time')} in A and "
                    f"{several(b.repeats, 'time')} in B.")
    return [name for name, info in CATALOGUE.items()
            if name in both and (alike or not info.judged)], told


def _differing(a: Reading, b: Reading, paired: int) -> list[str]:
    told = []
    if (a.dataset, a.digest) != (b.dataset, b.digest):
        told.append(f"The datasets differ, {a.dataset} ({a.digest}) in A and {b.dataset} "
                    f"({b.digest}) in B: compared on {several(paired, 'question')} of both.")
    for name, of_a, of_b in (("composer", a.composer, b.composer), ("model", a.model, b.model),
                             ("corpus", a.corpus, b.corpus)):
        if of_a != of_b:
            told.append(f"Another {name}: {of_a} in A, {of_b} in B.")
    return told


def _unfinished(a: Reading, b: Reading) -> list[str]:
    return [f"Run {side} is unfinished: {several(run.unasked, 'question')} not answered, "
            f"{len(run.unscored)} not scored."
            for side, run in (("A", a), ("B", b))
            if not run.is_finished or run.unasked or run.unscored]


def _alone(run: Reading, other: Reading) -> tuple[tuple[str, str], ...]:
    """The questions without an answer in the other run; a draft there has one."""
    return tuple((i, row.question) for i, row in run.rows.items()
                 if i not in other.rows and i not in other.drafts)


def _label(run: Reading, folder: Folder) -> str:
    return run.name if run.name == folder.path.name else f"{run.name} ({folder.path})"
