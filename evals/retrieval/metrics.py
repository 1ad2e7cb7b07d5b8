"""Measures of rankings and answers, each with an interval that says how sure it is.

nDCG: Järvelin and Kekäläinen, Cumulated gain-based evaluation of IR techniques, 2002, with gains
of 0 and 1. Means have a percentile bootstrap interval (Efron and Tibshirani, An introduction to
the bootstrap, 1993), systems are compared by the paired bootstrap over the same questions (Sakai,
SIGIR 2006). Shares have Wilson's score interval (1927).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

RESAMPLES, SEED = 10_000, 20_240
_Z = 1.959964
# Below this many independent questions or conversations a bootstrap interval is too narrow to
# rest a verdict on.
_LEAST = 8
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured value with its 95 % interval, over ``n`` questions."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{_short(self.value)} [{_short(self.low)}, {_short(self.high)}]"


@dataclass(frozen=True, slots=True)
class Difference:
    """What one system has over another, with its 95 % interval, over ``units`` independent
    questions or conversations."""

    value: float
    low: float
    high: float
    units: int

    @property
    def verdict(self) -> str:
        """``better`` or ``worse`` only where the whole interval says so."""
        if self.units < _LEAST:
            return f"too few to tell ({self.units})"
        if self.low > _NOTHING:
            return "better"
        if self.high < -_NOTHING:
            return "worse"
        return "no difference shown"

    def __str__(self) -> str:
        return f"{self.value:+.3f} [{self.low:+.3f}, {self.high:+.3f}] {self.verdict}"


def ndcg(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """The discounted gain of the first ``k``, as a share of the best that could be had.

    Raises ``ValueError`` without anything relevant: such a question measures nothing.
    """
    _some(relevant)
    gained = sum(1 / math.log2(place + 2) for place, item in enumerate(ranked[:k])
                 if item in relevant)
    return gained / sum(1 / math.log2(place + 2) for place in range(min(k, len(relevant))))


def recall(ranked: Sequence[str], relevant: Collection[str], k: int) -> float:
    """The share of what is relevant that is among the first ``k``. Raises like ``ndcg``."""
    _some(relevant)
    return len(set(ranked[:k]) & set(relevant)) / len(set(relevant))


def groups_found(ranked: Sequence[Collection[str]], needed: Sequence[Collection[str]],
                 k: int) -> float:
    """The share of ``needed`` of which one alternative is in the first ``k`` places, where a
    place may hold several items. Raises like ``ndcg``."""
    _some(needed)
    seen = {item for place in ranked[:k] for item in place}
    return sum(not seen.isdisjoint(group) for group in needed) / len(needed)


def reciprocal_rank(ranked: Sequence[Collection[str]],
                    needed: Sequence[Collection[str]]) -> float:
    """One over the place of the first item that is needed, 0 where there is none."""
    wanted = {item for group in needed for item in group}
    return next((1 / place for place, items in enumerate(ranked, 1)
                 if not wanted.isdisjoint(items)), 0.0)


def mean(values: Sequence[float], clusters: Sequence[str] | None = None) -> Estimate:
    """The mean. ``clusters`` names what each value belongs to where values hang together, as the
    turns of one conversation do: then whole clusters are resampled."""
    if not values:
        return Estimate(0.0, 0.0, 1.0, 0)
    drawn = _resampled(np.asarray(values, np.float64), clusters)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(float(np.mean(values)), float(low), float(high), len(values))


def difference(ours: Sequence[float], theirs: Sequence[float],
               clusters: Sequence[str] | None = None) -> Difference:
    """What ``ours`` has over ``theirs``, question by question.

    Raises ``ValueError`` where the two are not about the same number of questions.
    """
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"{len(ours)} questions can't be paired with {len(theirs)}")
    gaps = np.asarray(ours, np.float64) - np.asarray(theirs, np.float64)
    low, high = np.percentile(_resampled(gaps, clusters), [2.5, 97.5])
    return Difference(float(gaps.mean()), float(low), float(high),
                      len(set(clusters)) if clusters is not None else len(gaps))


def share(successes: int, total: int) -> Estimate:
    """A share with Wilson's interval; nothing counted says nothing (0 to 1)."""
    if total == 0:
        return Estimate(0.0, 0.0, 1.0, 0)
    part = successes / total
    base = 1 + _Z * _Z / total
    centre = (part + _Z * _Z / (2 * total)) / base
    half = _Z * math.sqrt(part * (1 - part) / total + _Z * _Z / (4 * total * total)) / base
    return Estimate(part, max(0.0, centre - half), min(1.0, centre + half), total)


def percentile(values: Sequence[float], share_below: float) -> float:
    """The value that this share (0 to 1) of the values does not exceed; 0 for none."""
    return float(np.percentile(values, share_below * 100)) if values else 0.0


def _resampled(values: NDArray[np.float64],
               clusters: Sequence[str] | None) -> NDArray[np.float64]:
    """Means of ``RESAMPLES`` samples drawn with replacement, the same draws at every call."""
    if clusters is None:
        drawn = _draws(len(values))
        return np.asarray(drawn @ values / len(values))
    names = {name: place for place, name in enumerate(dict.fromkeys(clusters))}
    places = np.array([names[name] for name in clusters])
    drawn = _draws(len(names))
    sums = np.bincount(places, values, minlength=len(names))
    sizes = np.bincount(places, minlength=len(names)).astype(np.float64)
    return np.asarray((drawn @ sums) / (drawn @ sizes))


@lru_cache(maxsize=4)
def _draws(count: int) -> NDArray[np.float64]:
    """How often each of ``count`` items is drawn, a row for each resample."""
    chance = np.random.default_rng(SEED)
    return chance.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)


def _some(relevant: Collection[object]) -> None:
    if not relevant:
        raise ValueError("nothing is relevant")


def _short(value: float) -> str:
    return f"{value:.3f}"
