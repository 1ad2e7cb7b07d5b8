"""The claims written for this project, as sentences that cite typed findings."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpus import polarity
from corpus.model import Finding, FindingKind, Grade, Polarity
from corpus.names import forces_in
from evals.training.claims import Library
from evals.training.rows import SEED

FOLDER = Path(__file__).parent.parent / "training"
HELD_EVERY = 8
_KINDS = {"area for improvement": FindingKind.AREA_FOR_IMPROVEMENT,
          "cause of concern": FindingKind.CAUSE_OF_CONCERN,
          "recommendation": FindingKind.RECOMMENDATION,
          "innovative practice": FindingKind.INNOVATIVE_PRACTICE}
_GRADED = re.compile(r"\b(?:is|was|are|were|been)?\s*(?:graded|rated|judged)?\s*(?:as |to be )?"
                     r"(outstanding|good|adequate|inadequate|requires improvement) (?:at|in)\b",
                     re.IGNORECASE)
_OWNER = re.compile(r"^(?P<who>.+?) (?P<year>(?:19|20)\d\d)(?:[/-]\d\d)?$")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence, the findings it cites, whether they support it, and if not, how it is wrong.
    ``held``: kept from training."""

    id: str
    text: str
    cited: tuple[Finding, ...]
    label: int
    error: str = ""
    style: str = ""
    held: bool = False


def written() -> list[Claim]:
    """All claims that were written to train on, those kept aside among them, each supported one
    also with a finding that is not its own."""
    claims: list[Claim] = []
    library = Library()
    for path in sorted(FOLDER.glob("claims*.jsonl")):
        chance = random.Random(f"{SEED}{path.name}")
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            row = json.loads(line)
            cited = tuple(_findings()[place] for place in row["of"])
            held = number % HELD_EVERY == 0
            said = [*((text, 1, "") for text in row["supported"]),
                    *((text, 0, error) for error, text in row["unsupported"])]
            claims += [Claim(f"{path.stem}:{number}:{i}", text, cited, label, error, held=held)
                       for i, (text, label, error) in enumerate(said)]
            claims += [Claim(f"{path.stem}:{number}:e{i}", text, (_findings()[
                library.other(text, row["of"], chance)],), 0, "elsewhere", held=held)
                for i, text in enumerate(row["supported"])]
    return claims


@cache
def _findings() -> Mapping[str, Finding]:
    return dict(_all())


def _all() -> Iterator[tuple[str, Finding]]:
    for path in FOLDER.glob("domain*.jsonl"):
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            place = f"{path.stem}:{number}"
            yield place, _finding(place, json.loads(line))


def _finding(key: str, row: Mapping[str, Any]) -> Finding:
    """A typed finding of a written row: its place read back into kind, section, force, year."""
    parts = [part.strip() for part in row["place"].split(";")]
    kind = next((_KINDS[p.lower()] for p in parts if p.lower() in _KINDS), None)
    parts = [p for p in parts if p.lower() not in _KINDS]
    owner = _OWNER.match(parts[-1])
    force = forces_in(owner["who"])[0].name if owner and forces_in(owner["who"]) else None
    text = row["text"]
    grade = next((Grade(m[1].lower()) for m in _GRADED.finditer(text)), None) if not kind else None
    tone = polarity.of_statement(text)
    if kind is None:
        kind = FindingKind.JUDGMENT if grade else {
            Polarity.POSITIVE: FindingKind.STRENGTH, Polarity.NEGATIVE: FindingKind.WEAKNESS,
        }.get(tone, FindingKind.NARRATIVE)
    section = parts[:-1] if owner else parts
    if owner and force is None:
        section = [*section, parts[-1]]
    return Finding(id=key, report_id=key.partition(":")[0], section=tuple(section), kind=kind,
                   polarity=tone, text=text, start=0, end=len(text), force=force, grade=grade,
                   year=int(owner["year"]) if owner else None)
