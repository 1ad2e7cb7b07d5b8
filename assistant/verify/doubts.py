"""Doubts about what a language model wrote that no probability outweighs: its ways of going wrong
that a reader would not forgive."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.verify import meaning
from assistant.verify.alignment import roots
from corpus.model import Finding, FindingKind
from index.passages import statement

_HEADED = 0.5
_FEW_SAID = 0.5
_ECHOES = 2
_NAMED = 2
_RECOMMENDING = re.compile(r"\b(?:force|constabulary|police|service|council|school|trust)"
                           r"(?: also| then)? (?:recommend(?:s|ed)?|ask(?:s|ed)|urge[sd]?"
                           r"|call(?:s|ed) for)\b", re.IGNORECASE)


def doubt(text: str, cited: Sequence[Finding]) -> str | None:
    """A reason to leave a model's sentence out: it is turned round, it makes a claim of a heading,
    it has the inspected body recommend what was recommended to it, or it joins reports."""
    return meaning.turned_round(text, cited) or _of_heading(text, cited) \
        or _recommending(text, cited) or _joined(text, cited)


def echoes(text: str, question: str, cited: Sequence[Finding]) -> bool:
    """Whether a sentence takes words from its question that no finding has: it may answer what was
    assumed and not what was found."""
    known = set(roots(" ".join([*(statement(f) for f in cited),
                                *(" ".join(f.section) for f in cited),
                                *(f"{f.force or ''} {f.year or ''}" for f in cited)])))
    asked = set(roots(question))
    return len({word for word in roots(text) if word not in known and word in asked}) >= _ECHOES


def _of_heading(text: str, cited: Sequence[Finding]) -> str | None:
    """A problem when most of a sentence is in the headings of its findings and not in what they
    say. A judgment is on its heading, so it may."""
    if any(finding.kind is FindingKind.JUDGMENT for finding in cited):
        return None
    said = set(roots(text))
    stated = set(roots(" ".join(statement(finding) for finding in cited)))
    headed = set(roots(" ".join(" ".join(finding.section) for finding in cited)))
    if not said or len(said & stated) >= _FEW_SAID * len(said):
        return None
    return "it makes a claim of a heading" \
        if len((said & headed) - stated) >= _HEADED * len(said) else None


def _recommending(text: str, cited: Sequence[Finding]) -> str | None:
    if _RECOMMENDING.search(text) and not any(_RECOMMENDING.search(statement(f)) for f in cited):
        return "it has the inspected body recommend what is recommended to it"
    return None


def _joined(text: str, cited: Sequence[Finding]) -> str | None:
    """A problem when a sentence tells findings of several reports as one state of things: it has
    to name more than one body or year."""
    reports = {finding.report_id for finding in cited}
    named = {f.force for f in cited if f.force and f.force in text} | {
        f.year for f in cited if f.year and str(f.year) in text}
    if len(reports) > 1 and len(named) < _NAMED:
        return "it joins findings of different reports without saying so"
    return None
