"""Grades and what they are of: a grade in the evidence, told of another area, is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.verify.clauses import REPORTING, clauses
from assistant.verify.exact import GRADE_WORDS, grade_of
from corpus.model import Finding, Grade
from corpus.names import official_name, topics
from index.filter import topics_of
from index.passages import statement
from index.words import stem, stems

# Below this share of a clause's words, none of its area is that of the judgment.
_LEAST = 0.2
_CLOSER = 0.4
_MOST = 0.75
_NO_AREA = frozenset(stem(word) for word in (
    "graded grade rated rating judged judgment judgement overall inspection inspectors year "
    "cycle peel effectiveness efficiency legitimacy got received given gave both all four three "
    "two forces area areas kept keep keeps found says said report dropped moved earlier").split())
_GIVEN = re.compile(r"\b(?:graded?|rated?|judged|judgment|rating)\b", re.IGNORECASE)


def misplaced(text: str, cited: Sequence[Finding]) -> str | None:
    """A problem when a clause gives a grade that a cited judgment has, of an area that no cited
    judgment with that grade is on at all, or that another cited finding is much closer to."""
    for grade, share, other in _placed(text, cited):
        if share < _LEAST or other - share > _CLOSER:
            return f"the grade {grade.value!r} is of another area"
    return None


def apart(text: str, cited: Sequence[Finding]) -> float:
    """How far the areas that a text gives grades of are from those of the cited judgments with
    these grades: 0 where their words or topics agree, 1 where nothing does."""
    return max((1 - share for _, share, _ in _placed(text, cited)), default=0.0)


def _placed(text: str, cited: Sequence[Finding]) -> Iterator[tuple[Grade, float, float]]:
    """Each grade that a clause gives, with the share of the clause's words for its area that a
    judgment with that grade has, or its topic, and the share that any other finding has."""
    if not any(finding.grade for finding in cited):
        return
    for clause in clauses(text):
        for match in GRADE_WORDS.finditer(clause.text):
            grade = grade_of(match["grade"])
            if not (match["at"] or _GIVEN.search(clause.text)
                    or grade is Grade.REQUIRES_IMPROVEMENT):
                continue
            graded = [finding for finding in cited if finding.grade is grade]
            area = _area(clause.text, cited)
            if graded and area:
                others = [finding for finding in cited if finding not in graded]
                yield (grade, max(_share(clause.text, area, one) for one in graded),
                       max((_share(clause.text, area, one) for one in others), default=0.0))


def _share(text: str, area: frozenset[str], finding: Finding) -> float:
    """The share of an area's words that a finding has: all where it is on a topic that the text
    names, none where both name topics and share neither one nor most words."""
    own = topics_of(finding)
    named = {topic.key for topic in topics() if topic.asked.search(text)}
    if named & own:
        return 1.0
    share = len(area & stems(f"{statement(finding)} {' '.join(finding.section)}")) / len(area)
    return 0.0 if named and own and share < _MOST else share


def _area(text: str, cited: Sequence[Finding]) -> frozenset[str]:
    """The stems of what a grade is given for: the clause without grade, owner and year."""
    owners = stems(" ".join(official_name(f.force) or f.force or "" for f in cited))
    plain = re.sub(r"\d+", " ", GRADE_WORDS.sub(" ", text))
    return frozenset(stems(plain) - owners - _NO_AREA - REPORTING)
