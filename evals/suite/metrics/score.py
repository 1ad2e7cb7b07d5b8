"""A metric's outcome for one answer: a value, or the reason why there is none.

Unmeasured is neither zero nor left out in silence. What the metric does not apply to, and a
refusal, are told apart from what should have been measured and was not; only the latter lowers
the coverage of a mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Outcome(StrEnum):
    """What became of a measurement."""

    SCORED = "scored"
    REFUSED = "refused"
    NOT_APPLICABLE = "not_applicable"
    UNPARSEABLE = "unparseable"
    TIMED_OUT = "timed_out"
    FAILED = "failed"

    @property
    def is_missing(self) -> bool:
        """Whether there should be a value and is none."""
        return self in (Outcome.UNPARSEABLE, Outcome.TIMED_OUT, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class Judgment:
    """One decision behind a score: what was judged, against what, and how (1 or 0)."""

    statement: str
    verdict: int
    reason: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As kept in a run."""
        return {"statement": self.statement, "verdict": self.verdict, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Score:
    """A value with the judgments behind it, or an outcome without value and its reason.

    ``spread`` is the standard deviation over repeats, None where there was one. Raises
    ``ValueError`` for a value that is no finite number, a scored outcome without value, or a
    value without a scored outcome.
    """

    outcome: Outcome
    value: float | None = None
    reason: str = ""
    judgments: tuple[Judgment, ...] = ()
    spread: float | None = None

    def __post_init__(self) -> None:
        if (self.value is not None) != (self.outcome is Outcome.SCORED):
            raise ValueError(f"a value of {self.value} that is {self.outcome}")
        if self.value is not None and not math.isfinite(self.value):
            raise ValueError(f"{self.value} is no score")

    @classmethod
    def of(cls, value: float | bool, reason: str = "", judgments: Iterable[Judgment] = (),
           spread: float | None = None) -> Self:
        """A measured value."""
        return cls(Outcome.SCORED, float(value), reason, tuple(judgments), spread)

    @classmethod
    def without(cls, outcome: Outcome, reason: str) -> Self:
        """No value, and why."""
        return cls(outcome, None, reason)

    def to_dict(self) -> dict[str, Any]:
        """As kept in a run."""
        data: dict[str, Any] = {"outcome": self.outcome.value, "value": self.value}
        if self.reason:
            data["reason"] = self.reason
        if self.judgments:
            data["judgments"] = [judgment.to_dict() for judgment in self.judgments]
        if self.spread is not None:
            data["spread"] = self.spread
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read back. Raises ``ValueError`` or ``KeyError`` for what is no score."""
        return cls(Outcome(data["outcome"]), data["value"], data.get("reason", ""),
                   tuple(Judgment(j["statement"], int(j["verdict"]), j.get("reason", ""))
                         for j in data.get("judgments", ())), data.get("spread"))


def not_applicable(reason: str) -> Score:
    """For a question or an answer that this metric says nothing about."""
    return Score.without(Outcome.NOT_APPLICABLE, reason)


def coverage(scores: Sequence[Score]) -> float:
    """The share scored of what should have been scored; 1 where nothing should have been."""
    scored = sum(s.outcome is Outcome.SCORED for s in scores)
    missing = sum(s.outcome.is_missing for s in scores)
    return scored / (scored + missing) if scored + missing else 1.0
