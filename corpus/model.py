"""What a report becomes: typed findings, each with its place in the source text."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FindingKind(StrEnum):
    """What sort of statement a finding is."""

    JUDGMENT = "judgment"
    SUMMARY = "summary"
    STRENGTH = "strength"
    WEAKNESS = "weakness"
    NARRATIVE = "narrative"
    AREA_FOR_IMPROVEMENT = "area_for_improvement"
    CAUSE_OF_CONCERN = "cause_of_concern"
    RECOMMENDATION = "recommendation"
    INNOVATIVE_PRACTICE = "innovative_practice"


class Polarity(StrEnum):
    """Whether a finding speaks well or ill of the inspected body."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"


class Grade(StrEnum):
    """The inspectorate's graded judgments; ``adequate`` exists since 2021."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    ADEQUATE = "adequate"
    REQUIRES_IMPROVEMENT = "requires improvement"
    INADEQUATE = "inadequate"
    NOT_GRADED = "not graded"

    @property
    def polarity(self) -> Polarity:
        """Good and better are positive, requires improvement and worse are negative."""
        if self in (Grade.OUTSTANDING, Grade.GOOD):
            return Polarity.POSITIVE
        if self in (Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE):
            return Polarity.NEGATIVE
        return Polarity.NEUTRAL


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a report as a whole. ``guessed`` names the fields that were inferred."""

    id: str
    title: str
    force: str | None = None
    year: int | None = None
    cycle: str | None = None
    pillar: str | None = None
    publisher: str | None = None
    published: str | None = None
    licence: str | None = None
    attribution: str | None = None
    url: str | None = None
    guessed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of a report.

    ``text`` is verbatim: ``report.text[start:end] == text``. ``lead_in`` is the sentence
    that introduces the bullet ("The force:"), also verbatim, or None. ``section`` is the
    heading path, outermost first. ``page`` counts from 1, None where a source has no pages.
    ``grade`` is set for judgments only. ``as_of`` is the year of an earlier inspection
    where the report says that the judgment was made then. ``hidden`` text is in the file but
    not to be seen in it, such as white letters on white.
    """

    id: str
    report_id: str
    section: tuple[str, ...]
    kind: FindingKind
    polarity: Polarity
    text: str
    start: int
    end: int
    lead_in: str | None = None
    force: str | None = None
    year: int | None = None
    page: int | None = None
    grade: Grade | None = None
    as_of: int | None = None
    hidden: bool = False

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise ValueError("a finding needs text")
        if self.end - self.start != len(self.text):
            raise ValueError(f"span {self.start}:{self.end} does not fit {self.text!r}")
        if (self.grade is not None) != (self.kind is FindingKind.JUDGMENT):
            raise ValueError("a judgment, and nothing else, carries a grade")

    @property
    def words(self) -> str:
        """The text on one line, for showing and embedding."""
        return " ".join(self.text.split())

    def to_dict(self) -> dict[str, Any]:
        """The finding with the keys that the command line promises."""
        return {
            "finding_id": self.id, "report_id": self.report_id, "force": self.force,
            "year": self.year, "section": list(self.section), "kind": self.kind.value,
            "polarity": self.polarity.value, "grade": self.grade.value if self.grade else None,
            "as_of": self.as_of, "lead_in": self.lead_in, "text": self.text,
            "page": self.page, "start": self.start, "end": self.end, "hidden": self.hidden,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """A parsed report: its metadata, its text as the reader gave it, its findings, and what the
    reader has to say of the file (full sentences)."""

    metadata: Metadata
    source: str
    text: str
    sections: tuple[tuple[str, ...], ...]
    findings: tuple[Finding, ...] = field(repr=False)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for finding in self.findings:
            if self.text[finding.start:finding.end] != finding.text:
                raise ValueError(f"finding {finding.id} is not verbatim")

    @property
    def id(self) -> str:
        """The report's id, unique in a library."""
        return self.metadata.id


def finding_id(report_id: str, section: Iterable[str], kind: FindingKind, text: str,
               repeat: int = 0) -> str:
    """An id from content and place: the same finding keeps it however often it is parsed.

    ``repeat`` tells apart identical statements under one heading (0 for the first).
    """
    parts = [report_id, *section, kind.value, " ".join(text.split())]
    if repeat:
        parts.append(str(repeat))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def count_by_kind(findings: Iterable[Finding]) -> Mapping[FindingKind, int]:
    """How many findings there are of each kind that occurs."""
    return Counter(finding.kind for finding in findings)


def counts_of(findings: Iterable[Finding]) -> Mapping[str, int]:
    """How many findings there are of each kind, in the order of kinds."""
    counted = count_by_kind(findings)
    return {kind.value: counted[kind] for kind in FindingKind if counted.get(kind)}


def grades_of(findings: Iterable[Finding]) -> tuple[tuple[str, str], ...]:
    """Each judged section with its grade."""
    return tuple((f.section[-1] if f.section else "", f.grade.value)
                 for f in findings if f.grade is not None)
