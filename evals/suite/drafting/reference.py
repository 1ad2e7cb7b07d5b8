"""Reference answers in the findings' own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.compose.phrasing import plain, said
from corpus.model import Finding, FindingKind, Grade
from evals.suite.drafting.area import Area
from evals.suite.drafting.scope import Scope, Shelf
from evals.suite.drafting.wording import number
from evals.suite.drafting.wording import said as worded

_OPENER = re.compile(r"^(?:However,? |More positively, |On the other hand, )")
_BODY = re.compile(r"^(?:the (?:force|service|constabulary|council|school)|it(?= \w))\b",
                   re.IGNORECASE)
_MOST = 3


def sentence(finding: Finding, scope: Scope) -> str:
    """What a finding says, as an answer states it, with the body named where it begins with it."""
    told = _bare(" ".join(said(finding)))
    asked = finding.kind in (FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.RECOMMENDATION)
    if asked or (told.startswith("It ") and not finding.lead_in):
        return told
    return _BODY.sub(lambda _: _capital(scope.body), told, count=1)


def told(scope: Scope, findings: Sequence[Finding], most: int = _MOST) -> str:
    """Whose and of when it is, then what the first of these findings say."""
    parts = [sentence(f, scope) for f in findings[:most]]
    return f"{_capital(scope.key)}: {' '.join(parts)}"


def verdict(scope: Scope, area: Area) -> str:
    """The area's judgment as a sentence with the body and the year."""
    if area.judged is None:
        raise ValueError(f"{area.path} has no judgment")
    grade = area.judged.grade or Grade.NOT_GRADED
    name = {Grade.REQUIRES_IMPROVEMENT: "requires", Grade.NOT_GRADED: "ungraded"}.get(grade, "is")
    return worded(name, body=_capital(scope.body), grade=grade.value,
                  in_when=scope.names["in_when"], **area.names)


def listed(scope: Scope, findings: Sequence[Finding]) -> str:
    """How many, then every item in its own words."""
    return f"{_capital(scope.key)} has {number(len(findings)).lower()}: {_items(findings)}"


def listed_all(shelf: Shelf, findings: Sequence[Finding]) -> str:
    """How many, then the items of each scope under its name."""
    parts = []
    for scope in shelf.scopes:
        held = {f.id for f in scope.findings}
        if own := [f for f in findings if f.id in held]:
            parts.append(f"{_capital(scope.key)}: {_items(own)}")
    return f"{number(len(findings))}. {' '.join(parts)}"


def _items(findings: Sequence[Finding]) -> str:
    return " ".join(_bare(plain(f)) for f in findings)


def _bare(text: str) -> str:
    """A sentence without the words that link it to the one before; the inspectors are "we" to
    themselves alone."""
    text = re.sub(r"\bour(?= (?:\d{4} )?inspection\b)", "the", _OPENER.sub("", text))
    return _capital(re.sub(r"\bwe(?= [a-z])", "inspectors", text))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
