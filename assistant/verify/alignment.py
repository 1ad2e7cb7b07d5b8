"""How a sentence's words lie over its evidence's: which are new, and whether they keep order.

An error is often one word put in place of another, or two parties that changed places, in a
sentence that otherwise keeps to its finding.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.verify.clauses import REPORTING
from assistant.verify.opposites import known_without
from index.words import stem, terms, words


@dataclass(frozen=True, slots=True)
class Alignment:
    """``new``: how many of the sentence's meaningful words the evidence has not. ``kept``: the
    share that stands in the evidence in the same order. ``moved``: the share of the common words
    that stand in another order."""

    new: int
    kept: float
    moved: float


def alignment(text: str, evidence: str) -> Alignment:
    """The words of a sentence laid over those of its evidence, by stem."""
    said = [stem(word) for word in terms(text)]
    said = [word for word in said if word not in REPORTING]
    if not said:
        return Alignment(0, 1.0, 0.0)
    source = [stem(word) for word in words(evidence)]
    have = set(source)
    new = sum(word not in have and not known_without(word, have) for word in said)
    common = [word for word in said if word in have]
    kept = _common_subsequence(said, source)
    return Alignment(new, kept / len(said), 1 - kept / len(common) if common else 0.0)


def _common_subsequence(said: list[str], source: list[str]) -> int:
    """The length of the longest run of words, not necessarily next to each other, that both have
    in the same order."""
    best = [0] * (len(source) + 1)
    for word in said:
        diagonal = 0
        for i, other in enumerate(source, 1):
            above = best[i]
            best[i] = diagonal + 1 if word == other else max(above, best[i - 1])
            diagonal = above
    return best[-1]
