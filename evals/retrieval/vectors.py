"""Vectors of texts kept in one file, whatever becomes of the index made from them.

An index embeds anew when its format changes; outside corpora are too large for that to happen at
each step of the program's own development.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.embedding import Embedder, Vectors

_SCHEMA = "CREATE TABLE IF NOT EXISTS vectors (digest BLOB PRIMARY KEY, vector BLOB NOT NULL)"


class Remembering:
    """An embedder that asks another only for texts that it has no vector of.

    ``embedded`` counts those. The file belongs to one embedding model: its fingerprint is part
    of each key.
    """

    def __init__(self, embedder: Embedder, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.name, self.fingerprint = embedder.name, embedder.fingerprint
        self.embedded = 0
        self._embedder, self._path = embedder, path

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, (texts, dimensions), in the order of ``texts``."""
        keys = [self._key(text) for text in texts]
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.execute(_SCHEMA)
            found = {key: np.frombuffer(row[0], np.float32) for key in dict.fromkeys(keys)
                     if (row := connection.execute(
                         "SELECT vector FROM vectors WHERE digest = ?", (key,)).fetchone())}
            missing = {key: text for key, text in zip(keys, texts, strict=True)
                       if key not in found}
            if missing:
                made = self._embedder.embed(list(missing.values()))
                self.embedded += len(missing)
                found.update(zip(missing, made, strict=True))
                connection.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(key, np.asarray(vector, np.float32).tobytes())
                     for key, vector in zip(missing, made, strict=True)])
        return np.stack([found[key] for key in keys])

    def rarity(self, word: str) -> float:
        """How telling a word is."""
        return self._embedder.rarity(word)

    def is_word(self, word: str) -> bool:
        """Whether a lower-case word is one that the model knows as a whole."""
        return self._embedder.is_word(word)

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self.fingerprint}\0{text}".encode()).digest()
