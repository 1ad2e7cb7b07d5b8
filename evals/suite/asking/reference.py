"""Reference answers in the findings' own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.compose.phrasing import plain, said
from corpus.model import Finding, FindingKind, Grade
from evals.suite.asking.scope import Area, Scope, Shelf
from evals.suite.asking.wording import number
from evals.suite.asking.wording import said as worded

_BODY = re.compile(r"^(?:More positively, )?(?:the (?:force|service|constabulary|council|school)"
                   r"|it(?= \w))\b", re.IGNORECASE)
_MOST = 3


def sentence(finding: Finding, scope: Scope) -> str:
    """What a finding says, as an answer states it, with the body named where it begins with it."""
    told = " ".join(said(finding))
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
    return judged(scope, area.judged, area.label)


def judged(scope: Scope, finding: Finding, label: str) -> str:
    """A judgment under this label, whether the report has a sentence for it or a bare grade."""
    grade = finding.grade or Grade.NOT_GRADED
    name = {Grade.REQUIRES_IMPROVEMENT: "requires", Grade.NOT_GRADED: "ungraded"}.get(grade, "is")
    return worded(name, body=_capital(scope.body), area=label, grade=grade.value,
                  in_when=scope.names["in_when"])


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
    return " ".join(plain(f) for f in findings)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
