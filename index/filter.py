"""Which findings a question is about, as data."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from corpus.model import Finding
from corpus.names import topic_of


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on findings; an empty field asks nothing, several fields must all hold.

    ``topics`` are keys of known topics, ``sections`` are heading texts on a finding's path: one
    of either is enough. ``ids`` are the findings themselves.
    """

    reports: frozenset[str] = frozenset()
    forces: frozenset[str] = frozenset()
    years: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    polarities: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    sections: frozenset[str] = frozenset()
    grades: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))

    def admits(self, finding: Finding) -> bool:
        """Whether a finding meets every condition."""
        return (
            (not self.reports or finding.report_id in self.reports)
            and (not self.forces or finding.force in self.forces)
            and (not self.years or finding.year in self.years)
            and (not self.kinds or finding.kind.value in self.kinds)
            and (not self.polarities or finding.polarity.value in self.polarities)
            and (not self.grades or (finding.grade is not None
                                     and finding.grade.value in self.grades))
            and (not self.ids or finding.id in self.ids)
            and (not (self.topics or self.sections)
                 or bool(self.topics & topics_of(finding))
                 or any(part in self.sections for part in finding.section)))

    def to_dict(self) -> dict[str, Any]:
        """The conditions that are set, for traces."""
        return {field.name: sorted(getattr(self, field.name)) for field in fields(self)
                if getattr(self, field.name)}


def topics_of(finding: Finding) -> frozenset[str]:
    """The topics of the headings that a finding stands under, the pillar left out."""
    return topics_under(finding.section)


@lru_cache(maxsize=8192)
def topics_under(section: tuple[str, ...]) -> frozenset[str]:
    """The topics of a heading path."""
    found = (topic_of(heading) for heading in section)
    return frozenset(topic.key for topic in found if topic is not None)
