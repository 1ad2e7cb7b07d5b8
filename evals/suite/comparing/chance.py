"""How likely a difference between two runs is to be chance, and that over many metrics.

The test is Fisher's paired randomisation test, which Smucker, Allan and Carterette (CIKM 2007)
find fit for comparing systems over the same questions. Among many metrics some difference comes
by chance; Holm's step-down procedure (Scandinavian Journal of Statistics, 1979) keeps the chance
of even one false verdict under the level, however the metrics hang together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

LEVEL = 0.05
# Below this many pairs nothing is said, as in evals.retrieval.metrics.
LEAST = 8
NOTHING = 1e-9
_EXACT, _DRAWS, _SEED = 14, 20_000, 20_240


def sign_flip(gaps: Sequence[float]) -> float:
    """The two-sided p of a mean gap: how often it is at least as far from 0 where each gap might
    as well have had the other sign.

    Every choice of signs is tried for up to 14 gaps that are not 0, else 20,000 choices are
    drawn, the same at every call. 1 where no gap differs from 0.
    """
    sizes = np.array([abs(gap) for gap in gaps if abs(gap) > NOTHING])
    count = len(sizes)
    if not count:
        return 1.0
    seen = abs(float(np.sum(gaps))) - NOTHING
    if count <= _EXACT:
        signs = (np.arange(2 ** count)[:, None] >> np.arange(count) & 1) * 2.0 - 1
        return float(np.mean(np.abs(signs @ sizes) >= seen))
    drawn = np.random.default_rng(_SEED).integers(0, 2, (_DRAWS, count)) * 2.0 - 1
    # The signs that were seen are one of the choices: p is never 0.
    return (int(np.sum(np.abs(drawn @ sizes) >= seen)) + 1) / (_DRAWS + 1)


def holm(found: Mapping[str, float]) -> dict[str, float]:
    """Each p corrected for all of them: to be held against the level as it is."""
    corrected: dict[str, float] = {}
    least = 0.0
    for place, name in enumerate(sorted(found, key=lambda name: found[name])):
        least = max(least, min(1.0, (len(found) - place) * found[name]))
        corrected[name] = least
    return corrected
