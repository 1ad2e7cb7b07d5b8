"""What a run comes to: each metric's mean with its interval, and how much could be measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.retrieval.metrics import Estimate, mean, percentile, share
from evals.suite.metrics.catalogue import CATALOGUE
from evals.suite.metrics.score import Outcome, Score, coverage

Scores = Mapping[str, Mapping[str, Score]]


@dataclass(frozen=True, slots=True)
class Summary:
    """One metric over some questions. ``estimate`` is None where nothing was scored;
    ``p95`` is given for what is not bounded."""

    metric: str
    estimate: Estimate | None
    coverage: float
    counts: Mapping[str, int]
    p50: float | None = None
    p95: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """As kept in a report."""
        return {"metric": self.metric, "coverage": self.coverage, "counts": dict(self.counts),
                "estimate": asdict(self.estimate) if self.estimate else None,
                "p50": self.p50, "p95": self.p95}


def summarise(scores: Scores, conversations: Mapping[str, str] | None = None) -> list[Summary]:
    """Every metric that some question has a score for, in the catalogue's order.

    Shares of questions (values that are all 0 or 1) have Wilson's interval, other means a
    bootstrap's. ``conversations`` names what each question belongs to where several hang
    together.
    """
    found = []
    for name in CATALOGUE:
        told = {i: by[name] for i, by in scores.items() if name in by}
        if told:
            found.append(_summary(name, told, conversations))
    return found


def _summary(name: str, told: Mapping[str, Score],
             conversations: Mapping[str, str] | None) -> Summary:
    values = {i: score.value for i, score in told.items() if score.value is not None}
    numbers = list(values.values())
    counts = Counter(score.outcome.value for score in told.values())
    estimate = None
    if numbers and set(numbers) <= {0.0, 1.0} and conversations is None:
        estimate = share(int(sum(numbers)), len(numbers))
    elif numbers:
        clusters = [conversations.get(i, i) for i in values] if conversations else None
        estimate = mean(numbers, clusters)
    spread = not CATALOGUE[name].bounded and bool(numbers)
    return Summary(name, estimate, coverage(list(told.values())), dict(counts),
                   percentile(numbers, .5) if spread else None,
                   percentile(numbers, .95) if spread else None)


def by_kind(scores: Scores, kinds: Mapping[str, str]) -> dict[str, list[Summary]]:
    """The summaries of each kind of question."""
    return {kind: summarise({i: s for i, s in scores.items() if kinds.get(i) == kind})
            for kind in dict.fromkeys(kinds.values())}


def confusion(answerable: Mapping[str, bool], refused: Mapping[str, bool]) -> dict[str, int]:
    """Refusals against what can be answered, as four counts."""
    pairs = Counter((answerable[i], refused[i]) for i in answerable if i in refused)
    return {"answerable, answered": pairs[True, False], "answerable, refused": pairs[True, True],
            "unanswerable, answered": pairs[False, False],
            "unanswerable, refused": pairs[False, True]}


def floor_misses(summaries: Sequence[Summary], floor: float) -> list[str]:
    """The metrics whose coverage is under the floor, as sentences."""
    return [f"{s.metric}: {s.counts.get(Outcome.SCORED.value, 0)} scored, "
            f"coverage {s.coverage:.0%}, floor {floor:.0%}"
            for s in summaries if s.coverage < floor]
