"""How far a judge agrees with labels: on claims that people labelled elsewhere, and on sentences
about reports with planted errors."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import FixConfiguration
from corpus.model import Finding
from evals.judge import reports
from evals.questions import lines
from evals.retrieval.metrics import share
from evals.suite.adapter.metrics import supported
from evals.suite.judges.judge import Judge, TimedOutError, UnparseableError
from evals.suite.record import Context
from index.words import stems

SHARED = Path(__file__).parents[4] / "shared" / "benchmarks" / "judge" / "calibration.jsonl"
PEOPLE = "claims that people labelled elsewhere"
REPORTS = "sentences about reports, labelled by the language model that wrote them"
_NEIGHBOURS = 4
_SEED = 11
_WANTED = "Give a file with {claim, premise, label} a line, label 1 for supported, 0 for not."


@dataclass(frozen=True, slots=True)
class Labelled:
    """A claim, the lines of evidence that a judge is given, and whether they support it."""

    claim: str
    evidence: tuple[str, ...]
    label: int


def elsewhere(path: Path) -> list[Labelled]:
    """Claims of a file: {claim, premise, label} a line. Raises ``FixConfiguration``."""
    try:
        held = lines(path)
    except (OSError, UnicodeDecodeError) as error:
        raise FixConfiguration(f"The claims {path} can't be read.", _WANTED) from error
    found = []
    for number, line in held:
        try:
            found.append(_labelled(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise FixConfiguration(f"The claims {path} can't be used: line {number}.",
                                   _WANTED) from error
    return found


def _labelled(row: Any) -> Labelled:
    claim, premise, label = row["claim"], row["premise"], row["label"]
    if label not in (0, 1) or not claim.strip():
        raise ValueError("no claim with a label of 0 or 1")
    # No judge can be given half a character, and its prompt can't be made.
    f"{claim}{premise}".encode()
    return Labelled(claim, tuple(premise.splitlines()), int(label))


def about_reports(known: dict[str, Finding]) -> list[Labelled]:
    """Sentences about the shipped and the invented reports. As in a run, a judge sees the
    findings that they cite among others: those of the report that share most words with them.
    ``known`` is given the typed findings behind the lines."""
    found = []
    for name in reports.SETS:
        library = reports.findings(reports.SETS[name])
        for claim in reports.claims(name):
            cited = {finding.id for finding in claim.cited}
            said = stems(claim.text)
            others = [f for f in library.values() if f.id not in cited
                      and f.report_id == claim.cited[0].report_id]
            others.sort(key=lambda f: -len(said & stems(f.words)))
            lines = [Context.of(f) for f in (*claim.cited, *others[:_NEIGHBOURS])]
            known.update({line.text: line.finding for line in lines if line.finding})
            found.append(Labelled(claim.text, tuple(line.text for line in lines), claim.label))
    return found


def sampled(claims: Sequence[Labelled], most: int) -> list[Labelled]:
    """A random part, the same each time; all where ``most`` is 0."""
    chance = random.Random(_SEED)
    return list(claims) if not most or most >= len(claims) else chance.sample(list(claims), most)


def measure(judge: Judge, claims: Sequence[Labelled], labels: str,
            progress: Callable[[int, int, str], None] = lambda done, of, what: None
            ) -> dict[str, Any]:
    """The share of claims on which judge and label agree, with its interval; which share of the
    unsupported it finds, and of the supported it objects to. What it did not decide is counted
    apart. Raises ``FixConfiguration`` where it decides nothing of one sort."""
    told: list[tuple[int, int]] = []
    undecided = 0
    for done, claim in enumerate(claims):
        progress(done, len(claims), claim.claim)
        try:
            judged = supported([claim.claim], claim.evidence, judge)
            told.append((claim.label, min(one.verdict for one in judged)))
        except (UnparseableError, TimedOutError):
            undecided += 1
    progress(len(claims), len(claims), "")
    unsupported = [verdict for label, verdict in told if not label]
    true = [verdict for label, verdict in told if label]
    if not unsupported or not true:
        raise FixConfiguration("Nothing can be said of a judge from claims of one sort.",
                               "Give both supported and unsupported ones that it can decide.")
    agreed = share(sum(label == verdict for label, verdict in told), len(told))
    found, alarms = 1 - sum(unsupported) / len(unsupported), 1 - sum(true) / len(true)
    return {"labels": labels, "who": "people" if labels == PEOPLE else "", "n": len(told),
            "agreement": round(agreed.value, 4), "low": round(agreed.low, 4),
            "high": round(agreed.high, 4), "balanced": round((found + 1 - alarms) / 2, 4),
            "found": round(found, 4), "false_alarms": round(alarms, 4), "undecided": undecided}


def rows_of_people() -> Path | None:
    """The claims that people labelled, where they are at hand."""
    return SHARED if SHARED.is_file() else None

