"""Sentences about reports with planted errors, written blind to the check, and their scores."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path

from assistant.compose import Draft
from assistant.service import open_service
from assistant.settings import SHIPPED_REPORTS, load
from assistant.verify import check
from assistant.verify.entailment import Entailment
from corpus.model import Finding
from evals.judge.written import Claim

_HERE = Path(__file__).parent.parent
SETS: Mapping[str, Path] = {"shipped": SHIPPED_REPORTS, "invented": _HERE / "reports"}


def claims(name: str) -> list[Claim]:
    """The claims of a set, with the findings of its reports as the parser gives them."""
    known = findings(SETS[name])
    lines = (_HERE / "datasets" / f"claims_{name}.jsonl").read_text("utf-8").splitlines()
    return [Claim(row["id"], row["claim"], tuple(known[i] for i in row["cites"]), row["label"],
                  row["error"], row["style"]) for row in map(json.loads, lines)]


def checked(asked: Sequence[Claim], model: Entailment | None) -> list[float]:
    """What the check gives each: its probability, or 1 or 0 where rules alone decide."""
    found = []
    for claim in asked:
        cited = dict(enumerate(claim.cited, 1))
        verdict = check(Draft(claim.text, tuple(cited)), cited, model)
        found.append(verdict.score if verdict.score is not None else float(verdict.passed))
    return found


@cache
def findings(source: Path) -> dict[str, Finding]:
    """The findings of a folder of reports, by id."""
    with tempfile.TemporaryDirectory() as home, \
            closing(open_service(load(home=Path(home)), source)) as service:
        return {finding.id: finding for finding in service.current()[0].findings()}
