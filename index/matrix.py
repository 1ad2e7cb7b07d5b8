"""A file of vectors in reading order, filled in whatever order they come."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap

from corpus.errors import GiveUp
from index.embedding import Vectors


class Matrix:
    """``count`` rows, written straight to the file: no more than a batch is held in memory."""

    def __init__(self, path: Path, count: int) -> None:
        self._path, self._count = path, count
        self._filled = np.zeros(count, bool)
        self._rows: Vectors | None = None

    def put(self, rows: Sequence[int], vectors: Vectors) -> None:
        """Fill these rows."""
        if not len(rows):
            return
        if self._rows is None:
            self._rows = _roomy(self._path, (self._count, vectors.shape[1]))
        self._rows[list(rows)] = vectors
        self._filled[list(rows)] = True

    def close(self) -> None:
        """Write out. Raises ``GiveUp`` where a row was not filled."""
        if not self._filled.all():
            raise GiveUp(f"The new index lacks {int((~self._filled).sum())} vectors.",
                         "The index in force was kept. Try again.")
        made = self._rows if self._rows is not None else open_memmap(
            self._path, "w+", np.float32, (0, 1))
        made.flush()  # type: ignore[union-attr]


def _roomy(path: Path, shape: tuple[int, int]) -> Vectors:
    """A mapped file whose room is there: one that finds none while it is written to ends the
    process. Raises ``OSError`` where the disk has too little."""
    made = open_memmap(path, "w+", np.float32, shape)
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)
    return made
