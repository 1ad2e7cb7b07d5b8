"""Grades in the forms that reports print them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.model import Grade

_WORDS = (r"outstanding|good|adequate|requires? improvement|requiring improvement"
          r"|require improvement|inadequate|not (?:yet )?(?:been )?(?:graded|judged)"
          r"|to be (?:graded|confirmed)|ungraded")
_LINE = re.compile(rf"(?:(?:overall |our )?(?:grade|graded|judgment|judgement|rating|rated)"
                   rf"(?: as)?\s*[:\-–]?\s*)?[‘'“\"]?(?P<grade>{_WORDS})[’'”\"]?\.?$",
                   re.IGNORECASE)
_BODY = (r"(?:the (?:force|service|constabulary|inspectorate)|[A-Z][\w’'&.-]+"
         r"(?: (?:and|of|&|the|[A-Z][\w’'&.-]+))*? (?:Police(?: Service)?|Constabulary|Fire and "
         r"Rescue Service|Fire & Rescue Service|FRS|Fire Authority|Force|Service))")
_SENTENCE = re.compile(
    rf"(?:(?P<body>{_BODY})[’']?s?\b.*?\b)?"
    rf"(?:is|was|are|were|has been|been|as|be)?:?\s*[‘'“\"]?\b(?P<grade>{_WORDS})\b[’'”\"]?"
    rf"(?P<tail>\s+(?:at|in|for|overall|with regard)\b|\s*[.;,]|\s*$)", re.IGNORECASE)
_JUDGED = re.compile(r"\b(?:judg(?:e|ed|ment|ement)|graded?|rated?|assessed as)\b", re.IGNORECASE)
_EXTENT = re.compile(rf"^the extent to which\b.*\b(?P<grade>{_WORDS})\b", re.IGNORECASE)
_DIRECT = re.compile(
    rf"^(?P<body>{_BODY})(?:[’']s [\w\s,]+?)?(?:,[^,]+,)?\s+(?:(?:is|was|has been|remains)"
    rf"(?: currently| overall)?(?: judged| graded| rated| assessed)?(?: to be| as)?:?\s*)?"
    rf"[‘'“\"]?(?P<grade>{_WORDS})[’'”\"]?\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:in|since|from)(?: our)?(?: the)? (?P<year>(?:19|20)\d\d)\b|"
                   r"\b(?P<year2>(?:19|20)\d\d)(?: inspection| judgment| judgement)\b",
                   re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """A grade as a sentence states it, and the year of the earlier inspection that made it."""

    grade: Grade
    as_of: int | None = None


def parse(words: str) -> Grade:
    """The grade that these words name. Raises ``ValueError`` for any other words."""
    text = " ".join(words.lower().split())
    if text.startswith("requir"):
        return Grade.REQUIRES_IMPROVEMENT
    if text.startswith(("not ", "to be", "ungraded")):
        return Grade.NOT_GRADED
    return Grade(text)


def of_line(line: str) -> Grade | None:
    """The grade of a line that is nothing else: "Good", "Graded: requires improvement"."""
    match = _LINE.match(" ".join(line.split()))
    return parse(match["grade"]) if match else None


def of_sentence(sentence: str, body: str | None, opening: bool, year: int | None) -> Judged | None:
    """The judgment that a sentence states, or None.

    ``body`` is the inspected body's name where known, ``opening`` whether the sentence opens a
    section: "The force is good at listening" is a judgment there and praise anywhere else,
    unless it speaks of judging or grading. ``year`` is the report's own.
    """
    text = " ".join(sentence.split())
    if re.match(r"(?:how|what|why|if|when|although|where)\b", text, re.IGNORECASE):
        return None
    match = _EXTENT.match(text)
    if match is None and (direct := _DIRECT.match(text)):
        named = body is not None and direct["body"].lower().startswith(body.lower()[:12])
        if opening or (named and _JUDGED.search(text)):
            match = direct
    if match is None and _JUDGED.search(text) and re.search(
            r"\b(?:we|HMIC\w*|the inspectorate|has been|was|were|is)\b", text):
        found = _SENTENCE.search(text)
        match = found if found and found["tail"] is not None else None
    if match is None:
        return None
    dated = _YEAR.search(text)
    stated = int(dated["year"] or dated["year2"]) if dated else None
    carried = stated if stated and _JUDGED.search(text) and stated != year else None
    return Judged(parse(match["grade"]), carried)
