"""One metric of two runs over the questions that both have a value for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from evals.retrieval.metrics import Difference, difference
from evals.suite.comparing.chance import LEAST, LEVEL, NOTHING, holm, sign_flip
from evals.suite.comparing.change import outcome
from evals.suite.comparing.phrase import direction
from evals.suite.comparing.reading import Reading


class Verdict(StrEnum):
    """What may be said of a metric in B against A."""

    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no difference shown"
    TOO_FEW = "too few to tell"


@dataclass(frozen=True, slots=True)
class Contrast:
    """A metric in A and in B over the same ``n`` questions; means and difference (B - A) are
    None where there are none. ``lost`` counts by B's outcome the questions that only A has a
    value for, ``gained`` by A's outcome those that only B has. ``p`` is corrected for all the
    metrics tested, None where nothing was. No verdict where neither side is the better one.
    """

    metric: str
    n: int
    a: float | None
    b: float | None
    difference: Difference | None
    lost: Mapping[str, int]
    gained: Mapping[str, int]
    p: float | None = None
    verdict: Verdict | None = None

    def to_dict(self) -> dict[str, Any]:
        """As kept in a comparison."""
        return {**asdict(self), "verdict": self.verdict.value if self.verdict else None}


def contrasts(a: Reading, b: Reading, ids: Sequence[str],
              metrics: Sequence[str]) -> list[Contrast]:
    """Each metric that one of these questions has a value for, with verdicts that are corrected
    for their number.

    A metric is tested where it has a better side, enough pairs and some pair that differs. As
    the test holds the sizes of the differences fixed, leaving out what can't differ gives
    nothing away.
    """
    found = [one for metric in metrics if (one := _contrast(a, b, ids, metric)).n
             or one.lost or one.gained]
    chances = {}
    for one in found:
        gaps = _gaps(a, b, ids, one.metric)
        if direction(one.metric) and one.n >= LEAST and any(abs(g) > NOTHING for g in gaps):
            chances[one.metric] = sign_flip(gaps)
    corrected = holm(chances)
    return [replace(one, p=corrected.get(one.metric),
                    verdict=_verdict(one, corrected.get(one.metric))) for one in found]


def _verdict(one: Contrast, p: float | None) -> Verdict | None:
    """Better or worse only where both the whole interval and the corrected test say so."""
    way, gap = direction(one.metric), one.difference
    if not way:
        return None
    if gap is None or one.n < LEAST:
        return Verdict.TOO_FEW
    if p is not None and p <= LEVEL and (gap.low > NOTHING or gap.high < -NOTHING):
        return Verdict.BETTER if gap.value * way > 0 else Verdict.WORSE
    return Verdict.NO_DIFFERENCE


def _contrast(a: Reading, b: Reading, ids: Sequence[str], metric: str) -> Contrast:
    pairs = _pairs(a, b, ids, metric)
    lost: Counter[str] = Counter()
    gained: Counter[str] = Counter()
    for i in ids:
        before, after = a.scores.get(i, {}).get(metric), b.scores.get(i, {}).get(metric)
        had, has = (score is not None and score.value is not None for score in (before, after))
        if had and not has:
            lost[outcome(after)] += 1
        elif has and not had:
            gained[outcome(before)] += 1
    if not pairs:
        return Contrast(metric, 0, None, None, None, dict(lost), dict(gained))
    of_a, of_b = [one for one, _ in pairs], [other for _, other in pairs]
    return Contrast(metric, len(pairs), float(np.mean(of_a)), float(np.mean(of_b)),
                    difference(of_b, of_a), dict(lost), dict(gained))


def _pairs(a: Reading, b: Reading, ids: Sequence[str], metric: str) -> list[tuple[float, float]]:
    found = []
    for i in ids:
        before, after = a.scores.get(i, {}).get(metric), b.scores.get(i, {}).get(metric)
        if before and after and before.value is not None and after.value is not None:
            found.append((before.value, after.value))
    return found


def _gaps(a: Reading, b: Reading, ids: Sequence[str], metric: str) -> list[float]:
    return [after - before for before, after in _pairs(a, b, ids, metric)]
