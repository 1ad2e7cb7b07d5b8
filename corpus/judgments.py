"""One judgment for each thing judged, where a report prints it more than once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus import grades
from corpus.headings import PILLARS
from corpus.model import FindingKind, Grade
from corpus.statement import Statement

_STANDS = re.compile(r"(?:\bnot|n[’']t) (?:re-?)?(?:inspect|examine|assess|look)\w*"
                     r"|\b(?:carri(?:es|ed) (?:over|forward)|judge?ment (?:still )?(?:stands"
                     r"|remains)|(?:re)?uses? the (?:grade|judge?ment))", re.IGNORECASE)


def settled(statements: Sequence[Statement]) -> list[Statement]:
    """The statements with repeated grades told apart from judgments.

    A bare grade line, or a row of a list of grades, is a summary where a sentence or section
    states the same judgment in full. Praise that opens a sub-heading of a graded section is
    narrative.
    """
    stated = _stated(statements)
    judged: set[tuple[str, ...]] = set()
    found: list[Statement] = []
    for statement in statements:
        if statement.grade is not None:
            if _key(statement) in stated:
                statement = replace(statement, kind=FindingKind.SUMMARY, grade=None)
            elif _is_praise(statement, judged):
                statement = replace(statement, kind=FindingKind.NARRATIVE, grade=None)
            else:
                judged.add(statement.section)
        found.append(statement)
    return found


def _key(statement: Statement) -> tuple[object, ...] | None:
    """What a bare grade says, in the form in which ``_stated`` lists full statements of it."""
    if statement.section and grades.of_row(statement.text):
        return "row", statement.section[-1].lower(), statement.grade
    if grades.of_line(statement.text):
        return "line", statement.section, statement.grade
    return None


def _stated(statements: Sequence[Statement]) -> set[tuple[object, ...] | None]:
    carried = {s.section for s in statements if _STANDS.search(s.text[:400])}
    stated: set[tuple[object, ...] | None] = set()
    for statement in statements:
        if statement.grade is None or grades.of_row(statement.text):
            continue
        if statement.section:
            stated.add(("row", statement.section[-1].lower(), statement.grade))
        if not grades.of_line(statement.text) and (
                statement.as_of is None or statement.section in carried):
            stated.add(("line", statement.section, statement.grade))
    return stated


def _is_praise(statement: Statement, judged: set[tuple[str, ...]]) -> bool:
    if grades.of_line(statement.text) or grades.of_row(statement.text) \
            or statement.as_of is not None or statement.grade is Grade.NOT_GRADED \
            or grades.speaks_of_judging(statement.text):
        return False
    path = statement.section
    return any(path[:depth] in judged and not PILLARS.match(path[depth - 1])
               for depth in range(1, len(path)))
