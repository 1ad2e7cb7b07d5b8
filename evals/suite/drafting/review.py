"""Questions after several things at once: why a grade was given, what goes well or badly, and
briefings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.model import Finding, FindingKind, Grade, Polarity
from evals.suite.drafting.area import Area
from evals.suite.drafting.ask import Ask, Groups, Spot, ids
from evals.suite.drafting.grade import same_grade
from evals.suite.drafting.reference import sentence, told, verdict
from evals.suite.drafting.scope import Scope, Shelf

GOOD = (FindingKind.STRENGTH, FindingKind.INNOVATIVE_PRACTICE)
BAD = (FindingKind.WEAKNESS, FindingKind.CAUSE_OF_CONCERN, FindingKind.AREA_FOR_IMPROVEMENT)
ADVICE = (FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.CAUSE_OF_CONCERN,
          FindingKind.RECOMMENDATION)
_PARTS = ((FindingKind.STRENGTH, FindingKind.INNOVATIVE_PRACTICE), (FindingKind.WEAKNESS,),
          ADVICE)


def reasons(shelf: Shelf) -> Iterator[Ask]:
    """Why an area has its grade: a finding that speaks the same way."""
    for scope in shelf.scopes:
        for area in scope.areas:
            found = speaking_for(area)
            if area.grade and area.label and found:
                yield Ask("why", "grade",
                          {**scope.names, **area.names, "graded": _graded(area.grade)},
                          Spot(scope.key, area.label, found[0].kind.value),
                          told(scope, found), (ids(found),))


def speaking_for(area: Area) -> tuple[Finding, ...]:
    """The findings of an area that speak for its grade; none for one between good and bad."""
    if area.grade is None or area.grade.polarity is Polarity.NEUTRAL:
        return ()
    return area.usable_of(*(GOOD if area.grade.polarity is Polarity.POSITIVE else BAD))


def tones(shelf: Shelf) -> Iterator[Ask]:
    """What goes well or badly in an area; findings of the other tone have no place in it."""
    for scope in shelf.scopes:
        for area in scope.areas:
            for form, kinds, barred in (("well", GOOD, Polarity.NEGATIVE),
                                        ("badly", BAD, Polarity.POSITIVE)):
                found = area.usable_of(*kinds)
                if found and area.label and not area.is_pillar:
                    yield Ask("polarity", form, {**scope.names, **area.names},
                              Spot(scope.key, area.label, found[0].kind.value),
                              told(scope, found), (ids(found),), forbidden=barred)


def briefings(shelf: Shelf) -> Iterator[Ask]:
    """A briefing on an area, or on a whole inspection with one judgment of each grade."""
    for scope in shelf.scopes:
        for area in scope.areas:
            parts = [found for kinds in _PARTS if (found := area.usable_of(*kinds))]
            if area.judged and area.label and len(parts) > 1:
                yield Ask("brief", "area", {**scope.names, **area.names},
                          Spot(scope.key, area.label, parts[0][0].kind.value),
                          " ".join([verdict(scope, area), *(_told(scope, p, 1) for p in parts)]),
                          (same_grade(shelf, scope, area), *map(ids, parts)))
        yield from _whole(shelf, scope)


def _whole(shelf: Shelf, scope: Scope) -> Iterator[Ask]:
    graded = [area for area in scope.areas if area.grade and area.label]
    advice = next((found for kind in (FindingKind.CAUSE_OF_CONCERN,
                                      FindingKind.AREA_FOR_IMPROVEMENT)
                   if (found := scope.usable_of(kind))), ())
    if len(graded) < 2 or not advice:
        return
    first = {area.grade: area for area in reversed(graded)}
    needed: Groups = tuple(
        tuple(dict.fromkeys(i for area in graded if area.grade is grade
                            for i in same_grade(shelf, scope, area))) for grade in first)
    yield Ask("brief", "scope", scope.names, Spot(scope.key, "", advice[0].kind.value),
              " ".join([*(verdict(scope, area) for area in first.values()),
                        _told(scope, advice, 2)]), (*needed, ids(advice)))


def _told(scope: Scope, found: Sequence[Finding], most: int) -> str:
    return " ".join(sentence(f, scope) for f in found[:most])


def _graded(grade: Grade) -> str:
    return "judged to require improvement" if grade is Grade.REQUIRES_IMPROVEMENT \
        else f"graded {grade.value}"
