"""Questions that single findings answer: on a subject, an operation, a cause, or two bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from assistant.compose.phrasing import plain
from corpus.model import Finding, FindingKind
from evals.suite.drafting.ask import Ask, Spot, ids
from evals.suite.drafting.grade import two_names
from evals.suite.drafting.phrase import Subject, subjects
from evals.suite.drafting.reference import told
from evals.suite.drafting.scope import Scope, Shelf

_ADVICE = (FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.RECOMMENDATION)
_FEW = 4
_ALL_PAIRS = 6
_OPERATION = re.compile(r"\b(?:Operation|Project) [A-Z][\w’'-]+")
_FIGURE = re.compile(r"(?<![\w/-])(?!(?:19|20)\d\d\b)(?:£?\d[\d,.]*)")
_CAUSE = re.compile(r"^(?P<what>.+?),? because (?!of\b)(?P<why>.+)$")
_CLAUSE = re.compile(r"^(?P<who>(?:the|an?|its|each|every|no|two|three|four|five|six|seven|eight"
                     r"|nine|ten) (?:[\w’'-]+ ){0,5}?[\w’'-]+) (?P<aux>has|have|is|are|was|were"
                     r"|can|cannot) (?P<rest>.+)$", re.IGNORECASE)
_BODY = re.compile(r"^the (?:force|service|constabulary|council|school)$", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:it|they|them|this|these|those|which|who|that|us|such|also"
                       r"|the (?:unit|team|scheme|area|question))\b", re.IGNORECASE)
_LONGEST = 20


def lookups(shelf: Shelf) -> Iterator[Ask]:
    """What is said of a subject, what is to be done about it, which figures there are; what an
    operation is; what the cause of concern or the innovative practice of a report is about."""
    for subject in subjects(shelf):
        yield from _on(subject)
    for scope in shelf.scopes:
        yield from _operations(scope)
        for kind, form in ((FindingKind.CAUSE_OF_CONCERN, "concern"),
                           (FindingKind.INNOVATIVE_PRACTICE, "practice")):
            found = [f for f in scope.usable if f.kind is kind]
            if len(found) == 1:
                yield _asked(form, scope, "", found, {})


def _on(subject: Subject) -> Iterator[Ask]:
    found, scope = subject.findings, subject.scope
    values = {"subject": subject.phrase}
    advice = [f for f in found if f.kind in _ADVICE]
    figures = [f for f in found if _FIGURE.search(f.words)]
    if advice and len(advice) <= _FEW:
        yield _asked("advice", scope, subject.phrase, advice, values)
    if len(found) > _FEW:
        return
    if figures and len(figures) == len(found):
        yield _asked("figures", scope, subject.phrase, figures, values)
    elif len(advice) < len(found):
        yield _asked("subject", scope, subject.phrase, found, values)


def operations(scope: Scope) -> dict[str, list[Finding]]:
    """The operations and projects that findings name, with those findings."""
    named: dict[str, list[Finding]] = {}
    for finding in scope.usable:
        for name in dict.fromkeys(_OPERATION.findall(finding.words)):
            named.setdefault(name, []).append(finding)
    return named


def _operations(scope: Scope) -> Iterator[Ask]:
    for name, found in operations(scope).items():
        yield _asked("operation", scope, name, found, {"subject": name})


def _asked(form: str, scope: Scope, area: str, found: Sequence[Finding],
           values: dict[str, str]) -> Ask:
    return Ask("lookup", form, {**scope.names, **values},
               Spot(scope.key, area, found[0].kind.value), told(scope, found), (ids(found),))


def causes(shelf: Shelf) -> Iterator[Ask]:
    """Why something is as it is, where a finding says because of what."""
    for scope in shelf.scopes:
        for finding in scope.usable:
            if question := why(finding, scope):
                yield Ask("why", "cause", {**scope.names, "why": question,
                                           "why_lower": question[0].lower() + question[1:]},
                          Spot(scope.key, "", finding.kind.value), told(scope, [finding]),
                          ((finding.id,),))


def why(finding: Finding, scope: Scope) -> str:
    """The question that a "because" answers, turned round at its verb: "Why has Kent cut ...";
    "" where the sentence is too long or leans on the one before it."""
    cause = _CAUSE.match(plain(finding))
    # After "and" the cause may be that of the second half alone.
    whole = cause is not None and " and the " not in cause["what"] and ", and" not in cause["what"]
    clause = _CLAUSE.match(cause["what"]) if cause and whole else None
    if clause is None:
        return ""
    rest, _, more = clause["rest"].partition(", ")
    who = scope.force if _BODY.match(clause["who"]) else clause["who"]
    if _POINTING.search(f"{clause['who']} {rest}") or len(rest.split()) > _LONGEST \
            or (more and len(rest.split()) < 4):
        return ""
    who = who if who == scope.force else who[0].lower() + who[1:]
    return f"Why {clause['aux']} {who} {rest}".rstrip(" ,;.")


def sides(shelf: Shelf) -> Iterator[Ask]:
    """What two bodies' reports say of one subject."""
    by_phrase: dict[str, list[Subject]] = {}
    for subject in subjects(shelf):
        if len(subject.findings) <= _FEW:
            by_phrase.setdefault(subject.phrase.removeprefix("the "), []).append(subject)
    for found in by_phrase.values():
        pairs = combinations(found, 2) if len(found) <= _ALL_PAIRS else pairwise(found)
        for one, other in pairs:
            if one.scope.force != other.scope.force and one.scope.sort == other.scope.sort:
                yield _compared(one, other)


def _compared(one: Subject, other: Subject) -> Ask:
    names = two_names(one.scope, other.scope)
    return Ask("compare", "subject", {**names, "subject": one.phrase},
               Spot(other.scope.key, one.phrase, other.findings[0].kind.value),
               f"{told(one.scope, one.findings, 2)} {told(other.scope, other.findings, 2)}",
               (ids(one.findings), ids(other.findings)))
