"""Findings as passages: the text that is embedded carries the place, the shown text is verbatim."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from corpus.model import Finding, FindingKind

_KIND_WORDS = {
    FindingKind.AREA_FOR_IMPROVEMENT: "Area for improvement",
    FindingKind.CAUSE_OF_CONCERN: "Cause of concern",
    FindingKind.RECOMMENDATION: "Recommendation",
    FindingKind.INNOVATIVE_PRACTICE: "Innovative practice",
}


_LONG = 120


@dataclass(frozen=True, slots=True)
class Passage:
    """What the index holds of a finding: ``embedded`` goes to the embedding model."""

    finding: Finding
    embedded: str

    @property
    def digest(self) -> str:
        """The embedded text's own hash: equal digests share a vector."""
        return hashlib.sha256(self.embedded.encode()).hexdigest()[:24]


def passage(finding: Finding) -> Passage:
    """The passage of a finding: its statement first, then kind, heading path and force. Of a
    text so long that the embedding model may not see its end, the place comes first."""
    said, place = statement(finding), context(finding)
    long = place and len(said.split()) > _LONG
    return Passage(finding, f"{place}. {said}" if long else f"{said} ({place})")


def statement(finding: Finding) -> str:
    """Lead-in and text as one line: "The force: has a backlog ..." becomes one sentence."""
    lead = " ".join((finding.lead_in or "").split()).rstrip(":")
    return f"{lead} {finding.words}".strip()


def context(finding: Finding) -> str:
    """Where a finding stands, in words: kind, heading path, force and year."""
    place = ": ".join(finding.section)
    owner = " ".join(str(part) for part in (finding.force, finding.year) if part)
    return "; ".join(part for part in (_KIND_WORDS.get(finding.kind, ""), place, owner) if part)
