"""Questions that want a whole set: lists, counts, and lists narrowed by more than one thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from corpus.model import Finding, FindingKind
from corpus.names import topics
from evals.suite.drafting.area import Area, is_barred, label_names
from evals.suite.drafting.ask import Ask, Spot, each, ids
from evals.suite.drafting.reference import listed, listed_all
from evals.suite.drafting.scope import Scope, Shelf
from evals.suite.drafting.wording import noun
from index.passages import statement
from index.words import stems

ASKED_FOR = (FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.CAUSE_OF_CONCERN,
             FindingKind.RECOMMENDATION, FindingKind.INNOVATIVE_PRACTICE)
_REQUESTS = (FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.RECOMMENDATION)
SAID = (FindingKind.STRENGTH, FindingKind.WEAKNESS)
_MOST = 15
_DEADLINE = re.compile(
    r"\b(?:within (?:\w+) (?:days?|weeks?|months?|years?)"
    r"|by (?:\d{1,2} )?(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December) \d{4})", re.IGNORECASE)


def lists(shelf: Shelf) -> Iterator[Ask]:
    """What a report, one of its areas, a body's reports or all of them list of a kind."""
    for scope in shelf.scopes:
        for kind in ASKED_FOR:
            if found := askable(scope.of(kind), least=2):
                yield _of_scope("list", scope, kind, found)
            for area in scope.areas:
                own = askable(area.of(kind), least=2)
                if own and has_all(area, scope, kind):
                    yield _of_area("list", scope, area, kind, own)
    yield from _wide("list", shelf)


def counts(shelf: Shelf) -> Iterator[Ask]:
    """How many there are of a kind."""
    for scope in shelf.scopes:
        for kind in ASKED_FOR:
            if found := askable(scope.of(kind)):
                yield _counted(_of_scope("count", scope, kind, found))
            for area in scope.areas if kind in _REQUESTS else ():
                own = askable(area.of(kind))
                if own and has_all(area, scope, kind):
                    yield _counted(_of_area("count", scope, area, kind, own))
    yield from map(_counted, _wide("count", shelf))


def filters(shelf: Shelf) -> Iterator[Ask]:
    """Strengths and weaknesses of an area, a kind on one topic in every report, and what had to
    be done by a given time."""
    for scope in shelf.scopes:
        for kind in SAID:
            for area in scope.areas:
                own = askable(area.of(kind), least=2)
                if own and has_all(area, scope, kind):
                    yield _of_area("filter", scope, area, kind, own)
        yield from _by_deadline(scope)
    if shelf.is_whole:
        yield from _by_topic(shelf)


def askable(found: Sequence[Finding], least: int = 1) -> tuple[Finding, ...]:
    """A set that a person can check: not too long, and nothing in it that steers a program."""
    fits = least <= len(found) <= _MOST and not any(map(is_barred, found))
    return tuple(found) if fits else ()


def has_all(area: Area, scope: Scope, kind: FindingKind) -> bool:
    """Whether all that a reader would call on the area stands in it: nothing of the kind in
    another area is of its topic, or has its words."""
    if not area.label or area.is_pillar:
        return False
    if [a.topic for a in scope.areas if a.topic].count(area.topic) > 1:
        return False
    asked = next((t.asked for t in topics() if t.key == area.topic), None)
    roots, own = stems(area.label), {f.id for f in area.findings}
    others = [f for f in scope.of(kind) if f.id not in own]
    return not any(roots <= _roots(f) or (asked is not None and asked.search(_text(f)))
                   for f in others)


@lru_cache(maxsize=65536)
def _roots(finding: Finding) -> set[str]:
    return stems(_text(finding))


def _text(finding: Finding) -> str:
    return " ".join([finding.words, *finding.section[1:]])


def _of_scope(row: str, scope: Scope, kind: FindingKind, found: Sequence[Finding]) -> Ask:
    return Ask(row, "scope", {**scope.names, **_nouns(kind)}, Spot(scope.key, "", kind.value),
               listed(scope, found), each(found), ids(found))


def _of_area(row: str, scope: Scope, area: Area, kind: FindingKind,
             found: Sequence[Finding]) -> Ask:
    return Ask(row, "area", {**scope.names, **_nouns(kind), **area.names},
               Spot(scope.key, area.label, kind.value), listed(scope, found), each(found),
               ids(found))


def _wide(row: str, shelf: Shelf) -> Iterator[Ask]:
    """Over every report of a body, and over all reports."""
    if not shelf.is_whole:
        return
    for kind in ASKED_FOR:
        for force in shelf.forces:
            scopes = shelf.of(force)
            found = askable([f for scope in scopes for f in scope.of(kind)], least=2)
            if found and len(scopes) > 1:
                names = {**scopes[0].names, **_nouns(kind)}
                yield Ask(row, "body", names, Spot(force, "", kind.value),
                          listed_all(shelf, found), each(found), ids(found))
        found = askable([f for scope in shelf.scopes for f in scope.of(kind)], least=2)
        if found and len(shelf.forces) > 1:
            yield Ask(row, "library", _nouns(kind), Spot("", "", kind.value),
                      listed_all(shelf, found), each(found), ids(found))


def _counted(ask: Ask) -> Ask:
    assert ask.complete is not None
    return replace(ask, count=len(ask.complete))


def _by_deadline(scope: Scope) -> Iterator[Ask]:
    """The recommendations to meet by one time, where there are others."""
    found: dict[str, list[Finding]] = {}
    for finding in scope.of(FindingKind.RECOMMENDATION):
        match = _DEADLINE.search(statement(finding))
        found.setdefault(" ".join(match[0].split()) if match else "", []).append(finding)
    for deadline, own in found.items():
        if deadline and len(found) > 1 and askable(own):
            deadline = deadline[0].lower() + deadline[1:]
            yield Ask("filter", "deadline", {**scope.names, "deadline": deadline},
                      Spot(scope.key, "", FindingKind.RECOMMENDATION.value),
                      listed(scope, own), each(own), ids(own))


def _by_topic(shelf: Shelf) -> Iterator[Ask]:
    """What all reports have of a kind on a topic; left out where one has it elsewhere too."""
    for topic in topics():
        for kind in (*ASKED_FOR, *SAID):
            held = [(s, a) for s in shelf.scopes for a in s.areas if a.topic == topic.key]
            found = askable([f for _, a in held for f in a.of(kind)], least=2)
            if len({f.report_id for f in found}) > 1 \
                    and all(a.is_its_topic and has_all(a, s, kind) for s, a in held) \
                    and not _strays(shelf, held, topic.asked, kind):
                yield Ask("filter", "topic", {**_nouns(kind), **label_names(topic.label)},
                          Spot("", topic.label, kind.value), listed_all(shelf, found),
                          each(found), ids(found))


def _strays(shelf: Shelf, held: Sequence[tuple[Scope, Area]], asked: re.Pattern[str],
            kind: FindingKind) -> bool:
    """Whether a scope without an area on the topic speaks of it under another."""
    having = {scope.key for scope, _ in held}
    return any(asked.search(" ".join([f.words, *f.section])) for scope in shelf.scopes
               if scope.key not in having for f in scope.of(kind))


def _nouns(kind: FindingKind) -> dict[str, str]:
    return {"kind": noun(kind, 1), "kinds": noun(kind)}
