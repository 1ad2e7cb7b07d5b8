"""What judgments say to a question: yes or no, and better or worse over the years."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.facets import Facets
from corpus.model import Finding, Grade
from prompts import wording

_GOOD_WORDS = ("good", "effective", "outstanding", "well", "strong", "up to scratch")
_BAD_WORDS = ("bad", "poor", "weak", "failing", "worst")
_SCALE = (Grade.INADEQUATE, Grade.REQUIRES_IMPROVEMENT, Grade.ADEQUATE, Grade.GOOD,
          Grade.OUTSTANDING)
_NEW_SCALE = 2021


def accepted(grades: Sequence[Grade], exact: bool = False) -> frozenset[Grade]:
    """The grades that meet a question for these: whoever asks whether something is good takes
    outstanding, unless those that are just that are listed or counted (``exact``)."""
    better = {Grade.OUTSTANDING} if Grade.GOOD in grades and not exact else set()
    return frozenset({*grades, *better})


def yes_or_no(text: str, facets: Facets, grade: Grade | None) -> str:
    """Yes, No or Not fully, where the judgment settles it; empty where it doesn't."""
    low = text.lower()
    if grade is None or grade is Grade.NOT_GRADED:
        return ""
    exact = [g for g in facets.grades if g is not Grade.GOOD]
    if exact:
        return "Yes" if grade in exact else "No"
    good = grade in (Grade.GOOD, Grade.OUTSTANDING)
    if any(word in low for word in _BAD_WORDS):
        return "No" if good else "Not fully" if grade is Grade.ADEQUATE else "Yes"
    if any(word in low for word in _GOOD_WORDS):
        return "Yes" if good else "Not fully" if grade is Grade.ADEQUATE else "No"
    return ""


def trend(judged: Sequence[Finding]) -> str:
    """The line above one body's judgments on one matter over the years, oldest first: better,
    worse or no change; without a verdict where the scale changed in between. "" for judgments
    that tell no change."""
    graded = [(f.as_of or f.year or 0, f.grade) for f in judged if f.grade in _SCALE]
    if len(graded) < 2:
        return ""
    (begin, first), (end, last) = min(graded), max(graded, key=lambda pair: pair[0])
    if begin == end or first is None or last is None:
        return ""
    if begin < _NEW_SCALE <= end:
        key = "apart"
    else:
        change = _SCALE.index(last) - _SCALE.index(first)
        key = "better" if change > 0 else "worse" if change < 0 else "same"
    return str(wording("replies")["headings"]["trend"][key]).format(
        first=first.value, last=last.value, begin=begin, end=end)
