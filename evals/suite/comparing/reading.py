"""A run as it is compared or gated: the questions that count, with their answers and scores."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from corpus.errors import GiveUp
from evals.questions import Row
from evals.suite.folder import Folder
from evals.suite.metrics.score import Score
from evals.suite.record import Answered


@dataclass(frozen=True, slots=True)
class JudgeId:
    """Which judge decided: its name, and what it was made of."""

    name: str
    fingerprint: str | None

    def __str__(self) -> str:
        return f"{self.name} ({self.fingerprint or 'without fingerprint'})"


@dataclass(frozen=True, slots=True)
class Reading:
    """A run without its draft rows, whose ids alone are kept in ``drafts``.

    ``suite`` is the dataset's name where the run was of no named suite. ``rows``, ``answers`` and
    ``scores`` are by the question's id; ``scores`` lacks what has been
    answered but not scored. ``asked`` is the number of questions in the dataset, drafts too.
    """

    name: str
    suite: str
    dataset: str
    digest: str
    asked: int
    composer: str
    model: str
    corpus: str
    judge: JudgeId | None
    repeats: int
    is_finished: bool
    rows: Mapping[str, Row]
    answers: Mapping[str, Answered]
    scores: Mapping[str, Mapping[str, Score]]
    drafts: frozenset[str]

    @property
    def unasked(self) -> int:
        """How many of the dataset's questions have no answer."""
        return max(0, self.asked - len(self.rows) - len(self.drafts))

    @property
    def unscored(self) -> tuple[str, ...]:
        """The questions that have an answer and no scores at all."""
        return tuple(i for i in self.rows if i not in self.scores)

    @property
    def metrics(self) -> frozenset[str]:
        """Every metric that some question has a score for, whatever its outcome."""
        return frozenset(name for by in self.scores.values() for name in by)

    def has_values(self, metric: str) -> bool:
        """Whether any question has a value by this metric."""
        return any(score.value is not None for score in self.by_metric(metric).values())

    def by_metric(self, metric: str) -> dict[str, Score]:
        """A metric's scores by question."""
        return {i: by[metric] for i, by in self.scores.items() if metric in by}


def read_run(folder: Folder) -> Reading:
    """What a folder holds. Raises ``GiveUp`` where that is no run or can't be read."""
    try:
        return _reading(folder)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GiveUp(f"{folder.path} can't be read as a run.",
                     "Run the evaluation again.") from error


def same_judge(one: JudgeId | None, other: JudgeId | None) -> bool:
    """Whether the same judge is known to have decided; one without a fingerprint is not known."""
    return one is not None and one == other and one.fingerprint is not None


def same_task(one: Row, other: Row) -> bool:
    """Whether two rows ask the same and want the same of the answer, so that their scores can
    be held against each other. Notes, origin and file are of no account."""
    return _task(one) == _task(other)


def _task(row: Row) -> Row:
    return replace(row, file="", note="", origin=None, draft=False)


def _reading(folder: Folder) -> Reading:
    told = folder.manifest
    answers = folder.answers()
    rows = {i: one.row for i, one in answers.items()}
    counted = {i: row for i, row in rows.items() if not row.draft}
    dataset, judge = told["dataset"], told["judge"] or {}
    return Reading(
        name=str(told.get("name") or folder.path.name), suite=str(told["suite"] or dataset["name"]),
        dataset=str(dataset["name"]), digest=str(dataset["digest"]),
        asked=int(dataset["questions"]), composer=_spelt(told["composer"]),
        model=_spelt(told.get("model")), corpus=_spelt(told.get("corpus")),
        judge=JudgeId(str(judge["name"]), judge["fingerprint"]) if judge.get("name") else None,
        repeats=int(judge.get("repeats") or 1), is_finished=told["finished"] is not None,
        rows=counted, answers={i: answers[i] for i in counted},
        scores={i: by for i, by in folder.scores().items() if i in counted},
        drafts=frozenset(rows) - frozenset(counted))


def _spelt(told: Any) -> str:
    if told is None:
        return "none"
    return told if isinstance(told, str) else json.dumps(told, sort_keys=True, ensure_ascii=False)
