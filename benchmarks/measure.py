"""A measured value with its target and its peer, and how values are taken."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: ``repeats`` of slow things, ``passages`` to index, ``questions`` to
    ask, ``rounds`` over the questions, whether the peer runs as well, and whether the ``largest``
    library is made that a benchmark knows, which takes long; ``minutes`` for what goes on for a
    while, 0 for its usual time."""

    repeats: int = 5
    passages: int = 500
    questions: int = 40
    rounds: int = 3
    peer: bool = True
    largest: bool = False
    minutes: float = 0.0

    @classmethod
    def least(cls) -> Effort:
        """Enough to see that a benchmark works, too little to learn a speed from."""
        return cls(repeats=1, passages=20, questions=3, rounds=1, peer=False)


@dataclass(frozen=True, slots=True)
class Measure:
    """A value. ``target`` is what the project promises, a least value where ``more_is_better``
    and a most otherwise; ``peer`` is what the peer took in the same run; ``low`` and ``high``
    are the ends of the samples."""

    name: str
    value: float
    unit: str
    target: float | None = None
    peer: float | None = None
    more_is_better: bool = False
    samples: int = 1
    low: float | None = None
    high: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times as fast as the peer: above 1 is faster, whatever the unit."""
        if not self.peer or not self.value:
            return None
        return self.value / self.peer if self.more_is_better else self.peer / self.value

    @property
    def met(self) -> bool | None:
        """Whether the target is met, None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.more_is_better else self.value <= self.target

    def called(self, name: str, promised: bool = True) -> Measure:
        """The same under another name; without its target where nothing is ``promised``."""
        return replace(self, name=name, target=self.target if promised else None)

    def to_dict(self) -> dict[str, Any]:
        """What is written down."""
        return {"name": self.name, "value": _rounded(self.value), "unit": self.unit,
                "target": self.target, "met": self.met, "peer": _rounded(self.peer),
                "ratio": _rounded(self.ratio), "samples": self.samples,
                "low": _rounded(self.low), "high": _rounded(self.high)}


@dataclass(frozen=True, slots=True)
class Result:
    """What a benchmark found; ``skipped`` says in sentences what could not be measured, and why."""

    measures: tuple[Measure, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()


def median(name: str, samples: Sequence[float], unit: str, *, target: float | None = None,
           peer: Sequence[float] = (), more_is_better: bool = False) -> Measure:
    """The median of some samples, beside the median of the peer's."""
    return Measure(name, statistics.median(samples), unit, target,
                   statistics.median(peer) if peer else None, more_is_better, len(samples),
                   min(samples), max(samples))


def spread(name: str, samples: Sequence[float], unit: str, *, target: float | None = None,
           peer: Sequence[float] = ()) -> list[Measure]:
    """The least, p50, p95 and p99 of some samples, beside the peer's; the target is for p95.

    The least tells most on a busy machine: it is what the work takes when nothing comes between.
    """
    least = Measure(f"{name}, least", min(samples), unit, peer=min(peer) if peer else None,
                    samples=len(samples))
    return [least, *(Measure(f"{name}, p{share}", percentile(samples, share), unit,
                    target if share == 95 else None,
                    percentile(peer, share) if peer else None, samples=len(samples),
                    low=min(samples), high=max(samples)) for share in (50, 95, 99))]


def percentile(samples: Sequence[float], share: int) -> float:
    """The least sample that ``share`` per cent of the samples do not exceed."""
    ranked = sorted(samples)
    return ranked[max(0, -(-share * len(ranked) // 100) - 1)]


def taken(work: Callable[[], object]) -> float:
    """Seconds that some work takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def interleaved(works: dict[str, Callable[[], object]], repeats: int) -> dict[str, list[float]]:
    """Seconds of each work, in turns, so that a busy spell of the machine meets all alike; the
    one that goes first changes from turn to turn."""
    found: dict[str, list[float]] = {name: [] for name in works}
    names = list(works)
    for turn in range(repeats):
        for name in names[turn % len(names):] + names[:turn % len(names)]:
            found[name].append(taken(works[name]))
    return found


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
