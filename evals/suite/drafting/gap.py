"""Questions that no report answers, each checked against the findings of the body it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle

from corpus.model import FindingKind
from corpus.names import forces, forces_in
from evals.suite.drafting.area import Area
from evals.suite.drafting.ask import Ask, Spot
from evals.suite.drafting.listing import has_all
from evals.suite.drafting.lookup import operations
from evals.suite.drafting.scope import Scope, Shelf, called, is_police
from evals.suite.drafting.wording import noun, templates
from index.passages import statement

_KINDS = (FindingKind.CAUSE_OF_CONCERN, FindingKind.RECOMMENDATION,
          FindingKind.INNOVATIVE_PRACTICE, FindingKind.AREA_FOR_IMPROVEMENT)
_AROUND = 6
_MONEY = re.compile(r"£|\bcosts?\b|\bfund\w*|\bpaid\b|\bpay\w*", re.IGNORECASE)


def unanswerable(shelf: Shelf) -> Iterator[Ask]:
    """A year or a body that is not in the library, a kind of finding that a report has none of,
    the cost of an operation, and details that inspection reports seldom give."""
    yield from _other_year(shelf)
    yield from _other_body(shelf)
    yield from _no_such_kind(shelf)
    yield from _cost(shelf)
    yield from _detail(shelf)


def _other_year(shelf: Shelf) -> Iterator[Ask]:
    for force in shelf.forces:
        scopes = shelf.of(force)
        text = _text(scopes)
        taken = {int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", text)}
        for scope in scopes:
            taken |= {scope.year, scope.year + 1, *(f.as_of or 0 for f in scope.findings)}
            taken |= {2000 + int(end) for end in re.findall(r"\d{4}[/-](\d\d)\b", scope.when)}
        known = [scope.year for scope in scopes if scope.year]
        if known:
            free = [y for y in range(min(known) - _AROUND, max(known) + _AROUND) if y not in taken]
            for year, area in zip(free, _areas(scopes), strict=False):
                yield Ask("unanswerable", "year",
                          {**scopes[0].names, "year": str(year), **area.names},
                          Spot(force, area.label))


def _other_body(shelf: Shelf) -> Iterator[Ask]:
    text = " ".join([_text(shelf.scopes), *(s.body for s in shelf.scopes)])
    named = {force.name for force in forces_in(text)}
    free = [force for force in sorted(forces(), key=lambda f: f.name)
            if force.name not in named and force.official.startswith(force.name)
            and force.name not in ("Police Scotland", "British Transport Police")]
    for force, area in zip(free, cycle(_areas(shelf.scopes)), strict=False):
        there = Scope(called(force.name), force.official, force.name, "", 0, ())
        yield Ask("unanswerable", "body", {**there.names, **area.names},
                  Spot(force.name, area.label))


def _no_such_kind(shelf: Shelf) -> Iterator[Ask]:
    for scope in shelf.scopes:
        for kind in _KINDS:
            nouns = {"kind": noun(kind, 1), "kinds": noun(kind)}
            if not scope.of(kind):
                yield Ask("unanswerable", "kind", {**scope.names, **nouns},
                          Spot(scope.key, "", kind.value))
                continue
            for area in scope.areas:
                if area.label and not area.of(kind) and has_all(area, scope, kind):
                    yield Ask("unanswerable", "kind_of_area",
                              {**scope.names, **nouns, **area.names},
                              Spot(scope.key, area.label, kind.value))


def _cost(shelf: Shelf) -> Iterator[Ask]:
    for scope in shelf.scopes:
        for name in operations(scope):
            around = [statement(f) for s in shelf.scopes for f in s.findings if name in f.words]
            if not any(_MONEY.search(text) for text in around):
                yield Ask("unanswerable", "cost", {**scope.names, "subject": name},
                          Spot(scope.key, name))


def _detail(shelf: Shelf) -> Iterator[Ask]:
    for force in shelf.forces:
        scopes = shelf.of(force)
        text, names = _text(scopes), scopes[-1].names
        sorts = ("any", "police" if is_police(scopes[0]) else "other")
        for detail in templates()["unanswerable"]["details"]:
            if detail["bodies"] in sorts \
                    and not re.search(rf"\b(?:{detail['words']})\b", text, re.IGNORECASE):
                yield Ask("unanswerable", "detail",
                          {**names, "detail": detail["ask"].format(**names)},
                          Spot(force, detail["words"]))


def _areas(scopes: tuple[Scope, ...]) -> list[Area]:
    """An area of each label."""
    found = {area.label: area for scope in scopes for area in scope.areas
             if area.label and area.judged and not area.is_pillar}
    return list(found.values())


def _text(scopes: tuple[Scope, ...]) -> str:
    return " ".join(" ".join([statement(f), *f.section]) for s in scopes for f in s.findings)
