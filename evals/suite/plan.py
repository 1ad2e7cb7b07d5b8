"""What a run is a run of: enough to tell whether two are of the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from assistant.backend import ComposerName
from evals.suite import program
from evals.suite.cache import key
from evals.suite.judges.agreement import agreement
from evals.suite.metrics import exact

FLOOR = 0.9
_SAME = ("suite", "dataset", "corpus", "composer", "model", "program", "metrics", "floor", "prices")


@dataclass(frozen=True, slots=True)
class Plan:
    """The options of a run. ``reports`` are folders to index apart; without any, the library of
    ``home`` is asked. ``floor`` is the coverage under which a mean says too little."""

    questions: Path
    out: Path | None = None
    suite: str = ""
    reports: tuple[Path, ...] = ()
    composer: ComposerName = "quotes"
    model: str = ""
    judge: str = "trained"
    repeats: int = 0
    limit: int = 0
    metrics: tuple[str, ...] = ()
    floor: float = FLOOR
    prices: exact.Prices | None = None
    cached: bool = True

    def times(self, is_random: bool) -> int:
        """How often a judge is asked the same: three times where it may say otherwise."""
        return self.repeats or (3 if is_random else 1)


@dataclass(frozen=True, slots=True)
class Judged:
    """A judge as a manifest names it."""

    name: str
    fingerprint: str
    repeats: int
    state: Literal["asked", "none"] = field(default="asked")

    def to_dict(self) -> dict[str, Any] | None:
        """With its measured agreement, None where no judge was asked."""
        if self.state == "none":
            return None
        return {"name": self.name, "fingerprint": self.fingerprint, "repeats": self.repeats,
                "agreement": agreement(self.fingerprint)}


def manifest(plan: Plan, rows: list[dict[str, Any]], corpus: str, model: str,
             judge: Judged, reports: Sequence[str] = ()) -> dict[str, Any]:
    """What ``run.json`` holds of a run that begins. ``key`` is the same for runs that would
    give the same; ``reports`` are the titles of what is asked about, ``corpus`` its digest."""
    dataset = {"name": plan.questions.stem, "digest": key(rows)[:16], "questions": len(rows)}
    told = {"suite": plan.suite, "dataset": dataset, "corpus": corpus, "composer": plan.composer,
            "model": model, "program": program.digest(), "metrics": list(plan.metrics),
            "judge": judge.to_dict(), "floor": plan.floor, "prices": prices(plan)}
    return {"name": plan.suite or plan.questions.stem, **told, "reports": list(reports),
            "commit": program.commit(), "key": identity(told, judge), "started": None,
            "finished": None}


def prices(plan: Plan) -> list[float] | None:
    """The prices of a plan as a manifest holds them."""
    return [plan.prices.read, plan.prices.written] if plan.prices else None


def identity(told: Mapping[str, Any], judge: Judged) -> str:
    """The key of a manifest whose scores are by this judge."""
    same = {name: told.get(name) for name in _SAME}
    return key({**same, "judge": [judge.name, judge.fingerprint, judge.repeats]})[:16]
