"""Labelled sentences: what a draft claims, of which findings, and whether it may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.compose import Draft
from assistant.verify import Verdict, check
from corpus.model import Finding
from corpus.parse import report_from

_TESTS = Path(__file__).resolve().parents[1]
_FILES = (*sorted((_TESTS.parent / "corpus" / "reports").glob("*.txt")),
          *sorted((_TESTS / "corpus" / "samples").glob("*.txt")))


@dataclass(frozen=True)
class Labelled:
    """A sentence, the words that find the findings it cites, and whether it is true of them."""

    passes: bool
    sort: str
    fragments: tuple[str, ...]
    text: str

    def verdict(self) -> Verdict:
        """What the check says, the findings being numbered from 1."""
        evidence = {n: finding(fragment) for n, fragment in enumerate(self.fragments, 1)}
        return check(Draft(self.text, tuple(evidence)), evidence)


def labelled(name: str) -> list[Labelled]:
    """The rows of ``labels/NAME.tsv``."""
    lines = (Path(__file__).parent / "labels" / f"{name}.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines]
    return [Labelled(row[0] == "pass", row[1], tuple(row[2].split(" | ")), row[3]) for row in rows]


@cache
def findings() -> tuple[Finding, ...]:
    """Every finding of the shipped report and of the sample reports."""
    return tuple(f for path in _FILES for f in report_from(path).findings)


def finding(fragment: str) -> Finding:
    """The one finding that holds these words; an apostrophe may be either sort."""
    found = [f for f in findings() if fragment in f.words.replace("’", "'")]
    if len(found) != 1:
        raise LookupError(f"{fragment!r} is in {len(found)} findings")
    return found[0]
