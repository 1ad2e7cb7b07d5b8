"""What the index covers, for telling what a question names that it doesn't."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from corpus.model import Metadata
from corpus.names import official_name
from index.words import stem, terms

_YEAR = re.compile(r"(?:19|20)\d\d(?:['’]?s)?")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the index covers.

    ``editions`` are the bodies and years that have a report of their own, ``later`` the second
    years of cycles with the first ("2018/19": 2019 means 2018), ``names`` the stems of the
    bodies' names, ``vocabulary`` the reports' words with how often they occur.
    """

    forces: frozenset[str]
    years: frozenset[int]
    pillars: frozenset[str]
    bodies: frozenset[str]
    sections: tuple[str, ...]
    names: frozenset[str]
    mentioned_years: frozenset[int]
    vocabulary: Mapping[str, int] = field(default_factory=dict)
    editions: frozenset[tuple[str, int]] = frozenset()
    later: Mapping[int, int] = field(default_factory=dict)

    def years_of(self, forces: Collection[str]) -> frozenset[int]:
        """The years with a report on any of these bodies; on any body at all for none."""
        if not forces:
            return self.years
        return frozenset(year for force, year in self.editions if force in forces)

    def edition(self, year: int) -> int:
        """The year under which a report of this year is kept: 2019 is in the cycle 2018/19."""
        return year if year in self.years else self.later.get(year, year)

    @property
    def several(self) -> bool:
        """Whether a question that names no body or year may mean one of several."""
        return len(self.editions) > 1


def scope_of(reports: Collection[Metadata], sections: Iterable[tuple[str, ...]],
             vocabulary: Mapping[str, int]) -> Scope:
    """What a library covers, from its reports, the heading paths of its findings and how often
    each word occurs in them. ``vocabulary`` is kept, not copied."""
    paths = list(sections)
    names = {body for r in reports if r.force
             for body in (r.force, official_name(r.force) or r.force)}
    pillars = {r.pillar for r in reports if r.pillar} | {
        path[0].capitalize() for path in paths if path and len(path[0].split()) == 1}
    return Scope(
        frozenset(r.force for r in reports if r.force),
        frozenset(r.year for r in reports if r.year), frozenset(pillars), frozenset(names),
        tuple(dict.fromkeys(part for path in paths for part in path)),
        frozenset(stem(w) for name in names for w in terms(name)),
        frozenset(int(word[:4]) for word in vocabulary if _YEAR.fullmatch(word)), vocabulary,
        frozenset((r.force, r.year) for r in reports if r.force and r.year),
        {later: r.year for r in reports if r.year and (later := _second_year(r.cycle, r.year))})


def _second_year(cycle: str | None, first: int) -> int | None:
    """2019 of "2018/19"; None where a cycle is one year."""
    match = re.fullmatch(r"\D*(?:19|20)\d\d\s?[/–-]\s?(?:20)?(\d\d)\D*", cycle or "")
    return first // 100 * 100 + int(match[1]) if match else None
