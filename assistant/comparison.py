"""Comparisons: a table with a column for each side, every cell cited, empty cells told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer import Intent, Table
from assistant.compose.headings import label as heading
from assistant.gathered import Gathered, Group
from assistant.lookup import likely
from assistant.newest import newest
from assistant.question import Question
from assistant.scope import Scope
from assistant.subject import narrowing
from corpus.model import Finding, FindingKind
from corpus.names import official_name, topics
from index.filter import Filter
from index.passages import statement
from index.store import Index
from index.words import stem, stems

_MOST = 3
_SIDES = 6
_READ = 8
_NOT_SAID = frozenset({FindingKind.JUDGMENT, FindingKind.RECOMMENDATION,
                       FindingKind.AREA_FOR_IMPROVEMENT})
# Two statements tell of one thing from this cosine on, where they share this part of the shorter
# one's words as well; statements that are merely on one subject seldom do both.
_ALIKE, _SHARED = 0.55, 0.4
_ROWS = (("grade", FindingKind.JUDGMENT), ("strengths", FindingKind.STRENGTH),
         ("weaknesses", FindingKind.WEAKNESS),
         ("cause_of_concern", FindingKind.CAUSE_OF_CONCERN),
         ("area_for_improvement", FindingKind.AREA_FOR_IMPROVEMENT))
_COMPARING = stems("compare comparison difference differ differences better worse best worst "
                   "change changed against versus handling how who which between within one other")

_GRADED = re.compile(r"\b(?:graded?|grades|gradings?|rated|ratings?|judged|judge?ments?)\b",
                     re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Side:
    """One column: its name, and the scope of its findings. ``indexed`` is False for a body that
    no report covers: its cells are all empty."""

    name: str
    wanted: Filter
    indexed: bool = True


def compared(question: Question, index: Index, scope: Scope) -> Gathered | None:
    """Each side of a comparison in a column, what is said of it in rows: for a topic its grade,
    strengths, weaknesses and areas for improvement, for any other subject what the reports say.
    None where nothing can be set side by side."""
    sides, notes = _sides(question, scope)
    if len(sides) < 2:
        return None
    words = () if _of_grades(question) else tuple(
        w for w in narrowing(question) if stem(w) not in _COMPARING)
    rows = _of_subject(question, sides, index, scope) if words else []
    if not rows and not (words and not question.facets.topics):
        rows = _of_topic(sides, index)
    groups = [Group("", found, (r, c)) for r, (_, cells) in enumerate(rows)
              for c, found in enumerate(cells) if found]
    if not groups:
        return None
    table = Table(columns=tuple(side.name for side in sides),
                  rows=tuple(heading(label) for label, _ in rows))
    return Gathered(Intent.COMPARE, tuple(groups), notes=tuple(notes), table=table,
                    by_words=words)


def _of_grades(question: Question) -> bool:
    """Whether the grades of a topic are what is compared, however it is said."""
    return bool(question.facets.topics and _GRADED.search(question.read))


def _sides(question: Question, scope: Scope) -> tuple[list[Side], list[str]]:
    told = question.facets
    keys = frozenset(told.topics)
    base = replace(question.wanted, kinds=frozenset(), polarities=frozenset(), topics=keys)
    if len(told.forces) > 1:
        return _of_forces(question, base, scope)
    if len(told.topics) > 1 and len(question.wanted.years) < 2:
        labels = {t.key: t.label for t in topics()}
        one, notes = newest(base, scope)
        return [Side(f"{labels[key][:1].upper()}{labels[key][1:]}",
                     replace(one, topics=frozenset({key}))) for key in told.topics], notes
    years = sorted(question.wanted.years)
    if len(years) < 2:
        years = sorted(scope.years_of(base.forces)) if len(base.forces) == 1 else []
        if not told.trend and not told.compares:
            return [], []
    return [Side(" ".join([*base.forces, str(year)]), replace(base, years=frozenset({year})))
            for year in years[-_SIDES:]], []


def _of_forces(question: Question, base: Filter,
               scope: Scope) -> tuple[list[Side], list[str]]:
    sides: list[Side] = []
    notes: list[str] = []
    for force in question.facets.forces[:_SIDES]:
        if force not in scope.forces:
            sides.append(Side(official_name(force) or force, base, indexed=False))
            continue
        one = replace(base, forces=frozenset({force}), reports=frozenset())
        if question.wanted.years:
            years = sorted(question.wanted.years & scope.years_of({force}))
            sides += [Side(f"{force} {year}", replace(one, years=frozenset({year})))
                      for year in years] or [Side(force, one, indexed=False)]
            continue
        one, told = newest(one, scope)
        notes += told
        year = "".join(f" {year}" for year in one.years)
        sides.append(Side(f"{force}{year}", one))
    return sides, notes


def _of_topic(sides: Sequence[Side], index: Index) -> list[tuple[str, list[tuple[Finding, ...]]]]:
    """A row for each kind of finding that some side has."""
    rows = []
    for label, kind in _ROWS:
        cells = [tuple(f for f in index.findings(side.wanted) if f.kind is kind)
                 if side.indexed else () for side in sides]
        if kind is not FindingKind.JUDGMENT:
            cells = [cell[:_MOST] for cell in cells]
        if any(cells):
            rows.append((label, cells))
    return rows


def _echoed(said: Sequence[Sequence[Finding]], side: Side,
            index: Index) -> tuple[Finding, ...]:
    """What a side's reports say in nearly the words in which another side answers: reports on one
    matter are worded alike from one inspection to the next."""
    if not side.indexed:
        return ()
    scope = replace(side.wanted, topics=frozenset())
    for told in (found[0] for found in said if found):
        vector = index.embedder.embed([told.text])[0]
        for hit in index.search_by(vector, told.text.split(), scope)[:1]:
            if _tells_the_same(told.text, hit.finding.text, index):
                return (hit.finding,)
    return ()


def _alike(question: Question, sides: Sequence[Side], index: Index) -> list[tuple[Finding, ...]]:
    """For each side the first of its nearest findings that has most of the question's words and
    tells the same as one of the first side's: that several reports speak of it alike shows what
    is meant. What is asked of a body, and its grades, tell nothing of how it does."""
    asked = stems(" ".join(question.subject))
    near = [[hit.finding for hit in index.search(question.search_text, replace(
        side.wanted, topics=frozenset()))[:_READ]
        if hit.finding.kind not in _NOT_SAID
        and len(asked & stems(statement(hit.finding))) >= len(asked) / 2]
        if side.indexed and asked else [] for side in sides]
    for first in near[0]:
        rest = [next((f for f in found if _tells_the_same(first.text, f.text, index)), None)
                for found in near[1:]]
        if all(rest):
            return [(first,), *((f,) for f in rest if f is not None)]
    return []


def _tells_the_same(one: str, other: str, index: Index) -> bool:
    first, second = index.embedder.embed([one, other])
    own, others = stems(one), stems(other)
    shared = len(own & others) / max(1, min(len(own), len(others)))
    return float(first @ second) >= _ALIKE and shared >= _SHARED


def _of_subject(question: Question, sides: Sequence[Side], index: Index,
                scope: Scope) -> list[tuple[str, list[tuple[Finding, ...]]]]:
    """One row of what each side's reports say on the subject, with the grade that it falls
    under where every side was graded on that."""
    said = [tuple(likely(question, replace(side.wanted, topics=frozenset()), index, scope)[:_MOST])
            if side.indexed else () for side in sides]
    if not any(said):
        said = _alike(question, sides, index)
    if not any(said):
        return []
    said = [found or _echoed(said, side, index) for found, side in zip(said, sides, strict=True)]
    rows = [("said", said)]
    keys = frozenset(question.facets.parts)
    if keys:
        judged = [tuple(f for f in index.findings(replace(side.wanted, topics=keys))
                        if f.kind is FindingKind.JUDGMENT) if side.indexed else ()
                  for side in sides]
        if all(judged):
            rows.insert(0, ("grade", judged))
    return rows
