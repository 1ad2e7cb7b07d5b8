"""How well probabilities of support tell supported claims from unsupported ones.

Balanced accuracy: the mean of the two shares that are told rightly. Calibration error: Naeini et
al., Obtaining well calibrated probabilities using Bayesian binning, AAAI 2015, with ten bins of
equal width. Intervals are percentile bootstraps over claims.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FALSE_ALARMS = 0.05
_BINS = 10
_RESAMPLES = 2_000
_SEED = 20_251


@dataclass(frozen=True, slots=True)
class Measured:
    """``caught``: the share of unsupported claims found when one supported claim in twenty is
    stopped. ``interval`` is that of the balanced accuracy. NaN where a class is absent."""

    claims: int
    balanced: float
    interval: tuple[float, float]
    auc: float
    calibration_error: float
    caught: float

    def __str__(self) -> str:
        low, high = self.interval
        return (f"{self.claims:5d}  {self.balanced:.3f} [{low:.2f}, {high:.2f}]  {self.auc:.3f}  "
                f"{self.calibration_error:.3f}  {self.caught:.3f}")


def measured(chances: Sequence[float], labels: Sequence[int], threshold: float) -> Measured:
    """The measures of probabilities against labels (1 supported), at a threshold fitted
    elsewhere."""
    scores, truth = np.asarray(chances, float), np.asarray(labels, int)
    chance = np.random.default_rng(_SEED)
    found = []
    for _ in range(_RESAMPLES):
        drawn = chance.integers(0, len(truth), len(truth))
        if 0 < truth[drawn].sum() < len(drawn):
            found.append(balanced(scores[drawn], truth[drawn], threshold))
    low, high = np.quantile(found, (0.025, 0.975)) if found else (np.nan, np.nan)
    return Measured(len(truth), balanced(scores, truth, threshold), (float(low), float(high)),
                    auc(scores, truth), calibration_error(scores, truth),
                    caught(scores, truth))


def balanced(scores: Floats, truth: NDArray[np.int_], threshold: float) -> float:
    """The mean share of both classes that a threshold tells rightly."""
    if not 0 < truth.sum() < len(truth):
        return float("nan")
    passed = scores >= threshold
    return float((passed[truth == 1].mean() + (~passed[truth == 0]).mean()) / 2)


def auc(scores: Floats, truth: NDArray[np.int_]) -> float:
    """The chance that a supported claim scores above an unsupported one, ties counting half."""
    above, below = scores[truth == 1], scores[truth == 0]
    if not len(above) or not len(below):
        return float("nan")
    order = np.sort(below)
    lower = np.searchsorted(order, above, "left")
    equal = np.searchsorted(order, above, "right") - lower
    return float((lower + equal / 2).sum() / (len(above) * len(below)))


def calibration_error(scores: Floats, truth: NDArray[np.int_]) -> float:
    """The mean distance between what was promised and what came true, over bins."""
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    return float(sum(abs(scores[bins == b].mean() - truth[bins == b].mean()) * (bins == b).mean()
                     for b in range(_BINS) if (bins == b).any()))


def caught(scores: Floats, truth: NDArray[np.int_]) -> float:
    """The share of unsupported claims found at one false alarm in twenty."""
    if not 0 < truth.sum() < len(truth):
        return float("nan")
    threshold = np.quantile(scores[truth == 1], FALSE_ALARMS, method="lower")
    return float((scores[truth == 0] < threshold).mean())


def best_threshold(chances: Sequence[float], labels: Sequence[int]) -> float:
    """The threshold with the highest balanced accuracy, halfway between two scores."""
    scores, truth = np.asarray(chances, float), np.asarray(labels, int)
    ordered = np.unique(scores)
    tried = [*((ordered[1:] + ordered[:-1]) / 2), float(ordered[0])]
    return float(max(tried, key=lambda t: balanced(scores, truth, float(t))))


def folded(chances: Sequence[float], labels: Sequence[int], folds: int = 5,
           fit: Callable[[Sequence[float], Sequence[int]], float] = best_threshold) -> float:
    """The balanced accuracy on rows that the threshold was not fitted on: each fold in turn."""
    scores, truth = np.asarray(chances, float), np.asarray(labels, int)
    place = np.random.default_rng(_SEED).permutation(len(truth)) % folds
    passed = np.zeros(len(truth), bool)
    for fold in range(folds):
        threshold = fit(list(scores[place != fold]), list(truth[place != fold]))
        passed[place == fold] = scores[place == fold] >= threshold
    return balanced(passed.astype(float), truth, 0.5)
