"""How a sentence's words lie over its evidence's: which are new, and whether they keep order.

An error is often one word put in place of another, or two parties that changed places, in a
sentence that otherwise keeps to its finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.words import stem, words

_SMALL = frozenset((
    "the a an of to in on at for and or is are was were be been has have had it its this that "
    "which who with by as from their they them not no but so than then there these those his "
    "her he she also").split())


@dataclass(frozen=True, slots=True)
class Alignment:
    """``new``: how many of the sentence's words no cited finding has, its place included.
    ``kept``: the share that stands in one finding in the same order; ``told``: the share of that
    finding that the sentence keeps so. ``moved``: the share of the words in common with that
    finding that stand in another order. ``length``: the words that count."""

    new: int
    kept: float
    told: float
    moved: float
    length: int


def alignment(text: str, known: str, statements: Sequence[str]) -> Alignment:
    """The words of a sentence laid over those of the finding that it keeps closest to.
    ``known`` is all that the cited findings say and where they stand."""
    said, have = roots(text), set(roots(known))
    if not said:
        return Alignment(0, 1.0, 1.0, 0.0, 0)
    sources = [roots(statement) for statement in statements]
    kept, source = max(((_in_order(said, source), source) for source in sources),
                       key=lambda one: one[0])
    common = sum(word in set(source) for word in said)
    return Alignment(sum(word not in have for word in said), kept / len(said),
                     kept / max(len(source), 1), 1 - kept / common if common else 0.0, len(said))


def roots(text: str) -> list[str]:
    """The stems of a text's words in order, small words left out."""
    return [stem(word) for word in words(text) if word not in _SMALL]


def _in_order(said: Sequence[str], source: Sequence[str]) -> int:
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
