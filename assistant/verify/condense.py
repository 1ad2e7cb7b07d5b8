"""Long evidence cut to the sentences that a claim is about, so that a model reads it whole."""

from __future__ import annotations

from corpus import sentences
from index.words import stems

MOST_WORDS = 110
_LONGEST_SENTENCE = 80


def condensed(claim: str, evidence: str, most: int = MOST_WORDS) -> str:
    """The evidence, or of a long one the sentences that together cover most of the claim's
    words, in their order, up to ``most`` words.

    Sentences are taken one at a time, each for the words of the claim that are still uncovered;
    when all are covered, those with most words of the claim come next.
    """
    if len(evidence.split()) <= most:
        return evidence
    parts = [piece for part in sentences.split(evidence) for piece in _pieces(part)]
    wanted = stems(claim)
    have = [stems(part) & wanted for part in parts]
    taken: set[int] = set()
    uncovered, room = set(wanted), most
    while True:
        fitting = [i for i in range(len(parts))
                   if i not in taken and len(parts[i].split()) <= room]
        if not fitting:
            break
        best = max(fitting, key=lambda i: (len(have[i] & uncovered), len(have[i]), -i))
        if not have[best]:
            break
        taken.add(best)
        uncovered -= have[best]
        room -= len(parts[best].split())
    return " ".join(parts[i] for i in sorted(taken)) or " ".join(evidence.split()[:most])


def _pieces(sentence: str) -> list[str]:
    """A sentence, or runs of words of one that never ends, as tables and transcripts have."""
    words = sentence.split()
    return [" ".join(words[i:i + _LONGEST_SENTENCE])
            for i in range(0, len(words), _LONGEST_SENTENCE)]
