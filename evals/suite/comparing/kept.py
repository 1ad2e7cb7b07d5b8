"""A baseline as an object that can't contradict itself."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.suite.comparing.reading import JudgeId

FORMAT = 1
_TEXTS = ("suite", "dataset", "composer", "model", "corpus")
# What rounding to four places can make of a mean.
_SLACK = 1e-4


@dataclass(frozen=True, slots=True)
class Kept:
    """A metric's mean over ``n`` questions, the share scored of what should have been, and how
    far the mean may get worse. Raises ``ValueError`` for what can't be so."""

    value: float
    n: int
    coverage: float
    tolerance: float

    def __post_init__(self) -> None:
        for name in ("value", "coverage", "tolerance"):
            _number(name, getattr(self, name))
        if isinstance(self.n, bool) or not isinstance(self.n, int) or self.n < 1:
            raise ValueError(f"n is {self.n!r}")
        if not 0 <= self.coverage <= 1 or not 0 <= self.tolerance <= 1:
            raise ValueError("coverage and tolerance are from 0 to 1")


@dataclass(frozen=True, slots=True)
class Baseline:
    """What runs are gated by. ``questions`` holds every question that counts by its id, also one
    without any value. Raises ``ValueError`` where metrics and questions contradict each other.
    """

    suite: str
    digest: str
    composer: str
    model: str
    corpus: str
    judge: JudgeId | None
    metrics: Mapping[str, Kept]
    questions: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        for i, values in self.questions.items():
            if unknown := sorted(set(values) - set(self.metrics)):
                raise ValueError(f"{i} has {', '.join(unknown)}, which is no metric of it")
            for metric, value in values.items():
                _number(f"{metric} of {i}", value)
        for metric, kept in self.metrics.items():
            held = [by[metric] for by in self.questions.values() if metric in by]
            if kept.n != len(held) or abs(kept.value - sum(held) / len(held)) > _SLACK:
                raise ValueError(f"{metric} does not agree with the questions' values")

    def to_dict(self) -> dict[str, Any]:
        """As kept in the file."""
        judge = {"name": self.judge.name, "fingerprint": self.judge.fingerprint} \
            if self.judge else None
        return {"format": FORMAT, "suite": self.suite, "dataset": self.digest,
                "composer": self.composer, "model": self.model, "corpus": self.corpus,
                "judge": judge,
                "metrics": {name: {"value": kept.value, "n": kept.n, "coverage": kept.coverage,
                                   "tolerance": kept.tolerance}
                            for name, kept in sorted(self.metrics.items())},
                "questions": {i: dict(sorted(self.questions[i].items()))
                              for i in sorted(self.questions)}}


def parsed(told: Any) -> Baseline:
    """What ``Baseline.to_dict`` told, read strictly. Raises ``ValueError`` saying what can't be
    used."""
    data = _keys("it", told, ("format", *_TEXTS, "judge", "metrics", "questions"))
    if data["format"] != FORMAT:
        raise ValueError(f"its format is {data['format']!r}, not {FORMAT}")
    for key in _TEXTS:
        if not isinstance(data[key], str) or not data[key]:
            raise ValueError(f"{key} is no text")
    judge = None
    if data["judge"] is not None:
        by = _keys("judge", data["judge"], ("name", "fingerprint"))
        if not isinstance(by["name"], str) or not isinstance(by["fingerprint"], str | None):
            raise ValueError("the judge's name and fingerprint are no text")
        judge = JudgeId(by["name"], by["fingerprint"])
    metrics = {name: Kept(**_keys(name, one, ("value", "n", "coverage", "tolerance")))
               for name, one in _mapping("metrics", data["metrics"]).items()}
    questions = {i: _mapping(i, values)
                 for i, values in _mapping("questions", data["questions"]).items()}
    return Baseline(data["suite"], data["dataset"], data["composer"], data["model"], data["corpus"],
                    judge, metrics, questions)


def _mapping(name: str, told: Any) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise ValueError(f"{name} is no object")
    return told


def _keys(name: str, told: Any, keys: Sequence[str]) -> dict[str, Any]:
    data = _mapping(name, told)
    if wrong := sorted(set(data) ^ set(keys)):
        raise ValueError(f"{name} lacks, or should not have, {', '.join(wrong)}")
    return data


def _number(name: str, told: Any) -> None:
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told):
        raise ValueError(f"{name} is no number")
