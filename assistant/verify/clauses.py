"""Sentences in parts that can be true or false by themselves, and which part speaks of which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import sentences
from corpus.model import Finding
from index.passages import statement
from index.words import stem, stems

_VERB = (r"(?:has|have|had|is|are|was|were|may|might|does|do|did|can|cannot|could|will|would"
         r"|should|must|needs?|makes?|plans?|puts?|takes?)")
_BREAK = re.compile(
    r";|\s[–—]\s|,?\s(?:but|however|although|though|whereas|while|whilst|because|since it)\b"
    r"|,?\syet(?! to)\b"
    r"|,\s(?:and|so|which|who|or)\b|\sdue to\b|\s(?:so that|ensuring that|to ensure)\b"
    rf"|,\sto\b|\sand (?={_VERB}\b|the\b|it\b|its\b|they\b|an?\b|some\b|no\b|that\b)"
    rf"|\sso (?=the\b|it\b|they\b)", re.IGNORECASE)
_RESET = re.compile(r"but|however|although|though|whereas|while|whilst|because|yet", re.IGNORECASE)
_ASKS = re.compile(
    r"(?<!as it )(?<!as they )\b(?:should(?! have\b)|must|ought to|needs? (?:to|more|better)"
    r"|needed to|has to|have to|had to)\b|\b(?:asked|told|urged|advised|required|expected|wants?"
    r"|wanted|called on|instructed)(?: \S+){0,5} to\b|\brecommend(?:s|ed|ation|ations)?\b"
    r"|\bcall(?:s|ed)? for\b|\bareas? for improvement\b|\bin need of\b", re.IGNORECASE)
_NEAR = 0.85
# Words that tell of telling, or that every report shares: no evidence has to have them.
REPORTING = frozenset(stem(word) for word in (
    "inspectors found said asked noted reported identified highlighted told concluded "
    "observed stated describes describe force police also because therefore according means "
    "mean addition however although while including include such both currently needs need "
    "should must recommended recommends requires area areas issue issues problem problems "
    "due result results lead leads leading cause causes caused main reason way ways help "
    "order").split())


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence. ``asks``: it says what ought to be, not what is; what follows from
    a request ("so that ...") belongs to it. ``finding`` is where evidence comes from."""

    text: str
    stems: frozenset[str]
    asks: bool
    finding: Finding | None = None


def clauses(text: str, finding: Finding | None = None) -> list[Clause]:
    """The clauses of a text, in order; a part that says nothing by itself ("Inspectors asked the
    force") joins the next."""
    found: list[Clause] = []
    for sentence in sentences.split(text):
        asks, begin = False, 0
        breaks = [(m.start(), m.group()) for m in _BREAK.finditer(sentence)]
        for end, mark in [*breaks, (len(sentence), "")]:
            part = sentence[begin:end]
            asks = asks or bool(_ASKS.search(part + mark))
            if not mark or stems(part) - REPORTING:
                found.append(Clause(part.strip(" ,;"), frozenset(stems(part)), asks, finding))
                begin = end
            if _RESET.search(mark):
                asks = False
    return found


def requests(text: str) -> bool:
    """Whether a text says what ought to be done."""
    return bool(_ASKS.search(text))


def evidence_clauses(cited: Sequence[Finding]) -> list[Clause]:
    """The clauses of what the cited findings say."""
    return [clause for finding in cited for clause in clauses(statement(finding), finding)]


def nearest(clause: Clause, evidence: Sequence[Clause]) -> list[Clause]:
    """The clauses of the evidence that a clause speaks of: the best and those close to it."""
    scores = [len(clause.stems & other.stems) / (len(other.stems) + 4) for other in evidence]
    best = max(scores, default=0.0)
    if best == 0.0:
        return []
    return [other for other, score in zip(evidence, scores, strict=True) if score >= _NEAR * best]
