"""The vectors of a generation, for reading: a memory-mapped file in reading order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap

from corpus.errors import GiveUp
from index import generation
from index.embedding import Vectors
from index.facets import Rows
from index.vectors import VectorStore

NAME = "vectors.npy"
_BATCH = 2000
# From this many vectors on, Chroma's approximate neighbours come sooner than comparing all.
_WHOLE = 500_000
# Of a scope with this share of all vectors or more, comparing all is quicker than picking.
_WIDE = 0.2


class Neighbours:
    """Vectors by id and by nearness. Safe to use from several threads.

    Comparing 100,000 vectors takes a few milliseconds and misses none, where Chroma's search
    missed half of the fifty nearest in a library whose findings are much alike.
    """

    def __init__(self, folder: Path, ids: Sequence[str], row_of: Mapping[str, int]) -> None:
        """``ids`` are the findings in reading order. Raises ``FixConfiguration`` where the file
        can't be read or is another catalogue's."""
        try:
            self._vectors: Vectors = np.asarray(np.load(folder / NAME, mmap_mode="r"))
        except (OSError, ValueError) as error:
            raise generation.damaged(error) from error
        if len(self._vectors) != len(ids):
            raise generation.damaged("vectors and findings differ in number")
        self._folder, self._ids, self._row_of = folder, ids, row_of
        self._store: VectorStore | None = None

    def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of these ids; unknown ids are left out."""
        known = [i for i in dict.fromkeys(ids) if i in self._row_of]
        return dict(zip(known, self._vectors[[self._row_of[i] for i in known]], strict=True))

    def nearest(self, vector: Vectors, k: int, rows: Rows | None = None) -> list[tuple[str, float]]:
        """The ``k`` nearest ids with their cosine similarity (1 same, 0 unrelated); ``rows`` are
        all that may be among them."""
        if not self._ids:
            return []
        if rows is None and len(self._ids) > _WHOLE:
            return self._opened().nearest(vector, k)
        if rows is None:
            scores = self._vectors @ vector
        elif len(rows) < _WIDE * len(self._ids):
            scores = self._vectors[rows] @ vector
        else:
            scores = (self._vectors @ vector)[rows]
        found = _highest(scores, k)
        places = found if rows is None else rows[found]
        return [(self._ids[row], float(score))
                for row, score in zip(places.tolist(), scores[found], strict=True)]

    def _opened(self) -> VectorStore:
        if self._store is None:
            self._store = VectorStore(self._folder / "chroma")
        return self._store

    def close(self) -> None:
        """Release the files."""
        if self._store is not None:
            self._store.close()


def _highest(scores: Vectors, k: int) -> Rows:
    """The places of the ``k`` highest scores, highest first; of equals the first."""
    if 0 < k < len(scores):
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        places = (scores >= least).nonzero()[0]
    else:
        places = np.arange(len(scores))
    return np.asarray(places[np.argsort(-scores[places], kind="stable")][:k])


def write(folder: Path, ids: Sequence[str],
          vectors: Callable[[Sequence[str]], Mapping[str, Vectors]],
          before: Neighbours | None, changed: Collection[str]) -> None:
    """Write the vectors of these ids, in their order, into a generation's folder. Those that have
    not ``changed`` are taken from the generation ``before``, the others are asked for.

    Raises ``GiveUp`` where a vector is not to be had.
    """
    kept = [] if before is None else [
        (row, before._row_of[i]) for row, i in enumerate(ids)
        if i in before._row_of and i not in changed]
    done = {row for row, _ in kept}
    rest = [row for row in range(len(ids)) if row not in done]
    first = vectors(ids[:1])
    size = len(next(iter(first.values()))) if first else 1
    made = open_memmap(folder / NAME, "w+", np.float32, (len(ids), size))
    if before is not None and kept:
        to, source = np.array(kept).T
        made[to] = before._vectors[source]
    for begin in range(0, len(rest), _BATCH):
        batch = rest[begin:begin + _BATCH]
        found = vectors([ids[row] for row in batch])
        if len(found) < len(batch):
            raise GiveUp("The new index lacks vectors.", "The index in force was kept. Try again.")
        made[batch] = np.stack([found[ids[row]] for row in batch])
    made.flush()
