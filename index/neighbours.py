"""The vectors of a generation, for reading: a memory-mapped file in reading order."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.lib.format import write_array_header_1_0

from corpus.errors import FixConfiguration, GiveUp
from index import generation, probe
from index.embedding import Vectors
from index.facets import Rows
from index.vectors import VectorStore

logger = logging.getLogger(__name__)
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
        self._lock, self._closed = threading.Lock(), False
        self._opening: threading.Thread | None = None
        # A mirror of a server's index has none: no question waits for a network.
        self._has_store = (folder / "chroma").is_dir()

    def get(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors of these ids; unknown ids are left out."""
        known = [i for i in dict.fromkeys(ids) if i in self._row_of]
        return dict(zip(known, self._vectors[[self._row_of[i] for i in known]], strict=True))

    @property
    def rows(self) -> Vectors:
        """All vectors in reading order, as they lie in the file."""
        return self._vectors

    def row(self, row: int) -> Vectors:
        """The vector of a row."""
        return np.asarray(self._vectors[row])

    def nearest(self, vector: Vectors, k: int, rows: Rows | None = None) -> list[tuple[str, float]]:
        """The ``k`` nearest ids with their cosine similarity (1 same, 0 unrelated); ``rows`` are
        all that may be among them."""
        if not self._ids:
            return []
        if rows is None and len(self._ids) > _WHOLE and (store := self._opened()) is not None:
            return store.nearest(vector, k)
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

    def _opened(self) -> VectorStore | None:
        """Chroma's store, None where there is none that can be used, or not yet: then all are
        compared, which takes longer and is as right."""
        with self._lock:
            if self._has_store and not self._closed and self._opening is None:
                self._opening = threading.Thread(target=self._open, name="chroma", daemon=True)
                self._opening.start()
            return self._store

    def _open(self) -> None:
        try:
            # Damaged files of Chroma find wrong neighbours, or end the process that opens them: so
            # they are read from end to end, and another process opens them first.
            if problem := generation.altered_chroma(self._folder):
                raise generation.damaged(problem)
            probe.check(self._folder / "chroma", len(self._ids))
            store = VectorStore(self._folder / "chroma")
        except FixConfiguration as error:
            logger.warning("all vectors are compared, as Chroma's can't be used: %s", error)
            return
        with self._lock:
            if not self._closed:
                self._store = store
                return
        store.close()

    def close(self) -> None:
        """Release the files."""
        with self._lock:
            self._closed = True
            if self._store is not None:
                self._store.close()
                self._store = None


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
    held = before._row_of if before is not None else {}

    def batch(some: Sequence[str]) -> Vectors:
        fresh = [i for i in some if i not in held or i in changed]
        found = vectors(fresh)
        if len(found) < len(fresh):
            raise GiveUp("The new index lacks vectors.", "The index in force was kept. Try again.")
        return np.stack([found[i] if i in found else before._vectors[held[i]]  # type: ignore[union-attr]
                         for i in some])

    # Written as a stream: a file that is mapped and finds no room ends the process.
    with (folder / NAME).open("wb") as file:
        for begin in range(0, max(len(ids), 1), _BATCH):
            rows = batch(ids[begin:begin + _BATCH]) if ids else np.zeros((0, 1), np.float32)
            if begin == 0:
                write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False,
                                              "shape": (len(ids), rows.shape[1])})
            file.write(np.ascontiguousarray(rows, "<f4").tobytes())
