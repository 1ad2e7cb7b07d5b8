"""Stand-ins for the models, so that most tests need neither: small, exact, the same each time."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from index.embedding import Vectors
from index.words import stem, terms


class TinyEmbedder:
    """Texts as unit vectors of hashed word stems: what shares words is near.

    ``embedded`` are the texts that it was asked for, in order.
    """

    def __init__(self, fingerprint: str = "tiny:1", dimensions: int = 256) -> None:
        self.name = "tiny"
        self.fingerprint = fingerprint
        self.embedded: list[str] = []
        self._dimensions = dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, (texts, dimensions)."""
        self.embedded += texts
        return np.stack([self._of(map(stem, terms(text))) for text in texts])

    def rarity(self, word: str) -> float:
        """Every word is as rare as any."""
        return 0.8

    def is_word(self, word: str) -> bool:
        """Every word is one: nothing is respelt."""
        return True

    def _of(self, roots: object) -> Vectors:
        vector = np.zeros(self._dimensions, np.float32)
        for root in roots:  # type: ignore[attr-defined]
            vector[_hash(str(root)) % self._dimensions] += 1
        norm = float(np.linalg.norm(vector))
        if norm == 0.0:
            vector[0] = norm = 1.0
        return vector / np.float32(norm)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:6], "big")
