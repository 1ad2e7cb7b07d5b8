"""A logistic model over named values, as the small fitted models of this program are kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

_STEEPEST = 30.0


@dataclass(frozen=True, slots=True)
class Logistic:
    """Names, their means and scales on the rows it was fitted on, weights and a bias."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        """The model as its file tells it."""
        return cls(tuple(told["names"]), tuple(told["mean"]), tuple(told["scale"]),
                   tuple(told["weights"]), told["bias"])

    def probability(self, values: Mapping[str, float]) -> float:
        """The probability for values by name. Raises ``KeyError`` where one is missing."""
        total = self.bias
        for name, mean, scale, weight in zip(self.names, self.mean, self.scale, self.weights,
                                             strict=True):
            total += weight * (values[name] - mean) / scale
        return 1 / (1 + math.exp(-max(-_STEEPEST, min(_STEEPEST, total))))
