"""The library at a glance: the grade that each inspection gave on each question, and how many
areas for improvement, causes of concern and recommendations it left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from assistant.editions import current
from corpus.headings import FURNITURE, PILLARS
from corpus.model import Finding, FindingKind, Grade, Metadata
from corpus.names import topic_of, topics
from index.filter import topics_of

ASKED_FOR = (FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.CAUSE_OF_CONCERN,
             FindingKind.RECOMMENDATION)
Parsed = tuple[Metadata, Sequence[Finding]]


class State(StrEnum):
    """What a cell of the grid says."""

    GRADED = "graded"
    NOT_GRADED = "not graded"        # the reports speak of it and give no grade
    NOT_INSPECTED = "not inspected"  # the reports have no section on it


@dataclass(frozen=True, slots=True)
class Column:
    """What was inspected, whatever its wording in a given year: a known topic, a pillar as a
    whole, or, where a heading is neither, the heading itself. ``name`` is the topic's label, the
    pillar or the heading; ``topic`` the topic's key, None for the others."""

    key: str
    name: str
    topic: str | None = None
    pillar: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """One judgment. ``finding`` and ``report`` are ids, ``heading`` is what it stands under,
    ``as_of`` the year of the earlier inspection that made it. Where the reports speak of a
    question and never of its grade, ``stated`` is False and ``finding`` is the first on it.
    ``hidden`` text is in the report's file but not to be seen in it."""

    grade: Grade
    finding: str
    report: str
    heading: str
    as_of: int | None = None
    stated: bool = True
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """The judgments on one question in one cycle: none where it was not inspected, several where
    reports pose several questions on one topic or contradict each other. ``earlier`` are those
    of earlier inspections that the reports recall beside their own."""

    judged: tuple[Judged, ...] = ()
    earlier: tuple[Judged, ...] = ()

    @property
    def state(self) -> State:
        """What the cell says as a whole."""
        if not self.judged:
            return State.NOT_INSPECTED
        ungraded = all(one.grade is Grade.NOT_GRADED for one in self.judged)
        return State.NOT_GRADED if ungraded else State.GRADED


@dataclass(frozen=True, slots=True)
class Row:
    """One body in one cycle, with the ids of the reports that tell of it. ``cycle`` is the year
    where no cycle is known, "" without either."""

    force: str | None
    cycle: str
    year: int | None
    reports: tuple[str, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings of each kind of ``ASKED_FOR`` stand under a topic or heading, and the id
    of the first of each kind."""

    column: Column
    counts: Mapping[FindingKind, int]
    first: Mapping[FindingKind, str]


@dataclass(frozen=True, slots=True)
class Overview:
    """The grid, with a cell in each row for each of ``columns``, and the counts.

    ``by_topic`` has what lists of a topic have: a finding that stands under two topics is in
    both counts. ``by_force`` and ``total`` count each finding once.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    by_topic: tuple[Tally, ...]
    by_force: tuple[tuple[str | None, Mapping[FindingKind, int]], ...]
    total: Mapping[FindingKind, int]


def overview_of(reports: Iterable[Parsed], force: str | None = None,
                year: int | None = None) -> Overview:
    """The overview of these reports, or of those on one force or of one year.

    Rows go by force, newest first; columns as the reports order them, the newest report first. A
    judgment that a later edition of its report replaced is left out.
    """
    chosen = [(about, found) for about, found in reports
              if force in (None, about.force) and year in (None, about.year)]
    groups = _grouped(chosen)
    columns = _columns(groups)
    published = {about.id: about.published for about, _ in chosen}
    judged, _ = current([one for _, found in chosen for one in found if one.grade is not None],
                        published)
    kept = {one.id for one in judged}
    rows = tuple(sorted((_row(key, group, columns, kept) for key, group in groups),
                        key=_by_force))
    asked = [one for _, found in chosen for one in found if one.kind in ASKED_FOR]
    bodies = {about.id: about.force for about, _ in chosen}
    return Overview(columns, rows, _by_topic(asked, columns), _by_body(asked, bodies),
                    Counter(one.kind for one in asked))


def _grouped(reports: Sequence[Parsed]) -> list[tuple[tuple[str | None, str], list[Parsed]]]:
    """Reports by body and cycle, the newest first."""
    groups: dict[tuple[str | None, str], list[Parsed]] = {}
    for about, found in sorted(reports, key=lambda one: (-(one[0].year or 0), one[0].id)):
        cycle = " ".join((about.cycle or str(about.year or "")).split())
        groups.setdefault((about.force, cycle), []).append((about, found))
    return list(groups.items())


def _row(key: tuple[str | None, str], group: Sequence[Parsed], columns: Sequence[Column],
         kept: set[str]) -> Row:
    judged: dict[str, list[Judged]] = {}
    first: dict[str, Judged] = {}
    for about, found in group:
        for finding in found:
            column = column_of(finding)
            if column is None:
                continue
            one = Judged(finding.grade or Grade.NOT_GRADED, finding.id, about.id,
                         finding.section[-1] if finding.section else "", finding.as_of,
                         finding.grade is not None, finding.hidden)
            if finding.id in kept:
                judged.setdefault(column.key, []).append(one)
            elif finding.grade is None:
                first.setdefault(column.key, one)
    cells = tuple(_cell(judged.get(column.key, []), first.get(column.key)) for column in columns)
    years = [about.year for about, _ in group if about.year]
    return Row(*key, max(years, default=None), tuple(about.id for about, _ in group), cells)


def _cell(judged: Sequence[Judged], spoken_of: Judged | None) -> Cell:
    own = tuple(one for one in judged if one.as_of is None)
    recalled = tuple(one for one in judged if one.as_of is not None)
    if any(one.grade is not Grade.NOT_GRADED for one in own):
        return Cell(own, recalled)
    return Cell((*own, *recalled) or ((spoken_of,) if spoken_of else ()))


def column_of(finding: Finding) -> Column | None:
    """Where a finding belongs in the grid. A judgment always has a column; any other finding
    has one only where the question that it stands under is on a known topic, since headings of
    no topic may be no questions."""
    column = _inspected(finding.section, finding.grade is not None)
    return column if column.topic or finding.grade is not None else None


@lru_cache(maxsize=8192)
def _inspected(section: tuple[str, ...], judged: bool) -> Column:
    """The column of a heading path. A judgment is on what its innermost headings name, other
    findings belong to the question that their section answers."""
    parts = [part for part in section if not FURNITURE.match(part.strip())]
    named = [part for part in parts if not PILLARS.match(part.strip())]
    for heading in reversed(parts) if judged else (named or parts)[:1]:
        topic = topic_of(heading)
        if topic is not None:
            return Column(topic.key, topic.label, topic.key)
    heading = " ".join((named or parts or [""])[0].split()).rstrip("?")
    return Column(f"heading:{heading.lower()}", heading, pillar=not named and bool(parts))


def _columns(groups: Sequence[tuple[tuple[str | None, str], Sequence[Parsed]]],
             ) -> tuple[Column, ...]:
    """Every column, in the order of the newest report; what only others have comes after what
    it follows in them."""
    known: dict[str, Column] = {}
    order: list[str] = []
    for _, group in groups:
        for _, found in group:
            before: str | None = None
            for finding in found:
                column = column_of(finding)
                if column is None:
                    continue
                if column.key not in known:
                    known[column.key] = column
                    order.insert(order.index(before) + 1 if before else 0, column.key)
                before = column.key
    return tuple(known[key] for key in order)


def _by_topic(asked: Sequence[Finding], columns: Sequence[Column]) -> tuple[Tally, ...]:
    labels = {topic.key: topic.label for topic in topics()}
    known = {column.key: column for column in columns}
    counts: dict[str, Counter[FindingKind]] = {}
    first: dict[str, dict[FindingKind, str]] = {}
    for finding in asked:
        keys = sorted(topics_of(finding))
        if not keys:
            column = _inspected(finding.section, judged=False)
            known.setdefault(column.key, column)
            keys = [column.key]
        for key in keys:
            known.setdefault(key, Column(key, labels.get(key, key), key))
            counts.setdefault(key, Counter())[finding.kind] += 1
            first.setdefault(key, {}).setdefault(finding.kind, finding.id)
    return tuple(Tally(column, counts[key], first[key]) for key, column in known.items()
                 if key in counts)


def _by_body(asked: Sequence[Finding], bodies: Mapping[str, str | None],
             ) -> tuple[tuple[str | None, Mapping[FindingKind, int]], ...]:
    counts: dict[str | None, Counter[FindingKind]] = {body: Counter() for body in bodies.values()}
    for finding in asked:
        counts[bodies[finding.report_id]][finding.kind] += 1
    return tuple(sorted(counts.items(), key=lambda one: (one[0] is None, one[0] or "")))


def _by_force(row: Row) -> tuple[bool, str, int, str]:
    return row.force is None, row.force or "", -(row.year or 0), row.cycle
