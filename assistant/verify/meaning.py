"""Checks of meaning without a model: nothing turned round, enough of it in the evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.verify.clauses import REPORTING, Clause, clauses, evidence_clauses, nearest
from assistant.verify.opposites import contrary, known_without, negated
from corpus import polarity
from corpus.model import Finding, Polarity
from index.passages import statement
from index.words import stem, stems, terms

_LEAST = 0.6
_LEAST_OF_CLAUSE = 0.5
_UNSURE = re.compile(r"\b(?:may|might|could|perhaps|possibly|potential(?:ly)?|likely|risks?"
                     r"|appears?|seems?|suggests?|can)\b", re.IGNORECASE)
_ALL = re.compile(r"\b(?:all|every|always|everyone|everything|entire(?:ly)?|completely|fully)\b",
                  re.IGNORECASE)
_SOME = re.compile(r"\b(?:some|most|many|often|sometimes|generally|usually|partial(?:ly)?|a few"
                   r"|not all|not always|a number of|certain)\b", re.IGNORECASE)
_UNDER_WAY = re.compile(r"\b(?:(?:is|are)(?: \w+ly)?(?: also| now)? (\w+ing)|(?:plans?|intends?"
                        r"|aims?|hopes?|is due|proposes?) to (\w+)|will (\w+))\b", re.IGNORECASE)
_DONE = re.compile(r"\b(?:has|have|had|was|were|been)(?: \w+ly)?(?: now| already)? (\w+)",
                   re.IGNORECASE)


class Turn(StrEnum):
    """A way in which a clause can say otherwise than its evidence."""

    NEGATED = "negated"
    OPPOSITE = "opposite"
    TONE = "tone"
    ASKED = "asked"
    CERTAIN = "certain"
    ALL = "all"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Turned:
    """How a clause is turned round, and that in words."""

    turn: Turn
    reason: str


def turned_round(text: str, cited: Sequence[Finding]) -> str | None:
    """A problem when a clause says otherwise than what it speaks of in the evidence: negated on
    one side only, an opposite word, praise for what is criticised, a request told as done, a
    possibility told as certain."""
    return next((found.reason for found in _turned(text, cited)), None)


def turns(text: str, cited: Sequence[Finding]) -> frozenset[Turn]:
    """The ways in which clauses of a text say otherwise than what they speak of."""
    return frozenset(found.turn for found in _turned(text, cited))


def _turned(text: str, cited: Sequence[Finding]) -> Iterator[Turned]:
    evidence = evidence_clauses(cited)
    for clause in clauses(text):
        problems = [_otherwise(clause, other) for other in nearest(clause, evidence)]
        if problems and problems[0] is not None and all(problems):
            yield problems[0]


def _otherwise(clause: Clause, other: Clause) -> Turned | None:
    opposites = contrary(clause.text, other.text)
    denies = negated(clause.text, other.text)
    turned = denies != negated(other.text, clause.text)
    tone = polarity.of_statement(clause.text)
    if other.asks and not clause.asks:
        # "should ensure X" tells that X is not so, or not enough.
        if tone is Polarity.NEGATIVE or denies:
            return None
        return Turned(Turn.ASKED, "it tells as a fact what its evidence asks for")
    if turned and not opposites:
        return Turned(Turn.NEGATED, "it negates what its evidence says, or drops a negation")
    if opposites and not (turned and len(opposites) == 1):
        return Turned(Turn.OPPOSITE, f"it says {opposites[0][0]!r} where its evidence says "
                                     f"{opposites[0][1]!r}")
    # What both sides deny alike has no tone that could differ.
    return (None if denies else _tone(clause, other, tone)) or _certainty(clause.text, other.text)


def _tone(clause: Clause, other: Clause, tone: Polarity) -> Turned | None:
    """Praise for criticism, as far as the reader of tones finds the evidence's own words to be
    of another tone."""
    if clause.asks or other.finding is None:
        return None
    given, own = other.finding.polarity, polarity.of_statement(other.text)
    if tone is Polarity.POSITIVE and given is Polarity.NEGATIVE and own is not tone:
        return Turned(Turn.TONE, "it praises what its evidence criticises")
    if tone is Polarity.NEGATIVE and given is Polarity.POSITIVE and own is not tone:
        return Turned(Turn.TONE, "it criticises what its evidence praises")
    return None


def _certainty(text: str, other: str) -> Turned | None:
    if _UNSURE.search(other) and re.search(r"\b(?:may|might|could)\b", other) \
            and not _UNSURE.search(text):
        return Turned(Turn.CERTAIN, "it states as certain what its evidence says may be")
    if _ALL.search(text) and not _ALL.search(other) and _SOME.search(other):
        return Turned(Turn.ALL, "it says of all what its evidence says of some")
    begun = {stem(word) for match in _UNDER_WAY.finditer(other) for word in match.groups() if word}
    ended = {stem(match[1]) for match in _DONE.finditer(text) if not match[1].endswith("ing")}
    if begun & ended and not _UNDER_WAY.search(text):
        return Turned(Turn.DONE, "it tells as done what its evidence says is under way or planned")
    return None


def unsupported(text: str, cited: Sequence[Finding]) -> str | None:
    """A problem when too few of the sentence's words, or of one clause's, are in the evidence."""
    share, missing = coverage(text, cited)
    if share < _LEAST:
        return f"only {share:.0%} of it is in its evidence ({', '.join(missing[:4])} are not)"
    for clause in clauses(text):
        share, missing = coverage(clause.text, cited)
        if share < _LEAST_OF_CLAUSE and len(missing) > 1:
            return f"{clause.text!r} is not in its evidence"
    return None


def coverage(text: str, cited: Sequence[Finding]) -> tuple[float, list[str]]:
    """The share of the text's meaningful words that the evidence has, and the others."""
    have = stems(" ".join([*(statement(f) for f in cited),
                           *(" ".join(f.section) for f in cited)]))
    owned = stems(" ".join(f.force or "" for f in cited))
    asked = [w for w in terms(text) if stem(w) not in REPORTING and stem(w) not in owned]
    if not asked:
        return 1.0, []
    missing = [word for word in asked if stem(word) not in have
               and not known_without(word, have)]
    return 1 - len(missing) / len(asked), missing

