"""Exact checks: quotations, numbers, grades and names must be in the evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assistant.letters import bare
from assistant.verify import measures
from assistant.verify.measures import SPELLED
from corpus.model import Finding, Grade
from corpus.names import forces_in
from index.passages import statement
from index.words import stem, stems

_NOT_COUNTED = frozenset({"one", "third", "half"})
_DIGITS = re.compile(r"\d+(?:[.,:/]\d+)*")
# A cycle of inspections carries the name of two years or more.
_CYCLE = re.compile(r"\b((?:19|20)\d\d)[/–-](?:20)?\d\d\b")
_COMPOUND = re.compile(r"\b(twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)-"
                       r"(one|two|three|four|five|six|seven|eight|nine)\b", re.IGNORECASE)
_FRACTIONS = (("1/2", 0.5), ("1/3", 1 / 3), ("1/3", 2 / 3), ("1/4", 0.25), ("1/4", 0.75))
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|[1-9]|10"
_SHARE = re.compile(rf"\b({_SMALL}) (?:in|out of)(?: every)? ({_SMALL})\b", re.IGNORECASE)
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
GRADE_WORDS = re.compile(
    r"\b(?P<grade>outstanding|inadequate|adequate|requir(?:es?|ed|ing) improvement|good)\b(?P<at>"
    r" (?:at|overall|in (?:its|the))\b)?", re.IGNORECASE)
# A grade in the words of a finding that is no judgment: "it was inadequate in 2017".
_TOLD = re.compile(
    r"(?:^|\b(?:graded?|rated?|judged|as|is|was|were|be|from|than|the|it|force) "
    r"(?:as |an? |to be )?)"
    r"(?P<grade>outstanding|inadequate|adequate|requir(?:es?|ed|ing) improvement|good)"
    r"(?= grade\b| at\b| in\b|\s*[.,;:]|$)", re.IGNORECASE)
_GRADED_AS = re.compile(r"\b(?:graded?|rated?|judged|rating (?:is|was|of))"
                        r"(?: (?:it|as|to be|the force))*[\s“‘'\"]+([a-z]+)", re.IGNORECASE)
# A grade in pieces or letter by letter, as nobody writes it who wants it to be read.
_SPELT = tuple((re.compile(rf"\b{r'[^a-z0-9]{0,3}'.join(grade.replace(' ', ''))}\b",
                           re.IGNORECASE), grade)
               for grade in ("outstanding", "inadequate", "adequate", "requires improvement",
                             "good"))
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
    if not (counted or _CYCLE.search(text) or _SHARE.search(text)) \
            and _numbers(text, strict=True) <= have:
        return measures.differing(text, known)
    have |= measures.spans(known)
    text = _CYCLE.sub(lambda m: m[1] if m[1] in have else m[0], text)
    if counted:
        text = re.sub(rf"\b(?:{'|'.join(map(str, counted))})\b", " ", text)
    have |= {part for part, share in _FRACTIONS if measures.near_share(share, known)}
    text = _SHARE.sub(lambda m: " " if _given(m, known) else m[0], text)
    missing = sorted(_numbers(text, strict=True) - have)
    if missing:
        return f"the number {missing[0]} is not in its evidence"
    return measures.differing(text, known)


def figures(text: str, known: str, counted: Collection[int] = ()) -> str | None:
    """A problem when a number in digits is not in the evidence. Numbers in words may be counted
    or rounded from what is there: of them only a model can tell."""
    text = _CYCLE.sub(lambda m: m[1] if m[1] in known else m[0], text)
    have = _numbers(known) | measures.spans(known) | {str(n) for n in counted}
    missing = sorted(n for match in _DIGITS.finditer(text)
                     if (n := match.group().replace(",", "").rstrip(".:")) not in have)
    return f"the number {missing[0]} is not in its evidence" if missing else None


def grades(text: str, cited: Sequence[Finding]) -> str | None:
    """A problem when the sentence states a grade that the cited findings do not give, however it
    spells it."""
    text = _joined(text)
    judged = {f.grade for f in cited if f.grade is not None}
    if re.match(r"(?:no: )?none of\b", text, re.IGNORECASE) and judged:
        claimed = {grade_of(match["grade"]) for match in GRADE_WORDS.finditer(text)}
        return "one of them has that grade" if claimed & judged else None
    known = " ".join(statement(f).lower() for f in cited)
    judged |= {grade_of(m["grade"]) for m in _TOLD.finditer(known)}
    speaks_of_grades = bool(_GRADING.search(text)) or bool(judged)
    for match in GRADE_WORDS.finditer(text):
        grade = grade_of(match["grade"])
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
        if word.lower() in _HARMLESS or word.lower() in low or stem(word) in roots \
                or _initials(word, known):
            continue
        return f"the name {word!r} is not in its evidence"
    return None


def _given(match: re.Match[str], known: str) -> bool:
    part, whole = (int(SPELLED.get(word.lower(), word)) for word in match.groups())
    return measures.near_share(part / whole, known)


def _initials(word: str, known: str) -> bool:
    """Whether an abbreviation is made of the first letters of words that follow each other in
    the evidence, small words counted or not: "DBS" of "Disclosure and Barring Service"."""
    bare = word.removesuffix("s")
    if len(bare) < 2 or not bare.isupper():
        return False
    letters = bare.lower()
    plain = re.findall(r"[a-z]+", known.lower())
    for kept in (plain, [w for w in plain if w not in ("and", "of", "the", "for", "to", "in")]):
        if letters in "".join(w[0] for w in kept):
            return True
    return False


def _numbers(text: str, strict: bool = False) -> set[str]:
    text = _COMPOUND.sub(lambda m: str(int(SPELLED[m[1].lower()]) + int(SPELLED[m[2].lower()])),
                         text)
    found = {match.group().replace(",", "").rstrip(".:") for match in _DIGITS.finditer(text)}
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in SPELLED and not (strict and word in _NOT_COUNTED):
            found.add(SPELLED[word])
    return found


def _joined(text: str) -> str:
    """A sentence with its grades in one piece and in plain letters."""
    text = bare(text)
    for spelt, grade in _SPELT:
        text = spelt.sub(grade, text)
    return text


def grade_of(words: str) -> Grade:
    """The grade that words give: "requiring improvement" is "requires improvement"."""
    low = words.lower()
    return Grade.REQUIRES_IMPROVEMENT if low.startswith("requir") else Grade(low)


def _flat(text: str) -> str:
    plain = text.lower().replace("’", "'").replace("‘", "'")
    return " ".join(re.sub(r"[^\w']+", " ", plain).split())
