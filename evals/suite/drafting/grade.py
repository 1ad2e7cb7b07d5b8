"""Questions on grades: what one is, which areas have it, how two compare, and one that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from corpus.model import Finding, FindingKind, Grade, Polarity
from evals.suite.drafting.area import Area
from evals.suite.drafting.ask import Ask, Groups, Spot, each, ids
from evals.suite.drafting.reference import verdict
from evals.suite.drafting.scope import Scope, Shelf

Side = tuple[Scope, Area]
_JUDGMENT = FindingKind.JUDGMENT.value
_ALL_PAIRS = 6
_SCALE = (Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.GOOD, Grade.OUTSTANDING)


def grades(shelf: Shelf) -> Iterator[Ask]:
    """The grade of an area, of a pillar, and which areas have a grade."""
    for scope in shelf.scopes:
        for area in scope.areas:
            if area.judged and area.label:
                form = "ungraded" if area.grade is None else "pillar" if area.is_pillar else "area"
                yield of_area(shelf, scope, area, form)
        yield from _with_grade(scope)


def of_area(shelf: Shelf, scope: Scope, area: Area, form: str = "area") -> Ask:
    """The question after the grade of an area that has a judgment."""
    assert area.judged is not None
    return Ask("grade", form, {**scope.names, **area.names},
               Spot(scope.key, area.label, _JUDGMENT), verdict(scope, area),
               (same_grade(shelf, scope, area),), grades=(area.judged.grade or Grade.NOT_GRADED,))


def same_grade(shelf: Shelf, scope: Scope, area: Area) -> tuple[str, ...]:
    """The findings that give the area's grade: its judgment, a summary that repeats it, and what
    a later report recalls of it."""
    assert area.judged is not None
    grade = (area.judged.grade or Grade.NOT_GRADED).value
    heading = area.path[-1].lower()
    summaries = [f for f in scope.usable if f.kind is FindingKind.SUMMARY and f.section
                 and f.section[-1].lower() == heading and f.words.lower().endswith(grade)
                 and len(f.words) <= len(heading) + len(grade) + 3]
    recalled = [f for later in shelf.of(scope.force) for other in later.areas
                for f in other.usable_of(FindingKind.JUDGMENT)
                if f.as_of == scope.year and f.grade is area.judged.grade and area.is_its_topic
                and other.is_its_topic and other.topic == area.topic]
    return ids([area.judged, *summaries, *recalled])


def _with_grade(scope: Scope) -> Iterator[Ask]:
    """Which areas have a grade: asked where every judgment of the scope is that of an area."""
    areas = [area for area in scope.areas if area.grade and area.label and not area.is_pillar]
    every = [f for f in scope.of(FindingKind.JUDGMENT)
             if f.as_of is None and f.grade is not Grade.NOT_GRADED]
    for grade in dict.fromkeys(area.grade for area in areas):
        found = [area for area in areas if area.grade is grade]
        items = [area.judged for area in found if area.judged]
        if grade is None or len(items) < 2 or len([f for f in every if f.grade is grade]) \
                != len(items):
            continue
        reference = " ".join(verdict(scope, area) for area in found)
        yield Ask("grade", "which", {**scope.names, "grade": grade.value, "was": _was(grade)},
                  Spot(scope.key, "", _JUDGMENT), reference, each(items), ids(items),
                  grades=(grade,))


def compared(shelf: Shelf) -> Iterator[Ask]:
    """Two bodies' grades for one topic, and one body's in two years."""
    for one, other in pairs(shelf):
        (a, first), (b, second) = one, other
        form = "years" if a.force == b.force else "bodies"
        yield Ask("compare", form, _two(one, other), Spot(b.key, second.label, _JUDGMENT),
                  f"{verdict(a, first)} {verdict(b, second)}", _needed(shelf, one, other),
                  grades=_named(first, second))


def mistaken(shelf: Shelf) -> Iterator[Ask]:
    """Questions that take a grade, or a change of one, for granted that is not so."""
    for scope in shelf.scopes:
        for area in scope.areas:
            if area.grade and area.label and area.grade is not Grade.ADEQUATE:
                yield _wrong_grade(shelf, scope, area)
    for one, other in pairs(shelf):
        (a, first), (b, second) = one, other
        if a.force == b.force and first.grade in _SCALE and second.grade in _SCALE \
                and first.grade is not second.grade:
            rose = _SCALE.index(second.grade) > _SCALE.index(first.grade)
            yield Ask("false_premise", "fell" if rose else "rose", _two(one, other),
                      Spot(b.key, second.label, _JUDGMENT),
                      f"{verdict(a, first)} {verdict(b, second)}", _needed(shelf, one, other),
                      grades=_named(first, second))


def _wrong_grade(shelf: Shelf, scope: Scope, area: Area) -> Ask:
    assert area.grade is not None
    good = area.grade.polarity is Polarity.POSITIVE
    claim = Grade.INADEQUATE if good else Grade.OUTSTANDING
    return Ask("false_premise", "grade",
               {**scope.names, **area.names, "grade": claim.value},
               Spot(scope.key, area.label, _JUDGMENT), verdict(scope, area),
               (same_grade(shelf, scope, area),), grades=(area.grade,))


def unclear(shelf: Shelf) -> Iterator[Ask]:
    """Questions after a grade that name no body, or no year, where there are several."""
    for sides in by_topic(shelf).values():
        alike = len({scope.sort for scope, _ in sides}) == 1
        if alike and len({scope.force for scope, _ in sides}) > 1:
            yield _unclear(sides, "body")
        for force in shelf.forces:
            own = [side for side in sides if side[0].force == force]
            if len(own) > 1:
                yield _unclear(own, "year")


def _unclear(sides: list[Side], form: str) -> Ask:
    scope, area = sides[-1]
    found: list[Finding] = [a.judged for _, a in sides if a.judged]
    reference = " ".join(verdict(s, a) for s, a in sides)
    return Ask("ambiguous", form, {**scope.names, **area.names},
               Spot(scope.key, area.label, _JUDGMENT), reference, (ids(found),))


def by_topic(shelf: Shelf) -> dict[str, list[Side]]:
    """The graded areas of each topic that one scope has once, by body and year."""
    found: dict[str, list[Side]] = {}
    for scope in shelf.scopes:
        graded = [a for a in scope.areas if a.grade and a.topic and not a.is_pillar]
        for area in graded:
            if area.is_its_topic and [a.topic for a in graded].count(area.topic) == 1:
                found.setdefault(area.topic, []).append((scope, area))
    return found


def pairs(shelf: Shelf) -> Iterator[tuple[Side, Side]]:
    """Pairs of graded areas of one topic: every pair of a few, neighbours of many."""
    for sides in by_topic(shelf).values():
        found = combinations(sides, 2) if len(sides) <= _ALL_PAIRS else pairwise(sides)
        yield from (pair for pair in found if pair[0][0].sort == pair[1][0].sort)


def two_names(a: Scope, b: Scope) -> dict[str, str]:
    """What templates call two scopes: one year for both where it is the same."""
    same = a.when == b.when and bool(a.when)
    return {"a": a.force, "b": b.force, "when_a": a.when, "when_b": b.when,
            "edition_a": a.force if same else a.key, "edition_b": b.force if same else b.key,
            "in_when": f" in {a.when}" if same else ""}


def _two(one: Side, other: Side) -> dict[str, str]:
    (a, first), (b, second) = one, other
    return {**a.names, **two_names(a, b), **min(first, second, key=lambda x: len(x.label)).names}


def _needed(shelf: Shelf, *sides: Side) -> Groups:
    return tuple(same_grade(shelf, scope, area) for scope, area in sides)


def _named(*areas: Area) -> tuple[Grade, ...]:
    return tuple(dict.fromkeys(area.grade for area in areas if area.grade))


def _was(grade: Grade) -> str:
    return "judged to require improvement" if grade is Grade.REQUIRES_IMPROVEMENT \
        else f"graded {grade.value}"
