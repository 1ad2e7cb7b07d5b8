"""Checks of meaning without a model: nothing turned round, enough of it in the evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus import polarity, sentences
from corpus.model import Finding, FindingKind, Polarity
from index.passages import statement
from index.words import stem, stems, terms

_LEAST = 0.6
_NEGATION = re.compile(r"\b(?:not|no|never|none|neither|nor|without|cannot|lacks?|lacking|failed"
                       r"|fails?|unable|rarely|hardly|\w+n[’']t)\b", re.IGNORECASE)
_OPPOSITES = (
    ("increas", "decreas"), ("increas", "reduc"), ("increas", "declin"), ("rise", "fall"),
    ("improv", "deterior"), ("improv", "worsen"), ("high", "low"), ("more", "fewer"),
    ("good", "poor"), ("consist", "inconsist"), ("effect", "ineffect"), ("adequ", "inadequ"),
    ("suffici", "insuffici"), ("strong", "weak"), ("adequ", "shortag"), ("enough", "shortag"),
    ("prompt", "delay"), ("swift", "slow"), ("abl", "unabl"), ("clear", "unclear"),
    ("success", "unsuccess"), ("present", "absent"), ("start", "stop"), ("grow", "shrink"),
)
_REPORTING = frozenset(stem(word) for word in (
    "inspectors found said asked noted reported identified highlighted told concluded observed "
    "stated describes describe force police also because therefore according means mean addition "
    "however although while including include such both currently needs need should must "
    "recommended recommends requires area areas issue issues problem problems due result results "
    "lead leads leading cause causes caused main reason way ways help order").split())


def turned_round(text: str, cited: Sequence[Finding]) -> str | None:
    """A problem when the sentence says the opposite of its evidence: negated on one side only,
    an opposite word, or praise for what is criticised."""
    closest = _closest(text, cited)
    if bool(_NEGATION.search(text)) != bool(_NEGATION.search(closest)) and not _asks(cited):
        evidence = " ".join(statement(f) for f in cited)
        if bool(_NEGATION.search(text)) != bool(_NEGATION.search(evidence)) or \
                _shares_most(text, closest):
            return "it negates what its evidence says, or drops a negation"
    said, have = stems(text), stems(" ".join(statement(f) for f in cited))
    for one, other in _OPPOSITES:
        for here, there in ((one, other), (other, one)):
            if _has(said, here) and _has(have, there) and not _has(have, here) \
                    and not _has(said, there):
                return f"it says {here!r} where its evidence says {there!r}"
    told = polarity.of_statement(text)
    tones = {finding.polarity for finding in cited}
    if told is Polarity.POSITIVE and tones == {Polarity.NEGATIVE}:
        return "it praises what its evidence criticises"
    if told is Polarity.NEGATIVE and tones == {Polarity.POSITIVE}:
        return "it criticises what its evidence praises"
    return None


def unsupported(text: str, cited: Sequence[Finding]) -> str | None:
    """A problem when too few of the sentence's words are in the evidence."""
    share, missing = coverage(text, cited)
    if share < _LEAST:
        return f"only {share:.0%} of it is in its evidence ({', '.join(missing[:4])} are not)"
    return None


def coverage(text: str, cited: Sequence[Finding]) -> tuple[float, list[str]]:
    """The share of the sentence's meaningful words that the evidence has, and the others."""
    have = stems(" ".join([*(statement(f) for f in cited),
                           *(" ".join(f.section) for f in cited)]))
    owned = stems(" ".join(f.force or "" for f in cited))
    asked = [w for w in terms(text) if stem(w) not in _REPORTING and stem(w) not in owned]
    if not asked:
        return 1.0, []
    missing = [word for word in asked if stem(word) not in have]
    return 1 - len(missing) / len(asked), missing


def _closest(text: str, cited: Sequence[Finding]) -> str:
    """The sentence of the evidence that shares most words with the text."""
    said = stems(text)
    parts = [part for finding in cited for part in sentences.split(statement(finding))]
    return max(parts, key=lambda part: len(said & stems(part)) / (len(stems(part)) + 4))


def _shares_most(text: str, other: str) -> bool:
    said = stems(text)
    return len(said & stems(other)) >= 0.6 * max(1, len(said))


def _asks(cited: Sequence[Finding]) -> bool:
    """Whether all evidence asks for something: "should ensure X" implies that X is not so."""
    return all(f.kind in (FindingKind.AREA_FOR_IMPROVEMENT, FindingKind.RECOMMENDATION,
                          FindingKind.CAUSE_OF_CONCERN) for f in cited)


def _has(roots: set[str], prefix: str) -> bool:
    return any(root.startswith(prefix) for root in roots)
