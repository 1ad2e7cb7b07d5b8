"""Whose findings a question asks for: a body's inspection, and the areas that it judged."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant.compose.steering import steers
from corpus.model import Finding, FindingKind, Grade, Metadata
from corpus.names import forces, official_name, topic_of
from evals.suite.asking.wording import dull
from index.words import stems

_PILLARS = frozenset({"effectiveness", "efficiency", "legitimacy", "leadership", "people"})
_LONGEST_LABEL = 8
_QUESTION = re.compile(r"^(?:how|to what extent|what|is|are|does|do)\b", re.IGNORECASE)
_HOW = re.compile(r"^(?:how well|to what extent) does the (?:force|service|constabulary) "
                  r"(?P<verb>[a-z]+) (?P<rest>[^?]{1,90})\?$", re.IGNORECASE)
_STATEMENT = re.compile(r"^(?:the|this) (?:force|service|constabulary|council|school|trust)\b(?!’s)",
                        re.IGNORECASE)
# Counties and cities are known by their name alone; of these that would be odd.
_IN_FULL = frozenset({"Metropolitan", "City of London", "Northern Ireland", "West Midlands",
                      "Thames Valley"})


@dataclass(frozen=True, slots=True)
class Area:
    """A section that is judged, or could be. ``label`` fits after "on"; "" where the heading
    can't be put so. ``judged`` is its one judgment of this inspection, None where there is none
    or several."""

    label: str
    path: tuple[str, ...]
    findings: tuple[Finding, ...]
    judged: Finding | None
    is_pillar: bool = False

    @property
    def names(self) -> dict[str, str]:
        """What templates call it: "investigating crime" follows "good at", "fraud" "good on"."""
        gerund = self.label.partition(" ")[0].endswith("ing")
        return {"area": self.label, "at_area": f"{'at' if gerund else 'on'} {self.label}"}

    @property
    def topic(self) -> str:
        """The key of its topic; "" for none that is known."""
        topic = topic_of(self.path[-1])
        return topic.key if topic else ""

    @property
    def grade(self) -> Grade | None:
        """The grade that was given; None for no judgment, and for one that is not graded."""
        grade = self.judged.grade if self.judged else None
        return None if grade is Grade.NOT_GRADED else grade

    def of(self, *kinds: FindingKind) -> tuple[Finding, ...]:
        """Its findings of these kinds."""
        return tuple(f for f in self.findings if f.kind in kinds)


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
        """Its areas in reading order; two that would be called the same have no label."""
        return _areas(self.findings, is_police(self))

    @cached_property
    def usable(self) -> tuple[Finding, ...]:
        """What may be quoted: nothing hidden, and nothing that speaks to a program."""
        return tuple(f for f in self.findings if not is_barred(f))

    def of(self, *kinds: FindingKind) -> tuple[Finding, ...]:
        """Its findings of these kinds."""
        return tuple(f for f in self.findings if f.kind in kinds)

    @property
    def place(self) -> str:
        """Where something was found: "in Kent", but "at Kent Fire and Rescue Service"."""
        return f"{'in' if self.force != self.body and is_police(self) else 'at'} {self.force}"

    @property
    def names(self) -> dict[str, str]:
        """What templates call it."""
        return {"force": self.force, "body": self.body, "whose": f"{self.force}'s",
                "edition": self.key, "at_force": self.place, "in_when": f" in {self.when}" if self.when else "",
                "when": self.when,
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

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding in a scope."""
        return tuple(f for scope in self.scopes for f in scope.findings)


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
    """Reports without those that another edition of the same replaced."""
    newest: dict[tuple[str, str, str | None], Metadata] = {}
    for report in sorted(reports, key=lambda m: (m.published or "", m.id)):
        newest[_called(report), _when(report), report.pillar] = report
    ids = {report.id for report in newest.values()}
    return [report for report in reports if report.id in ids]


def _called(report: Metadata) -> str:
    if report.force is None:
        return f"“{report.title}”"
    if report.force in _IN_FULL:
        return f"the {official_name(report.force)}"
    return report.force


def _when(report: Metadata) -> str:
    years = re.search(r"\d{4}(?:[/-]\d{2,4})?$", report.cycle or "")
    return years[0] if years else str(report.year or "")


@lru_cache(maxsize=65536)
def is_barred(finding: Finding) -> bool:
    """Whether a finding is hidden or speaks to a program, and is no stuff for questions."""
    return steers(finding)


def _third(verb: str) -> str:
    """"Treat" as in "it treats"."""
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}s"


def is_police(scope: Scope) -> bool:
    """Whether the inspected body is a known police force."""
    return any(scope.name == force.name for force in forces())


def _areas(findings: Sequence[Finding], police: bool) -> tuple[Area, ...]:
    paths: dict[tuple[str, ...], list[Finding]] = {}
    pillars = {f.section[0] for f in findings
               if len(f.section) > 1 and f.section[0].lower() in _PILLARS}
    for finding in findings:
        section = finding.section
        if section and not dull(section[0]):
            paths.setdefault(section[:2] if section[0] in pillars else section[:1],
                             []).append(finding)
    labels = {path: label_of(path[-1], {f.words for f in found}, police) for path, found in paths.items()}
    often = [label for label in labels.values() if label]
    return tuple(Area(label if often.count(label) == 1 else _phrased(path[-1]), path, tuple(found),
                      _judged(found, path), len(path) == 1 and path[0] in pillars)
                 for path, found in paths.items() for label in [labels[path]])


def _judged(found: Sequence[Finding], path: tuple[str, ...]) -> Finding | None:
    judged = [f for f in found if f.kind is FindingKind.JUDGMENT and f.as_of is None
              and f.section[:len(path)] == path]
    return judged[0] if len(judged) == 1 else None


def label_of(heading: str, statements: Collection[str] = (), police: bool = True) -> str:
    """What a section is about, to follow "on": of a police report its topic, where the heading
    says no more, else the heading; "" for a heading that is a sentence (one of ``statements`` is
    its text) or can't be put as a part of one."""
    topic = topic_of(heading) if police or heading.endswith("?") else None
    if heading in statements or _STATEMENT.match(heading):
        return ""
    if topic and len(stems(topic.label) & stems(heading)) * 2 >= len(stems(topic.label)):
        return topic.label
    return _phrased(heading)


def _phrased(heading: str) -> str:
    """A heading as a noun phrase inside a sentence, a question as "how it treats people"; ""
    where it is neither."""
    text = heading.strip()
    if asked := _HOW.match(text):
        return f"how it {_third(asked['verb'])} {asked['rest']}"
    if not text or _QUESTION.match(text) or _STATEMENT.match(text) or dull(text) \
            or text[-1] in "?.!:" or len(text.split()) > _LONGEST_LABEL:
        return ""
    return text if text[1:2].isupper() else text[0].lower() + text[1:]
