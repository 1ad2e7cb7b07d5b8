"""Follow-up questions: what somebody asks next, once a first question was answered."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.model import FindingKind
from evals.suite.drafting.area import Area
from evals.suite.drafting.ask import Ask, Spot, each, ids
from evals.suite.drafting.grade import Side, of_area, pairs, same_grade
from evals.suite.drafting.listing import askable, has_all
from evals.suite.drafting.reference import listed, told, verdict
from evals.suite.drafting.review import BAD, GOOD, speaking_for, tones
from evals.suite.drafting.scope import Scope, Shelf
from evals.suite.drafting.wording import noun

_IMPROVE = FindingKind.AREA_FOR_IMPROVEMENT


def follow_ups(shelf: Shelf) -> Iterator[Ask]:
    """Why a grade was given, the same of another year or body, what is to be improved, the other
    side, and how many that is."""
    for scope in shelf.scopes:
        for area in scope.areas:
            if area.grade and area.label and not area.is_pillar:
                yield from _after_grade(shelf, scope, area)
    for one, other in pairs(shelf):
        yield _elsewhere(shelf, one, other)
    yield from _after_tone(shelf)


def _after_grade(shelf: Shelf, scope: Scope, area: Area) -> Iterator[Ask]:
    first = ((_worded(of_area(shelf, scope, area)), verdict(scope, area)),)
    if found := speaking_for(area):
        yield Ask("follow_up", "why", scope.names, Spot(scope.key, area.label, found[0].kind.value),
                  told(scope, found, 2), (ids(found),), history=first)
    found = askable(area.of(_IMPROVE))
    if found and has_all(area, scope, _IMPROVE):
        yield Ask("follow_up", "improve", {**scope.names, "kinds": noun(_IMPROVE)},
                  Spot(scope.key, area.label, _IMPROVE.value), listed(scope, found), each(found),
                  ids(found), history=first)


def _elsewhere(shelf: Shelf, one: Side, other: Side) -> Ask:
    (a, first), (b, second) = one, other
    asked = _worded(of_area(shelf, a, first))
    form = "year" if a.force == b.force else "body" if a.when == b.when else "both"
    assert second.grade is not None
    return Ask("follow_up", form, b.names, Spot(b.key, second.label, FindingKind.JUDGMENT.value),
               verdict(b, second), (same_grade(shelf, b, second),), grades=(second.grade,),
               history=((asked, verdict(a, first)),))


def _worded(ask: Ask) -> str:
    """One of a question's wordings, another for another area."""
    wordings = ask.wordings
    return wordings[len(ask.spot.scope + ask.spot.area) % len(wordings)]


def _after_tone(shelf: Shelf) -> Iterator[Ask]:
    """After what goes well, what doesn't; and the other way round."""
    areas = {(scope.key, area.label): (scope, area) for scope in shelf.scopes
             for area in scope.areas if area.label}
    for ask in tones(shelf):
        scope, area = areas[ask.spot.scope, ask.spot.area]
        other = area.usable_of(*(BAD if ask.form == "well" else GOOD))
        if other and ask.reference:
            yield Ask("follow_up", "badly" if ask.form == "well" else "well", scope.names,
                      Spot(scope.key, area.label, other[0].kind.value), told(scope, other),
                      (ids(other),), forbidden=None,
                      history=((_worded(ask), ask.reference),))
