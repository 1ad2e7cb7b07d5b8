"""Vectors that need not be made again, by the digest of the embedded text."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from corpus.errors import FixConfiguration
from corpus.model import Finding
from index import generation
from index.catalogue import Catalogue
from index.embedding import Vectors
from index.generation import Manifest
from index.journal import NAME, Journal
from index.neighbours import Neighbours
from index.passages import passage
from index.vectors import readable

logger = logging.getLogger(__name__)


class Known:
    """They are read from their files as they are asked for, never held in memory."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[Vectors, int]] = {}

    def __contains__(self, digest: str) -> bool:
        return digest in self._places

    def learn(self, rows: Mapping[str, int], vectors: Vectors) -> None:
        """Take note of vectors; what is known already stays."""
        for digest, row in rows.items():
            self._places.setdefault(digest, (vectors, row))

    def get(self, digests: Sequence[str]) -> Vectors:
        """The vectors of these digests, in order. Raises ``KeyError`` for an unknown one."""
        if not digests:
            return np.zeros((0, 1), np.float32)
        return np.stack([vectors[row] for vectors, row in map(self._places.__getitem__, digests)])


class Earlier:
    """The generation before, of which the catalogue and the vectors were found whole."""

    def __init__(self, path: Path, manifest: Manifest) -> None:
        """Raises ``FixConfiguration`` where its files are damaged."""
        if problem := generation.altered(path, manifest, generation.SERVED):
            raise generation.damaged(problem)
        self.path, self.manifest = path, manifest
        with closing(Catalogue(path / "catalogue.sqlite")) as held:
            self.vectors = Neighbours(path, held.ids, held.row_of)
            # Of each finding a number that tells whether it has changed: they take much memory.
            self._marks = {one.id: hash(one) for one in held.findings()}

    @property
    def ids(self) -> Collection[str]:
        """The ids of all findings."""
        return self._marks.keys()

    def holds(self, finding: Finding) -> bool:
        """Whether a finding is there as it is now."""
        return self._marks.get(finding.id) == hash(finding)

    def has_sound_store(self) -> bool:
        """Whether Chroma's files are as they were published: others can end who opens a copy."""
        problem = generation.shortened(self.path, self.manifest) \
            or generation.altered_chroma(self.path)
        if problem is None and not readable(self.path / "chroma"):
            problem = "chroma.sqlite3 is damaged"
        if problem is not None:
            logger.warning("Chroma's files are made anew: %s", problem)
        return problem is None

    def rows(self, wanted: set[str]) -> dict[str, int]:
        """The rows of the vectors of these digests."""
        found: dict[str, int] = {}
        if wanted:
            with closing(Catalogue(self.path / "catalogue.sqlite")) as held:
                for row, finding in enumerate(held.findings()):
                    if (digest := passage(finding).digest) in wanted:
                        found.setdefault(digest, row)
        return found


def earlier(before: tuple[Path, Manifest]) -> Earlier | None:
    """The generation before; None where it can't be taken over, which costs embedding again."""
    try:
        return Earlier(*before)
    except FixConfiguration as error:
        logger.warning("nothing of the index before is taken over: %s", error)
        return None


def known(own: Journal, cut_off: Iterable[Path], before: Earlier | None,
          wanted: set[str]) -> Known:
    """What there is of these digests in this build, in others that were cut off, and in the
    generation before."""
    found = Known()
    found.learn(*own.held())
    for folder in cut_off:
        found.learn(*Journal(folder / NAME).held())
    if before is not None:
        found.learn(before.rows({one for one in wanted if one not in found}), before.vectors.rows)
    return found
