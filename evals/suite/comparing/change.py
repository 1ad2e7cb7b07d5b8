"""What became of a question's metric from one run to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.answer import Answer
from evals.suite.comparing.chance import NOTHING
from evals.suite.comparing.phrase import direction
from evals.suite.comparing.reading import Reading
from evals.suite.metrics.catalogue import CATALOGUE
from evals.suite.metrics.score import Score

# For a question that one run has no score of this metric for, not even an outcome.
UNSCORED = "unscored"


@dataclass(frozen=True, slots=True)
class Change:
    """A value or an outcome that differs. Values are None where the outcome has none; the
    outcomes are those of ``Outcome`` or ``unscored``. ``answer_changed``: whether status, words
    or cited findings differ; where they don't, a changed value is the judge's or the
    evidence's doing."""

    id: str
    kind: str
    question: str
    metric: str
    before: float | None
    after: float | None
    outcome_before: str
    outcome_after: str
    answer_changed: bool

    @property
    def gain(self) -> float:
        """How much better it got, below 0 where worse. 0 where a value came or went: how good
        it would have been nobody knows."""
        if self.before is None or self.after is None:
            return 0.0
        return (self.after - self.before) * direction(self.metric)

    def to_dict(self) -> dict[str, Any]:
        """As kept in a comparison."""
        return asdict(self)


def changes(a: Reading, b: Reading, ids: Sequence[str], metrics: Sequence[str]) -> list[Change]:
    """What differs in these questions by these metrics, most worsened first, then what has lost
    or gained a value, then what improved, most improved last. Metrics without a better side are
    left out."""
    found = [change for metric in metrics if direction(metric)
             for i in ids if (change := _change(a, b, i, metric)) is not None]
    order = {name: place for place, name in enumerate(CATALOGUE)}
    return sorted(found, key=lambda c: (round(c.gain, 9), c.before is None,
                                        c.id, order[c.metric]))


def outcome(score: Score | None) -> str:
    """An outcome's name, also where there is no score."""
    return score.outcome.value if score else UNSCORED


def _change(a: Reading, b: Reading, identifier: str, metric: str) -> Change | None:
    before = a.scores.get(identifier, {}).get(metric)
    after = b.scores.get(identifier, {}).get(metric)
    value_before, value_after = (score.value if score else None for score in (before, after))
    same = outcome(before) == outcome(after)
    if same and (value_before is None or value_after is None
                 or abs(value_before - value_after) <= NOTHING):
        return None
    row = b.rows[identifier]
    return Change(row.id, row.kind, row.question, metric, value_before, value_after,
                  outcome(before), outcome(after),
                  _said(a.answers[identifier].answer) != _said(b.answers[identifier].answer))


def _said(answer: Answer) -> tuple[object, ...]:
    return answer.status, answer.text, [c.finding_id for c in answer.citations]
