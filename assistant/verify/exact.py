"""Exact checks: quotations, numbers, grades and names must be in the evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assistant.verify import measures
from assistant.verify.measures import SPELLED
from corpus.model import Finding, Grade
from corpus.names import forces_in
from index.passages import statement
from index.words import stem, stems

_NOT_COUNTED = frozenset({"one", "third", "half"})
_DIGITS = re.compile(r"\d+(?:[.,:/]\d+)*")
_QUOTED = re.compile(r"[“\"]([^”\"]{3,})[”\"]|‘([^’]{3,})’(?!\w)")
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)\b(?:[A-Z][A-Za-z]+|[A-Z]{2,})(?:['’]s)?\b")
# What a writer might put for a grade and the inspectorate never gives.
_NO_GRADES = frozenset((
    "poor bad weak failing excellent strong satisfactory unsatisfactory fair average high "
    "low positive negative mediocre acceptable exceptional effective ineffective").split())
_HARMLESS = frozenset((
    "i the it its inspectors inspector hmicfrs hmic yes no and police force constabulary "
    "report reports january february march april may june july august september october "
    "november december").split())
_GRADE_WORDS = re.compile(
    r"\b(?P<grade>outstanding|inadequate|adequate|requir(?:es?|ed|ing) improvement|good)\b(?P<at>"
    r" (?:at|overall|in (?:its|the))\b)?", re.IGNORECASE)
_GRADED_AS = re.compile(r"\b(?:graded?|rated?|judged|rating (?:is|was|of))"
                        r"(?: (?:it|as|to be|the force))*[\s“‘'\"]+([a-z]+)", re.IGNORECASE)
_GRADING = re.compile(r"\b(?:graded?|rated?|judged|judge?ment|rating)\b", re.IGNORECASE)


def quotations(text: str, known: str) -> str | None:
    """A problem when words in quotation marks are not verbatim in the evidence."""
    flat = _flat(known)
    for match in _QUOTED.finditer(text):
        quoted = match[1] or match[2]
        if _flat(quoted) not in flat:
            return f"the quotation {quoted!r} is not in its evidence"
    return None


def numbers(text: str, known: str, counted: Collection[int] = ()) -> str | None:
    """A problem when a number of the sentence is not in the evidence. ``counted`` are numbers of
    findings and reports that a heading counts: they are right by themselves."""
    have = _numbers(known)
    if counted:
        text = re.sub(rf"\b(?:{'|'.join(map(str, counted))})\b", " ", text)
    missing = sorted(_numbers(text, strict=True) - have)
    if missing:
        return f"the number {missing[0]} is not in its evidence"
    return measures.differing(text, known)


def grades(text: str, cited: Sequence[Finding]) -> str | None:
    """A problem when the sentence states a grade that the cited findings do not give."""
    judged = {f.grade for f in cited if f.grade is not None}
    if re.match(r"(?:no: )?none of\b", text, re.IGNORECASE) and judged:
        claimed = {_grade(match["grade"]) for match in _GRADE_WORDS.finditer(text)}
        return "one of them has that grade" if claimed & judged else None
    known = " ".join(statement(f).lower() for f in cited)
    speaks_of_grades = bool(_GRADING.search(text)) or bool(judged)
    for match in _GRADE_WORDS.finditer(text):
        grade = _grade(match["grade"])
        if grade in judged:
            continue
        said = match["grade"].lower()
        if said in known and not (speaks_of_grades and grade is not Grade.REQUIRES_IMPROVEMENT):
            continue
        if speaks_of_grades or (grade is not Grade.GOOD) or match["at"]:
            return f"the grade {grade.value!r} is not in its evidence"
    for match in _GRADED_AS.finditer(text):
        word = match[1].lower()
        if word in _NO_GRADES and word not in known:
            return f"the grade {word!r} is not in its evidence"
    return None


def names(text: str, known: str) -> str | None:
    """A problem when a name (a capitalised word inside the sentence, or a force anywhere) is not
    in the evidence."""
    low, roots = known.lower(), stems(known)
    for force in forces_in(text):
        if not force.pattern.search(known):
            return f"{force.official} is not in its evidence"
    for match in _NAME.finditer(text):
        word = re.sub(r"['’]s$", "", match.group())
        if word.lower() in _HARMLESS or word.lower() in low or stem(word) in roots:
            continue
        return f"the name {word!r} is not in its evidence"
    return None


def _numbers(text: str, strict: bool = False) -> set[str]:
    found = {match.group().replace(",", "").rstrip(".:") for match in _DIGITS.finditer(text)}
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in SPELLED and not (strict and word in _NOT_COUNTED):
            found.add(SPELLED[word])
    return found


def _grade(words: str) -> Grade:
    low = words.lower()
    return Grade.REQUIRES_IMPROVEMENT if low.startswith("requir") else Grade(low)


def _flat(text: str) -> str:
    plain = text.lower().replace("’", "'").replace("‘", "'")
    return " ".join(re.sub(r"[^\w']+", " ", plain).split())
