"""Whose findings a question asks for: a body's inspection, and the areas that it judged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from corpus.model import Finding, FindingKind, Metadata
from corpus.names import forces, official_name
from evals.suite.drafting.area import Area, areas_of, is_barred

# Counties and cities are known by their name alone; of these that would be odd.
_IN_FULL = frozenset({"Metropolitan", "City of London", "Northern Ireland", "West Midlands",
                      "Thames Valley"})


@dataclass(frozen=True)
class Scope:
    """One body's inspection: every finding on it, whatever number of reports they are in.

    ``force`` is the short name used in questions, ``when`` the year or the cycle ("2018/19"), ""
    where none is known.
    """

    force: str
    body: str
    name: str | None
    when: str
    year: int
    findings: tuple[Finding, ...]

    @property
    def key(self) -> str:
        """The scope in a few words: "Lincolnshire 2018/19"."""
        return f"{self.force} {self.when}".strip()

    @cached_property
    def areas(self) -> tuple[Area, ...]:
        """Its areas in reading order."""
        return areas_of(self.findings, is_police(self))

    @cached_property
    def usable(self) -> tuple[Finding, ...]:
        """What may be quoted: nothing hidden, and nothing that speaks to a program."""
        return tuple(f for f in self.findings if not is_barred(f))

    def of(self, *kinds: FindingKind) -> tuple[Finding, ...]:
        """Its findings of these kinds."""
        return tuple(f for f in self.findings if f.kind in kinds)

    def usable_of(self, *kinds: FindingKind) -> tuple[Finding, ...]:
        """Those of these kinds that may be quoted."""
        return tuple(f for f in self.usable if f.kind in kinds)

    @property
    def sort(self) -> str:
        """What sort of body it is, for comparing like with like: "police", "school"."""
        return "police" if is_police(self) else self.body.split()[-1].lower()

    @property
    def place(self) -> str:
        """Where something was found: "in Kent", but "at Kent Fire and Rescue Service"."""
        return f"{'in' if self.force != self.body and is_police(self) else 'at'} {self.force}"

    @property
    def names(self) -> dict[str, str]:
        """What templates call it."""
        return {"force": self.force, "body": self.body, "whose": f"{self.force}'s",
                "edition": self.key, "at_force": self.place, "when": self.when,
                "in_when": f" in {self.when}" if self.when else "",
                "report": " ".join(f"{self.force}'s {self.when} report".split())}


@dataclass(frozen=True, slots=True)
class Shelf:
    """All scopes of a library, by body and year. ``is_whole``: no report was passed over for a
    newer edition of itself, so that the scopes together are all that there is."""

    scopes: tuple[Scope, ...]
    is_whole: bool

    @property
    def forces(self) -> tuple[str, ...]:
        """The bodies, each once."""
        return tuple(dict.fromkeys(scope.force for scope in self.scopes))

    def of(self, force: str) -> tuple[Scope, ...]:
        """The scopes of a body, oldest first."""
        return tuple(scope for scope in self.scopes if scope.force == force)


def shelf(findings: Sequence[Finding], reports: Sequence[Metadata]) -> Shelf:
    """The scopes of a library. Reports of one body and cycle are one scope; of two editions of
    one report the newest counts."""
    by_report: dict[str, list[Finding]] = {}
    for finding in findings:
        by_report.setdefault(finding.report_id, []).append(finding)
    kept = _newest([m for m in reports if m.id in by_report])
    groups: dict[tuple[str, str], list[Metadata]] = {}
    for report in kept:
        groups.setdefault((_called(report), _when(report)), []).append(report)
    scopes = [Scope(called, official_name(group[0].force) or called, group[0].force, when,
                    group[0].year or 0, tuple(f for m in group for f in by_report[m.id]))
              for (called, when), group in groups.items()]
    return Shelf(tuple(sorted(scopes, key=lambda s: (s.force, s.year, s.when))),
                 len(kept) == len(by_report))


def _newest(reports: Sequence[Metadata]) -> list[Metadata]:
    """Reports without those that another edition, under the same title, replaced."""
    newest: dict[tuple[str, str, str | None, str], Metadata] = {}
    for report in sorted(reports, key=lambda m: (m.published or "", m.id)):
        newest[_called(report), _when(report), report.pillar, report.title] = report
    ids = {report.id for report in newest.values()}
    return [report for report in reports if report.id in ids]


def _called(report: Metadata) -> str:
    return called(report.force) if report.force else f"“{report.title}”"


def called(force: str) -> str:
    """A body in short: its name, in full where that would be odd."""
    return f"the {official_name(force)}" if force in _IN_FULL else force


def _when(report: Metadata) -> str:
    years = re.search(r"\d{4}(?:[/-]\d{2,4})?$", report.cycle or "")
    return years[0] if years else str(report.year or "")


def is_police(scope: Scope) -> bool:
    """Whether the inspected body is a known police force."""
    return any(scope.name == force.name for force in forces())
