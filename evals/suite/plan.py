"""What a run is a run of: enough to tell whether two are of the same thing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from assistant.backend import ComposerName
from evals.suite import program
from evals.suite.cache import key
from evals.suite.judges.agreement import agreement
from evals.suite.metrics import exact

FLOOR = 0.9


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
             judge: Judged) -> dict[str, Any]:
    """What ``run.json`` holds of a run that begins. ``key`` is the same for runs that would
    give the same."""
    dataset = {"name": plan.questions.stem, "digest": key(rows)[:16], "questions": len(rows)}
    told = {"suite": plan.suite, "dataset": dataset, "corpus": corpus, "composer": plan.composer,
            "model": model, "program": program.digest(), "metrics": list(plan.metrics),
            "judge": judge.to_dict(), "floor": plan.floor,
            "prices": [plan.prices.read, plan.prices.written] if plan.prices else None}
    same = {**told, "judge": [judge.name, judge.fingerprint, judge.repeats]}
    return {"name": plan.suite or plan.questions.stem, **told, "commit": program.commit(),
            "key": key(same)[:16], "started": None, "finished": None}
